"""The first page of the report: the message, the cards, whom to look at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.charts import concentration as concentration_chart
from arlib.charts.template import Style
from arlib.i18n import MISSING, N_, formats, translator
from arlib.i18n.labels import label
from arlib.reports.document import Block, Card, Cards, Column, Drawn, Section, Table, Words

if TYPE_CHECKING:
    from datetime import date

    from arlib.views.overview import Kpi, OverviewBlock
    from arlib.views.report import RiskReport

_KPIS: Final = {
    "outstanding": N_("Outstanding incl. VAT"),
    "late_over_30": N_("Late > 30 d"),
    "dso_count_back": N_("DSO (count-back)"),
    "over_limit": N_("Customers over limit"),
}
_SAME: Final = 0.05


def summary(views: RiskReport, lang: str) -> Section:
    """Return the message of the month, the cards, the customers to look at first."""
    _ = translator(lang)
    blocks: list[Block] = []
    found = views.overview.blocks
    if found:
        blocks.append(_cards(views, found[0], lang))
    else:
        blocks.append(Words(_("Nothing is open at this date under these filters.")))
    if len(found) > 1:
        blocks.append(_currencies(views, lang))
    if len(views.overview.attention):
        blocks.append(_attention(views, lang))
    if found and views.dso.blocks:
        blocks.append(_times(views, lang))
    if (
        found
        and found[0].late_concentration.top is not None
        and len(found[0].late_concentration.customers)
    ):
        chart = concentration_chart.pareto_figure(
            found[0].late_concentration,
            views.as_of,
            Style(lang, as_of=views.as_of),
            measure="overdue",
        )
        blocks.append(Drawn(chart, min(230.0, float(chart.layout.height))))
    lead = _("Amounts incl. VAT, compared with {date}").format(
        date=formats(lang).date(views.overview.previous_on)
    )
    return Section("summary", _("Summary"), message(views, lang), lead, tuple(blocks))


def message(views: RiskReport, lang: str) -> str:
    """Return the sentence of the month: how much, how late, who is over."""
    _, f = translator(lang), formats(lang)
    if not views.overview.blocks:
        return _("Nothing is open")
    block = views.overview.blocks[0]
    kpis = {kpi.name: kpi for kpi in block.kpis}
    owed, late = kpis["outstanding"].value, kpis["late_over_30"].value
    said = _("{owed} owed").format(owed=f.compact(_whole(owed), block.currency))
    if owed is not None and late is not None:
        said = _("{owed} owed, {late} of it more than 30 days late").format(
            owed=f.compact(_whole(owed), block.currency),
            late=f.compact(_whole(late), block.currency),
        )
    if views.overview.over_limit_count:
        over = _.ngettext(
            "{n} customer over its limit",
            "{n} customers over their limit",
            views.overview.over_limit_count,
        ).format(n=f.integer(views.overview.over_limit_count))
        return _("{first}; {second}").format(first=said, second=over)
    return said


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _cards(views: RiskReport, block: OverviewBlock, lang: str) -> Cards:
    return Cards(tuple(_card(views, block, kpi, lang) for kpi in block.kpis))


def _card(views: RiskReport, block: OverviewBlock, kpi: Kpi, lang: str) -> Card:
    _, f = translator(lang), formats(lang)
    title = _(_KPIS[kpi.name])
    if kpi.value is None:
        return Card(title, MISSING, note=label("reason", kpi.reason, lang))
    change, is_worse = _change(block, kpi, lang)
    since = _("since {date}").format(date=f.date(views.overview.previous_on)) if change else ""
    lower = "≥ " if kpi.name == "dso_count_back" and kpi.detail else ""
    return Card(
        title,
        lower + written(kpi.value, kpi.unit, block.currency, lang),
        f"{change} {since}".strip(),
        _beside(block, kpi, lang),
        is_worse,
    )


def written(value: float | None, unit: str, currency: str, lang: str) -> str:
    """Return a figure of a card in its unit."""
    f = formats(lang)
    if unit == "minor":
        return f.compact(_whole(value), currency)
    return f.days(value) if unit == "days" else f.integer(value)


def _change(block: OverviewBlock, kpi: Kpi, lang: str) -> tuple[str, bool | None]:
    """Return the change since the previous closing in words, and whether it is unfavourable."""
    f = formats(lang)
    if kpi.previous is None or kpi.value is None:
        return "", None
    change = kpi.value - kpi.previous
    if math.isclose(change, 0, abs_tol=_SAME):
        return "=", None
    arrow = "▲ " if change > 0 else "▼ "
    if kpi.unit == "minor":
        words = f.compact(round(change), block.currency, is_signed=True)
    elif kpi.unit == "days":
        words = f.signed_days(change, 1)
    else:
        words = f.decimal(change, 0, is_signed=True)
    return arrow + words, change > 0


def _beside(block: OverviewBlock, kpi: Kpi, lang: str) -> str:
    _, f = translator(lang), formats(lang)
    if kpi.detail is None:
        return ""
    if kpi.name == "late_over_30":
        return _("{share} of what is open").format(share=f.share(kpi.detail, 1))
    if kpi.name == "over_limit":
        amount = f.compact(round(kpi.detail), block.currency)
        return _("{amount} above the limits").format(amount=amount)
    return _("at least: the history is too short") if kpi.detail else ""


def _currencies(views: RiskReport, lang: str) -> Table:
    """Return the cards of every currency as a list: amounts of two currencies are never summed."""
    _ = translator(lang)
    rows = tuple(
        (
            block.currency,
            *(
                written(kpi.value, kpi.unit, block.currency, lang)
                for kpi in block.kpis
                if kpi.name != "over_limit"
            ),
        )
        for block in views.overview.blocks
    )
    columns: list[Column] = [(_("Currency"), "left", 1.0)]
    columns += [(_(title), "right", 1.0) for name, title in _KPIS.items() if name != "over_limit"]
    return Table(_("By currency"), tuple(columns), rows)


def _attention(views: RiskReport, lang: str) -> Table:
    _, f = translator(lang), formats(lang)
    rows = tuple(
        (
            str(row["name"]),
            f.amount0(row["outstanding_minor"], row["currency"]),
            f.amount0(row["overdue_minor"], row["currency"]),
            f.amount0(row["overrun_minor"], row["limit_currency"])
            if pd.notna(row["overrun_minor"]) and row["overrun_minor"] > 0
            else MISSING,
            f.date(_day(row["overrun_since"])),
            f.signed_days(row["mean_delay_days"]),
            label("segment", row["segment"], lang) if isinstance(row["segment"], str) else MISSING,
        )
        for row in views.overview.attention.to_dict("records")
    )
    title = _.ngettext(
        "Look at first: {n} customer", "Look at first: {n} customers", len(rows)
    ).format(n=f.integer(len(rows)))
    columns: tuple[Column, ...] = (
        (_("Customer"), "left", 2.6),
        (_("Outstanding"), "right", 1.1),
        (_("Overdue"), "right", 1.1),
        (_("Overrun"), "right", 1.1),
        (_("Since"), "right", 1.0),
        (_("Mean delay"), "right", 0.9),
        (_("Segment"), "left", 1.3),
    )
    return Table(title, columns, rows)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else value.date()


def _times(views: RiskReport, lang: str) -> Table:
    """Return the collection times of every currency, what is missing with its reason."""
    _, f = translator(lang), formats(lang)
    measures = (
        ("simple_days", _("DSO, simple")),
        ("count_back_days", _("DSO, count-back")),
        ("best_possible_days", _("Best possible DSO")),
        ("average_days_delinquent", _("Average days delinquent")),
    )
    rows = tuple(
        (
            title,
            *(
                f.days(getattr(block, name))
                if getattr(block, name) is not None
                else label("reason", getattr(block, f"{name}_reason"), lang)
                for block in views.dso.blocks
            ),
        )
        for name, title in measures
    )
    codes: list[Column] = [(block.currency, "right", 1.0) for block in views.dso.blocks]
    return Table(_("Collection times"), ((_("Measure"), "left", 3.0), *codes), rows)
