"""The words of closings kept: measures, values, what can have restated them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n import MISSING
from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.labels import ACTION_KINDS, bucket_label, label

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEASURES: Final = {
    "outstanding": N_("Outstanding"),
    "gross": N_("Debits, before credits"),
    "overdue": N_("Overdue"),
    "disputed": N_("Disputed"),
    "dso_simple": N_("DSO (simple)"),
    "dso_count_back": N_("DSO (count-back)"),
    "count_over": N_("Customers over limit"),
    "overrun": N_("Overrun"),
    "provisions": N_("Provisions, matrix"),
}
_CAUSES: Final = {
    "import_imported": N_("File imported"),
    "import_undone": N_("Import set aside"),
    "import_taken_back": N_("Import taken back"),
    "policy": N_("Settings changed"),
    "program": N_("Another version of the program"),
    "limit": N_("Limit by hand"),
    "terms": N_("Payment terms by hand"),
    "class": N_("Class by hand"),
    "group": N_("Group by hand"),
    "depreciation": N_("Decision on depreciation"),
    "link": N_("Customers linked"),
    "matching": N_("Matching decided"),
    "purge": N_("Data erased"),
}


def measure_words(measure: str, bucket: str, language: str = "fr") -> str:
    """Return the words of a figure of a closing; ``bucket``: of the aged balance."""
    _ = translator(language)
    if measure == "aged":
        return _("Aged balance: {bucket}").format(bucket=bucket_label(bucket, language))
    return _(_MEASURES[measure])


def cause_words(kind: str, language: str = "fr") -> str:
    """Return the words of what can have restated a closing."""
    if kind in _CAUSES:
        return translator(language)(_CAUSES[kind])
    return label("action", kind, language) if kind in ACTION_KINDS else kind


def unit(measure: str) -> str:
    """Return ``days``, ``count`` or ``amount``."""
    if measure.startswith("dso_"):
        return "days"
    return "count" if measure == "count_over" else "amount"


def value_words(row: Mapping[Any, Any], side: str, language: str = "fr") -> str:
    """Return a figure of a row in words; ``side``: then, now or difference (signed)."""
    f, minor, number = formats(language), row[f"{side}_minor"], row[f"{side}_number"]
    is_signed = side == "difference"
    if not is_missing(minor):
        return f.amount(int(minor), row["currency"], is_signed=is_signed)
    if is_missing(number):
        reason = row.get(f"{side}_reason")
        return MISSING if is_missing(reason) else label("reason", reason, language)
    if unit(row["measure"]) == "days":
        return f.signed_days(number) if is_signed else f.days(number)
    sign = "+" if is_signed and number > 0 else ""
    return f"{sign}{f.integer(int(number))}"
