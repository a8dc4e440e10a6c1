"""The words of the credit grid, of the sales desk and of the alerts: labels and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.labels import label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Row = Mapping[Any, Any]

# A shape and a word beside the colour: nobody has to tell red from green.
LIGHTS: Final = {"red": N_("■ Red"), "orange": N_("▲ Orange"), "green": N_("● Green")}
REASONS: Final = {
    "insolvency": N_("Insolvency proceedings: nothing on credit"),
    "over_limit": N_("Over the limit"),
    "blocked": N_("Limit at zero: no credit"),
    "over_with_orders": N_("Over the limit once orders are counted"),
    "overdue": N_("Invoice overdue for {days}, more than {most}"),
    "high_risk": N_("High risk class"),
    "no_rate": N_("No exchange rate: what is left cannot be said"),
    "unknown_exposure": N_("What is owed on the basis of the policy is not known"),
    "insurer_refused": N_("Not covered by the insurer"),
    "limit_expired": N_("Limit expired"),
    "no_limit": N_("No credit limit"),
    "near_limit": N_("Limit used to {share} or more"),
    "dispute": N_("Invoice in dispute"),
    "high_risk_person": N_("High risk class: to be decided by a person, never by the class alone"),
    "watch": N_("Class to watch"),
    "within": N_("Within the limit"),
}
_DATED: Final = {
    "over_limit": N_("Over the limit since {date}"),
    "limit_expired": N_("Limit expired on {date}"),
}
RULES: Final = {
    "near": N_("Near the limit"),
    "over": N_("Over the limit"),
    "over_long": N_("Over the limit for long"),
    "major": N_("Major overrun"),
    "insurer_deadline": N_("Insurer’s deadline"),
    "insurer_missed": N_("Insurer’s deadline missed"),
    "limit_expiring": N_("Limit that ends"),
    "over_insurer": N_("Beyond the insurer’s cover"),
    "group_over": N_("Group over its limit"),
    "new_overrun": N_("New overrun since the last import"),
    "early_warning": N_("Early warning confirmed"),
    "broken_promise": N_("Promise broken"),
    "class_worsened": N_("Class worsened"),
}
TO_DO: Final = {
    "near": N_("Plan the limit before the next order"),
    "over": N_("Ask for payment, or fix another limit with its reason"),
    "over_long": N_("Hold deliveries, or fix another limit with its reason"),
    "major": N_("Hold orders until somebody decides"),
    "insurer_deadline": N_("Declare, or ask the insurer for more time"),
    "insurer_missed": N_("Ask the insurer what is still covered"),
    "limit_expiring": N_("Review the customer and fix the limit again"),
    "over_insurer": N_("Ask the insurer for more, or decide what is carried uncovered"),
    "group_over": N_("Share the limit of the group among its customers"),
    "new_overrun": N_("Look at what was invoiced since, then decide"),
    "early_warning": N_("Call before the next due date"),
    "broken_promise": N_("Call back and agree on a new date"),
    "class_worsened": N_("Open the score, then review the limit and the terms"),
}
SEVERITIES: Final = {"high": N_("High"), "medium": N_("Medium"), "low": N_("Low")}
EXCEPTIONS: Final = {
    "terms_illegal": N_("Terms beyond the legal ceiling"),
    "limit_above": N_("Limit above the ceiling of the class"),
    "no_limit": N_("No limit although the class needs one"),
    "terms_above": N_("Terms longer than those of the class"),
    "terms_clause": N_("45 days end of month: clause to check"),
}
REGIMES: Final = {
    "general": N_("Common rule"),
    "periodic": N_("Periodic invoices"),
    "overseas": N_("Overseas departments"),
    "perishable": N_("Perishable food"),
    "perishable_periodic": N_("Perishable food, periodic invoices"),
    "meat": N_("Live cattle and fresh meat"),
    "alcohol": N_("Some alcohols"),
    "grapes": N_("Grapes and musts"),
    "wine": N_("Wines"),
    "transport": N_("Road transport and related"),
    "export": N_("Export purchases free of VAT"),
    "public": N_("Public buyers"),
    "unknown": N_("Regime not understood"),
}
STARTS: Final = {
    "issue": N_("date of the invoice"),
    "delivery": N_("delivery"),
    "receipt": N_("receipt of the goods"),
}
READINGS: Final = {
    "net": N_("60 days from the invoice"),
    "month_end_a": N_("45 days, then the end of the month"),
    "month_end_b": N_("end of the month, then 45 days"),
    "ten_days": N_("end of the ten days, then 30 days"),
}
BASES: Final = {
    "E1": N_("Unpaid amount (net of credits)"),
    "E1g": N_("Unpaid amount before credits"),
    "E2": N_("With bills not matured"),
    "E3": N_("With deliveries not invoiced"),
    "E4": N_("With orders"),
}
_ALL: Final = {
    "basis": BASES,
    "light": LIGHTS,
    "alert_rule": RULES,
    "to_do": TO_DO,
    "severity": SEVERITIES,
    "exception": EXCEPTIONS,
    "regime": REGIMES,
    "start": STARTS,
    "reading": READINGS,
}


def named(subject: str, code: object, language: str = "fr") -> str:
    """Return the words of a code of the grid, the sales desk or the alerts.

    ``subject``: light, alert_rule, to_do, severity, exception, regime, start, reading,
    basis.
    """
    found = _ALL[subject].get(str(code))
    return translator(language)(found) if found else str(code)


def light_reason(row: Row, language: str, *, overdue_days: int, watch_ratio: float) -> str:
    """Return why a customer has his light. ``row``: of ``SalesView.customers``."""
    _, f, code = translator(language), formats(language), str(row["reason"])
    if code in _DATED and not is_missing(row["reason_on"]):
        return _(_DATED[code]).format(date=f.date(row["reason_on"]))
    return _(REASONS[code]).format(
        days=f.days0(row["days_late"]),
        most=f.days0(overdue_days),
        share=f.percent(watch_ratio, 0),
    )


def exception_reason(row: Row, language: str) -> str:
    """Return why a customer stands outside the grid. ``row``: of ``GridView.exceptions``."""
    return _EXCEPTION_SENTENCES[str(row["rule"])](row, language)


def alert_message(row: Row, language: str) -> str:
    """Return what an alert says. ``row``: of ``AlertsView.list``."""
    return _ALERT_SENTENCES[str(row["rule"])](row, language)


# -- outside the grid -----------------------------------------------------------------------------


def _limit_above(row: Row, language: str) -> str:
    _, f, code = translator(language), formats(language), row["currency"]
    return _("Limit of {limit}, ceiling of {ceiling}: {excess} above").format(
        limit=f.amount0(row["limit_minor"], code),
        ceiling=f.amount0(row["ceiling_minor"], code),
        excess=f.amount0(row["excess_minor"], code),
    )


def _no_limit(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    if is_missing(row["ceiling_minor"]):
        return _("No limit; the class has a ceiling")
    ceiling = f.amount0(row["ceiling_minor"], row["currency"])
    return _("No limit; the class allows up to {ceiling}").format(ceiling=ceiling)


def _terms_above(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    return _(
        "{days} too long for the class: invoice of {issued} due {due}, at the latest {last}"
    ).format(**_invoice(row, language), days=f.days0(row["days_beyond"]))


def _terms_illegal(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    if is_missing(row["month_end_a_days"]):
        said = _("{days} too long ({regime}): invoice of {issued} due {due}, at the latest {last}")
    else:
        said = _(
            "{days} too long even by “{reading}”: invoice of {issued} due {due}, at the latest {last}"
        )
    return said.format(
        **_invoice(row, language),
        days=f.days0(row["days_beyond"]),
        regime=named("regime", row["regime"], language),
        reading=named("reading", row["reading"], language),
    )


def _terms_clause(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    return _(
        "{days} beyond 60 days, within “{reading}” if the contract says so: invoice of {issued} due {due}"
    ).format(
        **_invoice(row, language),
        days=f.days0(row["days_beyond"]),
        reading=named("reading", row["reading"], language),
    )


def _invoice(row: Row, language: str) -> dict[str, str]:
    f = formats(language)
    return {
        "issued": f.date(row["issued_on"]),
        "due": f.date(row["due_on"]),
        "last": f.date(row["allowed_on"]),
    }


# -- alerts ---------------------------------------------------------------------------------------


def _near(row: Row, language: str) -> str:
    _ = translator(language)
    return _("{share} of the limit of {limit} used").format(**_limit(row, language))


def _over(row: Row, language: str) -> str:
    _, given = translator(language), _limit(row, language)
    if is_missing(row["ratio"]):
        return _("{amount} over the limit of {limit}").format(**given)
    return _("{amount} over the limit of {limit}, used at {share}").format(**given)


def _over_long(row: Row, language: str) -> str:
    _, given = translator(language), _limit(row, language)
    days = formats(language).days0(row["days"])
    return _("Over for {days} without a break, {amount} above {limit}").format(days=days, **given)


def _new_overrun(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    return _("{amount} over the limit of {limit}; within it on {date}, the import before").format(
        date=f.date(row["until"]), **_limit(row, language)
    )


def _over_insurer(row: Row, language: str) -> str:
    _ = translator(language)
    return _("{amount} beyond the insurer’s {limit}").format(**_limit(row, language))


def _group_over(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    count = 0 if is_missing(row["count"]) else int(row["count"])
    said = _.ngettext(
        "{n} customer, {amount} over the limit of {limit}",
        "{n} customers together, {amount} over the limit of {limit}",
        count,
    )
    return said.format(n=f.integer(count), **_limit(row, language))


_DEADLINES: Final = {
    "declaration": N_("{amount} to declare to the insurer by {date} ({days})"),
    "extension": N_("Extension of {amount} possible until {date} ({days})"),
    "agreement_end": N_("The insurer’s agreement ends on {date} ({days})"),
    "limit_end": N_("The limit ends on {date} ({days})"),
    "guarantee_end": N_("The guarantee ends on {date} ({days})"),
    "missed": N_("{amount} had to be declared to the insurer by {date}"),
    "expired": N_("Limit ended, {amount} owed without one"),
}


def _deadline(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    code = "missed" if row["rule"] == "insurer_missed" else str(row["detail"])
    return _(_DEADLINES[code]).format(
        amount=f.amount0(row["amount_minor"], row["currency"]),
        date=f.date(row["until"]),
        days=_.ngettext("{n} day left", "{n} days left", _whole(row["days"])).format(
            n=f.integer(_whole(row["days"]))
        ),
    )


def _early(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    return _("Usual delay {usual} → {recent}, {amount} owed").format(
        usual=f.signed_days(row["usual_days"]),
        recent=f.signed_days(row["recent_days"]),
        amount=f.amount0(row["amount_minor"], row["currency"]),
    )


def _broken(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    said = _.ngettext(
        "{n} promise in twelve months, {amount} not received",
        "{n} promises in twelve months, {amount} not received",
        _whole(row["count"]),
    )
    amount = f.amount0(row["amount_minor"], row["currency"])
    return said.format(n=f.integer(_whole(row["count"])), amount=amount)


def _worsened(row: Row, language: str) -> str:
    _, f = translator(language), formats(language)
    return _("{before} → {after}, {amount} owed").format(
        before=label("segment", row["previous_segment"], language),
        after=label("segment", row["segment"], language),
        amount=f.amount0(row["amount_minor"], row["currency"]),
    )


def _limit(row: Row, language: str) -> dict[str, str]:
    f = formats(language)
    return {
        "amount": f.amount0(row["amount_minor"], row["currency"]),
        "limit": f.amount0(row["limit_minor"], row["currency"]),
        "share": f.share(row["ratio"]),
    }


def _whole(value: object) -> int:
    return 0 if is_missing(value) else int(value)  # type: ignore[call-overload]


_EXCEPTION_SENTENCES: Final[dict[str, Callable[[Row, str], str]]] = {
    "limit_above": _limit_above,
    "no_limit": _no_limit,
    "terms_above": _terms_above,
    "terms_illegal": _terms_illegal,
    "terms_clause": _terms_clause,
}
_ALERT_SENTENCES: Final[dict[str, Callable[[Row, str], str]]] = {
    "near": _near,
    "over": _over,
    "major": _over,
    "over_long": _over_long,
    "new_overrun": _new_overrun,
    "over_insurer": _over_insurer,
    "group_over": _group_over,
    "insurer_deadline": _deadline,
    "insurer_missed": _deadline,
    "limit_expiring": _deadline,
    "early_warning": _early,
    "broken_promise": _broken,
    "class_worsened": _worsened,
}
