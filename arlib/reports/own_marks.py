"""The marks that a company's own workbook may hold: name, meaning, and the value of the views it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

import arlib
from arlib.i18n import N_, translator
from arlib.i18n.companies import company_names
from arlib.i18n.labels import bucket_label, label
from arlib.reports.method import FILTERS
from arlib.reports.pack_method import tie_out_words
from arlib.reports.sheet import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arlib.model.policy import Policy
    from arlib.reports.sheet import Kind
    from arlib.views.aging import AgingBlock
    from arlib.views.overview import Kpi
    from arlib.views.report import RiskReport

# Marks that hold for the whole report.
_WHOLE: Final = {
    "company": N_("Names of the companies"),
    "as_of": N_("Date of the figures"),
    "previous_on": N_("Closing compared with"),
    "year_ago_on": N_("The same date a year before"),
    "currency": N_("Main currency of the book"),
    "filters": N_("Filters in force"),
    "policy": N_("Version of the credit policy"),
    "program": N_("Program and version"),
    "tie_out": N_("Tie-out with the ledger, in words"),
    "last_date": N_("Latest date of the data"),
    "over_limit": N_("Customers over their limit"),
    "exposure_basis": N_("Exposure tested against limits"),
}
# Marks of one currency: the main one, or that named after @.
_AMOUNTS: Final = {
    "gross": ("gross_minor", N_("Open invoices, credits left out")),
    "overdue": ("overdue_minor", N_("Overdue")),
    "disputed": ("disputed_minor", N_("In dispute")),
    "unallocated": ("unallocated_minor", N_("Not allocated")),
}
_KPIS: Final = {
    "outstanding": N_("Unpaid amount, incl. VAT"),
    "late_over_30": N_("More than 30 days late"),
    "dso_count_back": N_("DSO, count-back"),
}
_KPI_KINDS: Final[dict[str, Kind]] = {"minor": "amount", "days": "days", "count": "integer"}
_DSO: Final = {
    "dso": ("simple_days", N_("DSO, simple")),
    "dso_best": ("best_possible_days", N_("Best possible DSO")),
    "days_delinquent": ("average_days_delinquent", N_("Average days delinquent")),
}
_SEGMENTS: Final = ("reliable", "watch", "high_risk", "insufficient_history")
_WEEKS: Final = (4, 8, 13)
BEFORE: Final = {"previous": N_("at the previous closing"), "year_ago": N_("a year before")}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a list: where its value stands in the rows of the view, and its kind."""

    column: str
    kind: Kind
    meaning: str
    currency: str = "currency"
    words: str = ""  # subject of the labels of a code


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that a row of marks is repeated for: its fields by name and its rows."""

    meaning: str
    fields: Mapping[str, Field]
    rows: Callable[[RiskReport], pd.DataFrame]


_WHO: Final = {
    "customer": Field("name", "text", N_("Customer")),
    "code": Field("customer_id", "text", N_("Customer code")),
    "company": Field("company_id", "text", N_("Company"), words="company"),
    "currency": Field("currency", "text", N_("Currency")),
}
_LIMIT: Final = "limit_currency"
_RISK: Final = {
    **_WHO,
    "category": Field("category", "text", N_("Category")),
    "salesperson": Field("owner", "text", N_("Salesperson")),
    "sector": Field("sector", "text", N_("Sector")),
    "outstanding": Field("outstanding_minor", "amount", N_("Unpaid amount")),
    "overdue": Field("overdue_minor", "amount", N_("Overdue")),
    "exposure": Field("tested_minor", "amount", N_("Exposure tested"), _LIMIT),
    "limit": Field("limit_minor", "amount", N_("Limit"), _LIMIT),
    "overrun": Field("overrun_minor", "amount", N_("Overrun"), _LIMIT),
    "use": Field("utilisation_ratio", "ratio", N_("Use")),
    "since": Field("overrun_since", "date", N_("Over since")),
    "days_over": Field("overrun_days_12m", "integer", N_("Days over in 12 months")),
    "times_over": Field("overrun_count_12m", "integer", N_("Times over in 12 months")),
    "mean_delay": Field("mean_delay_days", "days", N_("Mean delay (days)")),
    "segment": Field("segment", "text", N_("Segment"), words="segment"),
}
_AGED: Final = {
    **_WHO,
    "category": Field("category", "text", N_("Category")),
    "salesperson": Field("owner", "text", N_("Salesperson")),
    "unallocated": Field("unallocated_minor", "amount", N_("Not allocated")),
    "total": Field("total_minor", "amount", N_("Total")),
    "overdue": Field("overdue_minor", "amount", N_("Overdue")),
    "overdue_ratio": Field("overdue_ratio", "ratio", N_("Share overdue")),
    "disputed": Field("disputed_minor", "amount", N_("In dispute")),
    "oldest_due_on": Field("oldest_due_on", "date", N_("Oldest due date")),
}
_ITEMS: Final = {
    **_WHO,
    "number": Field("number", "text", N_("Number")),
    "kind": Field("kind", "text", N_("Kind"), words="kind"),
    "issued_on": Field("issued_on", "date", N_("Issued on")),
    "due_on": Field("due_on", "date", N_("Due on")),
    "amount": Field("amount_minor", "amount", N_("Amount")),
    "open": Field("open_minor", "amount", N_("Open")),
    "disputed": Field("disputed_minor", "amount", N_("In dispute")),
    "days_late": Field("days_late", "integer", N_("Days late")),
}


def _over(views: RiskReport) -> pd.DataFrame:
    """Return the customers over their limit, each once."""
    frame = views.customers
    if frame.empty:
        return frame
    return frame[frame["is_over"].astype(bool) & frame["is_first_row"].astype(bool)]


def _aged(views: RiskReport) -> pd.DataFrame:
    frames = [block.customers for block in views.aging.blocks if len(block.customers)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


LISTS: Final[Mapping[str, Listed]] = {
    "overruns": Listed(N_("Customers over their limit, largest overrun first"), _RISK, _over),
    "customers": Listed(
        N_("All customers, largest overrun first"), _RISK, lambda views: views.customers
    ),
    "aged": Listed(N_("Aged balance by customer, largest total first"), _AGED, _aged),
    "items": Listed(N_("Open items"), _ITEMS, lambda views: views.items),
}


class Marks:
    """The values of a report by the names of the marks."""

    def __init__(self, views: RiskReport, lang: str) -> None:
        """Keep the views; nothing is looked up before it is asked for."""
        self.views, self.lang = views, lang
        codes = [block.currency for block in views.aging.blocks]
        codes += [block.currency for block in views.overview.blocks]
        self.currencies = tuple(dict.fromkeys(codes))

    def value(self, name: str) -> Cell | None:
        """Return what a mark stands for; None when it is not known."""
        name, _at, code = name.partition("@")
        if not _at and name in _WHOLE:
            return self._whole(name)
        currency = code or (self.currencies[0] if self.currencies else "")
        if currency not in self.currencies and code:
            return None
        return self._of_currency(name, currency)

    def listed(self, name: str) -> list[Cell] | None:
        """Return the column of a list (``overruns.customer``); None when it is not known."""
        subject, _dot, field = name.partition(".")
        if subject not in LISTS:
            return None
        found = LISTS[subject].fields.get(field) or self._bucket_field(subject, field)
        if found is None:
            return None
        return _cells(LISTS[subject].rows(self.views), found, self.lang)

    def count(self, subject: str) -> int:
        """Return the number of rows of a list."""
        return len(LISTS[subject].rows(self.views))

    def _bucket_field(self, subject: str, field: str) -> Field | None:
        bucket = bucket_of(field, self._buckets()) if subject == "aged" else None
        return None if bucket is None else Field(f"{bucket}_minor", "amount", bucket)

    def _buckets(self) -> tuple[str, ...]:
        blocks = self.views.aging.blocks
        return blocks[0].buckets if blocks else policy_buckets(self.views.policy)

    def _whole(self, name: str) -> Cell:
        """Return a figure of the whole report."""
        views, _ = self.views, translator(self.lang)
        filters = ", ".join(f"{_(FILTERS[key])} {value}" for key, value in views.filters.items())
        found: dict[str, Callable[[], Cell]] = {
            "company": lambda: Cell(company_names(views.company_names, self.lang)),
            "as_of": lambda: Cell(views.as_of, "date"),
            "previous_on": lambda: Cell(views.overview.previous_on, "date"),
            "year_ago_on": lambda: Cell(views.overview.year_ago_on, "date"),
            "currency": lambda: Cell(self.currencies[0] if self.currencies else None),
            "filters": lambda: Cell(filters or _("none")),
            "policy": lambda: Cell(views.policy.version),
            "program": lambda: Cell(f"Encours {arlib.__version__}"),
            "tie_out": lambda: Cell(tie_out_words(views, self.lang)),
            "last_date": lambda: Cell(views.status.last_date, "date"),
            "over_limit": lambda: Cell(views.risk.over_limit_count, "integer"),
            "exposure_basis": lambda: Cell(views.risk.exposure_basis),
        }
        return found[name]()

    def _of_currency(self, name: str, currency: str) -> Cell | None:
        """Return a figure of one currency, view by view; None for a name that is not known."""
        head, _dot, tail = name.partition(".")
        if head in _KPIS and (not tail or tail in BEFORE):
            return self._kpi(head, tail, currency)
        if head in {"aging", "segments", "forecast"} and tail:
            finders = {"aging": self._aging, "segments": self._segment, "forecast": self._forecast}
            return finders[head](tail, currency)
        if tail:
            return None
        if name in _AMOUNTS:
            return self._total(_AMOUNTS[name][0], currency)
        if name in _DSO:
            days = [b for b in self.views.dso.blocks if b.currency == currency]
            return Cell(getattr(days[0], _DSO[name][0]) if days else None, "days")
        finders_of = {
            "overdue_ratio": self._overdue_ratio,
            "overrun": self._overrun,
            "mean_delay": self._mean_delay,
            "provisions": self._provisions,
        }
        return finders_of[name](currency) if name in finders_of else None

    def _block(self, currency: str) -> AgingBlock | None:
        return next((b for b in self.views.aging.blocks if b.currency == currency), None)

    def _total(self, column: str, currency: str) -> Cell:
        block = self._block(currency)
        return Cell(block.totals[column] if block else None, "amount", currency)

    def _aging(self, tail: str, currency: str) -> Cell | None:
        bucket = bucket_of(tail, self._buckets())
        return None if bucket is None else self._total(f"{bucket}_minor", currency)

    def _overdue_ratio(self, currency: str) -> Cell:
        block = self._block(currency)
        return Cell(block.overdue_ratio if block else None, "ratio")

    def _kpi(self, name: str, before: str, currency: str) -> Cell:
        blocks = [b for b in self.views.overview.blocks if b.currency == currency]
        found: list[Kpi] = [kpi for block in blocks for kpi in block.kpis if kpi.name == name]
        if not found:
            return Cell(None, "amount", currency)
        values = {"": found[0].value, "previous": found[0].previous, "year_ago": found[0].year_ago}
        return Cell(values[before], _KPI_KINDS[found[0].unit], currency)

    def _overrun(self, currency: str) -> Cell:
        sums = self.views.risk.overruns
        rows = sums.loc[sums["currency"] == currency, "overrun_minor"].tolist() if len(sums) else []
        return Cell(int(rows[0]) if rows else 0, "amount", currency)

    def _mean_delay(self, currency: str) -> Cell:
        return Cell(self.views.risk.mean_delay_days.get(currency), "days")

    def _segment(self, tail: str, currency: str) -> Cell | None:
        code, _dot, counted = tail.partition(".")
        if code not in _SEGMENTS or counted not in {"", "count"}:
            return None
        kind: Kind = "integer" if counted else "amount"
        for block in self.views.segments.blocks:
            rows = block.totals.loc[block.totals["segment"] == code]
            if block.currency == currency and len(rows):
                column = "count" if counted else "outstanding_minor"
                return Cell(int(rows[column].iloc[0]), kind, currency)
        return Cell(0, kind, currency)

    def _forecast(self, tail: str, currency: str) -> Cell | None:
        if tail not in {str(weeks) for weeks in _WEEKS}:
            return None
        blocks = self.views.forecast.blocks if self.views.forecast else ()
        found = [b.within(int(tail))["expected"] for b in blocks if b.currency == currency]
        return Cell(found[0] if found else None, "amount", currency)

    def _provisions(self, currency: str) -> Cell:
        blocks = self.views.provisions.blocks if self.views.provisions else ()
        found = [b.provision.total_minor for b in blocks if b.currency == currency]
        return Cell(found[0] if found else None, "amount", currency)


def bucket_of(name: str, buckets: tuple[str, ...]) -> str | None:
    """Return the bucket that a mark names; the last one also by its first day.

    >>> bucket_of("91+", ("not_due", "1-30", "31-60", "61-90", "90+"))
    '90+'
    """
    if name in buckets:
        return name
    last = buckets[-1] if buckets else ""
    if last.endswith("+") and last[:-1].isdecimal() and name == f"{int(last[:-1]) + 1}+":
        return last
    return None


def policy_buckets(policy: Policy) -> tuple[str, ...]:
    """Return the labels of a policy's buckets, as the aged balance has them.

    >>> from arlib.model.policy import Policy
    >>> policy_buckets(Policy())
    ('not_due', '1-30', '31-60', '61-90', '90+')
    """
    bounds = policy.buckets
    starts = [1, *(bound + 1 for bound in bounds[:-1])]
    pairs = [f"{low}-{high}" for low, high in zip(starts, bounds, strict=True)]
    return ("not_due", *pairs, f"{bounds[-1]}+")


def _cells(rows: pd.DataFrame, field: Field, lang: str) -> list[Cell]:
    """Return a column of a list as cells, codes in words."""
    if field.column not in rows.columns:
        return [Cell(None, field.kind) for _row in range(len(rows))]
    values = rows[field.column].tolist()
    if field.words:
        return [Cell(_worded(field.words, value, lang)) for value in values]
    codes: list[Any] = [None] * len(rows)
    if field.kind == "amount":
        codes = [code if isinstance(code, str) else None for code in rows[field.currency]]
    return [Cell(value, field.kind, code) for value, code in zip(values, codes, strict=True)]


def _worded(subject: str, value: Any, lang: str) -> str | None:
    return label(subject, value, lang) if isinstance(value, str) else None


def catalogue(lang: str, buckets: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return every mark with what it stands for, marks of lists last."""
    _ = translator(lang)
    found = [(name, _(words)) for name, words in _WHOLE.items()]
    for name, words in _KPIS.items():
        found.append((name, _(words)))
        found += [(f"{name}.{when}", f"{_(words)}, {_(said)}") for when, said in BEFORE.items()]
    found += [(name, _(words)) for name, (_column, words) in _AMOUNTS.items()]
    found.append(("overdue_ratio", _("Share overdue")))
    found += [(f"aging.{bucket}", bucket_label(bucket, lang)) for bucket in buckets]
    found += [(name, _(words)) for name, (_column, words) in _DSO.items()]
    found.append(("mean_delay", _("Mean delay (days)")))
    found.append(("overrun", _("Total overrun")))
    for code in _SEGMENTS:
        found.append((f"segments.{code}", label("segment", code, lang)))
        counted = _("{name}, number of customers").format(name=label("segment", code, lang))
        found.append((f"segments.{code}.count", counted))
    words = _("Expected in {n} weeks")
    found += [(f"forecast.{weeks}", words.format(n=weeks)) for weeks in _WEEKS]
    found.append(("provisions", _("Total of the matrix of provisions")))
    for subject, listed in LISTS.items():
        name = _(listed.meaning)
        found += [
            (f"{subject}.{code}", f"{name} – {_(field.meaning)}")
            for code, field in listed.fields.items()
        ]
        if subject == "aged":
            found += [
                (f"aged.{bucket}", f"{name} – {bucket_label(bucket, lang)}") for bucket in buckets
            ]
    return found
