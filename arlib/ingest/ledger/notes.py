"""What is doubtful, ignored or assumed in a ledger, beyond the customer lines themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.model.issues import Issue
from arlib.model.money import major_text

if TYPE_CHECKING:
    from arlib.ingest.ledger.lettering import Groups
    from arlib.ingest.ledger.numbers import Ledger
    from arlib.ingest.ledger.raw import Lines
    from arlib.ingest.ledger.report import Report
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions

_MOST_ENTRIES: Final = 50


def report_lines(lines: Lines, source: Source, report: Report) -> None:
    """Say which lines had to be repaired, which are lost, and how the text was decoded."""
    if source.kind == "text" and source.encoding not in {"utf-8", "utf-8-sig"}:
        report.add("encoding_assumed", "note", value=source.encoding)
    for line in lines.lost:
        text = line.text.strip()[:200]
        report.add(
            "line_length", "refused", row_number=line.row, value=text, detail=str(line.count_fields)
        )
    rows = np.array([line.row for line in lines.repaired], np.int64)
    counts = {str(line.count_fields) for line in lines.repaired}
    report.add_lines("line_length", "doubtful", rows, detail=" / ".join(sorted(counts)))
    if lines.count_blank:
        report.add("blank_row", "ignored", detail=str(lines.count_blank))


def report_ledger(ledger: Ledger, report: Report) -> None:
    """Say which accounts are left out and which entries do not balance."""
    is_customer = (ledger.classes != "")[ledger.account]
    is_near = np.array([text.startswith("41") for text in ledger.accounts] or [False])[
        ledger.account
    ]
    codes = ledger.account[is_near & ~is_customer]
    left_out = pd.DataFrame(
        {"account": ledger.accounts[codes], "amount": ledger.amount[is_near & ~is_customer]}
    )
    for root, lines in left_out.groupby(left_out["account"].str[:4]):
        accounts = lines["account"].unique()
        value = str(accounts[0]) if len(accounts) == 1 else f"{root}…"
        report.add_sum("not_receivable", "ignored", lines["amount"].to_numpy(), value=value)
    report.add_sum("other_account", "ignored", ledger.amount[~is_near & ~is_customer])
    spellings = ledger.count_points + ledger.count_spaced
    if spellings:
        report.add("decimal_point_read", "note", value="1 234,56", detail=str(spellings))
    bad = ledger.is_amount_unreadable & ~is_customer
    if bad.any():
        report.add(
            "amount_unreadable",
            "doubtful",
            column=report.titles.get("money"),
            detail=str(int(bad.sum())),
        )
    _report_entries(ledger, report)


def _report_entries(ledger: Ledger, report: Report) -> None:
    residues = ledger.entries.residues
    if residues.empty:
        return
    first = pd.Series(np.arange(len(ledger.amount))).groupby(ledger.entries.ids).first().to_numpy()
    shown = residues.iloc[:_MOST_ENTRIES]
    for entry, residue in zip(shown.index.to_numpy(), shown.to_numpy(), strict=True):
        line = int(first[entry])
        name = f"{ledger.journals[ledger.journal[line]]} {ledger.numbers[ledger.number[line]]} {ledger.posted[line]}"
        report.add(
            "entry_not_balanced", "note", value=name, amount_minor=int(residue),
            currency=report.currency, detail=major_text(int(residue), report.currency),
        )  # fmt: skip
    report.add_sum(
        "entry_not_balanced",
        "note",
        residues.iloc[_MOST_ENTRIES:].to_numpy().astype(np.int64),
        value="…",
    )


def balance_doubt(ledger: Ledger, report: Report, options: ImportOptions) -> Issue | None:
    """Return the doubt that stops an unbalanced ledger, unless accepted; a small one is a note."""
    difference = int(ledger.amount.sum())
    if not difference:
        return None
    is_small = abs(difference) <= options.fec_balance_tolerance_minor
    value = major_text(difference, report.currency)
    issue = Issue(
        "ledger_balance_tolerated" if is_small else "ledger_not_balanced",
        "note" if is_small else "doubtful",
        value=value,
        amount_minor=difference,
        currency=report.currency,
    )
    if is_small or options.accept_doubtful:
        report.issues.append(issue)
        return None
    return issue


def report_lettering(lines: pd.DataFrame, groups: Groups, report: Report) -> None:
    """Say which lettering groups do not balance, which codes are used again, or that none is."""
    if not len(groups.residues):
        if len(lines):
            report.add("no_lettering", "note", detail=str(len(lines)))
        return
    first = pd.Series(lines.index).groupby(groups.group).first()
    first = first[first.index >= 0]
    odd = np.flatnonzero(groups.residues != 0)
    where = lines.loc[first.to_numpy()[odd]]
    values = (where["customer_id"].astype(str) + " " + where["lettering"].astype(str)).tolist()
    for value, row, residue in list(zip(values, where["row"], groups.residues[odd], strict=True))[
        :_MOST_ENTRIES
    ]:
        report.add(
            "lettering_unbalanced", "doubtful", row_number=int(row), value=value,
            amount_minor=int(residue), currency=report.currency, detail=major_text(int(residue), report.currency),
        )  # fmt: skip
    rest = groups.residues[odd][_MOST_ENTRIES:]
    report.add_sum(
        "lettering_unbalanced",
        "doubtful",
        rest,
        value=f"… ({len(rest)})",
        detail=major_text(int(rest.sum()), report.currency),
    )
    again = lines.loc[first.to_numpy()[groups.ordinals == 2], "lettering"]  # noqa: PLR2004 - a second use
    if len(again):
        shown = ", ".join(sorted(set(again))[:5])
        report.add(
            "lettering_recycled", "note", value=f"{shown} ({len(again)})", detail=str(len(again))
        )


def report_documents(lines: pd.DataFrame, names: pd.DataFrame, report: Report) -> None:
    """Say what the documents lack: due dates, numbers; and which customers carry several names."""
    debts = lines[lines["kind"].isin(["invoice", "opening"]) & lines["amount"].gt(0)]
    report.add_sum(
        "due_date_missing",
        "note",
        debts.loc[debts["due"].isna(), "amount"].to_numpy(),
        column=report.titles.get("due_on"),
    )
    early = debts[debts["due"] < debts["issued"]]
    report.add_lines(
        "due_before_issue",
        "note",
        early["row"].to_numpy(),
        early["amount"].to_numpy(),
        early["due"].dt.date.tolist(),
    )
    unnamed = lines[lines["number"].eq("") & lines["kind"].isin(["invoice", "credit_note"])]
    report.add_sum(
        "number_missing", "note", unnamed["amount"].to_numpy(), column=report.titles.get("piece")
    )
    several = names[names["name"].ne("")].groupby("customer_id").size()
    for customer, count in several[several > 1].iloc[:_MOST_ENTRIES].items():
        report.add("name_differs", "note", value=str(customer), detail=str(count))


def report_future(lines: pd.DataFrame, report: Report, options: ImportOptions) -> None:
    """Say which customer lines are posted after the day of import."""
    if options.import_day:
        late = lines[lines["posted"] > pd.Timestamp(options.import_day)]
        dates = late["posted"].dt.date.tolist()
        report.add_lines(
            "date_in_future",
            "doubtful",
            late["row"].to_numpy(),
            late["amount"].to_numpy(),
            dates,
            report.titles.get("posted_on"),
        )
