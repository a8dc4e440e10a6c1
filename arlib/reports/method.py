"""The last sheet: where the figures come from, how they are made, what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

import arlib
from arlib.i18n import N_, definitions, formats, labels, translator
from arlib.i18n.companies import company_name, company_names
from arlib.i18n.issues import code_sentence
from arlib.i18n.settings import setting_name
from arlib.reports.sheet import Cell, Column, Sheet

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.views.report import RiskReport
    from arlib.views.status import StatusView

FILTERS: Final = {
    "company_id": N_("Company"),
    "category": N_("Category"),
    "owner": N_("Salesperson"),
    "sector": N_("Sector"),
    "search": N_("Search"),
    "currency": N_("Currency"),
    "convert": N_("Converted into"),
    "knowledge": N_("As known then"),
}
# Titles of columns and lines -> the figure each shows, defined once for pages and reports.
TERMS: Final = {
    N_("Unpaid amount"): "stocks.e1",
    N_("Overdue"): "aging.overdue",
    N_("Share overdue"): "aging.share_overdue",
    N_("Not allocated"): "aging.unallocated",
    N_("Overrun"): "limits.overrun",
    N_("Use"): "limits.use",
    N_("Delay of payments (days)"): "behaviour.rmp",
    N_("Mean delay (days)"): "behaviour.rmpo",
    N_("Paid over 30 days late"): "behaviour.p30",
    N_("DSO, simple"): "dso.simple",
    N_("DSO, count-back"): "dso.count_back",
    N_("Best possible DSO"): "dso.best",
    N_("Average days delinquent"): "dso.add",
}
Row = tuple[str, str, Cell, str]


class Stated(Protocol):
    """A report that says where its figures come from."""

    @property
    def status(self) -> StatusView:
        """Return tie-out, live imports and warnings."""
        ...


def method_sheet(views: RiskReport, lang: str) -> Sheet:
    """Return date, filters, settings, version, files and their hashes, tie-out, warnings, definitions."""
    _ = translator(lang)
    rows = [
        *scope_rows(views, lang),
        *file_rows(views, lang),
        *tie_out_rows(views, lang),
        *warning_rows(views, lang),
        *setting_rows(views.policy, lang),
        *definition_rows(lang, with_traps=True),
    ]
    columns = (
        Column(_("Subject"), "text", [row[0] for row in rows], width=18),
        Column(_("Item"), "text", [row[1] for row in rows], width=44),
        Column(_("Value"), "mixed", [row[2] for row in rows], width=34),
        Column(_("Detail"), "text", [row[3] for row in rows], width=90),
    )
    return Sheet(_("Method"), columns)


def scope_rows(views: RiskReport, lang: str) -> list[Row]:
    """Return date, companies, filters, basis, program, policy, last date of the data."""
    _ = translator(lang)
    subject = _("Scope")
    filters = [
        (subject, _("Filter: {name}").format(name=_(FILTERS[name])), Cell(value), "")
        for name, value in views.filters.items()
    ]
    return [
        (subject, _("As of"), Cell(views.as_of, "date"), ""),
        (subject, _("Companies"), Cell(company_names(views.company_names, lang)), ""),
        *(filters or [(subject, _("Filters"), Cell(_("none")), "")]),
        (subject, _("Exposure tested"), Cell(views.risk.exposure_basis), ""),
        (subject, _("Program"), Cell(f"Encours {arlib.__version__}"), ""),
        (subject, _("Policy"), Cell(views.policy.version), ""),
        (subject, _("Latest date of the data"), Cell(views.status.last_date, "date"), ""),
    ]


def file_rows(views: Stated, lang: str) -> list[Row]:
    """Return the live imports with the hash of each file."""
    _ = translator(lang)
    batches = views.status.batches
    live = batches[batches["state"] == "live"] if "state" in batches.columns else batches
    return [
        (
            _("Files"),
            str(row["file_name"]),
            Cell(labels.label("format", row.get("format_id"), lang)),
            f"SHA-256 {row['sha256']} · {_('imported on {moment}').format(moment=formats(lang).date_time(row.get('imported_at')))}",
        )
        for row in _records(live)
    ]


def tie_out_rows(views: Stated, lang: str) -> list[Row]:
    """Return ledger, analysed and difference by company, currency and account class."""
    _ = translator(lang)
    shown = formats(lang)
    return [
        (
            _("Tie-out"),
            f"{company_name(row['company_id'], lang)} · {labels.label('class', row['account_class'], lang)}",
            Cell(row["difference_minor"], "amount", row["currency"]),
            _("ledger {ledger}, analysed {analysed}").format(
                ledger=shown.amount(row["ledger_minor"], row["currency"]),
                analysed=shown.amount(row["analysed_minor"], row["currency"]),
            )
            + _erased(row, lang)
            + _causes(row["causes"], lang),
        )
        for row in _records(views.status.tie_out)
    ]


def _erased(row: dict[Any, Any], lang: str) -> str:
    """Return what erasures took out of both sides since the file was read."""
    if not row.get("purged_minor"):
        return ""
    amount = formats(lang).amount(row["purged_minor"], row["currency"])
    return translator(lang)(" · {amount} erased since, whole months").format(amount=amount)


def _causes(causes: Any, lang: str) -> str:
    known = causes.split(",") if isinstance(causes, str) else ()
    return "".join(f" · {labels.label('cause', cause, lang)}" for cause in known)


def warning_rows(views: Stated, lang: str) -> list[Row]:
    """Return what is doubtful in the data, then what the data cannot say."""
    _ = translator(lang)
    lines = [
        (
            _("Data warnings"),
            code_sentence(str(row["code"]), lang),
            Cell(row["count"], "integer"),
            formats(lang).amount(row["amount_minor"], row["currency"] or ""),
        )
        for row in _records(views.status.quality)
    ]
    missing = [
        (
            _("Data warnings"),
            _(UNAVAILABLE.get(subject, subject)),
            Cell(labels.label("reason", reason, lang)),
            "",
        )
        for subject, reason in views.status.unavailable.items()
    ]
    return lines + missing


def setting_rows(policy: Policy, lang: str) -> list[Row]:
    """Return every setting as it stands in the policy file, with its name on the page of settings."""
    _ = translator(lang)
    lines = (line.partition(" = ") for line in policy.to_toml().splitlines())
    return [
        (_("Settings"), name, Cell(value), _setting_words(policy, name, lang))
        for name, sign, value in lines
        if sign
    ]


def _setting_words(policy: Policy, name: str, lang: str) -> str:
    """Return what a setting is called, with its amounts: the file holds them in minor units."""
    words, value = setting_name(name, lang), getattr(policy, name, None)
    if words == name:
        return ""
    if not name.endswith("_minor") or not isinstance(value, Mapping):
        return words
    f = formats(lang)
    amounts = [f.amount(one, code) for code, one in value.items() if isinstance(one, int)]
    return " · ".join([words, *amounts])


def definition_rows(
    lang: str, terms: Mapping[str, str] | None = None, *, with_traps: bool = False
) -> list[Row]:
    """Return each title, the figure it shows and how that is computed, as the pages say it.

    ``terms``: titles (message ids) and keys of figures, those of the report when not given.
    ``with_traps``: the mistake each invites is said too.
    """
    _ = translator(lang)
    found = []
    for title, key in (terms or TERMS).items():
        told = definitions.of_figure(key, lang)
        words = f"{told.formula} {told.trap}" if with_traps else told.formula
        found.append((_("Definitions"), _titled(_(title), told.name), Cell(""), words.strip()))
    return found


def _titled(title: str, name: str) -> str:
    return name if name.startswith(title) else f"{title} · {name}"


def _records(frame: Any) -> list[dict[str, Any]]:
    return list(frame.to_dict("records"))


UNAVAILABLE: Final = {
    "past_dates": N_("Past dates"),
    "behaviour": N_("Payment behaviour"),
    "dso": N_("DSO"),
    "segments_behaviour": N_("Segments by payment behaviour"),
    "limits_history": N_("History of overruns"),
    "aging_exact": N_("Exact ages"),
}
