"""The first sheet of a customer's file: who he is, what he owes, how he pays, what is known of him."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from arlib.i18n import formats, translator
from arlib.i18n.labels import label
from arlib.i18n.measures import measure_value
from arlib.model.followup import EXTERNAL_SCORE
from arlib.reports.sheet import Cell, Column, Sheet

if TYPE_CHECKING:
    from arlib.views.customer_file import CustomerFile

Row = tuple[str, str, Cell, str | None]


def summary_sheet(file: CustomerFile, lang: str) -> Sheet:
    """Return subject, measure, value and remark of everything known at the date."""
    _ = translator(lang)
    view = file.customer
    rows = identity_rows(file, lang)
    found = [*view.risk["currency"].dropna(), *view.aging["currency"].dropna()]
    for currency in dict.fromkeys(str(code) for code in found):
        rows += [*amount_rows(file, currency, lang), *behaviour_rows(file, currency, lang)]
    rows += [*judgement_rows(file, lang), *known_rows(file, lang)]
    return Sheet(
        _("Summary"),
        (
            Column(_("Subject"), "text", [row[0] for row in rows], width=20),
            Column(_("Measure"), "text", [row[1] for row in rows], width=44),
            Column(_("Value"), "mixed", [row[2] for row in rows], width=30),
            Column(_("Remark"), "text", [row[3] for row in rows], width=60),
        ),
    )


def identity_rows(file: CustomerFile, lang: str) -> list[Row]:
    """Return who he is: identifiers with what their keys say, linked codes, group, terms."""
    _, view = translator(lang), file.customer
    subject, known = _("Identity"), view.attributes
    checks = {
        "valid": _("well formed"),
        "invalid": _("wrong: its key does not match"),
        "missing": None,
        "unchecked": _("not checked: no public key for this country"),
    }
    coherence = None
    if file.identity.is_coherent is False:
        coherence = _("holds another SIREN")
    rows: list[Row] = [
        (subject, _("Name"), Cell(view.name), None),
        (subject, _("Customer code"), Cell(view.customer_id), None),
        (subject, _("SIREN"), _text(known.get("siren")), checks[file.identity.siren]),
        (
            subject,
            _("VAT number"),
            _text(known.get("vat_number")),
            coherence or checks[file.identity.vat],
        ),
    ]
    rows += [
        (subject, _("Linked code"), Cell(row["customer_id"]), _link_words(row, lang))
        for row in file.codes.to_dict("records")
    ]
    names = {
        "group_id": _("Group"),
        "category": _("Category"),
        "sector": _("Sector"),
        "owner": _("Salesperson"),
        "country": _("Country"),
        "terms": _("Payment terms"),
        "payment_method": _("Payment method"),
    }
    rows += [(subject, title, _text(known.get(name)), None) for name, title in names.items()]
    code = known.get("insolvency")
    if isinstance(code, str) and code != "none":
        day = formats(lang).date(_day(known.get("insolvency_on")))
        rows.append(
            (subject, _("Insolvency proceedings"), Cell(label("insolvency", code, lang)), day)
        )
    if known.get("is_natural_person") is True:
        why = _("A natural person: the segment alone must not decide a refusal.")
        rows.append((subject, _("Natural person"), Cell(_("yes")), why))
    return rows


def amount_rows(file: CustomerFile, currency: str, lang: str) -> list[Row]:
    """Return what he owes in one currency, by part, and how much of his limit is used."""
    _, view = translator(lang), file.customer
    subject = _("Exposure in {currency}").format(currency=currency)
    parts = view.exposure[view.exposure["currency"] == currency]
    rows: list[Row] = [
        (
            subject,
            label("part", row["part"], lang),
            Cell(int(row["amount_minor"]), "amount", currency),
            None,
        )
        for row in parts.to_dict("records")
    ]
    aging, risk = _first(view.aging, currency), _first(view.risk, currency)
    if aging:
        rows.append((subject, _("Overdue"), Cell(aging["overdue_minor"], "amount", currency), None))
        rows.append(
            (subject, _("In dispute"), Cell(aging["disputed_minor"], "amount", currency), None)
        )
    if risk:
        limit, code = risk["limit_minor"], risk["limit_currency"]
        why = risk.get("limit_minor_reason")
        remark = label("reason", why, lang) if isinstance(why, str) else None
        rows += [
            (subject, _("Credit limit"), Cell(limit, "amount", code), remark),
            (subject, _("Overrun"), Cell(risk["overrun_minor"], "amount", code), None),
            (subject, _("Use"), Cell(risk["utilisation_ratio"], "ratio"), None),
        ]
    return rows


def behaviour_rows(file: CustomerFile, currency: str, lang: str) -> list[Row]:
    """Return how he pays in one currency, or why it cannot be said."""
    _, view = translator(lang), file.customer
    subject = _("Behaviour in {currency}").format(currency=currency)
    if view.behaviour_unavailable:
        why = label("reason", view.behaviour_unavailable, lang)
        return [(subject, _("Payment behaviour"), Cell(None), why)]
    row = _first(view.behaviour, currency)
    if not row:
        return [
            (subject, _("Payment behaviour"), Cell(None), _("No settlement in the last 12 months."))
        ]
    risk = _first(view.risk, currency)
    return [
        (
            subject,
            _("Mean delay (days)"),
            Cell(risk.get("mean_delay_days"), "days"),
            _("settled and late, 12 months"),
        ),
        (subject, _("Delay of payments (days)"), Cell(row["weighted_delay_days"], "days"), None),
        (subject, _("Time to pay"), Cell(row["days_to_pay"], "days"), None),
        (subject, _("Trend, 3 months"), Cell(row["trend_days"], "days"), None),
        (subject, _("Settlements"), Cell(row["count_payments"], "integer"), None),
        (subject, _("Invoices fully paid"), Cell(row["count_paid_invoices"], "integer"), None),
    ]


def judgement_rows(file: CustomerFile, lang: str) -> list[Row]:
    """Return segment, score, early warning and outside scores."""
    _, f, subject = translator(lang), formats(lang), translator(lang)("Judgement")
    rows: list[Row] = []
    for row in file.customer.segments.head(1).to_dict("records"):
        reason = row.get("manual_reason")
        by_hand = isinstance(row.get("manual_segment"), str)
        remark = label("rule", row["rule"], lang)
        if by_hand:
            remark = _("decided by {author}: {reason}").format(
                author=row["manual_author"], reason=reason
            )
        rows.append((subject, _("Segment"), Cell(label("segment", row["segment"], lang)), remark))
        rows.append(
            (subject, _("Score"), Cell(row.get("score"), "number"), _("0 safe, 100 at risk"))
        )
    if file.warning:
        told = file.warning
        words = None
        if pd.notna(told["usual_days"]):
            words = _("usual delay {usual}, {recent} lately").format(
                usual=f.signed_days(told["usual_days"]), recent=f.signed_days(told["recent_days"])
            )
        rows.append((subject, _("Early warning"), Cell(label("alert", told["alert"], lang)), words))
    for found in file.financials.to_dict("records"):
        is_score = found["measure"] == EXTERNAL_SCORE
        name = _("External score") if is_score else str(found["measure"])
        day = f.date(_day(found["measured_on"]))
        rows.append(
            (
                subject,
                name,
                Cell(measure_value(found, lang)),
                f"{day}, {_('out of date')}" if found["is_stale"] else day,
            )
        )
    return rows


def known_rows(file: CustomerFile, lang: str) -> list[Row]:
    """Return promises, disputes, cause of lateness and next review."""
    _, subject = translator(lang), translator(lang)("Follow-up")
    counts = file.promises["status"].value_counts()
    rows: list[Row] = [
        (
            subject,
            label("promises", state, lang),
            Cell(int(counts.get(state, 0)), "integer"),
            None,
        )
        for state in ("kept", "partial", "pending", "broken")
    ]
    is_open = file.disputes["closed_on"].isna()
    rows.append((subject, _("Open disputes"), Cell(int(is_open.sum()), "integer"), None))
    if file.cause:
        words = label("late_cause", file.cause["cause"], lang)
        rows.append(
            (
                subject,
                _("Cause of lateness"),
                Cell(words),
                formats(lang).date(file.cause["taken_on"]),
            )
        )
    late = _("overdue") if file.is_review_late else None
    rows.append((subject, _("Next review"), Cell(file.review_on, "date"), late))
    return rows


def _first(rows: pd.DataFrame, currency: str) -> dict[Any, Any]:
    here = rows[rows["currency"] == currency]
    return here.iloc[0].to_dict() if len(here) else {}


def _link_words(row: dict[Any, Any], lang: str) -> str:
    """Return the name of a linked code, who linked it and when, and why."""
    words = translator(lang)("{date} by {who}").format(
        date=formats(lang).date(_day(row["at"])), who=row["by"]
    )
    parts = [row["name"], words, row["reason"]]
    return " · ".join(part for part in parts if isinstance(part, str) and part)


def _text(value: object) -> Cell:
    return Cell(value if isinstance(value, str) and value else None)


def _day(value: Any) -> Any:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
