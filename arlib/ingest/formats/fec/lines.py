"""The lines of a FEC as a table of texts, whatever its line ends, extra or missing separators."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.ledger.raw import Lines, OddLine

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from arlib.ingest.formats.fec.columns import Layout

_BLOCK_BYTES: Final = 32 << 20
# A label broken over more lines than this is not put together again.
_MOST_JOINED: Final = 20
# Stands between the fields of a quoted file once its quotes are gone.
_UNIT: Final = "\x1f"
# Columns with few distinct values: read as dictionaries, several times faster afterwards.
_CODED: Final = frozenset(
    {
        "journal", "journal_label", "posted_on", "account", "account_label", "auxiliary",
        "auxiliary_label", "piece_on", "lettering", "lettered_on", "validated_on", "side",
        "foreign_currency", "payment_method", "due_on", "settled_on",
    }
)  # fmt: skip
_UNUSED: Final = frozenset(
    {"", "validated_on", "foreign_amount", "foreign_currency", "nature", "settled_on"}
)
_LABELS: Final = ("label", "auxiliary_label", "account_label", "journal_label", "piece")
_DATE: Final = re.compile(r"\s*(\d{8}|\d{2,4}[-/.]\d{2}[-/.]\d{2,4})\s*")
_AMOUNT: Final = re.compile(r"\s*[+-]?[\d\s\u00a0\u202f]*[.,]?\d*[+-]?\s*")
_ACCOUNT: Final = re.compile(r"\s*\d\w*\s*")
_SIDE: Final = re.compile(r"\s*(D|C|DEBIT|CREDIT|[+-]?1?)\s*", re.IGNORECASE)


def read_lines(utf8: bytes, layout: Layout) -> Lines:
    """Return the lines below the header.

    ``utf8`` is the whole text without BOM, lines ended by LF or CR LF.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    body = _body(utf8, layout.header_row)
    starts: NDArray[np.int64] | None = None
    if layout.is_quoted:
        body, starts = _unquoted(body, layout.separator)
        layout = layout if starts is None else replace(layout, separator=_UNIT)
    if not body:
        return Lines(_parse(b"", layout), np.zeros(0, np.int64), (), (), 0)
    lines = pc.split_pattern(
        pa.scalar(body.decode("utf-8", "replace"), pa.large_string()), "\n"
    ).values
    counts = pc.count_substring(lines, layout.separator).to_numpy(zero_copy_only=False)
    lengths = pc.binary_length(pc.ascii_trim_whitespace(lines)).to_numpy(zero_copy_only=False)
    is_blank = lengths <= np.where(lengths == 0, 0, counts)
    layout = _fit(layout, counts[~is_blank])
    is_odd = (counts != len(layout.names) - 1) & ~is_blank
    rows = np.arange(len(counts), dtype=np.int64) if starts is None else starts
    rows = rows + layout.header_row + 1
    if not is_odd.any() and not is_blank.any():
        return Lines(_parse(body, layout), rows, (), (), 0)
    return _with_odd_lines(lines, rows, is_odd, is_blank, layout)


def _body(utf8: bytes, header_row: int) -> bytes:
    start = 0
    for _ in range(header_row):
        start = utf8.find(b"\n", start) + 1
        if not start:
            return b""
    body = utf8[start:]
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b" ")
    return body.rstrip(b"\n \x1a")


def _unquoted(body: bytes, separator: str) -> tuple[bytes, NDArray[np.int64] | None]:
    """Return the lines with fields cut by a mark that no text holds, and where each began.

    A quote that never closes would swallow lines: quotes are then only dropped, the separator kept.
    """
    reader = csv.reader(io.StringIO(body.decode("utf-8", "replace")), delimiter=separator)
    lines, starts, start = [], [], 0
    try:
        for cells in reader:
            if reader.line_num - start > _MOST_JOINED:
                return body.replace(b'"', b""), None
            lines.append(_UNIT.join(" ".join(cell.split("\n")) for cell in cells))
            starts.append(start)
            start = reader.line_num
    except csv.Error:
        return body.replace(b'"', b""), None
    return "\n".join(lines).encode(), np.array(starts, np.int64)


def _fit(layout: Layout, counts: NDArray[np.int64]) -> Layout:
    """Return the layout with the number of columns that most lines have.

    A separator ending every line adds nameless columns; empty last fields left out take some away.
    """
    if not len(counts):
        return layout
    usual = int(np.bincount(counts).argmax()) + 1
    needed = 1 + max(layout.names.index(name) for name in layout.amount_names)
    if usual > len(layout.names):
        return replace(layout, names=layout.names + ("",) * (usual - len(layout.names)))
    return replace(layout, names=layout.names[: max(usual, needed)])


def _parse(body: bytes, layout: Layout) -> pa.Table:
    """Return the lines as columns of text; every line has the right number of fields."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    titles = [name or f"#{index}" for index, name in enumerate(layout.names)]
    kept = [name for name in layout.names if name not in _UNUSED]
    coded = pa.dictionary(pa.int32(), pa.string())
    types = {name: coded if name in _CODED else pa.string() for name in kept}
    if not body:
        return pa.table({name: pa.array([], types[name]) for name in kept})
    table = arrow_csv.read_csv(
        pa.BufferReader(body),
        read_options=arrow_csv.ReadOptions(column_names=titles, block_size=_BLOCK_BYTES),
        parse_options=arrow_csv.ParseOptions(
            delimiter=layout.separator, quote_char=False, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=types, include_columns=kept, strings_can_be_null=False, null_values=[]
        ),
    )
    return _with_clients(table)


def _with_clients(table: pa.Table) -> pa.Table:
    """Return the lines, IdClient (cash books) standing for the auxiliary account they lack."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not {"client", "auxiliary"} <= set(table.column_names):
        return table
    own, client = (pc.cast(table[name], pa.string()) for name in ("auxiliary", "client"))
    told = pc.if_else(pc.equal(pc.utf8_trim_whitespace(own), ""), client, own)
    place = table.column_names.index("auxiliary")
    return table.set_column(place, "auxiliary", told.dictionary_encode()).drop_columns("client")


def _with_odd_lines(
    lines: pa.Array,
    rows: NDArray[np.int64],
    is_odd: NDArray[np.bool_],
    is_blank: NDArray[np.bool_],
    layout: Layout,
) -> Lines:
    """Return the regular lines and the odd ones put right, in the order of the file."""
    import pyarrow as pa

    fixed, repaired, lost = _repair(
        [
            OddLine(int(rows[index]), 0, lines[index].as_py())
            for index in np.flatnonzero(is_odd).tolist()
        ],
        layout,
    )
    is_good = ~is_odd & ~is_blank
    texts = lines.filter(pa.array(is_good)).to_pylist()
    texts += [layout.separator.join(fields) for fields in fixed]
    where = np.concatenate([rows[is_good], np.array([line.row for line in repaired], np.int64)])
    order = np.argsort(where, kind="stable")
    body = "\n".join([texts[index] for index in order.tolist()])
    return Lines(
        _parse(body.encode(), layout),
        where[order],
        tuple(repaired),
        tuple(lost),
        int(is_blank.sum()),
    )


def _repair(
    odd: list[OddLine], layout: Layout
) -> tuple[list[list[str]], list[OddLine], list[OddLine]]:
    """Return fields of the lines put right, these lines, and those that could not be."""
    fixed: list[list[str]] = []
    repaired: list[OddLine] = []
    lost: list[OddLine] = []
    position = 0
    while position < len(odd):
        first = odd[position]
        fields, used = _first_repair(odd, position, layout)
        line = replace(first, count_fields=first.text.count(layout.separator) + 1)
        if fields:
            fixed.append(fields)
            repaired.append(line)
        else:
            lost.append(line)
        position += used
    return fixed, repaired, lost


def _first_repair(
    odd: list[OddLine], position: int, layout: Layout
) -> tuple[list[str] | None, int]:
    """Return the fields of the line at ``position`` and how many lines of the file it took."""
    text = odd[position].text
    for used in range(1, min(len(odd) - position, _MOST_JOINED) + 1):
        if used > 1:
            line = odd[position + used - 1]
            if line.row != odd[position].row + used - 1:
                break
            text += " " + line.text
        fields = text.split(layout.separator)
        if repaired := _fitted(fields, layout):
            return repaired, used
        if len(fields) > len(layout.names):
            break
    return None, 1


def _fitted(fields: list[str], layout: Layout) -> list[str] | None:
    """Return the fields brought to the width of the header, None when no way is plausible."""
    excess = len(fields) - len(layout.names)
    if excess <= 0:
        padded = fields + [""] * -excess
        return padded if _is_plausible(padded, layout) else None
    cut = fields[: len(layout.names)]
    if not any(field.strip() for field in fields[len(layout.names) :]) and _is_plausible(
        cut, layout
    ):
        return cut
    for name in _LABELS:
        if name in layout.names:
            at = layout.names.index(name)
            merged = [
                *fields[:at],
                " ".join(fields[at : at + excess + 1]),
                *fields[at + excess + 1 :],
            ]
            if _is_plausible(merged, layout) and _has_amount(merged, layout):
                return merged
    return None


def _has_amount(fields: list[str], layout: Layout) -> bool:
    """Tell a line with an amount: one cut inside its amount could else be taken for one of nothing."""
    value = dict(zip(layout.names, fields, strict=True))
    return any(set(value[name]) & set("123456789") for name in layout.amount_names)


def _is_plausible(fields: list[str], layout: Layout) -> bool:
    """Tell whether dates, account and amounts stand where they must."""
    value = dict(zip(layout.names, fields, strict=True))
    first, second = (value[name] for name in layout.amount_names)
    dates = [value.get(name, "") for name in ("piece_on", "lettered_on", "validated_on")]
    return (
        bool(_DATE.fullmatch(value["posted_on"]))
        and bool(_ACCOUNT.fullmatch(value["account"]))
        and bool(_AMOUNT.fullmatch(first))
        and bool((_SIDE if layout.has_sides else _AMOUNT).fullmatch(second))
        and bool(first.strip() or second.strip())
        and all(not text.strip() or _DATE.fullmatch(text) for text in dates)
    )
