"""Figures of the whole book: aging, risk, behaviour, dso, segments, concentration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import by_customer, explained, money, plain, record, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.tables import (
    aging_text,
    behaviour_text,
    concentration_text,
    dso_text,
    risk_text,
    segments_text,
)
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from arlib.views.aging import AgingBlock
    from arlib.views.behaviour import BehaviourBlock, LevelView
    from arlib.views.concentration import ConcentrationBlock
    from arlib.views.dso import DsoBlock
    from arlib.views.risk import RiskView
    from arlib.views.segments import SegmentsBlock

BasisOption = Literal["due", "issue"]
CreditsOption = Literal["separate", "oldest_first", "exclude"]
ExposureOption = Literal["E1", "E1g", "E2", "E3", "E4"]
MethodOption = Literal["score", "rules"]
ConcentrationBy = Literal["customer", "group"]
LevelOption = Literal["group", "category", "sector", "owner"]
Json = dict[str, Any]
# Of a customer's segment: what the rules do not know.
_SCORE_ONLY: Final = (
    "score",
    "points",
    "max_points",
    "band",
    "count_paid",
    "changed_on",
)
# Said where there is something to say.
_IF_ANY: Final = (
    "alert_since",
    "returned_on",
    "old_invoice_currency",
    "manual_segment",
    "manual_reason",
    "manual_author",
    "manual_expires_on",
    "manual_recorded_at",
)

_BEHAVIOUR: Final = (
    "count_payments",
    "count_paid_invoices",
    "simple_delay_days",
    "weighted_delay_days",
    "weighted_delay_open_days",
    "late_only_delay_days",
    "paid_over_30_ratio",
    "days_to_pay",
    "trend",
    "trend_days",
)
_DSO: Final = (
    "outstanding",
    "sales",
    "period_from",
    "period_days",
    "simple_days",
    "count_back_days",
    "best_possible_days",
    "average_days_delinquent",
    "cei_ratio",
    "cei_12m_ratio",
    "turnover",
    "turnover_days",
    "overdue_ratio",
    "decomposition",
)


def aging(
    session: Session,
    basis: Annotated[
        BasisOption | None, typer.Option("--basis", help="Age by due date or by issue date.")
    ] = None,
    buckets: Annotated[
        str | None, typer.Option("--buckets", metavar="30,60,90", help="Bounds in days.")
    ] = None,
    credit_rule: Annotated[
        CreditsOption | None, typer.Option("--credits", help="Place of unallocated credits.")
    ] = None,
) -> None:
    """Print the aged balance."""
    from arlib.views import aging as views

    bounds = _bounds(buckets)
    with session.workspace() as book:
        policy = session.active_policy(book)
        if bounds is not None:
            policy = policy.with_settings(buckets=bounds)  # refuses bounds that make no sense
        view = views.build(session.portfolio(book), policy, basis=basis, credits=credit_rule)
    document = {
        "as_of": plain(view.as_of),
        "basis": view.basis,
        "credits": view.credits,
        "is_estimated": view.is_estimated,
        "blocks": [_aging(block) for block in view.blocks],
    }
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(document, lambda: aging_text(session, view))


def risk(
    session: Session,
    exposure: Annotated[
        ExposureOption | None, typer.Option("--exposure", help="Exposure tested against the limit.")
    ] = None,
) -> None:
    """Print every customer against his limit."""
    from arlib.views import risk as views

    with session.workspace() as book:
        policy = session.active_policy(book)
        view = views.build(
            session.portfolio(book),
            policy,
            exposure=exposure,
            has_suggestions=True,
            has_return=True,
        )
    document = {
        "as_of": plain(view.as_of),
        **_over_limit(view),
        "exposure_basis": view.exposure_basis,
        "counts": plain(view.counts),
        "totals": rows(view.totals),
        "overruns": rows(view.overruns),
        "without_limit": rows(view.without_limit),
        "intercompany": rows(view.intercompany),
        "groups": rows(view.groups),
        "notes": list(view.notes),
        "customers": rows(view.customers),
    }
    session.warn_unconverted(view.totals["currency"])
    session.show(document, lambda: risk_text(session, view))


def _over_limit(view: RiskView) -> Json:
    if view.is_untested:
        return {"over_limit_count": None, "over_limit_count_reason": "not_at_this_level"}
    return {"over_limit_count": view.over_limit_count}


def behaviour(
    session: Session,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="One customer.")
    ] = None,
    level: Annotated[
        LevelOption | None, typer.Option("--level", help="Add the figures of a level.")
    ] = None,
    exclude_disputed: Annotated[
        bool, typer.Option("--exclude-disputed", help="Leave out invoices once disputed.")
    ] = False,
) -> None:
    """Print how late customers pay."""
    from arlib.views import behaviour as views

    with session.workspace() as book:
        portfolio, policy = session.portfolio(book), session.active_policy(book)
        if customer is not None:
            _require(portfolio.customers(), customer)
        policy = views.chosen(policy, exclude_disputed or None)
        view = views.build(portfolio, policy, has_customer_months=True)
        levels = views.build_level(portfolio, policy, level=level) if level else None
    head = {
        "as_of": plain(view.as_of),
        "window_from": plain(view.window_from),
        "left_out": list(view.left_out),
        "is_disputed_excluded": view.is_disputed_excluded,
    }
    if view.blocks:
        document = _unwrap(head, [_behaviour(block, customer, levels) for block in view.blocks])
    else:
        missing = _missing(_BEHAVIOUR, view.unavailable)
        document = head | {"portfolio": missing, "customers": []}
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(document, lambda: behaviour_text(session, view, customer, levels))


def dso(
    session: Session,
    period_months: Annotated[
        int | None, typer.Option("--period-months", min=1, max=120, help="Months of sales.")
    ] = None,
    series_months: Annotated[
        int, typer.Option("--series-months", min=0, max=120, help="Months of the series.")
    ] = 12,
) -> None:
    """Print the DSO and its family."""
    from arlib.views import dso as views

    with session.workspace() as book:
        view = views.build(
            session.portfolio(book),
            session.active_policy(book),
            period_months=period_months,
            series_months=series_months,
        )
    head = {"as_of": plain(view.as_of), "left_out": list(view.left_out)}
    if view.blocks:
        document = _unwrap(head, [_dso(block) for block in view.blocks])
    else:
        document = head | _missing(("currency", *_DSO), view.unavailable) | {"monthly": []}
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(document, lambda: dso_text(session, view))


def segments(
    session: Session,
    method: Annotated[
        MethodOption | None, typer.Option("--method", help="How customers are sorted.")
    ] = None,
) -> None:
    """Print the segment of each customer and what gave it."""
    from arlib.views import segments as views

    with session.workspace() as book:
        portfolio, policy = session.portfolio(book), session.active_policy(book)
        view = views.build(portfolio, policy, method=method)
    head = {
        "as_of": plain(view.as_of),
        "method": view.method,
        "previous_on": plain(view.previous_on),
    }
    if view.previous_on is None:
        head["previous_on_reason"] = "not_at_this_level"
    if view.unavailable:
        head["unavailable"] = view.unavailable
    blocks = [_segments(block) for block in view.blocks]
    document = _unwrap(head, blocks) if blocks else head | {"customers": [], "totals": {}}
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(document, lambda: segments_text(session, view))


def concentration(
    session: Session,
    by: Annotated[
        ConcentrationBy, typer.Option("--by", help="Count customers, or groups of customers.")
    ] = "customer",
) -> None:
    """Print how few customers carry the outstanding."""
    from arlib.views import concentration as views

    with session.workspace() as book:
        view = views.build(session.portfolio(book), session.active_policy(book), by=by)
    head = {"as_of": plain(view.as_of), "measure": view.measure, "by": view.by}
    blocks = [_concentration(block) for block in view.blocks]
    document = _unwrap(head, blocks) if blocks else head | {"top": [], "customers": []}
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(document, lambda: concentration_text(session, view))


# -- blocks -------------------------------------------------------------------------------------


def _unwrap(head: Mapping[str, Any], blocks: list[Json]) -> Json:
    """Return the fields at the top for one currency, under ``blocks`` for several."""
    return {**head, **blocks[0]} if len(blocks) == 1 else {**head, "blocks": blocks}


def _aging(block: AgingBlock) -> Json:
    return {
        "currency": block.currency,
        "buckets": list(block.buckets),
        "forward_buckets": list(block.forward),
        "totals": {
            name.removesuffix("_minor"): money(minor, block.currency)
            for name, minor in block.totals.items()
        },
        **record(block, without=("currency", "buckets", "forward", "totals")),
        "customers": rows(block.customers),
    }


def _behaviour(block: BehaviourBlock, customer: str | None, levels: LevelView | None) -> Json:
    customers, months = block.customers, block.customer_months
    if customer is not None:
        customers = customers[customers["customer_id"] == customer]
        months = months[months["customer_id"] == customer]
    whole = rows(block.portfolio, currency=block.currency)
    monthly = by_customer(months, _months(months, block.currency))
    return {
        "currency": block.currency,
        "is_estimated": block.is_estimated,
        "covered_ratio": block.covered_ratio,
        **({} if block.covered_ratio is not None else {"covered_ratio_reason": "no_history"}),
        **explained({"disputed_days": block.disputed_days, "clean_days": block.clean_days}),
        **_level(levels, block.currency),
        "portfolio": (whole[0] if whole else {})
        | {"monthly": _months(block.monthly, block.currency)},
        "customers": [
            row | {"monthly": monthly.get((row["company_id"], row["customer_id"]), [])}
            for row in rows(customers, currency=block.currency)
        ],
    }


def _level(levels: LevelView | None, currency: str) -> Json:
    """Return the values of the level asked for; null with its reason when no file tells them."""
    if levels is None:
        return {}
    if levels.unavailable:
        return {"level": levels.level, "values": None, "values_reason": levels.unavailable}
    found = [
        row
        for block in levels.blocks
        if block.currency == currency
        for row in rows(block.rows, currency=currency)
    ]
    return {"level": levels.level, "values": found}


def _dso(block: DsoBlock) -> Json:
    found = record(block, currency=block.currency)
    if found["decomposition"] is None:
        why = block.simple_days_reason or block.best_possible_days_reason
        found["decomposition_reason"] = why or "credit_balance"
    return found | {"monthly": _months(block.monthly, block.currency)}


def _segments(block: SegmentsBlock) -> Json:
    totals = {row.pop("segment"): row for row in rows(block.totals, currency=block.currency)}
    parts = block.factors
    is_score = bool(len(parts))
    customers = [
        segment_row(row, is_score=is_score)
        for row in rows(block.customers, currency=block.currency)
    ]
    if is_score:
        names = ["factor", "value", "points", "max_points", "reason", "is_measured"]
        written = [factor_row(item) for item in parts[names].to_dict("records")]
        found = by_customer(parts, written)
        for row in customers:
            row["factors"] = found.get((row["company_id"], row["customer_id"]), [])
    return {
        "currency": block.currency,
        "totals": totals,
        "moves": rows(block.moves, currency=block.currency),
        "customers": customers,
    }


def factor_row(row: Mapping[Any, Any]) -> Json:
    """Return one factor: value and points, or why they are unknown (∞: a limit of zero in use)."""
    found = {str(name): plain(value) for name, value in row.items() if name != "reason"}
    if found["value"] is None:
        found["value_reason"] = plain(row["reason"]) or "limit_zero"
    if found["points"] is None:
        found["points_reason"] = plain(row["reason"]) or "not_applicable"
    return found


def segment_row(row: Json, *, is_score: bool) -> Json:
    """Return a customer's segment; rules on old invoices compare amounts, not days or ratios."""
    if row["rule"] in ("old_amount", "old_invoice"):
        currency = row["old_invoice_currency"] or row["currency"]
        for name in ("rule_value", "rule_threshold"):
            if row[name] is not None:
                row[name] = money(round(row[name]), currency)
    unsaid = [name for name in _IF_ANY if row[name] is None]
    for name in (*unsaid, *(_SCORE_ONLY if not is_score else ())):
        row.pop(name, None)
        row.pop(f"{name}_reason", None)
    return row


def _concentration(block: ConcentrationBlock) -> Json:
    found: Json = {
        "currency": block.currency,
        "amount": money(block.amount_minor, block.currency),
        "count": block.count,
        "top": rows(block.top, currency=block.currency),
        f"pareto_{round(block.pareto_ratio * 100)}_count": plain(block.pareto_count),
    }
    for name in ("hhi", "hhi_normalised", "equivalent_count", "gini"):
        found[name] = plain(getattr(block, name))
    if block.reason is not None:
        found |= {f"{name}_reason": block.reason for name, value in found.items() if value is None}
    found = explained(found) | _dependence(block)
    return found | {
        "classes": rows(block.classes, currency=block.currency),
        "excluded": rows(block.excluded, currency=block.currency),
        "customers": rows(block.customers, currency=block.currency),
    }


def _dependence(block: ConcentrationBlock) -> Json:
    """Return the ceiling of dependence and who owes more; nothing when the policy has none."""
    held = block.dependence
    if held is None:
        return {}
    found = {
        "ratio": held.ratio,
        "sales": money(held.sales_minor, block.currency),
        "ceiling": money(held.ceiling_minor, block.currency),
    }
    if held.reason is not None:
        found |= {"sales_reason": held.reason, "ceiling_reason": held.reason}
    above = rows(held.customers, currency=block.currency)
    return {"dependence": found | {"customers": above}}


def _months(frame: pd.DataFrame, currency: str) -> list[Json]:
    """Return a monthly series; ``month`` is ISO year-month."""
    found = rows(
        frame.drop(columns=["company_id", "customer_id"], errors="ignore"), currency=currency
    )
    return [{"month": row.pop("month_on")[:7], **row} for row in found]


def _missing(names: Iterable[str], reason: str | None) -> Json:
    """Return null figures, each with its reason."""
    found: Json = {}
    for name in names:
        found |= {name: None, f"{name}_reason": reason or "no_history"}
    return found


def _bounds(text: str | None) -> tuple[int, ...] | None:
    """Return bucket bounds. Raises UserError ``policy_value_invalid``."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise UserError("policy_value_invalid", value="--buckets", detail=text)
    return tuple(int(part) for part in parts)


def _require(customers: pd.DataFrame, customer: str) -> None:
    if not bool((customers["customer_id"] == customer).any()):
        raise UserError("customer_not_found", value=customer)


COMMANDS: Final = (
    Command("aging", aging, "Print the aged balance."),
    Command("risk", risk, "Print every customer against his limit."),
    Command("behaviour", behaviour, "Print how late customers pay."),
    Command("dso", dso, "Print the DSO and its family."),
    Command("segments", segments, "Print the segment of each customer and what gave it."),
    Command("concentration", concentration, "Print how few customers carry the outstanding."),
)
