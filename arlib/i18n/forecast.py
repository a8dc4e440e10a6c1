"""The sentence behind a forecast date: what this customer does, and what follows for this invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arlib.i18n.catalogue import translator
from arlib.i18n.delays import delay_words
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from collections.abc import Mapping

_TREATED = ("disputed", "promised", "no_model")


def sentence(row: Mapping[Any, Any], language: str = "fr") -> str:
    """Return one sentence for an invoice of ``ForecastBlock.invoices`` (by the model or by the rule)."""
    _, f = translator(language), formats(language)
    treatment = row["treatment"]
    if treatment == "disputed":
        return _("In dispute: not planned until it is settled.")
    if treatment == "promised":
        return _("Promised for {date}.").format(date=f.date(row["expected_on"]))
    if treatment == "no_model":
        return _("No settlement is known in this company: the due date alone counts.")
    parts = [habit(row, language)]
    late = row["days_late"]
    if not is_missing(late) and late > 0:
        late_words = _.ngettext(
            "this invoice is already {n} day late",
            "this invoice is already {n} days late",
            int(late),
        )
        parts.append(late_words.format(n=f.integer(int(late))))
    parts.append(_expected(row, language))
    return ", ".join(parts) + "."


def habit(row: Mapping[Any, Any], language: str = "fr") -> str:
    """Return what a customer usually does, with the number of settlements behind it."""
    _, f = translator(language), formats(language)
    if "delay_source" in row and not is_missing(row.get("delay_source")):
        days = delay_words(row["delay_days"], language)
        return _("By the rule, paid {days} ({source})").format(
            days=days, source=label("delay_source", row["delay_source"], language)
        )
    if is_missing(row.get("habit_days")) or is_missing(row.get("count_paid")):
        return _("New customer: he is expected to pay like the others")
    count = int(row["count_paid"])
    words = _.ngettext(
        "This customer usually pays {days} ({n} settlement since {month})",
        "This customer usually pays {days} ({n} settlements since {month})",
        count,
    )
    if count == 0 or is_missing(row.get("first_paid_on")):
        return _("No settlement of this customer yet: he is expected to pay like the others")
    return words.format(
        days=delay_words(row["habit_days"], language),
        n=f.integer(count),
        month=f.month(row["first_paid_on"]),
    )


def back_under(row: Mapping[Any, Any], language: str = "fr") -> str:
    """Return when a customer over his limit should be back under it; empty for one who is not over.

    ``row``: of ``RiskView.customers`` built with ``has_return``.
    """
    _, f = translator(language), formats(language)
    if not row.get("is_over") or "return_under_limit_on" not in row:
        return ""
    if is_missing(row["return_under_limit_on"]):
        why = label("reason", row["return_under_limit_on_reason"], language)
        return _("No return under the limit foreseen: {reason}").format(reason=why)
    on = f.date(row["return_under_limit_on"])
    if is_missing(row["return_under_limit_p90_on"]):
        return _("Back under the limit expected on {date}").format(date=on)
    return _(
        "Back under the limit expected on {date} (on {last} if every invoice comes late)"
    ).format(date=on, last=f.date(row["return_under_limit_p90_on"]))


def _expected(row: Mapping[Any, Any], language: str) -> str:
    _, f = translator(language), formats(language)
    if row["treatment"] == "not_predictable" or is_missing(row["expected_on"]):
        return _("not foreseeable: it is more likely to be unpaid in 180 days")
    if "p10_on" not in row or is_missing(row.get("p10_on")):
        return _("we expect it on {date}").format(date=f.date(row["expected_on"]))
    if is_missing(row["p90_on"]):
        return _("we expect it about {date} (from {first} on)").format(
            date=f.date(row["expected_on"]), first=f.date(row["p10_on"])
        )
    return _("we expect it about {date} (between {first} and {last})").format(
        date=f.date(row["expected_on"]), first=f.date(row["p10_on"]), last=f.date(row["p90_on"])
    )
