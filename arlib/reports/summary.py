"""The first sheet: the figures a manager reads, against the previous closing and a year ago."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from arlib.charts import palette
from arlib.i18n import N_, Translator, formats, labels, translator
from arlib.i18n.companies import company_names
from arlib.reports.sheet import Cell, Chart, Column, Kind, Series, Sheet, Sparkline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arlib.views.aging import AgingBlock
    from arlib.views.behaviour import BehaviourBlock
    from arlib.views.dso import DsoBlock
    from arlib.views.overview import Kpi
    from arlib.views.report import RiskReport
    from arlib.views.segments import SegmentsBlock

Block = TypeVar("Block", bound="_InCurrency")

KPIS: Final = {
    "outstanding": N_("Unpaid amount"),
    "late_over_30": N_("More than 30 days late"),
    "dso_count_back": N_("DSO, count-back"),
    "over_limit": N_("Customers over their limit"),
}
_KINDS: Final[dict[str, Kind]] = {"minor": "amount", "days": "days", "count": "integer"}
_BLANK: Final = Cell(None)
_SPARK: Final = 5  # place of the column of small lines, then of the first month they draw
_FIRST_MONTH: Final = 7


class _InCurrency(Protocol):
    """A block of a view."""

    @property
    def currency(self) -> str:
        """Return its currency."""
        ...


@dataclass(frozen=True, slots=True)
class _Row:
    """One line: what it measures, its value, the two it is compared with, a remark."""

    label: str
    value: Cell
    previous: Cell = _BLANK
    year_ago: Cell = _BLANK
    remark: str | None = None
    currency: str | None = None
    months: tuple[Cell, ...] = ()


def summary_sheet(views: RiskReport, aged: Sheet, lang: str) -> Sheet:
    """Return the headline figures by currency, and the chart of the aged balance under them."""
    _ = translator(lang)
    shown = formats(lang)
    rows = _facts(views, _)
    for currency in _currencies(views):
        rows += [replace(row, currency=currency) for row in _of_currency(views, currency, _)]
    rows += _overruns(views, _)
    columns = (
        Column(_("Measure"), "text", [row.label for row in rows], width=48),
        Column(_("Currency"), "text", [row.currency for row in rows], width=8),
        Column(shown.date(views.as_of), "mixed", [row.value for row in rows], width=24),
        Column(shown.date(views.overview.previous_on), "mixed", [row.previous for row in rows]),
        Column(shown.date(views.overview.year_ago_on), "mixed", [row.year_ago for row in rows]),
        Column(_("12 months"), "text", [None] * len(rows), width=20),
        Column(_("Remark"), "text", [row.remark for row in rows], width=48),
        *_months(views, rows, lang),
    )
    sparklines = tuple(
        Sparkline(place, _SPARK, _FIRST_MONTH, _FIRST_MONTH + len(row.months) - 1)
        for place, row in enumerate(rows)
        if row.months
    )
    return Sheet(_("Summary"), columns, chart=_chart(views, aged, lang), sparklines=sparklines)


def _months(views: RiskReport, rows: list[_Row], lang: str) -> list[Column]:
    """Return one column a month-end: what the small lines draw."""
    shown = formats(lang)
    return [
        Column(
            shown.month(day),
            "mixed",
            [row.months[place] if row.months else _BLANK for row in rows],
            width=13,
        )
        for place, day in enumerate(views.overview.months)
    ]


def _facts(views: RiskReport, _: Translator) -> list[_Row]:
    status = views.status
    words = {True: _("yes"), False: _("no")}
    tied = words.get(status.is_tied) if status.is_tied is not None else None
    level = labels.label("level", status.data_level, _.language)
    return [
        _Row(_("Companies"), Cell(company_names(views.company_names, _.language))),
        _Row(_("Level of data"), Cell(status.data_level), remark=level),
        _Row(_("Equal to the ledger"), Cell(tied)),
        _Row(_("Latest date of the data"), Cell(status.last_date, "date")),
    ]


def _of_currency(views: RiskReport, currency: str, _: Translator) -> list[_Row]:
    """Return the figures of one currency, view by view."""
    rows = [
        _kpi(kpi, currency, _)
        for block in _in(views.overview.blocks, currency)
        for kpi in block.kpis
    ]
    for aged in _in(views.aging.blocks, currency):
        rows += _aging(aged, _)
    for days in _in(views.dso.blocks, currency):
        rows += _dso(days, _)
    for paid in _in(views.behaviour.blocks, currency):
        rows += _behaviour(paid, _)
    for sorted_ in _in(views.segments.blocks, currency):
        rows += _segments(sorted_, _)
    return rows


def _kpi(item: Kpi, currency: str, _: Translator) -> _Row:
    kind = _KINDS[item.unit]
    remark = _why(item.reason, _)
    if item.name == "dso_count_back" and item.detail:
        remark = _("at least: the history is too short")
    return _Row(
        _(KPIS[item.name]),
        Cell(item.value, kind, currency),
        Cell(item.previous, kind, currency),
        Cell(item.year_ago, kind, currency),
        remark,
        months=tuple(Cell(value, kind, currency) for value in item.series),
    )


def _aging(block: AgingBlock, _: Translator) -> list[_Row]:
    def amount(label: str, name: str) -> _Row:
        return _Row(label, Cell(block.totals[f"{name}_minor"], "amount", block.currency))

    late = Cell(block.overdue_ratio, "ratio")
    age = Cell(block.average_age_days, "days")
    return [
        *(amount(labels.bucket_label(name, _.language), name) for name in block.buckets),
        amount(_("Not allocated"), "unallocated"),
        amount(_("Overdue"), "overdue"),
        _Row(_("Share overdue"), late, remark=_why(block.overdue_ratio_reason, _)),
        amount(_("In dispute"), "disputed"),
        _Row(
            _("Mean age of what is overdue (days)"),
            age,
            remark=_why(block.average_age_days_reason, _),
        ),
    ]


def _dso(block: DsoBlock, _: Translator) -> list[_Row]:
    period = _("{months} months of sales, {days} days").format(
        months=block.period_months or 0, days=block.period_days or 0
    )
    late = block.average_days_delinquent_reason
    return [
        _Row(
            _("DSO, simple"),
            Cell(block.simple_days, "days"),
            remark=_why(block.simple_days_reason, _) or period,
        ),
        _Row(
            _("Best possible DSO"),
            Cell(block.best_possible_days, "days"),
            remark=_why(block.best_possible_days_reason, _),
        ),
        _Row(
            _("Average days delinquent"),
            Cell(block.average_days_delinquent, "days"),
            remark=_why(late, _),
        ),
    ]


def _behaviour(block: BehaviourBlock, _: Translator) -> list[_Row]:
    if block.portfolio.empty:
        return []
    row: dict[Any, Any] = block.portfolio.to_dict("records")[0]
    counted = _("Payments allocated in 12 months: {count}").format(count=row["count_payments"])
    open_included = Cell(row["weighted_delay_open_days"], "days")
    return [
        _Row(
            _("Delay of payments (days)"), Cell(row["weighted_delay_days"], "days"), remark=counted
        ),
        _Row(_("Mean delay, open invoices included (days)"), open_included),
        _Row(_("Paid over 30 days late"), Cell(row["paid_over_30_ratio"], "ratio")),
        _Row(_("Days to pay"), Cell(row["days_to_pay"], "days")),
    ]


def _segments(block: SegmentsBlock, _: Translator) -> list[_Row]:
    return [
        _Row(
            labels.label("segment", row["segment"], _.language),
            Cell(row["outstanding_minor"], "amount", block.currency),
            remark=_count(row["count"], _),
        )
        for row in block.totals.to_dict("records")
    ]


def _overruns(views: RiskReport, _: Translator) -> list[_Row]:
    """Return the sum of individual overruns by limit currency (headroom never covers another)."""
    return [
        _Row(
            _("Total overrun"),
            Cell(row["overrun_minor"], "amount", row["currency"]),
            remark=_count(row["count_over"], _),
            currency=row["currency"],
        )
        for row in views.risk.overruns.to_dict("records")
    ]


def _chart(views: RiskReport, aged: Sheet, lang: str) -> Chart | None:
    """Return the columns of the largest currency's total row."""
    if not views.aging.blocks or not aged.count_totals:
        return None
    block = views.aging.blocks[0]
    first = next(place for place, column in enumerate(aged.columns) if column.tint)
    last = first + len(block.buckets) - 1
    row = aged.count_rows - aged.count_totals + 1
    _ = translator(lang)
    return Chart(
        title=f"{_('Aged balance')} – {formats(lang).date(views.as_of)}",
        unit=formats(lang).unit("", block.currency),
        sheet=aged.title,
        categories=(0, first, 0, last),
        series=(Series("", (row, first, row, last), palette.aging_colours(len(block.buckets))),),
    )


def _in(blocks: Iterable[Block], currency: str) -> list[Block]:
    return [block for block in blocks if block.currency == currency]


def _currencies(views: RiskReport) -> list[str]:
    known = [block.currency for block in views.aging.blocks]
    further = [block.currency for block in views.overview.blocks if block.currency not in known]
    return known + further


def _count(count: int, _: Translator) -> str:
    return _("Customers: {count}").format(count=count)


def _why(reason: str | None, _: Translator) -> str | None:
    return labels.label("reason", reason, _.language) if reason else None
