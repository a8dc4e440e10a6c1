"""The sheets of what is to come: cash expected by week, expected losses, claims to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from arlib.charts import palette
from arlib.i18n import formats, translator
from arlib.i18n.companies import company_words
from arlib.i18n.labels import bucket_label
from arlib.i18n.provisions import STANDINGS, base_words, evidence, total_title
from arlib.reports.sheet import Chart, Column, FrameColumns, Series, Sheet

if TYPE_CHECKING:
    from arlib.views.provisions import ProvisionsBlock
    from arlib.views.report import RiskReport


def forecast_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return the cash expected by week and currency: expected, low, middle and high, then summed."""
    _ = translator(lang)
    title = _("Forecast")
    view = views.forecast
    frames = [block.weeks for block in view.blocks] if view else []
    if not frames:
        return Sheet(title, (Column(_("Currency"), "text", []),))
    frame = pd.concat(frames, ignore_index=True)
    totals: list[dict[str, Any]] = [
        {
            "currency": code,
            "label": _("Total {code}").format(code=code),
            "expected_minor": int(amount),
        }
        for code, amount in frame.groupby("currency", sort=False)["expected_minor"].sum().items()
    ]
    made = FrameColumns(frame.assign(label=frame["currency"]), totals)
    columns = (
        made.text(_("Currency"), "label", 10),
        made.figure(_("Week"), "week", "integer"),
        made.figure(_("Week from"), "week_on", "date"),
        made.figure(_("Week to"), "week_end_on", "date"),
        made.amount(_("Expected"), "expected_minor"),
        made.amount(_("1 chance in 10 of less"), "p10_minor"),
        made.amount(_("1 chance in 2 of less"), "p50_minor"),
        made.amount(_("9 chances in 10 of less"), "p90_minor"),
        made.amount(_("Of it, promised"), "promised_minor"),
        made.amount(_("Expected since the date"), "sum_expected_minor"),
        made.amount(_("Sum, 1 chance in 10 of less"), "sum_p10_minor"),
        made.amount(_("Sum, 9 chances in 10 of less"), "sum_p90_minor"),
    )
    return Sheet(title, columns, count_totals=len(totals), chart=_fan(views, title, lang))


def _fan(views: RiskReport, title: str, lang: str) -> Chart | None:
    """Return the weeks of the largest currency as lines: expected, low, high."""
    _, view = translator(lang), views.forecast
    if view is None or not len(view.blocks[0].weeks):
        return None
    last = len(view.blocks[0].weeks)
    named = (
        (4, _("Expected"), palette.BRAND),
        (5, _("1 chance in 10 of less"), palette.REST),
        (7, _("9 chances in 10 of less"), palette.REST),
    )
    return Chart(
        title=_("Cash expected by week"),
        unit=formats(lang).unit("", view.blocks[0].currency),
        sheet=title,
        categories=(1, 3, last, 3),
        series=tuple(
            Series(name, (1, place, last, place), (colour,)) for place, name, colour in named
        ),
        kind="line",
    )


def provisions_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return the matrix of expected losses: one row a bucket and currency, one total a currency."""
    _, view = translator(lang), views.provisions
    title = _("Provisions")
    blocks = view.blocks if view else ()
    if not blocks or view is None:
        return Sheet(title, (Column(_("Bucket"), "text", []),))
    frame = pd.concat(
        [block.provision.matrix.assign(currency=block.currency) for block in blocks],
        ignore_index=True,
    )
    totals = [_matrix_total(block, _("Total")) for block in blocks]
    made = FrameColumns(frame, totals)
    words = {code: bucket_label(code, lang) for code in frame["bucket"].unique()}
    columns = (
        made.words(_("Bucket"), "bucket", words, 16),
        made.text(_("Currency"), "currency", 8),
        made.figure(_("Items"), "count", "integer"),
        made.amount(_("Open incl. VAT"), "open_minor"),
        made.amount(_("Base {base}").format(base=base_words(view.base, lang)), "base_minor"),
        made.figure(_("Own rate"), "own_rate_ratio", "ratio"),
        made.figure(_("Rate"), "rate_ratio", "ratio"),
        made.amount(
            total_title(blocks[0].provision.rates.measure, view.buckets, lang), "loss_minor"
        ),
    )
    return Sheet(title, columns, count_totals=len(totals), chart=_losses(blocks[0], title, lang))


def _matrix_total(block: ProvisionsBlock, title: str) -> dict[str, Any]:
    found = block.provision
    return {
        "bucket": title,
        "currency": block.currency,
        "open_minor": found.open_minor,
        "base_minor": int(found.matrix["base_minor"].sum()),
        "loss_minor": found.total_minor,
    }


def _losses(block: ProvisionsBlock, title: str, lang: str) -> Chart:
    count = len(block.provision.matrix)
    return Chart(
        title=translator(lang)("Expected by bucket"),
        unit=formats(lang).unit("", block.currency),
        sheet=title,
        categories=(1, 0, count, 0),
        series=(Series("", (1, 7, count, 7), palette.aging_colours(count)),),
    )


def claims_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return the claims to look at one by one, with what is known of each."""
    _, view = translator(lang), views.provisions
    title = _("Claims to look at")
    frames = [block.candidates for block in view.blocks] if view else []
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return Sheet(title, (Column(_("Customer"), "text", []),))
    frame = pd.concat(frames, ignore_index=True)
    made = FrameColumns(frame)
    known = [evidence(row, lang) for row in frame.to_dict("records")]
    standings = {code: _(text) for code, text in STANDINGS.items()}
    columns = (
        made.words(_("Company"), "company_id", company_words(lang)),
        made.text(_("Customer code"), "customer_id"),
        made.text(_("Customer"), "name", 34),
        made.text(_("Currency"), "currency", 8),
        made.text(_("Number"), "number", 18),
        made.figure(_("Due on"), "due_on", "date"),
        made.figure(_("Days late"), "days_late", "integer"),
        made.amount(_("Open"), "open_minor"),
        made.words(_("Standing"), "standing", standings, 26),
        made.figure(_("Proposed rate"), "proposed_ratio", "ratio"),
        made.amount(_("Proposed excl. VAT"), "proposed_minor"),
        Column(_("What is known"), "text", known, width=60),
    )
    return Sheet(title, columns)
