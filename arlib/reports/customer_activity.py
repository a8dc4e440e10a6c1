"""What a customer buys, as a sheet of his file: sales, basket, credit notes, billing lag, disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from arlib.i18n import N_, translator
from arlib.i18n.labels import label
from arlib.reports.sheet import Cell, Column, Sheet

if TYPE_CHECKING:
    from arlib.reports.sheet import Kind
    from arlib.views.activity import ActivityBlock
    from arlib.views.customer_file import CustomerFile

_TREND: Final[dict[str, tuple[str, Kind]]] = {
    "sales_minor": (N_("Sales incl. VAT"), "amount"),
    "count_invoices": (N_("Invoices"), "integer"),
    "basket_minor": (N_("Average basket"), "amount"),
    "credit_note_ratio": (N_("Credit-note rate"), "ratio"),
}
_LAGS: Final = {
    "billing_lag_days": (N_("Billing lag"), "count_delivered"),
    "sending_lag_days": (N_("From invoice to sending"), "count_sent"),
}
_Row = tuple[str, str, Cell, Cell, Cell, str | None]
_NONE: Final = Cell(None)


def activity_sheet(file: CustomerFile, lang: str) -> Sheet:
    """Return currency, measure, last 12 whole months, the 12 before, their change and a remark."""
    _ = translator(lang)
    rows: list[_Row] = []
    if file.activity_unavailable:
        why = label("reason", file.activity_unavailable, lang)
        rows.append(("", _("Activity"), _NONE, _NONE, _NONE, why))
    else:
        for block in file.activity.blocks:
            rows += [*_trend(block, lang), *_lags(block, lang), *_disputes(block, lang)]
    return Sheet(
        _("Activity"),
        (
            Column(_("Currency"), "text", [row[0] for row in rows], width=10),
            Column(_("Measure"), "text", [row[1] for row in rows], width=34),
            Column(_("12 months"), "mixed", [row[2] for row in rows], width=18),
            Column(_("12 before"), "mixed", [row[3] for row in rows], width=18),
            Column(_("Change"), "mixed", [row[4] for row in rows], width=14),
            Column(_("Remark"), "text", [row[5] for row in rows], width=60),
        ),
    )


def _trend(block: ActivityBlock, lang: str) -> list[_Row]:
    _, found = translator(lang), block.trend
    why = found["before_reason"]
    remark = label("reason", why, lang) if isinstance(why, str) else None
    return [
        (
            block.currency,
            _(words),
            _cell(found[name], kind, block),
            _cell(found[f"{name}_before"], kind, block),
            _cell(found.get(f"{name}_change_ratio"), "ratio", block),
            remark,
        )
        for name, (words, kind) in _TREND.items()
    ]


def _lags(block: ActivityBlock, lang: str) -> list[_Row]:
    """Return mean days over twelve months, with the invoices they rest on or why there is none."""
    _, found = translator(lang), block.lags
    return [
        (
            block.currency,
            _(words),
            _cell(found[name], "days", block),
            _NONE,
            _NONE,
            label("reason", found[f"{name}_reason"], lang)
            if found[name] is None
            else _("resting on {n} invoices").format(n=found[count]),
        )
        for name, (words, count) in _LAGS.items()
    ]


def _disputes(block: ActivityBlock, lang: str) -> list[_Row]:
    """Return the disputes of each cause: opened in twelve months, amount still open."""
    _ = translator(lang)
    return [
        (
            block.currency,
            _("Disputes: {cause}").format(cause=label("dispute", row["reason"], lang)),
            Cell(row["count_opened"], "integer"),
            _NONE,
            _NONE,
            _("{n} still open, mean days to resolve: {days}").format(
                n=int(row["count_open"]), days=_whole(row["mean_resolution_days"])
            ),
        )
        for row in block.causes.to_dict("records")
    ]


def _cell(value: Any, kind: Kind, block: ActivityBlock) -> Cell:
    return Cell(value, kind, block.currency if kind == "amount" else None)


def _whole(days: Any) -> str:
    return "–" if days != days else str(round(days))  # noqa: PLR0124 - NaN: none was closed
