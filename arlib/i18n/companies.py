"""How a company is named to a user: files that give none leave its code, which is no name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from arlib.i18n.labels import COMPANIES, label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arlib.model.portfolio import BookInfo


def company_name(said: object, language: str = "fr") -> str:
    """Return a company's name, or its code where the name is not known, as a user reads it.

    >>> company_name("Atelier"), company_name("default"), company_name("default", "en")
    ('Atelier', 'Société sans nom', 'Unnamed company')
    """
    return label("company", said, language)


def company_names(said: Iterable[object], language: str = "fr") -> str:
    """Return the names of companies, one after the other."""
    return ", ".join(company_name(one, language) for one in said)


def company_words(language: str = "fr") -> dict[str, str]:
    """Return what replaces codes in a column of companies; other codes stay."""
    return {code: company_name(code, language) for code in COMPANIES}


def named(info: BookInfo, language: str = "fr") -> BookInfo:
    """Return what the book holds with its companies named as a user reads them."""
    companies = tuple(
        replace(item, name=company_name(item.name, language)) for item in info.companies
    )
    return replace(info, companies=companies)
