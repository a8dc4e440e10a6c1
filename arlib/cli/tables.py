"""The views as text for people: what the JSON says, narrower."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.cli.text import DASH, pairs, shorten, table
from arlib.i18n.companies import company_name, company_names
from arlib.i18n.delays import delay_words
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import bucket_label, label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from arlib.cli.session import Session
    from arlib.views.aging import AgingBlock, AgingView
    from arlib.views.behaviour import BehaviourBlock, BehaviourView, LevelView
    from arlib.views.behaviour_details import SurvivalBlock, SurvivalView
    from arlib.views.concentration import ConcentrationBlock, ConcentrationView
    from arlib.views.customer import CustomerView
    from arlib.views.dso import DsoBlock, DsoView
    from arlib.views.risk import RiskView
    from arlib.views.segments import SegmentsBlock, SegmentsView
    from arlib.views.status import StatusView

_GAP: Final = "\n\n"


def aging_text(session: Session, view: AgingView) -> str:
    """Return the aged balance, one table a currency with its total."""
    estimated = f" ({session.word('estimated')})" if view.is_estimated else ""
    head = _head(session, session.word("Aged balance") + estimated, view.as_of)
    return _join(session, head, [_aging(session, block) for block in view.blocks])


def risk_text(session: Session, view: RiskView) -> str:
    """Return customers against their limits, largest overrun first."""
    word, shown, frame = session.word, session.formats, view.customers
    head = _head(session, word("Risk, exposure {basis}", basis=view.exposure_basis), view.as_of)
    count = word("Customers over their limit: {count}", count=view.over_limit_count)
    if view.is_untested:
        count = session.unavailable("not_at_this_level")
    columns: dict[str, list[str]] = {
        word("Customer"): _names(frame),
        word("Mean delay"): _each(frame, "mean_delay_days", shown.signed_days),
        word("Unpaid amount"): _money(session, frame, "outstanding_minor"),
        word("Exposure"): _money(session, frame, "exposure_minor"),
        word("Limit"): _money(session, frame, "limit_minor", "limit_currency"),
        word("Overrun"): _money(session, frame, "overrun_minor", "limit_currency"),
        word("Use"): _uses(session, frame),
        word("Over since"): _each(frame, "overrun_since", shown.date),
    }
    return _join(session, head + "\n" + count, [_columns(columns)] if len(frame) else [])


def behaviour_text(
    session: Session,
    view: BehaviourView,
    customer: str | None,
    levels: LevelView | None = None,
) -> str:
    """Return how late customers pay, worst first, after the values of a level when asked for."""
    head = _head(session, session.word("Payment behaviour"), view.as_of)
    if view.unavailable:
        return f"{head}\n{session.unavailable(view.unavailable)}"
    parts = [_behaviour(session, block, customer) for block in view.blocks]
    return _join(session, head, [*_levels(session, levels), *parts])


def survival_text(session: Session, view: SurvivalView) -> str:
    """Return how long invoices stay unpaid: the median and the steps of each curve."""
    head = _head(session, session.word("Survival of invoices"), view.as_of)
    if view.unavailable:
        return f"{head}\n{session.unavailable(view.unavailable)}"
    parts = [
        _curve(session, view.by, block, row)
        for block in view.blocks
        for row in block.curves.to_dict("records")
    ]
    return _join(session, head, parts)


def dso_text(session: Session, view: DsoView) -> str:
    """Return the DSO family and its monthly series."""
    head = _head(session, "DSO", view.as_of)
    if view.unavailable:
        return f"{head}\n{session.unavailable(view.unavailable)}"
    return _join(session, head, [_dso(session, block) for block in view.blocks])


def segments_text(session: Session, view: SegmentsView) -> str:
    """Return the totals of each segment, then the customers, riskiest first."""
    head = _head(session, session.word("Segments"), view.as_of)
    return _join(session, head, [_segments(session, block) for block in view.blocks])


def concentration_text(session: Session, view: ConcentrationView) -> str:
    """Return how few customers carry the outstanding."""
    head = _head(session, session.word("Concentration"), view.as_of)
    return _join(session, head, [_concentration(session, block) for block in view.blocks])


def status_text(session: Session, view: StatusView) -> str:
    """Return what the book holds and whether it ties with the ledger."""
    word, shown = session.word, session.formats
    if view.as_of is None:
        return word("The book is empty.")
    facts = pairs(
        [
            (word("Companies"), company_names(view.companies["name"], session.lang)),
            (
                word("Level of data"),
                f"{view.data_level} ({label('level', view.data_level, session.lang)})",
            ),
            (word("Documents"), f"{shown.date(view.first_date)} – {shown.date(view.last_date)}"),
            (word("Answers from"), shown.date(view.first_as_of)),
            (word("Imports"), shown.integer(view.count_batches)),
        ]
    )
    tie = view.tie_out
    ties = _columns(
        {
            word("Company"): [company_name(code, session.lang) for code in tie["company_id"]],
            word("Account class"): [
                label("class", code, session.lang) for code in tie["account_class"]
            ],
            word("Ledger"): _money(session, tie, "ledger_minor"),
            word("Analysed"): _money(session, tie, "analysed_minor"),
            word("Difference"): _money(session, tie, "difference_minor"),
        },
        words=2,
    )
    return _join(session, _head(session, word("Book"), view.as_of), [facts, ties])


def customer_text(session: Session, view: CustomerView) -> str:
    """Return one customer: his figures, then his open items."""
    word, shown, risk = session.word, session.formats, view.risk
    title = f"{shorten(view.name, 60)} ({view.customer_id}, {view.company_id})"
    facts = [
        pairs(
            [
                (word("Unpaid amount"), shown.amount(row["outstanding_minor"], row["currency"])),
                (word("Limit"), _limit(session, row)),
                (word("Overrun"), shown.amount(row["overrun_minor"], row["limit_currency"] or "")),
                (word("Mean delay"), shown.signed_days(row["mean_delay_days"])),
            ]
        )
        for row in risk.to_dict("records")
    ]
    items = view.items
    lines = _columns(
        {
            word("Number"): _texts(items, "number"),
            word("Kind"): [label("kind", code, session.lang) for code in items["kind"]],
            word("Issued on"): _each(items, "issued_on", shown.date),
            word("Due on"): _each(items, "due_on", shown.date),
            word("Days late"): _each(items, "days_late", shown.integer),
            word("Amount"): _money(session, items, "amount_minor"),
            word("Open"): _money(session, items, "open_minor"),
        },
        words=4,
    )
    segments = [label("segment", code, session.lang) for code in view.segments["segment"]]
    return _join(session, _head(session, title, view.as_of), [*segments, *facts, lines])


# -- blocks -------------------------------------------------------------------------------------


def _aging(session: Session, block: AgingBlock) -> str:
    word, frame = session.word, block.customers
    measures = {bucket_label(name, session.lang): f"{name}_minor" for name in block.buckets}
    measures |= {
        word("Not allocated"): "unallocated_minor",
        word("Total"): "total_minor",
        word("Overdue"): "overdue_minor",
    }
    shown = session.formats
    columns = {word("Customer"): [*_names(frame), word("Total")]}
    columns |= {
        title: [
            *_money(session, frame, name, default=block.currency),
            shown.amount(block.totals[name], block.currency),
        ]
        for title, name in measures.items()
    }
    return _columns(columns)


def _behaviour(session: Session, block: BehaviourBlock, customer: str | None) -> str:
    word, shown, frame = session.word, session.formats, block.customers
    if customer is not None:
        frame = frame[frame["customer_id"] == customer]
    whole = block.portfolio.to_dict("records")
    headline = [
        word(
            "Payment behaviour: {days} ({count} payments allocated, {amount})",
            days=delay_words(row["weighted_delay_days"], session.lang),
            count=shown.integer(row["count_payments"]),
            amount=shown.amount(row["paid_minor"], block.currency),
        )
        for row in whole
    ]
    if block.is_dispute_material:
        both = word("Open invoices included: {disputed} with disputed invoices, {clean} without.")
        headline.append(
            both.format(
                disputed=shown.signed_days(block.disputed_days),
                clean=shown.signed_days(block.clean_days),
            )
        )
    if block.is_estimated:
        share = shown.percent(block.covered_ratio)
        headline.append(word("Estimated: based on {share} of the cash received.", share=share))
    columns = {
        word("Customer"): _names(frame),
        word("Payments"): _each(frame, "count_payments", shown.integer),
        word("Settled"): _each(frame, "weighted_delay_days", shown.signed_days),
        word("Open included"): _each(frame, "weighted_delay_open_days", shown.signed_days),
        word("Late ones alone"): _each(frame, "late_only_delay_days", shown.signed_days),
        word("Paid over 30 d"): _each(frame, "paid_over_30_ratio", shown.percent),
        word("Median"): _each(frame, "median_delay_days", shown.signed_days),
        word("On time"): _each(frame, "on_time_amount_ratio", shown.percent),
        word("Trend"): [label("trend", code, session.lang) for code in frame["trend"]],
    }
    return "\n".join([*headline, _columns(columns)])


def _levels(session: Session, view: LevelView | None) -> list[str]:
    """Return a table a currency of the values of a level, worst first."""
    if view is None:
        return []
    word, shown = session.word, session.formats
    title = label("behaviour_level", view.level, session.lang)
    if view.unavailable:
        return [title, session.unavailable(view.unavailable)]
    return [
        _columns(
            {
                title: [
                    word("(not filled)") if is_missing(value) else shorten(value)
                    for value in block.rows["value"].tolist()
                ],
                word("Customers"): _each(block.rows, "count_customers", shown.integer),
                word("Payments"): _each(block.rows, "count_payments", shown.integer),
                word("Amount"): _money(session, block.rows, "paid_minor"),
                word("Settled"): _each(block.rows, "weighted_delay_days", shown.signed_days),
                word("Open included"): _each(
                    block.rows, "weighted_delay_open_days", shown.signed_days
                ),
                word("Median"): _each(block.rows, "median_delay_days", shown.signed_days),
                word("On time"): _each(block.rows, "on_time_amount_ratio", shown.percent),
            }
        )
        for block in view.blocks
    ]


def _curve(session: Session, by: str, block: SurvivalBlock, row: Mapping[Any, Any]) -> str:
    """Return one curve: what it rests on, its median, its steps."""
    word, shown = session.word, session.formats
    is_one = len(block.curves) == 1
    name = word("(not filled)") if is_missing(row["value"]) else str(row["value"])
    if by == "segment":
        name = label("segment", row["value"], session.lang)
    median = (
        "> " + shown.signed_days(row["longest_day"])
        if is_missing(row["median_day"])
        else shown.signed_days(row["median_day"])
    )
    head = word(
        "{count} invoices, {events} paid; half are paid at {median}",
        count=shown.integer(row["count_invoices"]),
        events=shown.integer(row["count_events"]),
        median=median,
    )
    steps = block.steps
    if not is_one:
        same = steps["value"].isna() if is_missing(row["value"]) else steps["value"] == row["value"]
        steps = steps.loc[same]
    columns = {
        word("Days from the due date"): _each(steps, "day", shown.signed_days),
        word("Still unpaid"): _each(steps, "survival", shown.percent),
        word("At risk"): _each(steps, "at_risk", shown.integer),
        word("Paid in full"): _each(steps, "events", shown.integer),
    }
    return (head if is_one else f"{name} – {head}") + "\n" + _columns(columns)


def _dso(session: Session, block: DsoBlock) -> str:
    word, shown = session.word, session.formats
    bound = "> " if block.count_back_is_lower_bound else ""
    facts = pairs(
        [
            (word("Unpaid amount"), shown.amount(block.outstanding_minor, block.currency)),
            (word("Sales of the period"), shown.amount(block.sales_minor, block.currency)),
            (word("Days of the period"), shown.integer(block.period_days)),
            (word("DSO, simple"), shown.days(block.simple_days)),
            (word("DSO, count-back"), bound + shown.days(block.count_back_days)),
            (word("Best possible DSO"), shown.days(block.best_possible_days)),
            (word("Average days delinquent"), shown.days(block.average_days_delinquent)),
            (word("Collection effectiveness (CEI) of the month"), shown.percent(block.cei_ratio)),
            (
                word("Mean CEI, {n} months", n=block.count_cei_months or 12),
                shown.percent(block.cei_12m_ratio),
            ),
            (word("Receivables turnover a year"), shown.decimal(block.turnover, 2)),
            (word("Share overdue"), shown.percent(block.overdue_ratio)),
            (word("Share disputed"), shown.percent(block.dispute_ratio)),
        ]
    )
    months = block.monthly
    series = {
        word("Month"): _each(months, "month_on", shown.month),
        word("DSO, simple"): _each(months, "simple_days", shown.days),
        word("DSO, count-back"): _each(months, "count_back_days", shown.days),
        word("Best possible DSO"): _each(months, "best_possible_days", shown.days),
        word("CEI"): _each(months, "cei_ratio", shown.percent),
        word("Sales"): _money(session, months, "sales_minor", default=block.currency),
        word("Unpaid amount"): _money(session, months, "outstanding_minor", default=block.currency),
    }
    return facts + (_GAP + _columns(series) if len(months) else "")


def _segments(session: Session, block: SegmentsBlock) -> str:
    word, shown, totals, frame = session.word, session.formats, block.totals, block.customers
    summary = {
        word("Segment"): [label("segment", code, session.lang) for code in totals["segment"]],
        word("Customers"): _each(totals, "count", shown.integer),
        word("Unpaid amount"): _money(session, totals, "outstanding_minor", default=block.currency),
        word("Overdue"): _money(session, totals, "overdue_minor", default=block.currency),
    }
    listed = {
        word("Customer"): _names(frame),
        word("Segment"): [label("segment", code, session.lang) for code in frame["segment"]],
        word("Rule"): [label("rule", code, session.lang) for code in frame["rule"]],
        **({word("Score"): _each(frame, "score", shown.decimal)} if len(block.factors) else {}),
        word("Unpaid amount"): _money(session, frame, "outstanding_minor", default=block.currency),
    }
    return _columns(summary) + _GAP + _columns(listed, words=3)


def _concentration(session: Session, block: ConcentrationBlock) -> str:
    word, shown, frame = session.word, session.formats, block.customers
    reached = word("Customers that make {share}", share=shown.percent(block.pareto_ratio, 0))
    facts = pairs(
        [
            *(
                (_first(session, int(row["n"])), shown.percent(row["share_ratio"]))
                for row in block.top.to_dict("records")
            ),
            (reached, shown.integer(block.pareto_count)),
            ("HHI", shown.decimal(block.hhi, 4)),
            (word("Equivalent number of customers"), shown.decimal(block.equivalent_count, 2)),
            ("Gini", shown.decimal(block.gini, 3)),
        ]
    )
    listed = {
        word("Customer"): _names(frame),
        word("Amount"): _money(session, frame, "amount_minor", default=block.currency),
        word("Share"): _each(frame, "share_ratio", shown.percent),
    }
    return facts + _GAP + _columns(listed)


def _first(session: Session, count: int) -> str:
    if count == 1:
        return session.word("Largest customer")
    return session.word("{count} largest customers", count=count)


# -- cells --------------------------------------------------------------------------------------


def _head(session: Session, title: str, as_of: Any) -> str:
    return f"{title} – {session.word('as of {date}', date=session.formats.date(as_of))}"


def _join(session: Session, head: str, parts: Sequence[str]) -> str:
    body = _GAP.join(part for part in parts if part)
    return head + _GAP + (body or session.word("Nothing to show."))


def _columns(columns: dict[str, list[str]], words: int = 1) -> str:
    return table(list(columns), zip(*columns.values(), strict=True), words=words)


def _each(frame: pd.DataFrame, name: str, write: Callable[[Any], str]) -> list[str]:
    return [write(cell) for cell in frame[name].tolist()]


def _money(
    session: Session,
    frame: pd.DataFrame,
    name: str,
    currency: str = "currency",
    default: str = "",
) -> list[str]:
    shown = session.formats
    codes = frame[currency].tolist() if currency in frame.columns else [default] * len(frame)
    return [
        shown.amount(cell, code) for cell, code in zip(frame[name].tolist(), codes, strict=True)
    ]


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    return [DASH if is_missing(cell) else shorten(cell) for cell in frame[name].tolist()]


def _uses(session: Session, frame: pd.DataFrame) -> list[str]:
    """Return the use of each limit; a limit of zero has no ratio but is said."""
    reasons = frame["utilisation_ratio_reason"].tolist()
    return [
        "> 100\u00a0%" if reason == "limit_zero" else session.formats.percent(ratio)
        for ratio, reason in zip(frame["utilisation_ratio"].tolist(), reasons, strict=True)
    ]


def _names(frame: pd.DataFrame) -> list[str]:
    """Return “code name” of each row, the name once when it is the code."""
    codes, names = frame["customer_id"].tolist(), frame["name"].tolist()
    return [
        shorten(code if name in (code, None) else f"{code} {name}")
        for code, name in zip(codes, names, strict=True)
    ]


def _limit(session: Session, row: Mapping[Any, Any]) -> str:
    """Return a limit, or why there is none."""
    text = session.formats.amount(row["limit_minor"], row["limit_currency"] or "")
    return label("reason", row.get("limit_reason"), session.lang) if text == DASH else text
