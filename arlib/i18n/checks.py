"""The sentence a user reads for what an integrity check found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from arlib.i18n.catalogue import translator
from arlib.i18n.formats import formats
from arlib.i18n.labels import label
from arlib.model.checks import FINDINGS

if TYPE_CHECKING:
    from arlib.model.checks import Finding


def finding_sentence(finding: Finding, language: str = "fr") -> str:
    """Return what is wrong, its amounts and dates as the language writes them."""
    written = {name: _written(name, value, language) for name, value in finding.values.items()}
    return translator(language)(FINDINGS[finding.code]).format_map(written)


def _written(name: str, value: object, language: str) -> str:
    shown = formats(language)
    if name == "account_class":
        return label("class", value, language)
    if isinstance(value, date):
        return shown.date(value)
    if isinstance(value, Decimal):
        return shown.decimal(value, -int(value.as_tuple().exponent))
    return shown.integer(value) if isinstance(value, int) else str(value)
