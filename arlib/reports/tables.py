"""The four sheets that list: aged balance, overruns, customers, invoices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.charts import palette
from arlib.i18n import N_, Translator, formats, labels, translator
from arlib.i18n.companies import company_words
from arlib.reports.sheet import Cell, Chart, Column, FrameColumns, Series, Sheet, pale

if TYPE_CHECKING:
    from arlib.views.aging import AgingBlock
    from arlib.views.report import RiskReport

INVOICES_A_SHEET: Final = 1_000_000  # a sheet holds 1 048 576 rows, header and totals included
_CODE_WIDTH: Final = 14
_NAME_WIDTH: Final = 34
_TOP: Final = 10


def aging_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return customers by bucket, largest total first; one total row a currency at the end."""
    _ = translator(lang)
    blocks = views.aging.blocks
    buckets = blocks[0].buckets if blocks else ()
    frame = _stack([block.customers for block in blocks])
    made = FrameColumns(frame, [_aging_total(block, _("Total")) for block in blocks])
    if frame.empty:
        return Sheet(_("Aged balance"), (Column(_("Customer"), "text", []),))
    colours = [pale(colour) for colour in palette.aging_colours(len(buckets))]
    columns = (
        *_who(made, lang),
        *(
            made.amount(labels.bucket_label(bucket, lang), f"{bucket}_minor", tint=tint)
            for bucket, tint in zip(buckets, colours, strict=True)
        ),
        made.amount(_("Not allocated"), "unallocated_minor"),
        made.amount(_("Total"), "total_minor"),
        made.amount(_("Overdue"), "overdue_minor"),
        made.figure(_("Share overdue"), "overdue_ratio", "ratio"),
        made.amount(_("In dispute"), "disputed_minor"),
        made.figure(_("Oldest due date"), "oldest_due_on", "date"),
    )
    return Sheet(_("Aged balance"), columns, count_totals=len(blocks))


def aged_text_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return the aged balance for other tools: each row says its date and the policy behind it."""
    _, sheet = translator(lang), aging_sheet(views, lang)
    count = sheet.count_rows
    stamps = (
        Column(_("As of"), "date", [views.as_of] * count),
        Column(_("Policy"), "text", [views.policy.version] * count),
    )
    return replace(sheet, columns=(*sheet.columns, *stamps))


def overruns_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return customers over their limit, each once, in the limit's currency; totals at the end."""
    _ = translator(lang)
    frame = views.risk.customers
    if not frame.empty:
        frame = frame[frame["is_over"].astype(bool) & frame["is_first_row"].astype(bool)]
    if frame.empty:
        return Sheet(_("Overruns"), (Column(_("Customer"), "text", []),))
    totals = [
        {
            "name": _("Total"),
            "limit_currency": row["currency"],
            "overrun_minor": row["overrun_minor"],
        }
        for row in views.risk.overruns.to_dict("records")
        if row["count_over"]
    ]
    made = FrameColumns(frame, totals)
    sources = labelled("source", frame["limit_source"], lang)
    limit = "limit_currency"
    columns = (
        made.words(_("Company"), "company_id", company_words(lang), _CODE_WIDTH),
        made.text(_("Customer code"), "customer_id", _CODE_WIDTH),
        made.text(_("Customer"), "name", _NAME_WIDTH),
        made.text(_("Currency"), limit, 8),
        made.amount(_("Exposure tested"), "tested_minor", currency=limit),
        made.amount(_("Limit"), "limit_minor", currency=limit),
        made.amount(_("Overrun"), "overrun_minor", currency=limit),
        _use(made, _),
        made.figure(_("Over since"), "overrun_since", "date"),
        made.figure(_("Days over in 12 months"), "overrun_days_12m", "integer"),
        made.figure(_("Times over in 12 months"), "overrun_count_12m", "integer"),
        made.figure(_("Mean delay (days)"), "mean_delay_days", "days"),
        made.words(_("Alert"), "alert", {code: _(text) for code, text in ALERTS.items()}),
        made.words(_("Granted by"), "limit_source", sources),
        made.amount(_("Insured limit"), "insurer_limit_minor", currency="insurer_limit_currency"),
        made.amount(
            _("Over the insured limit"), "insurer_overrun_minor", currency="insurer_limit_currency"
        ),
    )
    chart = _largest(frame, views, lang) if len(totals) == 1 else None
    return Sheet(_("Overruns"), columns, count_totals=len(totals), chart=chart)


def _largest(frame: pd.DataFrame, views: RiskReport, lang: str) -> Chart:
    """Return the ten largest overruns as bars, at the right of the rows."""
    _, last = translator(lang), min(_TOP, len(frame))
    code = str(frame["limit_currency"].iloc[0])
    return Chart(
        title=f"{_('Overruns')} – {formats(lang).date(views.as_of)}",
        unit=formats(lang).unit("", code),
        sheet=_("Overruns"),
        categories=(1, 2, last, 2),
        series=(Series(_("Overrun"), (1, 6, last, 6), (palette.UNFAVOURABLE,)),),
        kind="bar",
        is_right=True,
    )


def customers_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return every customer known at the date: exposure, limit, delays, segment; one row a currency."""
    _ = translator(lang)
    frame = views.customers
    if frame.empty:
        return Sheet(_("Customers"), (Column(_("Customer"), "text", []),))
    totals = [
        {
            "name": _("Total"),
            "currency": row["currency"],
            "outstanding_minor": row["outstanding_minor"],
            "gross_minor": row["gross_minor"],
            "exposure_minor": row["exposure_minor"],
            "overdue_minor": row["overdue_minor"],
        }
        for row in views.risk.totals.to_dict("records")
    ]
    made = FrameColumns(frame, totals)
    columns = (
        *_who(made, lang),
        made.text(_("Category"), "category"),
        made.text(_("Salesperson"), "owner"),
        made.text(_("Sector"), "sector"),
        made.amount(_("Unpaid amount"), "outstanding_minor"),
        made.amount(_("Open invoices (gross)"), "gross_minor"),
        made.amount(
            _("Exposure ({basis})").format(basis=views.risk.exposure_basis), "exposure_minor"
        ),
        made.amount(_("Overdue"), "overdue_minor"),
        made.amount(_("Limit"), "limit_minor", currency="limit_currency"),
        made.amount(_("Overrun"), "overrun_minor", currency="limit_currency"),
        _use(made, _),
        made.figure(_("Mean delay (days)"), "mean_delay_days", "days"),
        made.figure(_("Delay of payments (days)"), "weighted_delay_days", "days"),
        made.figure(_("Delay of late payments (days)"), "late_only_delay_days", "days"),
        made.figure(_("Paid over 30 days late"), "paid_over_30_ratio", "ratio"),
        made.figure(_("Days to pay"), "days_to_pay", "days"),
        made.figure(_("Payments"), "count_payments", "integer"),
        made.words(_("Trend"), "trend", labelled("trend", frame["trend"], lang)),
        made.words(_("Segment"), "segment", labelled("segment", frame["segment"], lang), 20),
        made.words(_("Rule"), "rule", labelled("rule", frame["rule"], lang), 24),
    )
    return Sheet(_("Customers"), columns, count_totals=len(totals))


def invoices_sheets(views: RiskReport, lang: str) -> list[Sheet]:
    """Return the open items; the total of a currency on the last sheet."""
    _ = translator(lang)
    items = views.items
    measures = ["open_minor", "disputed_minor"]
    sums = items.groupby("currency", sort=False)[measures].sum()
    totals: list[dict[str, Any]] = [
        {"name": _("Total"), "currency": code, "open_minor": opened, "disputed_minor": disputed}
        for code, opened, disputed in zip(
            sums.index, sums["open_minor"], sums["disputed_minor"], strict=True
        )
    ]
    starts = range(0, max(len(items), 1), INVOICES_A_SHEET)
    return [
        _invoices(
            items.iloc[start : start + INVOICES_A_SHEET],
            _("Invoices") if start == 0 else f"{_('Invoices')} {number}",
            totals if start == starts[-1] else [],
            lang,
        )
        for number, start in enumerate(starts, 1)
    ]


def _invoices(items: pd.DataFrame, title: str, totals: list[dict[str, Any]], lang: str) -> Sheet:
    _ = translator(lang)
    if items.empty:
        return Sheet(title, (Column(_("Customer"), "text", []),))
    made = FrameColumns(items, totals)
    due_sources = {code: _(text) for code, text in DUE_SOURCES.items()}
    columns = (
        *_who(made, lang),
        made.text(_("Number"), "number", 18),
        made.words(_("Kind"), "kind", labelled("kind", items["kind"], lang)),
        made.figure(_("Issued on"), "issued_on", "date"),
        made.figure(_("Due on"), "due_on", "date"),
        made.words(_("Due date from"), "due_source", due_sources),
        made.amount(_("Amount"), "amount_minor"),
        made.amount(_("Open"), "open_minor"),
        made.amount(_("In dispute"), "disputed_minor"),
        made.figure(_("Days late"), "days_late", "integer"),
        made.text(_("Terms"), "terms", 22),
        made.text(_("Payment method"), "payment_method"),
        made.text(_("File"), "file_name", 24),
        made.figure(_("Line"), "source_row", "integer"),
    )
    return Sheet(title, columns, count_totals=len(totals))


def labelled(subject: str, codes: pd.Series, lang: str) -> dict[Any, str]:
    """Return the words of the codes a column holds."""
    return {code: labels.label(subject, code, lang) for code in codes.dropna().unique().tolist()}


def _who(made: FrameColumns, lang: str) -> tuple[Column, ...]:
    _ = translator(lang)
    return (
        made.words(_("Company"), "company_id", company_words(lang), _CODE_WIDTH),
        made.text(_("Customer code"), "customer_id", _CODE_WIDTH),
        made.text(_("Customer"), "name", _NAME_WIDTH),
        made.text(_("Currency"), "currency", 8),
    )


def _use(made: FrameColumns, _: Translator) -> Column:
    """Return the use of each limit; a limit of zero has no ratio but is said."""
    zero = Cell(_("> 100% (limit of zero)"))
    reasons = [*made.frame["utilisation_ratio_reason"].tolist(), *(None for _total in made.totals)]
    ratios = made.figure(_("Use"), "utilisation_ratio", "ratio")
    values = [
        zero if reason == "limit_zero" else ratio
        for ratio, reason in zip(ratios.values, reasons, strict=True)
    ]
    return replace(ratios, values=values)


def _aging_total(block: AgingBlock, title: str) -> dict[str, Any]:
    return {
        "name": title,
        "currency": block.currency,
        "overdue_ratio": block.overdue_ratio,
        **block.totals,
    }


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


ALERTS: Final = {
    "none": N_("none"),
    "watch": N_("to watch"),
    "over": N_("over the limit"),
    "major": N_("well over the limit"),
}
DUE_SOURCES: Final = {
    "file": N_("the file"),
    "terms": N_("the terms"),
    "default": N_("the default terms"),
}
