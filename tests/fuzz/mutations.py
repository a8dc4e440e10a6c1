"""What is done to an honest file. Each mutation says what the total must become, when it knows.

A mutation of a table returns the row it altered and the new total; one of bytes returns bytes.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.fuzz.bases import Grid, cents, euros

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Altered:
    """A table after a mutation.

    ``total`` is what the customer lines add up to now, None when only the file can say;
    ``row`` is the row of the file (from 1) whose amount was altered, None for none.
    """

    grid: Grid
    total: int | None
    row: int | None = None


def amount_altered(grid: Grid, draw: random.Random) -> Altered:
    """Another amount."""
    return _with_amount(
        grid, draw, euros(draw.choice((1, -1)) * draw.randint(1, 10 ** draw.randint(1, 11)))
    )


def one_digit(grid: Grid, draw: random.Random) -> Altered:
    """One digit of an amount becomes another."""
    row, column = _place(grid, draw)
    text = grid.rows[row][column]
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    place = draw.choice(places)
    digit = draw.choice([d for d in "0123456789" if d != text[place]])
    return _set(grid, row, column, text[:place] + digit + text[place + 1 :])


def sign_swapped(grid: Grid, draw: random.Random) -> Altered:
    """Debit for credit, invoice for credit note."""
    row, column = _place(grid, draw)
    return _set(grid, row, column, euros(-cents(grid.rows[row][column])))


def point_moved(grid: Grid, draw: random.Random) -> Altered:
    """Ten times, or a hundred times the amount."""
    row, column = _place(grid, draw)
    return _set(grid, row, column, euros(cents(grid.rows[row][column]) * draw.choice((10, 100))))


def amount_spelled(grid: Grid, draw: random.Random) -> Altered:
    """The same amount as another program writes it."""
    row, column = _place(grid, draw)
    amount = cents(grid.rows[row][column])
    whole, part = f"{abs(amount) // 100:,}", f"{abs(amount) % 100:02d}"
    spellings = [
        whole.replace(",", " ") + "," + part,
        whole.replace(",", "\u202f") + "," + part,
        whole.replace(",", "\xa0") + "," + part,
        whole.replace(",", ".") + "," + part,
        whole.replace(",", " ") + "," + part + " €",
    ]
    text = draw.choice(spellings)
    shown = text if amount >= 0 else draw.choice((f"-{text}", f"({text})"))
    altered = grid.copy()
    altered.rows[row][column] = shown
    return Altered(altered, grid.total)


def amount_garbled(grid: Grid, draw: random.Random) -> Altered:
    """An amount that is none."""
    garbage = (
        "",
        "abc",
        "#REF!",
        "1,2,3,4",
        "12/03",
        "--5",
        "1e",
        "O,5O",
        "=1+1",
        "NaN",
        "∞",
        "1 2 3",
    )
    row, column = _place(grid, draw)
    altered = grid.copy()
    altered.rows[row][column] = draw.choice(garbage)
    return Altered(altered, None, row + 1)


def row_deleted(grid: Grid, draw: random.Random) -> Altered:
    """A line is lost."""
    row = draw.choice(grid.customer_rows())
    altered = grid.copy()
    del altered.rows[row]
    return Altered(altered, altered.total)


def row_repeated(grid: Grid, draw: random.Random) -> Altered:
    """A line comes twice."""
    row = draw.choice(grid.customer_rows())
    altered = grid.copy()
    altered.rows.insert(row + 1, list(altered.rows[row]))
    return Altered(altered, None, row + 2)


def rows_shuffled(grid: Grid, draw: random.Random) -> Altered:
    """The same lines in another order."""
    altered = grid.copy()
    body = altered.rows[1:]
    draw.shuffle(body)
    altered.rows[1:] = body
    return Altered(altered, grid.total)


def blank_rows(grid: Grid, draw: random.Random) -> Altered:
    """Blank lines in the middle and at the end."""
    altered = grid.copy()
    for _ in range(draw.randint(1, 5)):
        place = draw.randint(1, len(altered.rows))
        altered.rows.insert(place, [""] * len(altered.rows[0]))
    return Altered(altered, grid.total)


def columns_swapped(grid: Grid, draw: random.Random) -> Altered:
    """The columns in another order, titles with them."""
    order = list(range(len(grid.rows[0])))
    draw.shuffle(order)
    rows = [[row[place] for place in order] for row in grid.rows]
    amounts = tuple((order.index(column), sign) for column, sign in grid.amounts)
    if grid.kind == "fec":  # its columns have an order by law: only their count is moved
        return rows_shuffled(grid, draw)
    return Altered(Grid(grid.kind, rows, amounts), grid.total)


def column_deleted(grid: Grid, draw: random.Random) -> Altered:
    """A column is lost."""
    column = draw.randrange(len(grid.rows[0]))
    altered = grid.copy()
    for row in altered.rows:
        del row[column]
    is_amount = column in {place for place, _ in grid.amounts}
    return Altered(altered, None if is_amount else grid.total)


def column_added(grid: Grid, draw: random.Random) -> Altered:
    """A column that nobody asked for."""
    altered = grid.copy()
    title = draw.choice(("Commentaire", "Téléphone", "x", "Col1"))
    for number, row in enumerate(altered.rows):
        row.append(str(draw.randint(0, 9)) if number else title)
    return Altered(altered, grid.total)


def cell_garbled(grid: Grid, draw: random.Random) -> Altered:
    """Anything in a cell that is no amount."""
    texts = (
        "",
        "\x00\x07",
        "a" * 40_000,
        "31/02/2025",
        "=cmd|x",
        "99/99/9999",
        "a\tb",
        'say "x',
        "é\u0301\u202e",
        "45000",
    )
    row = draw.randrange(1, len(grid.rows))
    columns = [c for c in range(len(grid.rows[0])) if c not in {place for place, _ in grid.amounts}]
    altered = grid.copy()
    altered.rows[row][draw.choice(columns)] = draw.choice(texts)
    return Altered(altered, None)


def _place(grid: Grid, draw: random.Random) -> tuple[int, int]:
    """Return a customer row and a column where it has an amount."""
    row = draw.choice(grid.customer_rows())
    columns = [column for column, _ in grid.amounts if cents(grid.rows[row][column])]
    return row, draw.choice(columns or [grid.amounts[0][0]])


def _set(grid: Grid, row: int, column: int, text: str) -> Altered:
    altered = grid.copy()
    altered.rows[row][column] = text
    return Altered(altered, altered.total, row + 1)


def _with_amount(grid: Grid, draw: random.Random, text: str) -> Altered:
    row, column = _place(grid, draw)
    return _set(grid, row, column, text)


GRIDS: Final[tuple[Callable[[Grid, random.Random], Altered], ...]] = (
    amount_altered,
    one_digit,
    sign_swapped,
    point_moved,
    amount_spelled,
    amount_garbled,
    row_deleted,
    row_repeated,
    rows_shuffled,
    blank_rows,
    columns_swapped,
    column_deleted,
    column_added,
    cell_garbled,
)


def bytes_flipped(content: bytes, draw: random.Random) -> bytes:
    """A few bytes become others."""
    altered = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        altered[draw.randrange(len(altered))] = draw.randrange(256)
    return bytes(altered)


def digits_changed(content: bytes, draw: random.Random) -> bytes:
    """A few digits become others, wherever they stand: amounts, dates, numbers, references."""
    altered = bytearray(content)
    places = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
    for place in draw.sample(places, min(len(places), draw.randint(1, 4))):
        altered[place] = draw.choice(b"0123456789")
    return bytes(altered)


def cut(content: bytes, draw: random.Random) -> bytes:
    """The end is lost."""
    return content[: draw.randrange(len(content))]


def hole(content: bytes, draw: random.Random) -> bytes:
    """A part is lost, or zeros."""
    start = draw.randrange(len(content))
    end = min(len(content), start + draw.randint(1, 400))
    filler = draw.choice((b"", bytes(end - start)))
    return content[:start] + filler + content[end:]


def doubled(content: bytes, draw: random.Random) -> bytes:
    """A part comes twice."""
    start = draw.randrange(len(content))
    end = min(len(content), start + draw.randint(1, 400))
    return content[:end] + content[start:]


def inside(content: bytes, draw: random.Random) -> bytes:
    """A part of the workbook is altered, and zipped again as if it were right."""
    if not content.startswith(b"PK"):
        return digits_changed(content, draw)
    change = draw.choice((digits_changed, digits_changed, digits_changed, *BYTES[1:5]))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        names = old.namelist()
        target = draw.choice(
            [name for name in names if "sheet" in name or "trings" in name] or names
        )
        for name in names:
            part = old.read(name)
            new.writestr(name, change(part, draw) if name == target else part)
    return stream.getvalue()


BYTES: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    digits_changed,
    bytes_flipped,
    cut,
    hole,
    doubled,
    inside,
    inside,
    inside,
)


def encoded(content: bytes, draw: random.Random) -> bytes:
    """The same text in another encoding, with other line ends."""
    if content.startswith(b"PK"):
        return content
    text = content.decode().replace("\n", draw.choice(("\n", "\r\n", "\r", "\r\r\n")))
    encoding = draw.choice(("utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "utf-16"))
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8")
