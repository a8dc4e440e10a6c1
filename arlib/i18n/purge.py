"""The words of an erasure: what it takes, what it leaves, what to know before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.companies import company_name
from arlib.i18n.formats import formats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from arlib.model.purge import PurgePreview

_SCOPES: Final = {"customer": N_("one customer"), "company": N_("a whole company")}


def scope_word(scope: str, language: str = "fr") -> str:
    """Return the words of what an erasure is of."""
    return translator(language)(_SCOPES[scope])


def _named(name: str, code: str, language: str) -> str:
    """Return a name and its code; a company without a name has no code worth a word."""
    shown = company_name(name, language)
    return shown if shown != name else f"{name} ({code})"


def facts(seen: PurgePreview, language: str = "fr") -> list[tuple[str, str]]:
    """Return what an erasure would take, a title and its figure each."""
    _, f = translator(language), formats(language)
    is_company = seen.target.customer_id is None
    who = seen.target.customer_id or seen.target.company_id
    owed = " + ".join(f.amount(minor, code) for code, minor in seen.open_minor.items())
    told = [(_("Company") if is_company else _("Customer"), _named(seen.name, who, language))]
    if is_company:
        told.append((_("Customers"), f.integer(seen.count_customers)))
    elif len(seen.codes) > 1:
        told.append((_("Linked codes"), ", ".join(c for c in seen.codes if c != who)))
    return [
        *told,
        (_("Lines of files"), f.integer(seen.count_lines)),
        (_("Documents"), f.integer(seen.count_documents)),
        (_("Owed at the last date of the data"), owed or f.integer(0)),
        (_("Limits"), f.integer(seen.count_limits)),
        (_("Entries of the follow-up"), f.integer(seen.count_follow_up)),
    ]


def warnings(seen: PurgePreview, backups: Sequence[Path], language: str = "fr") -> list[str]:
    """Return what to know before erasing: what stays, what would bring the data back."""
    _, f = translator(language), formats(language)
    found = [
        _(
            "An erasure cannot be undone. A file imported later that holds the data brings them back."
        )
    ]
    if seen.count_shared:
        found.append(
            _(
                "{n} documents settle those of other customers: what they settle stays, without a name, under the code PURGE."
            ).format(n=f.integer(seen.count_shared))
        )
    if seen.alike:
        codes = ", ".join(
            f"{code} ({company_name(company, language)})" for company, code, _name in seen.alike
        )
        found.append(
            _("Accounts under the same name or registration stay: {codes}.").format(codes=codes)
        )
    if backups:
        names = ", ".join(path.name for path in backups)
        found.append(
            _(
                "Files beside the book that hold the data and stay: {names}. Delete them, or keep them apart."
            ).format(names=names)
        )
    found.append(_("Backups downloaded or kept elsewhere hold the data: the program cannot know."))
    return found
