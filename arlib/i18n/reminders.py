"""The words of the day's worklist: states, steps, why a customer stands where he does, what to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = Mapping[Any, Any]

STATES: Final = {
    "to_do": N_("To do today"),
    "waiting": N_("Later"),
    "suspended": N_("Suspended"),
}
FORCED: Final = {
    "insurer": N_("Insurer’s deadline"),
    "promise_broken": N_("Promise broken"),
    "over_with_orders": N_("Over the limit, orders pending"),
    "limitation": N_("Limitation near"),
}
STAGES: Final = {
    "amicable": N_("Amicable"),
    "dispute": N_("In dispute"),
    "legal": N_("Litigation"),
}
SUSPENDED: Final = {
    "insolvency": N_("Insolvency proceedings"),
    "credits": N_("Covered by credits"),
    "promise": N_("Promise pending"),
    "dispute": N_("In dispute"),
    "below_minimum": N_("Below the minimum amount"),
    "small": N_("Small rest"),
}
STEPS: Final = {
    "R0": N_("Courtesy message"),
    "R1": N_("First reminder (R1)"),
    "R2": N_("Second reminder (R2)"),
    "R3": N_("Call (R3)"),
    "R4": N_("Formal notice (R4)"),
    "R5": N_("Litigation (R5)"),
    "declare": N_("Declare to the insurer"),
    "call_back": N_("Call back: the promise is broken"),
    "hold_orders": N_("Decide on the orders, ask for payment"),
    "interrupt": N_("Interrupt the limitation"),
    "await_promise": N_("Wait for the promised payment"),
    "settle_dispute": N_("Settle the dispute"),
    "claim": N_("Declare the claim to the administrator"),
    "allocate": N_("Allocate the credits and settlements"),
}
TO_COMPLETE: Final = {
    "no_limit": N_("No credit limit"),
    "review_overdue": N_("Review overdue"),
    "terms": N_("Terms out of class"),
}
_COMPLETE: Final = {
    "no_limit": N_("No limit was fixed; {amount} owed"),
    "expired": N_("The limit has expired; {amount} owed"),
    "review": N_("Review planned for {date}, {days} ago"),
    "limit_review": N_("Limit to review since {date} ({days})"),
    "class_review": N_("Class to review since {date} ({days})"),
    "terms_illegal": N_("Terms {days} beyond the legal ceiling"),
    "terms_above": N_("Terms {days} longer than those of the class"),
}
MISSING_FACTS: Final = {
    "insurer": N_("Insurer’s deadlines: the contract’s days are not filled in (Credit insurance)."),
    "promise_broken": N_("Broken promises: the imported files do not tell who paid, and when."),
    "over_with_orders": N_("Overruns with orders pending: no file says the orders."),
    "reminders": N_(
        "No reminder or call is in the book: the level is that of the days late alone. The Relances sheet of the workbook, or an entry here, tells what was done."
    ),
}
_ALL: Final = {
    "state": STATES,
    "forced": FORCED,
    "stage": STAGES,
    "suspended": SUSPENDED,
    "step": STEPS,
    "to_complete": TO_COMPLETE,
}


def named(subject: str, code: object, language: str = "fr") -> str:
    """Return the words of a code; empty when there is none.

    ``subject``: state, forced, stage, suspended, step, to_complete.
    """
    if is_missing(code):
        return ""
    found = _ALL[subject].get(str(code))
    return translator(language)(found) if found else str(code)


def missing_fact(code: str, language: str) -> str:
    """Return the sentence about something that the book cannot tell."""
    return translator(language)(MISSING_FACTS[code])


def reason(row: Row, language: str) -> str:
    """Return why a customer stands at his place: forced reasons, the amount, what is suspended.

    ``row``: of ``WorklistView.rows``.
    """
    parts = [_SENTENCES[code](row, language) for code in str(row["reasons"]).split()]
    if row["state"] == "suspended":
        parts.append(suspension(row, language))
    else:
        parts += _late(row, language) + _partly(row, language)
    return ". ".join(part for part in parts if part)


def suspension(row: Row, language: str) -> str:
    """Return why nothing is asked of a customer."""
    _, f, code = translator(language), formats(language), str(row["suspended_by"])
    currency = row["currency"]
    if code == "promise":
        said = _("{amount} promised, waited for until {date}").format(
            amount=f.amount0(row["promised_minor"], currency), date=f.date(row["promise_until"])
        )
        return " · ".join([said, *_disputed(row, language)])
    if code == "dispute":
        return "".join(_disputed(row, language))
    if code == "insolvency":
        return _("Insolvency proceedings: {amount} to declare, no reminder").format(
            amount=f.amount0(row["insolvent_minor"], currency)
        )
    if code == "credits":
        return _("{amount} late, covered by credits and settlements to allocate").format(
            amount=f.amount0(row["covered_minor"], currency)
        )
    return _("Below the minimum of the policy")


def complete_reason(row: Row, language: str) -> str:
    """Return what a customer's credit file lacks. ``row``: of ``WorklistView.to_complete``."""
    _, f = translator(language), formats(language)
    days = "" if is_missing(row["days"]) else f.days0(int(row["days"]))
    return _(_COMPLETE.get(str(row["detail"]), N_("To complete"))).format(
        amount=f.amount0(row["amount_minor"], row["currency"]),
        date=f.date(row["on"]),
        days=days,
    )


# -- why a customer stands where he does ---------------------------------------------------------


def _late(row: Row, language: str) -> list[str]:
    _, f = translator(language), formats(language)
    if not is_missing(row["amount_reason"]):
        return [label("reason", row["amount_reason"], language)]
    if not row["to_collect_minor"]:
        return []
    days = f.days0(round(row["days_late_weighted"]))
    segment = label("segment", row["segment"], language)
    return [_("{segment}, late by {days} on average").format(segment=segment, days=days)]


def _partly(row: Row, language: str) -> list[str]:
    """Return what is not asked for beside what is."""
    _, f = translator(language), formats(language)
    found = []
    if not is_missing(row["promised_minor"]) and row["promised_minor"]:
        found.append(
            _("{amount} promised for {date}").format(
                amount=f.amount0(row["promised_minor"], row["currency"]),
                date=f.date(row["promise_until"]),
            )
        )
    return found + _disputed(row, language)


def _disputed(row: Row, language: str) -> list[str]:
    _, f = translator(language), formats(language)
    if is_missing(row["disputed_minor"]) or not row["disputed_minor"]:
        return []
    amount = f.amount0(row["disputed_minor"], row["currency"])
    return [_("{amount} in dispute, not reminded").format(amount=amount)]


def _insurer(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    said = {
        "declaration": N_("{amount} to declare to the insurer by {date} ({days})"),
        "extension": N_("Extension of {amount} possible until {date} ({days})"),
    }
    count = int(row["insurer_days"])
    days = _.ngettext("{n} day left", "{n} days left", count).format(n=f.integer(count))
    return _(said[str(row["insurer_kind"])]).format(
        amount=f.amount0(row["insurer_minor"], row["insurer_currency"]),
        date=f.date(row["insurer_on"]),
        days=days,
    )


def _broken(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    return _("Promise broken on {date}: {amount} not received").format(
        date=f.date(row["broken_on"]),
        amount=f.amount0(row["broken_minor"], row["broken_currency"]),
    )


def _ordering(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    code = row["over_currency"]
    return _("{amount} over the limit, {orders} of orders pending").format(
        amount=f.amount0(row["over_minor"], code), orders=f.amount0(row["orders_minor"], code)
    )


def _barred(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    return _("{amount} barred on {date} (estimate)").format(
        amount=f.amount0(row["limitation_minor"], row["limitation_currency"]),
        date=f.date(row["limitation_on"]),
    )


_SENTENCES: Final = {
    "insurer": _insurer,
    "promise_broken": _broken,
    "over_with_orders": _ordering,
    "limitation": _barred,
}
