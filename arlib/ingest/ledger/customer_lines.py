"""The customer lines of a ledger: who, what kind, which dates; those left out, with their reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from arlib.ingest.ledger.accounts import Customers, find_customers
from arlib.ingest.ledger.entries import combine
from arlib.ingest.ledger.fields import read_dates, texts_of
from arlib.ingest.ledger.kinds import classify, is_misc_journal, journal_trade, label_trade
from arlib.ingest.ledger.numbers import Ledger, line_roles
from arlib.ingest.ledger.openings import later_starts, opening_dates, year_start
from arlib.ingest.ledger.transfers import trace_doubtful

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arlib.ingest.ledger.raw import Lines
    from arlib.ingest.ledger.report import Report
    from arlib.model.issues import Severity

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_TEXTS = (
    "auxiliary",
    "auxiliary_label",
    "account_label",
    "piece",
    "label",
    "lettering",
    "payment_method",
)
_CODES_SHOWN = 5
_ACCOUNTS_SHOWN = 50
_DATES = ("piece_on", "lettered_on", "due_on")


@dataclass(frozen=True, slots=True)
class CustomerLines:
    """``lines`` holds a row for each line kept; ``customers`` says whose they are.

    ``totals`` is what the raw lines say by class and day; ``count_refused`` and ``count_empty`` are
    the customer lines left out.
    """

    lines: pd.DataFrame
    customers: Customers
    totals: pd.DataFrame
    count_refused: int
    count_empty: int


def read_customer_lines(lines: Lines, ledger: Ledger, report: Report) -> CustomerLines:
    """Return the lines of customer accounts with their kind, customer and dates."""
    is_customer = (ledger.classes != "")[ledger.account]
    frame = _raw(lines, ledger, is_customer)
    totals = _ledger_totals(frame, ledger)
    is_refused = _refused(frame, lines, report)
    is_empty = ~is_refused & frame["amount"].eq(0).to_numpy()
    report.add_sum("amount_missing", "ignored", frame.loc[is_empty, "amount"].to_numpy())
    fine, counters = line_roles(lines, ledger, is_customer)
    frame = frame.assign(entry=fine)
    kept = ~is_refused & ~is_empty
    counters = counters[kept]
    frame = frame[kept].reset_index(drop=True)
    customers = _customers(frame, report)
    frame = _with_kinds(frame, counters, ledger, report)
    frame = frame.assign(customer_id=customers.ids, customer=pd.factorize(customers.ids)[0])
    frame = _with_dates(frame, ledger, report)
    frame, untraced = trace_doubtful(frame)
    report.add_sum("doubtful_untraced", "note", frame.loc[untraced, "amount"].to_numpy())
    return CustomerLines(frame, customers, totals, int(is_refused.sum()), int(is_empty.sum()))


def _raw(lines: Lines, ledger: Ledger, is_customer: Flags) -> pd.DataFrame:
    """Return the customer lines as read."""
    where = np.flatnonzero(is_customer)
    table = lines.table.take(where)
    columns: dict[str, Any] = {"row": lines.rows[where]}
    for name in _TEXTS:
        column = table[name] if name in table.column_names else None
        columns[name] = pd.Series(texts_of(column, len(where)), dtype=object)
    for name in _DATES:
        if name in table.column_names:
            dates = read_dates(table[name])
            columns[name] = dates.days
            columns[f"bad_{name}"] = dates.is_unreadable
        else:
            columns[name] = np.full(len(where), np.datetime64("NaT", "D"))
            columns[f"bad_{name}"] = False
    frame = pd.DataFrame(columns)
    return frame.assign(
        account=pd.Series(ledger.accounts[ledger.account[where]], dtype=object),
        account_class=pd.Series(ledger.classes[ledger.account[where]], dtype=object),
        journal=ledger.journal[where],
        amount=ledger.amount[where],
        bad_amount=ledger.is_amount_unreadable[where],
        posted=ledger.posted[where],
        is_opening=ledger.is_opening[where],
        is_account_assumed=lines.flags(lines.is_account_assumed)[where],
    )


def _ledger_totals(frame: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return debit less credit of the raw lines by class and day; undated ones on the last day."""
    last = (
        np.nanmax(ledger.posted) if (~np.isnat(ledger.posted)).any() else np.datetime64("NaT", "D")
    )
    dated = frame.assign(
        posted=frame["posted"].fillna(frame["piece_on"]).fillna(pd.Timestamp(last))
    )
    by_day = dated.groupby(["account_class", "posted"], sort=True)["amount"]
    return by_day.agg(["sum", "size"]).reset_index()


def _refused(frame: pd.DataFrame, lines: Lines, report: Report) -> Flags:
    """Return the customer lines that cannot be loaded, each reported with what it says."""
    bad_amount: Flags = frame["bad_amount"].to_numpy()
    rows = frame.loc[bad_amount, "row"].to_numpy()
    written = _written(lines, rows)
    report.add_lines(
        "amount_unreadable", "refused", rows, values=written, column=report.titles.get("money")
    )
    undated: Flags = frame["posted"].isna().to_numpy() & ~bad_amount
    rescued = undated & frame["piece_on"].notna().to_numpy()
    _report_undated(frame[rescued], "doubtful", report)
    lost: Flags = undated & ~rescued
    _report_undated(frame[lost], "refused", report)
    return bad_amount | lost | _nameless(frame, bad_amount | lost, report)


def _nameless(frame: pd.DataFrame, refused: Flags, report: Report) -> Flags:
    """Return the lines that say neither account nor customer, each reported."""
    found: Flags = frame["is_account_assumed"].to_numpy() & frame["auxiliary"].eq("").to_numpy()
    lines = frame[found & ~refused]
    report.add_lines(
        "customer_missing", "refused", lines["row"].to_numpy(), lines["amount"].to_numpy()
    )
    return found


def _written(lines: Lines, rows: Ints) -> list[str]:
    """Return the amount cells of lines as written, by line number."""
    table = lines.table.take(np.searchsorted(lines.rows, rows))
    names = ("debit", "credit", "amount", "side")
    cells = [texts_of(table[name], len(rows)) for name in names if name in table.column_names]
    return [" / ".join(texts) for texts in zip(*cells, strict=True)]


def _report_undated(lines: pd.DataFrame, severity: Severity, report: Report) -> None:
    """Say which lines have no posting date: taken from that of the document, or refused."""
    report.add_lines(
        "date_unreadable",
        severity,
        lines["row"].to_numpy(),
        lines["amount"].to_numpy(),
        column=report.titles.get("posted_on"),
    )


def _customers(frame: pd.DataFrame, report: Report) -> Customers:
    """Return the customers; an account standing for one, or mixing several, is said once."""
    arrays = [
        frame[name].to_numpy(dtype=object)
        for name in ("account", "account_label", "auxiliary", "label")
    ]
    customers = find_customers(*arrays)
    alone = frame[frame["auxiliary"].eq("")]
    mixed = alone["account"].isin(customers.collective)
    _report_accounts("collective_account", alone[mixed], report)
    _report_accounts("auxiliary_missing", alone[~mixed], report)
    return customers


def _report_accounts(code: str, lines: pd.DataFrame, report: Report) -> None:
    """Say once an account, then once for all the others, how many lines and what sum it holds."""
    shown = lines["account"].drop_duplicates().tolist()[:_ACCOUNTS_SHOWN]
    is_shown = lines["account"].isin(shown)
    for account, its_lines in lines[is_shown].groupby("account"):
        report.add_sum(code, "note", its_lines["amount"].to_numpy(), value=str(account))
    rest = lines[~is_shown]
    count = rest["account"].nunique()
    report.add_sum(code, "note", rest["amount"].to_numpy(), value=f"… ({count})")


def _with_kinds(
    frame: pd.DataFrame, counters: Flags, ledger: Ledger, report: Report
) -> pd.DataFrame:
    """Return the lines with their kind; those deduced from the journal are counted by kind."""
    trades = _trades(frame, counters, ledger)
    found = classify(
        counters,
        frame["amount"].gt(0).to_numpy(),
        frame["account_class"].to_numpy(dtype=object),
        frame["is_opening"].to_numpy(),
        trades,
    )
    frame = frame.assign(kind=pd.Series(found.kinds, dtype=object), is_assumed=found.is_assumed)
    for kind, lines in frame[frame["is_assumed"]].groupby("kind"):
        codes = sorted(set(ledger.journals[lines["journal"].to_numpy()].tolist()))
        detail = f"{', '.join(codes[:_CODES_SHOWN])}: {len(lines)}"
        amounts = lines["amount"].to_numpy()
        report.add_sum("kind_assumed", "note", amounts, value=str(kind), detail=detail)
    return frame


def _trades(frame: pd.DataFrame, counters: Flags, ledger: Ledger) -> NDArray[np.object_]:
    """Return the trade of each line, from its journal.

    Where the other side of the entry is not in the file and the journal does not tell, the words of
    the label do; a journal of sundry entries then makes neither an invoice nor a payment.
    """
    pairs = list(zip(ledger.journals, ledger.journal_labels, strict=True))
    by_journal = np.array([journal_trade(*pair) for pair in pairs] or [""], dtype=object)
    trades: NDArray[np.object_] = by_journal[frame["journal"].to_numpy()]
    if not ledger.is_partial:
        return trades
    untold = np.flatnonzero((trades == "") & ~counters.any(axis=1))
    codes, labels = pd.factorize(frame["label"].iloc[untold])
    words = np.array([label_trade(str(label)) for label in labels] or [""], dtype=object)[codes]
    is_misc = np.array([is_misc_journal(*pair) for pair in pairs] or [False])
    sundry = is_misc[frame["journal"].to_numpy()[untold]]
    trades[untold] = np.where((words == "") & sundry, "misc", words)
    return trades


def _with_dates(frame: pd.DataFrame, ledger: Ledger, report: Report) -> pd.DataFrame:
    """Return the lines with ``issued``, ``due`` and ``number`` (definitions §17.1 rule 1)."""
    last = np.nanmax(ledger.posted)
    posted = frame["posted"].fillna(frame["piece_on"]).to_numpy().astype("datetime64[D]")
    piece = frame["piece_on"].to_numpy().astype("datetime64[D]")
    by_piece = frame["kind"].isin(["invoice", "credit_note"]).to_numpy()
    unusable = np.isnat(piece) | (piece > last)
    has_column = frame["piece_on"].notna().any() or not ledger.is_partial
    missing = frame[by_piece & unusable & has_column]
    report.add_lines(
        "piece_date_missing",
        "doubtful",
        missing["row"].to_numpy(),
        missing["amount"].to_numpy(),
        column=report.titles.get("piece_on"),
    )
    issued = np.where(by_piece & ~unusable, piece, posted)
    is_opening = frame["is_opening"].to_numpy()
    if is_opening.any():
        start = year_start(ledger.posted, ledger.is_opening)
        due = frame.loc[is_opening, "due_on"].to_numpy().astype("datetime64[D]")
        starts = later_starts(posted[is_opening], start)
        dates, assumed = opening_dates(piece[is_opening], due, starts)
        issued[is_opening] = dates
        amounts = frame.loc[is_opening, "amount"].to_numpy()
        report.add_sum("opening_date_assumed", "note", amounts[assumed])
    return frame.assign(posted=posted, issued=issued, due=frame["due_on"], number=frame["piece"])


def line_key(frame: pd.DataFrame) -> Ints:
    """Return a number for the account class and customer of each line."""
    classes = pd.factorize(frame["account_class"])[0].astype(np.int64)
    return combine(classes, frame["customer"].to_numpy().astype(np.int64))
