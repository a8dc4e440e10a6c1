"""Credit insurance and the calendar in words: standings, terms of the contract, what each date asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.labels import label
from arlib.model.followup import EXTERNAL_SCORE

if TYPE_CHECKING:
    from collections.abc import Mapping

STATUSES: Final = {
    "named": N_("Agreed by name"),
    "unnamed": N_("Unnamed buyer"),
    "refused": N_("Agreement refused"),
    "cancelled": N_("Cancelled"),
    "expired": N_("Agreement expired"),
    "none": N_("No agreement"),
}
KINDS: Final = {
    "declaration": N_("Declaration to the insurer"),
    "extension": N_("End of the extension"),
    "agreement_end": N_("End of an agreement"),
    "limit_end": N_("End of a limit"),
    "guarantee_end": N_("End of a guarantee"),
    "limit_review": N_("Limit to review"),
    "class_review": N_("Class to review"),
    "review": N_("Customer to review"),
    "override_end": N_("End of a class fixed by hand"),
    "score_stale": N_("Outside score out of date"),
    "promise": N_("Promised payment"),
}
STATES: Final = {
    "missed": N_("Missed"),
    "soon": N_("Soon"),
    "past": N_("Passed"),
    "later": N_("Later"),
}
EXCLUSIONS: Final = {
    "after_end": N_("sold after the end of the agreement"),
    "terms_too_long": N_("terms longer than the contract allows"),
    "after_stop": N_("sold while the buyer was overdue beyond the contract"),
}
SETTINGS: Final = {
    "insurance_base": N_("Base of the indemnity"),
    "insurance_cover_ratio": N_("Share insured, buyers agreed by name"),
    "insurance_unnamed_ceiling_minor": N_("Ceiling of unnamed buyers"),
    "insurance_unnamed_cover_ratio": N_("Share insured, unnamed buyers"),
    "insurance_unnamed_max_days_late": N_("Unnamed: most days overdue"),
    "insurance_unnamed_min_months": N_("Unnamed: customer for at least (months)"),
    "insurance_vat_ratio": N_("VAT rate where invoices do not tell it"),
    "insurance_max_terms_days": N_("Longest terms covered (days)"),
    "insurance_stop_days": N_("New sales no longer covered after (days overdue)"),
    "insurance_extension_days": N_("Extension the insured may grant (days)"),
    "insurance_declaration_days": N_("Time to declare, from the due date (days)"),
    "insurance_waiting_days": N_("Waiting period after the declaration (days)"),
}
_SCOPES: Final = {
    "category": N_("Category {name}"),
    "group": N_("Group {name}"),
    "all": N_("All customers"),
}


def word(words: Mapping[str, str], code: object, language: str) -> str:
    """Return the word of a code of one of the lists above; the code itself when it is not there."""
    message = words.get(str(code), str(code))
    return translator(language)(message)


def status_word(row: Mapping[Any, Any], language: str) -> str:
    """Return the standing of a buyer, with the day it ended."""
    _, f = translator(language), formats(language)
    words = word(STATUSES, row["status"], language)
    if row["status"] in {"cancelled", "expired"} and not is_missing(row["ended_on"]):
        return _("{status} on {date}").format(status=words, date=f.date(row["ended_on"]))
    return words


def who(row: Mapping[Any, Any], language: str) -> str:
    """Return whom a date is about: a customer, a category, a group or all."""
    if not is_missing(row["name"]):
        return str(row["name"])
    return word(_SCOPES, row["scope"], language).format(name=row["scope_id"])


def asks(row: Mapping[Any, Any], language: str) -> str:
    """Return what a date of the calendar asks for, one short sentence."""
    _ = translator(language)
    kind, is_past = row["kind"], row["state"] in {"missed", "past"}
    if kind in {"declaration", "extension"}:
        return _invoices(row, language)
    if kind in {"agreement_end", "limit_end", "guarantee_end"}:
        return _("Already expired: renew or remove it") if is_past else _("Ask for its renewal")
    if kind == "limit_review":
        high = _("high risk class: reviewed more often")
        return high if row["detail"] == "high_risk" else _("decision to confirm")
    if kind in {"class_review", "override_end"}:
        return label("segment", row["detail"], language)
    if kind == "score_stale":
        return _("External score") if row["detail"] == EXTERNAL_SCORE else str(row["detail"])
    return _("payment awaited") if kind == "promise" else _("review fixed for that day")


def _invoices(row: Mapping[Any, Any], language: str) -> str:
    _, f, count = translator(language), formats(language), int(row["count"])
    if row["kind"] == "extension":
        words = _.ngettext(
            "{n} overdue invoice, no longer time after that day",
            "{n} overdue invoices, no longer time after that day",
            count,
        )
    elif row["state"] == "missed":
        words = _.ngettext(
            "{n} overdue invoice not declared in time",
            "{n} overdue invoices not declared in time",
            count,
        )
    else:
        words = _.ngettext(
            "{n} overdue invoice to declare", "{n} overdue invoices to declare", count
        )
    return words.format(n=f.integer(count))
