"""The sections of what is to come: cash expected, losses expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.charts import forecast as forecast_chart
from arlib.charts import provisions as provisions_chart
from arlib.charts.picture import message
from arlib.charts.template import Style
from arlib.i18n import MISSING, formats, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import bucket_label, label
from arlib.i18n.provisions import base_words, evidence, method_words, total_title
from arlib.reports.document import Block, Column, Drawn, Section, Table, Words
from arlib.reports.pack_tables import nothing
from arlib.views.forecast import HORIZONS

if TYPE_CHECKING:
    from arlib.views.forecast import ForecastBlock
    from arlib.views.provisions import ProvisionsBlock, ProvisionsView
    from arlib.views.report import RiskReport

MOST_CLAIMS: Final = 4


def forecast(views: RiskReport, lang: str) -> Section:
    """Return what the open invoices should bring in, week by week, and how sure that is."""
    _, style, view = translator(lang), Style(lang, as_of=views.as_of), views.forecast
    name = _("Cash forecast")
    if view is None or not view.blocks:
        return nothing("forecast", name, lang)
    chart = forecast_chart.fan_figure(view, view.blocks[0], style)
    said = message(chart)
    blocks: list[Block] = [
        Drawn(chart, 215, has_title=False),
        *(_horizons(block, lang) for block in view.blocks),
    ]
    notes = [_("Open invoices only: future sales are not included.")]
    if view.unavailable:
        notes.append(_("No settlement is known: due dates alone count."))
    blocks.append(Words(" ".join(notes)))
    return Section("forecast", name, said.title, said.subtitle, tuple(blocks))


def _horizons(block: ForecastBlock, lang: str) -> Table:
    """Return what is expected by 4, 8 and 13 weeks, with eight chances in ten."""
    _, f = translator(lang), formats(lang)

    def line(weeks: int) -> tuple[str, ...]:
        found = block.within(weeks)
        amounts = (found[name] for name in ("expected", "p10", "p50", "p90"))
        end = block.weeks.loc[block.weeks["week"] == weeks, "week_end_on"]
        day = f.date(end.iloc[0].date()) if len(end) else MISSING
        return (
            _("{n} weeks, to {date}").format(n=weeks, date=day),
            *(f.amount0(amount, block.currency) for amount in amounts),
        )

    columns: tuple[Column, ...] = (
        (_("Cash of the open invoices"), "left", 2.0),
        (_("Expected"), "right", 1.0),
        (_("1 chance in 10 of less"), "right", 1.2),
        (_("1 chance in 2 of less"), "right", 1.2),
        (_("9 chances in 10 of less"), "right", 1.2),
    )
    title = _("{amount} of open debits: all of it is somewhere").format(
        amount=f.compact(block.parts["open_minor"], block.currency)
    )
    stands = _(
        "Expected by the last week {expected}, later {beyond}, in dispute {disputed}, without settlements to learn from {unknown}."
    ).format(
        expected=f.amount0(block.parts["expected_minor"], block.currency),
        beyond=f.amount0(block.parts["beyond_minor"], block.currency),
        disputed=f.amount0(block.parts["disputed_minor"], block.currency),
        unknown=f.amount0(block.parts["not_modelled_minor"], block.currency),
    )
    rows = tuple(line(weeks) for weeks in HORIZONS)
    return Table(title, columns, rows, note=stands)


def provisions(views: RiskReport, lang: str) -> Section:
    """Return the matrix of expected losses and the claims an event stands behind."""
    _, style, view = translator(lang), Style(lang, as_of=views.as_of), views.provisions
    name = _("Provisions")
    if view is None or view.unavailable or not view.blocks:
        return nothing("provisions", name, lang, (view and view.unavailable) or "no_open")
    block = view.blocks[0]
    chart = provisions_chart.losses_figure(view, block, style)
    said = message(chart)
    blocks: list[Block] = [Drawn(chart, 150, has_title=False)]
    blocks.append(_matrix(view, block, lang))
    if len(view.blocks) > 1:
        blocks.append(_others(view, lang))
    if len(block.with_event):
        blocks.append(_claims(block, lang))
    blocks.append(
        Words(_("Proposals, never booked. {method}").format(method=_method(view, block, lang)))
    )
    return Section("provisions", name, said.title, said.subtitle, tuple(blocks))


def _method(view: ProvisionsView, block: ProvisionsBlock, lang: str) -> str:
    rates = block.provision.rates
    return method_words(
        rates.method,
        (rates.first_on, rates.last_on),
        (view.base, view.factor, view.loss_ratio),
        lang,
    )


def _matrix(view: ProvisionsView, block: ProvisionsBlock, lang: str) -> Table:
    _, f, code = translator(lang), formats(lang), block.currency
    found = block.provision
    rows = [
        (
            bucket_label(row["bucket"], lang),
            f.amount0(row["open_minor"], code),
            f.amount0(row["base_minor"], code),
            f.percent(row["rate_ratio"], 2),
            f.amount0(_number(row["loss_minor"]), code),
        )
        for row in found.matrix.to_dict("records")
    ]
    total = f.amount0(found.total_minor, code)
    if found.total_minor is None:
        total = label("reason", found.total_reason, lang) if found.total_reason else MISSING
    base = f.amount0(int(found.matrix["base_minor"].sum()), code)
    rows.append((_("Total"), f.amount0(found.open_minor, code), base, "", total))
    columns: tuple[Column, ...] = (
        (_("Bucket"), "left", 1.2),
        (_("Open incl. VAT"), "right", 1.0),
        (_("Base {base}").format(base=base_words(view.base, lang)), "right", 1.0),
        (_("Rate"), "right", 0.8),
        (total_title(found.rates.measure, view.buckets, lang), "right", 1.4),
    )
    return Table("", columns, tuple(rows), 1)


def _others(view: ProvisionsView, lang: str) -> Table:
    """Return the total of each further currency."""
    _, f = translator(lang), formats(lang)
    rows = tuple(
        (
            block.currency,
            f.amount0(block.provision.open_minor, block.currency),
            f.amount0(block.provision.total_minor, block.currency),
        )
        for block in view.blocks[1:]
    )
    columns: tuple[Column, ...] = (
        (_("Currency"), "left", 1.2),
        (_("Open incl. VAT"), "right", 1.0),
        (_("Total"), "right", 1.0),
    )
    return Table("", columns, rows)


def _number(value: Any) -> int | None:
    return None if is_missing(value) else int(value)


def _claims(block: ProvisionsBlock, lang: str) -> Table:
    """Return the largest claims with an event and what is proposed for each."""
    _, f, code = translator(lang), formats(lang), block.currency
    found = block.with_event
    shown = found.sort_values("open_minor", ascending=False, kind="stable").head(MOST_CLAIMS)
    rows = [
        (
            str(row["name"]),
            str(row["number"]),
            f.amount(row["open_minor"], code),
            f.amount(_number(row["proposed_minor"]), code),
            evidence(row, lang),
        )
        for row in shown.to_dict("records")
    ]
    columns: tuple[Column, ...] = (
        (_("Customer"), "left", 1.7),
        (_("Invoice"), "left", 1.0),
        (_("Open"), "right", 1.0),
        (_("Proposed excl. VAT"), "right", 1.0),
        (_("What is known"), "left", 2.8),
    )
    title = _("{amount} proposed on {n} claims with an event, {shown} shown").format(
        amount=MISSING if block.proposed_minor is None else f.compact(block.proposed_minor, code),
        n=f.integer(len(found)),
        shown=f.integer(len(shown)),
    )
    return Table(title, columns, tuple(rows))
