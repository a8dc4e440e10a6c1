"""The sections that list customers: aged balance, overruns, behaviour, segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.charts import aging as aging_chart
from arlib.charts import behaviour as behaviour_chart
from arlib.charts import exposure as exposure_chart
from arlib.charts import segments as segments_chart
from arlib.charts.picture import message
from arlib.charts.template import Style
from arlib.i18n import MISSING, formats, translator
from arlib.i18n.labels import bucket_label, label
from arlib.reports.document import Block, Column, Drawn, Section, Table, Words

if TYPE_CHECKING:
    from datetime import date

    from arlib.views.aging import AgingBlock
    from arlib.views.behaviour import BehaviourBlock
    from arlib.views.report import RiskReport
    from arlib.views.segments import SegmentsBlock

MOST_AGED: Final = 18
MOST_OVER: Final = 28
MOST_SLOW: Final = 10
_SLOW_ENOUGH: Final = 0.0
_SMALLER: Final = 760.0  # five names stand side by side above the bar
_NAME: Final = 34
_PLOT: Final = 260.0  # pixels of a figure of a page beside its names


def aging(views: RiskReport, lang: str) -> Section:
    """Return the age of the book: twelve months, today's split, the largest customers."""
    _, style = translator(lang), Style(lang, as_of=views.as_of)
    name = _("Aged balance")
    if not views.aging.blocks:
        return nothing("aging", name, lang)
    blocks: list[Block] = []
    title, lead = name, ""
    if views.overview.blocks:
        months = aging_chart.months_figure(views.overview.blocks[0], style)
        said = message(months)
        title, lead = said.title, said.subtitle
        blocks.append(Drawn(months, 250, has_title=False))
    first = views.aging.blocks[0]
    blocks.append(Drawn(aging_chart.share_figure(first, views.as_of, style), 92, wide=_SMALLER))
    blocks += [_aged(block, lang, is_first=block is first) for block in views.aging.blocks]
    if views.aging.is_estimated:
        blocks.append(
            Words(_("Estimated: no lettering in some files, credits are set on the oldest debts."))
        )
    return Section("aging", name, title, lead, tuple(blocks))


def _aged(block: AgingBlock, lang: str, *, is_first: bool) -> Table:
    """Return the largest customers by bucket and the total row; a further currency, its total."""
    _, f = translator(lang), formats(lang)
    names = [*(f"{bucket}_minor" for bucket in block.buckets), "unallocated_minor", "total_minor"]
    shown = block.customers.head(MOST_AGED if is_first else 3)

    def line(who: str, row: Any) -> tuple[str, ...]:
        amounts = (f.amount0(row[name], block.currency) for name in names)
        return who, *amounts, f.percent(row["overdue_ratio"], 0)

    rows = [line(str(row["name"]), row) for row in shown.to_dict("records")]
    totals: dict[str, Any] = {**block.totals, "overdue_ratio": block.overdue_ratio}
    rows.append(line(_("Total"), totals))
    columns: list[Column] = [(_("Customer"), "left", 2.3)]
    columns += [(bucket_label(bucket, lang), "right", 1.0) for bucket in block.buckets]
    columns += [
        (_("Not allocated"), "right", 1.0),
        (_("Total"), "right", 1.0),
        (_("% overdue"), "right", 0.7),
    ]
    title = _("{shown} largest of {n} customers, {currency}").format(
        shown=f.integer(len(shown)), n=f.integer(len(block.customers)), currency=block.currency
    )
    return Table(title, tuple(columns), tuple(rows), 1, _left_out(block.customers, shown, lang))


def overruns(views: RiskReport, lang: str) -> Section:
    """Return who is over a limit: the ten largest drawn, then all of them as long as a page holds."""
    _, style, view = translator(lang), Style(lang, as_of=views.as_of), views.risk
    name = _("Overruns")
    sums = view.overruns
    codes = list(sums.loc[sums["count_over"] > 0, "currency"]) if len(sums) else []
    if not codes:
        is_unset = view.counts["without_limit"] == view.counts["all"]
        title = _("No credit limit yet") if is_unset else _("No customer is over its limit")
        return Section("overruns", name, title, "", ())
    figures = [
        exposure_chart.overruns_figure(view, code, style, name_length=_NAME, plot_width=_PLOT)
        for code in codes[:2]
    ]
    said = message(figures[0])
    blocks: list[Block] = [
        Drawn(chart, min(300.0, float(chart.layout.height)), has_title=place > 0)
        for place, chart in enumerate(figures)
    ]
    blocks.append(_over(views, lang))
    return Section("overruns", name, said.title, said.subtitle, tuple(blocks))


def _over(views: RiskReport, lang: str) -> Table:
    _, f, view = translator(lang), formats(lang), views.risk
    frame = view.customers
    over = frame[frame["is_over"].astype(bool) & frame["is_first_row"].astype(bool)]
    shown = over.head(MOST_OVER)
    rows = [
        (
            str(row["name"]),
            f.amount0(row["tested_minor"], row["limit_currency"]),
            f.amount0(row["limit_minor"], row["limit_currency"]),
            f.amount0(row["overrun_minor"], row["limit_currency"]),
            _use(row, lang),
            f.date(_day(row["overrun_since"])),
            f.integer(row["overrun_days_12m"]),
            f.signed_days(row["mean_delay_days"]),
        )
        for row in shown.to_dict("records")
    ]
    rows += [
        (
            _("Total"),
            "",
            "",
            f.amount0(row["overrun_minor"], row["currency"]),
            "",
            "",
            "",
            "",
        )
        for row in view.overruns.to_dict("records")
        if row["count_over"]
    ]
    columns: tuple[Column, ...] = (
        (_("Customer"), "left", 2.4),
        (_("Exposure ({basis})").format(basis=view.exposure_basis), "right", 1.1),
        (_("Limit"), "right", 1.0),
        (_("Overrun"), "right", 1.0),
        (_("Use"), "right", 0.7),
        (_("Over since"), "right", 1.0),
        (_("Days over in 12 months"), "right", 0.9),
        (_("Mean delay"), "right", 0.8),
    )
    count = int(view.overruns["count_over"].gt(0).sum())
    title = _("{shown} of the {n} customers over their limit").format(
        shown=f.integer(len(shown)), n=f.integer(len(over))
    )
    return Table(title, columns, tuple(rows), count, _left_out(over, shown, lang))


def _use(row: dict[Any, Any], lang: str) -> str:
    if row["utilisation_ratio_reason"] == "limit_zero":
        return translator(lang)("zero limit")
    return formats(lang).percent(row["utilisation_ratio"], 0)


def behaviour(views: RiskReport, lang: str) -> Section:
    """Return how late customers pay: the book by month, then those that pay latest."""
    _, style, view = translator(lang), Style(lang, as_of=views.as_of), views.behaviour
    name = _("Payment behaviour")
    if view.unavailable or not view.blocks:
        return nothing("behaviour", name, lang, view.unavailable or "no_history")
    block = view.blocks[0]
    chart = behaviour_chart.delay_figure(block.monthly, views.as_of, style)
    said = message(chart)
    blocks: list[Block] = [Drawn(chart, 190, has_title=False)]
    blocks += [_slow(block, lang) for block in view.blocks[:1]]
    return Section("behaviour", name, said.title, said.subtitle, tuple(blocks))


def _slow(block: BehaviourBlock, lang: str) -> Table:
    _, f = translator(lang), formats(lang)
    whole = block.portfolio.to_dict("records")
    late = block.customers[block.customers["weighted_delay_open_days"] > _SLOW_ENOUGH]
    shown = late.head(MOST_SLOW)

    def line(who: str, row: dict[Any, Any]) -> tuple[str, ...]:
        trend = row["trend"]
        return (
            who,
            f.signed_days(row["weighted_delay_open_days"]),
            f.signed_days(row["weighted_delay_days"]),
            f.percent(row["paid_over_30_ratio"], 0),
            f.days0(row["days_to_pay"]),
            f.integer(row["count_payments"]),
            label("trend", trend, lang) if isinstance(trend, str) else MISSING,
        )

    rows = [line(str(row["name"]), row) for row in shown.to_dict("records")]
    rows += [line(_("Whole book"), row) for row in whole]
    columns: tuple[Column, ...] = (
        (_("Customer"), "left", 2.4),
        (_("Mean delay, open items included"), "right", 1.2),
        (_("Delay of payments"), "right", 1.0),
        (_("Paid over 30 days late"), "right", 1.0),
        (_("Days to pay"), "right", 1.0),
        (_("Payments"), "right", 0.9),
        (_("Trend"), "left", 1.1),
    )
    title = _("The latest payers, 12 months, {currency}").format(currency=block.currency)
    return Table(title, columns, tuple(rows), len(whole), _left_out(late, shown, lang))


def segments(views: RiskReport, lang: str) -> Section:
    """Return the split by segment and who moved since the previous closing."""
    _, style, view = translator(lang), Style(lang, as_of=views.as_of), views.segments
    name = _("Segments")
    if not view.blocks:
        return nothing("segments", name, lang, view.unavailable or "no_open")
    block = view.blocks[0]
    chart = segments_chart.share_figure(block, view.as_of, style)
    said = message(chart)
    blocks: list[Block] = [
        Drawn(chart, 92, has_title=False, wide=_SMALLER),
        _split(block, view.previous_on, lang),
    ]
    return Section("segments", name, said.title, said.subtitle, tuple(blocks))


def _split(block: SegmentsBlock, previous_on: date | None, lang: str) -> Table:
    _, f = translator(lang), formats(lang)
    rows = tuple(
        (
            label("segment", row["segment"], lang),
            f.integer(row["count"]),
            f.integer(row["previous_count"]),
            f.amount0(row["outstanding_minor"], block.currency),
            f.amount0(row["overdue_minor"], block.currency),
        )
        for row in block.totals.to_dict("records")
    )
    before = (
        _("Customers on {date}").format(date=f.date(previous_on))
        if previous_on
        else _("Customers before")
    )
    columns: tuple[Column, ...] = (
        (_("Segment"), "left", 2.0),
        (_("Customers"), "right", 1.0),
        (before, "right", 1.4),
        (_("Outstanding"), "right", 1.2),
        (_("Overdue"), "right", 1.2),
    )
    return Table("", columns, rows)


def nothing(code: str, name: str, lang: str, reason: str = "no_open") -> Section:
    """Return a section that says why there is nothing to say."""
    _ = translator(lang)
    why = _("Not available: {reason}.").format(reason=label("reason", reason, lang))
    return Section(code, name, name, "", (Words(why),))


def _left_out(whole: pd.DataFrame, shown: pd.DataFrame, lang: str) -> str:
    _, count = translator(lang), len(whole) - len(shown)
    if not count:
        return ""
    words = _.ngettext(
        "{n} further customer stands in the workbook.",
        "{n} further customers stand in the workbook.",
        count,
    )
    return words.format(n=formats(lang).integer(count))


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else value.date()
