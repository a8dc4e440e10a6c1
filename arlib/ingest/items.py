"""What each line of a flat list is: an item, a total, a blank, or something refused with its amount."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.asides import (
    IGNORED,
    KEPT,
    REFUSED,
    any_date,
    count_filled,
    filled,
    ignore,
    set_aside,
)
from arlib.ingest.columns import normalise
from arlib.ingest.kinds import final_kinds, kinds, negative_invoices
from arlib.ingest.rules import apply_rules
from arlib.ingest.signs import numbers, open_amounts, signed_amounts
from arlib.ingest.totals import compare_totals
from arlib.ingest.values import flags_of

if TYPE_CHECKING:
    import pyarrow as pa

    from arlib.ingest.columns import Match
    from arlib.ingest.findings import Findings
    from arlib.ingest.lines import Lines
    from arlib.model.files import ImportOptions

_PARTIAL: Final = re.compile(r"parti(al|el)|part[ -]?(paid|paye|regle)|partly")
_CLASSES: Final = (
    ("4191", "advance"),
    ("413", "bill"),
    ("416", "doubtful"),
    ("418", "accrued"),
    ("411", "receivable"),
)
# Headers of a list with one line an article, reduced; and the fields that are its invoice's.
_ARTICLE: Final = frozenset(
    {
        "quantity", "qty", "quantite", "qte", "unitamount", "unitprice", "prixunitaire", "puht", "pu",
        "itemname", "itemprice", "itemtotal", "itemcode", "lineamount", "lineitemamount", "article",
        "montantligne", "montantdelaligne", "codearticle", "designationarticle", "productservice",
    }
)  # fmt: skip
_OF_INVOICE: Final = (
    "customer_id", "customer_name", "account", "company", "number", "instalment", "kind", "issued_on",
    "due_on", "paid_on", "amount", "open", "paid", "debit", "credit", "currency", "status",
)  # fmt: skip
_CUSTOMER_CLASS: Final = r"^41[1368]|^4191"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What each row is: ``state`` (KEPT, IGNORED, REFUSED) and its signed amounts.

    ``open_minor`` is what the file says remains (its validity in ``has_open``).
    """

    state: np.ndarray
    amount_minor: np.ndarray
    open_minor: np.ndarray
    has_open: np.ndarray
    kind: pa.Array
    account_class: pa.Array


def judge(lines: Lines, match: Match, options: ImportOptions) -> Verdict:
    """Return what every row is; each row that is not kept has an issue with its amount."""
    import pyarrow as pa

    findings = lines.findings
    amount, has_amount = signed_amounts(lines)
    kind, turned = kinds(lines, match, amount, has_amount)
    amount = np.where(turned, -amount, amount)
    opened, has_open = open_amounts(lines, amount, turned)
    excess = np.zeros(lines.count, dtype=bool)
    if "open" in lines.amounts:
        excess = has_open & has_amount & (amount * opened > 0) & (np.abs(opened) > np.abs(amount))
        # A payment has no invoiced amount: what remains of it is what it is.
        is_bare = has_open & has_amount & (amount == 0) & (opened != 0)
        amount = np.where(has_amount & ~excess & ~is_bare, amount, opened)
        has_amount = has_amount | has_open
    findings.amounts = pa.array(amount, pa.int64(), mask=~has_amount)
    findings.currencies = lines.currency
    state = np.full(lines.count, KEPT, dtype=np.int8)
    ignore(findings, state, "blank_row", count_filled(lines) == 0)
    classes = _account_classes(lines, findings, match, state)
    kind, classes = apply_rules(lines, match, state, has_amount, kind, classes)
    sections = set_aside(lines, match, state, has_amount, amount)
    _refuse(lines, match, findings, state, has_amount)
    _check_status(lines, match, state)
    _drop_repeats(lines, match, findings, state)
    compare_totals(lines, match, state, sections)
    final = final_kinds(kind, amount)
    _report_dates(lines, match, state)
    _late_checks(lines, match, options, state)
    _check_open(lines, state, has_open, excess)
    negative = negative_invoices(kind, amount) & (state == KEPT)
    findings.add_rows("invoice_negative", "note", np.flatnonzero(negative))
    return Verdict(state, amount, opened, has_open & has_amount, final, classes)


def _account_classes(lines: Lines, findings: Findings, match: Match, state: np.ndarray) -> pa.Array:
    """Return the class of each row's account; rows of other accounts are ignored."""
    import pyarrow as pa
    import pyarrow.compute as pc

    account = lines.text.get("account")
    is_ledger = account is not None and pc.any(pc.starts_with(account, "411")).as_py()
    if account is None or not is_ledger:
        return pa.repeat(pa.scalar("receivable"), lines.count)
    is_customer = pc.fill_null(pc.match_substring_regex(account, _CUSTOMER_CLASS), fill_value=True)
    other = np.flatnonzero(~is_customer.to_numpy(zero_copy_only=False) & (state == KEPT))
    findings.add_rows(
        "other_account", "ignored", other, column=lines.title("account", match), values=account
    )
    state[other] = IGNORED
    classes = pa.repeat(pa.scalar("receivable"), lines.count)
    for prefix, name in _CLASSES:
        such = pc.fill_null(pc.starts_with(account, prefix), fill_value=False)
        classes = pc.if_else(such, name, classes)
    retention = pc.fill_null(pc.match_substring_regex(account, r"^41170*$"), fill_value=False)
    return pc.if_else(retention, "retention", classes)


def _refuse(
    lines: Lines, match: Match, findings: Findings, state: np.ndarray, has_amount: np.ndarray
) -> None:
    """Refuse what should have been an item and cannot be one, with the reason of each."""
    import pyarrow as pa

    for name in ("amount", "amount_local", "debit", "credit", "open", "paid"):
        if name not in lines.unreadable or name not in match.fields:
            continue
        bad = np.zeros(lines.count, dtype=bool)
        bad[lines.unreadable[name]] = True
        _refuse_rows(lines, match, state, bad, "amount_unreadable", name)
    none = ~has_amount & (state == KEPT)
    _refuse_rows(lines, match, state, none, "amount_missing")
    nobody = ~filled(lines, "customer_id") & ~filled(lines, "customer_name")
    _refuse_rows(lines, match, state, nobody, "customer_missing")
    issued = lines.dates.get("issued_on", pa.nulls(lines.count, pa.date32()))
    dated = issued.is_valid().to_numpy(zero_copy_only=False)
    odd = np.zeros(lines.count, dtype=bool)
    odd[lines.unreadable.get("issued_on", [])] = True
    _refuse_rows(lines, match, state, odd, "date_unreadable", "issued_on")
    undated = ~dated & ~any_date(lines)
    _refuse_rows(lines, match, state, undated, "invoice_date_missing")
    rows = np.flatnonzero(~dated & (state == KEPT))
    findings.add_rows("invoice_date_missing", "doubtful", rows)


def _refuse_rows(
    lines: Lines, match: Match, state: np.ndarray, where: np.ndarray, code: str, name: str = ""
) -> None:
    rows = np.flatnonzero(where & (state == KEPT))
    column = lines.sheet.columns[match.fields[name]] if name in match.fields else None
    lines.findings.add_rows(
        code,
        "refused",
        rows,
        column=column.title if column else None,
        values=column.text if column else None,
    )
    state[rows] = REFUSED


def _drop_repeats(lines: Lines, match: Match, findings: Findings, state: np.ndarray) -> None:
    """Ignore lines identical in every column read, when they carry a document number.

    Two lines of a list without numbers may well be two sales of one day: kept, and said.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    number = lines.text.get("number")
    kept = np.flatnonzero(state == KEPT)
    if not len(kept):
        return
    codes = np.zeros(len(kept), dtype=np.int64)
    for position in _used(lines, match):
        encoded = lines.sheet.columns[position].text.take(pa.array(kept)).dictionary_encode()
        found = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        codes, uniques = pd.factorize(codes * (len(encoded.dictionary) + 1) + found)
        if len(uniques) == len(kept):
            return
    repeated = kept[pd.Series(codes).duplicated().to_numpy()]
    numbered = (
        number.is_valid().to_numpy(zero_copy_only=False)
        if number is not None
        else np.zeros(lines.count, dtype=bool)
    )
    findings.add_rows("duplicate_line", "ignored", repeated[numbered[repeated]], values=number)
    findings.add_rows("duplicate_kept", "doubtful", repeated[~numbered[repeated]])
    state[repeated[numbered[repeated]]] = IGNORED


def _used(lines: Lines, match: Match) -> list[int]:
    """Return the columns that tell two lines apart, the document number first: it often suffices.

    A list with one line an article repeats its invoice, what remains of it included: only what
    belongs to the invoice tells two of them apart.
    """
    first = match.fields.get("number")
    titled = [place for place in lines.sheet.columns if lines.sheet.headers[place]]
    if "open" in lines.amounts and any(normalise(t) in _ARTICLE for t in lines.sheet.headers):
        own = {match.fields[name] for name in _OF_INVOICE if name in match.fields}
        titled = [place for place in titled if place in own]
    return sorted(titled, key=lambda place: place != first)


def _report_dates(lines: Lines, match: Match, state: np.ndarray) -> None:
    """List the dates of the rows kept that cannot be read; an issue date was judged with its line."""
    for name in lines.dates:
        if name == "issued_on":
            continue
        column = lines.sheet.columns[match.fields[name]]
        far = lines.out_of_range[name]
        odd = np.setdiff1d(lines.unreadable[name], far)
        for code, positions in (("date_unreadable", odd), ("date_out_of_range", far)):
            lines.findings.add_rows(
                code,
                "doubtful",
                positions[state[positions] == KEPT],
                column=column.title,
                values=column.text,
            )


def _late_checks(lines: Lines, match: Match, options: ImportOptions, state: np.ndarray) -> None:
    """List what is odd on the rows kept: no number, no due date, dates in an impossible order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kept = state == KEPT
    findings = lines.findings
    if "number" in lines.text:
        findings.add_rows("number_missing", "note", np.flatnonzero(kept & ~filled(lines, "number")))
    due = lines.dates.get("due_on")
    if due is None:
        findings.add_file("due_date_missing", "note", value=str(int(kept.sum())))
    else:
        blank = ~due.is_valid().to_numpy(zero_copy_only=False)
        findings.add_rows("due_date_missing", "note", np.flatnonzero(kept & blank))
    issued = lines.dates.get("issued_on")
    if issued is not None and due is not None:
        early = pc.fill_null(pc.less(due, issued), fill_value=False).to_numpy(zero_copy_only=False)
        column = lines.sheet.columns[match.fields["due_on"]]
        findings.add_rows(
            "due_before_issue", "note", np.flatnonzero(kept & early), values=column.text
        )
    if options.import_day is not None:
        for name in ("issued_on", "paid_on"):
            if name in lines.dates:
                late = pc.greater(lines.dates[name], pa.scalar(options.import_day, pa.date32()))
                rows = pc.fill_null(late, fill_value=False).to_numpy(zero_copy_only=False) & kept
                findings.add_rows(
                    "date_in_future",
                    "doubtful",
                    np.flatnonzero(rows),
                    column=lines.title(name, match),
                    values=lines.dates[name].cast(pa.string()),
                )


def _check_open(lines: Lines, state: np.ndarray, has_open: np.ndarray, excess: np.ndarray) -> None:
    """Doubt the rows whose open amount exceeds the amount, or is missing where others have one."""
    if "open" not in lines.amounts or not has_open.any():
        return
    kept = state == KEPT
    lines.findings.add_rows("open_exceeds_amount", "doubtful", np.flatnonzero(kept & excess))
    silent = kept & ~has_open
    if (paid_on := lines.dates.get("paid_on")) is not None:
        silent &= paid_on.is_null().to_numpy(zero_copy_only=False)
    lines.findings.add_rows("open_missing", "doubtful", np.flatnonzero(silent))


def _check_status(lines: Lines, match: Match, state: np.ndarray) -> None:
    """Refuse the rows whose status says part-paid when nothing says how much remains.

    An open amount that is the whole amount says nothing: it is listed, never guessed.
    """
    if "status" not in lines.text or "paid" in lines.amounts:
        return
    partial = flags_of(lines.text["status"], lambda text: bool(_PARTIAL.search(text)))
    if "open" not in lines.amounts:
        _refuse_rows(lines, match, state, partial, "status_without_amount", "status")
    elif "amount" in lines.amounts:
        partial &= np.abs(numbers(lines, "open")[0]) >= np.abs(numbers(lines, "amount")[0])
        _refuse_rows(lines, match, state, partial, "status_without_amount", "status")
