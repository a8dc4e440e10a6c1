"""Rows of a ledger to its lines: who, under which account, how much, which dates, as one table of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.ingest.ledger.raw import Lines
from arlib.ingest.ledger.rows import LINE, OPENING, TOTAL
from arlib.ingest.ledger.sections import settle_sections
from arlib.ingest.values import clean_codes, clean_text, read_dates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from arlib.ingest.ledger.rows import Rows
    from arlib.model.files import DateOrder

    Texts = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

ASSUMED_ACCOUNT: Final = "411"
_CODES: Final = ("auxiliary", "account", "journal", "entry", "piece", "lettering")
_TEXTS: Final = ("auxiliary_label", "account_label", "journal_label", "label", "payment_method")
_DATES: Final = ("posted_on", "piece_on", "lettered_on", "due_on")
_MONEY: Final = ("debit", "credit", "amount", "side")
_LEAST_ACCOUNT: Final = 3
_MOSTLY: Final = 0.5


def make_lines(
    rows: Rows, orders: Mapping[str, DateOrder], roots: Mapping[str, str]
) -> tuple[Lines, Ints]:
    """Return the lines of a table, and where each stands among its rows."""
    kept = rows.where(LINE, OPENING)
    texts = {name: _cleaned(rows.text(name)[kept], name) for name in (*_CODES, *_TEXTS)}
    texts["lettering"] = _without_marks(texts["lettering"])
    reference = _cleaned(rows.text("reference")[kept], "reference")
    piece = np.where(texts["piece"] == "", reference, texts["piece"])
    has_pieces = {"piece", "reference"} & set(rows.header.fields)
    texts["piece"] = piece if has_pieces else texts["entry"]
    texts["entry"] = np.where(texts["entry"] == "", texts["piece"], texts["entry"])
    _stand_under(texts, rows, kept)
    _fill_down(texts, rows, kept)
    if "auxiliary_label" not in rows.header.fields:
        _name_by_account_label(texts)
    is_assumed = _settle_accounts(texts, roots)
    dates = {
        name: _iso(rows.text(name)[kept], orders[name])
        for name in _DATES
        if name in rows.header.fields
    }
    is_opening = rows.kind[kept] == OPENING
    money = {name: rows.text(name)[kept] for name in _MONEY if name in rows.header.fields}
    table = _table(texts | dates | money)
    numbers = rows.sheet.row_numbers[kept]
    return Lines(table, numbers, is_opening=is_opening, is_account_assumed=is_assumed), kept


def _cleaned(texts: Texts, name: str) -> Texts:
    """Return codes mended as in any list, labels without control characters."""
    import pyarrow as pa

    clean = clean_codes if name in {*_CODES, "reference"} else clean_text
    cleaned, _ = clean(pa.array(texts, pa.string()))
    found: Texts = cleaned.fill_null("").to_numpy(zero_copy_only=False)
    return found


def _without_marks(texts: Texts) -> Texts:
    """Return lettering codes; a dash or a dot alone is none."""
    codes, values = pd.factorize(texts)
    kept = [value if any(char.isalnum() for char in value) else "" for value in values.tolist()]
    return np.array([*kept, ""], dtype=object)[codes]


def _stand_under(texts: dict[str, Texts], rows: Rows, kept: Ints) -> None:
    """Fill the account and the customer of the lines that stand under a section."""
    if not rows.sections:
        return
    accounts, auxiliaries, names = _named(rows)
    section = rows.section[kept]
    for name, values in (("account", accounts), ("auxiliary", auxiliaries)):
        own = texts[name]
        texts[name] = np.where(own == "", values[section], own)
    target = np.where(texts["auxiliary"] != "", "auxiliary_label", "account_label")
    for name in ("auxiliary_label", "account_label"):
        is_blank = (texts[name] == "") & (target == name)
        texts[name] = np.where(is_blank, names[section], texts[name])


def _fill_down(texts: dict[str, Texts], rows: Rows, kept: Ints) -> None:
    """Give lines the account or customer written once above them, where most lines have none.

    The row that bears it may be a line, or stand alone above its lines.
    """
    if rows.sections or not len(kept):
        return
    names = [name for name in ("account", "auxiliary") if name in rows.header.fields]
    if not names or any((texts[name] != "").mean() >= _MOSTLY for name in names):
        return
    bears = np.zeros(len(rows.kind), bool)
    for name in names:
        bears |= rows.text(name) != ""
    bears[rows.where(TOTAL)] = False
    last = np.maximum.accumulate(np.where(bears, np.arange(len(bears)), -1))[kept]
    known = last >= 0
    for name in (*names, "account_label", "auxiliary_label"):
        above = np.where(known, _cleaned(rows.text(name)[last], name), "")
        texts[name] = np.where(texts[name] == "", above, texts[name])


def _name_by_account_label(texts: dict[str, Texts]) -> None:
    """Take the title of the account as the customer's name where an account bears several titles."""
    labels = pd.Series(texts["account_label"])
    count = labels.groupby(texts["account"]).transform("nunique").to_numpy()
    is_his = (texts["auxiliary"] != "") & (texts["auxiliary_label"] == "") & (count > 1)
    texts["auxiliary_label"] = np.where(is_his, texts["account_label"], texts["auxiliary_label"])


def _named(rows: Rows) -> tuple[Texts, Texts, Texts]:
    """Return account, customer code and name in force under each section; the last: under none.

    A section of an account opens one; a customer's stands within it; a bare name is a customer's
    own code.
    """
    accounts, auxiliaries, names = [], [], []
    account = ""
    for section in settle_sections(rows.sections):
        code = section.auxiliary
        if section.account:
            account = section.account
        elif not code:
            code = section.name
        accounts.append(account)
        auxiliaries.append(code)
        names.append(section.name)
    return tuple(np.array([*values, ""], dtype=object) for values in (accounts, auxiliaries, names))  # type: ignore[return-value]


def _settle_accounts(texts: dict[str, Texts], roots: Mapping[str, str]) -> Flags:
    """Return which accounts the file does not say; those lines are a customer's (411).

    A code that is no account number (“CDUPONT”) is a customer's; ``roots`` says under which account
    codes stand by their first character. A line that names only its customer's name is his.
    """
    codes, values = pd.factorize(texts["account"])
    alone = texts["auxiliary"] == ""
    settled = [_settled(str(value), roots) for value in values] or [("", "", True)]
    account, code, assumed = (np.array(part, dtype=object) for part in zip(*settled, strict=True))
    moved = alone & (code[codes] != "") & (texts["auxiliary_label"] == "")
    texts["auxiliary_label"] = np.where(moved, texts["account_label"], texts["auxiliary_label"])
    texts["auxiliary"] = np.where(alone, code[codes], texts["auxiliary"])
    is_assumed: Flags = assumed[codes].astype(bool)
    texts["account"] = account[codes]
    _of_other_thirds(texts, is_assumed, roots)
    unnamed = is_assumed & (texts["auxiliary"] == "")
    texts["auxiliary"] = np.where(unnamed, texts["auxiliary_label"], texts["auxiliary"])
    return is_assumed


def _settled(account: str, roots: Mapping[str, str]) -> tuple[str, str, bool]:
    """Return the account, the customer's code it is (or ""), and whether the account is assumed."""
    if not account:
        return ASSUMED_ACCOUNT, "", True
    if account[0] in roots:
        return roots[account[0]], account, True
    if not account[:_LEAST_ACCOUNT].isdigit():
        return ASSUMED_ACCOUNT, account, True
    return account, "", False


def _of_other_thirds(texts: dict[str, Texts], is_assumed: Flags, roots: Mapping[str, str]) -> None:
    """Give the codes that are accounts of suppliers (401…, or by ``roots``) their own account."""
    codes, values = pd.factorize(texts["auxiliary"])
    found = []
    for value in values:
        text = str(value)
        if text[:1] in roots:
            found.append(roots[text[:1]])
        else:
            is_account = text[:2] in {"40", "41"} and text[:_LEAST_ACCOUNT].isdigit()
            found.append(text if is_account and not text.isdigit() else "")
    own = np.array([*found, ""], dtype=object)[codes]
    texts["account"] = np.where(is_assumed & (own != ""), own, texts["account"])


def _iso(texts: Texts, order: DateOrder) -> Texts:
    """Return dates as ISO texts; what cannot be read stays as written, to be listed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    raw = pa.array(texts, pa.string())
    days = read_dates(raw, order).days.cast(pa.string())
    found: Texts = pc.coalesce(days, raw).to_numpy(zero_copy_only=False)
    return found


def _table(texts: Mapping[str, Texts]) -> pa.Table:
    import pyarrow as pa

    return pa.table({name: pa.chunked_array([pa.array(values, pa.string())]) for name, values in texts.items()})  # fmt: skip


def join_lines(parts: Sequence[Lines]) -> Lines:
    """Return the lines of several tables of one file as one."""
    import pyarrow as pa

    if len(parts) == 1:
        return parts[0]
    table = pa.concat_tables([part.table for part in parts], promote_options="default")
    filled = [pa.chunked_array([column.combine_chunks().fill_null("")]) for column in table.columns]
    return Lines(
        pa.table(filled, names=table.column_names),
        np.concatenate([part.rows for part in parts]),
        lost=tuple(line for part in parts for line in part.lost),
        count_blank=sum(part.count_blank for part in parts),
        is_opening=np.concatenate([part.flags(part.is_opening) for part in parts]),
        is_account_assumed=np.concatenate([part.flags(part.is_account_assumed) for part in parts]),
    )


def date_openings(lines: Lines, start: str | None) -> Lines:
    """Return the lines, balances forward without a date dated ``start``, the first day of the ledger."""
    import pyarrow as pa

    marks = lines.flags(lines.is_opening)
    posted = lines.table["posted_on"].to_pandas().to_numpy(dtype=object)
    undated = marks & (posted == "")
    if not undated.any() or start is None:
        return lines
    texts = pa.array(np.where(undated, start, posted), pa.string())
    index = lines.table.column_names.index("posted_on")
    table = lines.table.set_column(index, "posted_on", pa.chunked_array([texts]))
    return Lines(table, lines.rows, lines.repaired, lines.lost, lines.count_blank, marks, lines.is_account_assumed)  # fmt: skip
