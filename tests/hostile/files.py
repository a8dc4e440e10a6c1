"""The hostile files, each with what must become of it."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.hostile import packages
from tests.hostile.packages import LIST, cells, ods, ods_row, parts, sheet, workbook, zipped

if TYPE_CHECKING:
    from collections.abc import Callable

NEUTRAL: Final = "read"
_MB: Final = 1 << 20
_LAUGHS: Final = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>\n"
)
_OUTSIDE: Final = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n'
FORMULAS: Final = (
    "=HYPERLINK(&quot;http://x.invalid&quot;,&quot;a&quot;)",
    "+33 1 23",
    "-5 SARL",
    "@SUM(1+1)",
)


class Hostile(NamedTuple):
    """A file, what it tries, and what must become of it: refusal codes, or ``read``."""

    name: str
    make: Callable[[], bytes]
    expected: tuple[str, ...]
    password: str | None = None


def far_cell() -> bytes:
    """One cell in the last corner of a sheet: a rectangle of 17 thousand million cells."""
    return workbook(sheet(cells() + _cell("XFD1048576", "x")))


def far_cells_spread() -> bytes:
    """Two cells that span 700 columns and every row, spelled as no spreadsheet does."""
    body = "<row><c r = 'ZZ1'><v>1</v></c></row><row><c\tr='A1048576'><v>1</v></c></row>"
    return workbook(sheet(cells() + body))


def false_dimension() -> bytes:
    """A sheet that claims all its cells and holds fifteen."""
    return workbook(sheet(cells(), dimension="A1:XFD1048576"))


def coloured_to_the_end() -> bytes:
    """Cells that carry a colour and nothing else, down to the last corner."""
    body = cells() + '<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>'
    return workbook(sheet(body))


def long_cell() -> bytes:
    """One text of 300 MB in a file of 300 KB."""
    return workbook(sheet(_cell("A1", "a" * (300 * _MB))))


def lying_sizes() -> bytes:
    """A sheet of 80 MB whose directory says 1,000 bytes."""
    content = workbook(sheet(cells() + " " * (80 * _MB)))
    packed = content.rfind(b"PK\x01\x02")
    local = content.rfind(b"PK\x03\x04")
    lie = struct.pack("<I", 1000)
    content = content[: local + 22] + lie + content[local + 26 :]
    return content[: packed + 24] + lie + content[packed + 28 :]


def overlapping() -> bytes:
    """A thousand entries that are all the same ten megabytes of the archive."""
    body = zlib.compress(b" " * (10 * _MB), 9, wbits=-15)
    crc = zlib.crc32(b" " * (10 * _MB))
    size = struct.pack("<III", crc, len(body), 10 * _MB)
    name = b"xl/workbook.xml"
    local = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(4) + size
    local += struct.pack("<HH", len(name), 0) + name + body
    entry = b"PK\x01\x02\x14\x00\x14\x00\x00\x00\x08\x00" + bytes(4) + size
    directory = (entry + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name) * 1000
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1000, 1000, len(directory), len(local), 0)
    return local + directory + end


def nested() -> bytes:
    """An archive in an archive in an archive."""
    return zipped({"b.zip": zipped({"a.zip": zipped({"a.csv": "a;b\n"})})})


def many_entries() -> bytes:
    """An archive of 20,000 files."""
    return zipped({f"{n}.csv": "" for n in range(20_000)}, method=zipfile.ZIP_STORED)


def wide_xml() -> bytes:
    """Entities in a part written in utf-16, where a search for their letters finds nothing."""
    text = sheet(cells(), prolog=_LAUGHS).replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return zipped({**parts(), "xl/worksheets/sheet1.xml": text.encode("utf-16")})


def outside_links() -> bytes:
    """Links to a file and to a server, as an external book and as a query."""
    link = '<externalBook xmlns="x" r:id="r1"/>'
    target = '<Relationships><Relationship Id="r1" Target="file:///etc/hostname"/></Relationships>'
    return workbook(
        more={
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": target,
            "xl/connections.xml": '<connections><connection url="http://x.invalid/"/></connections>',
        },
    )


def macros() -> bytes:
    """A workbook with a program in it."""
    return workbook(more={"xl/vbaProject.bin": b'Sub Auto_Open()\nShell "x"\nEnd Sub\n' * 100})


def climbing_names() -> bytes:
    """An archive whose names climb out of any folder, start at the root or hold signs of control."""
    line = "\n".join(";".join(row) for row in LIST)
    names = (
        "../../../../tmp/escaped.csv",
        "/tmp/escaped.csv",  # noqa: S108 - a name in an archive
        "..\\..\\escaped.csv",
        "a\x1b[2Jb.csv",
    )
    return zipped({name: line for name in names})  # noqa: C420 - the same list under each name


def two_kinds() -> bytes:
    """A picture that is also a workbook."""
    return b"GIF89a\x01\x00\x01\x00\x00\x00\x00;" + workbook()


def text_and_zip() -> bytes:
    """A list that is also an archive."""
    text = "\n".join(";".join(row) for row in LIST) + "\n"
    return text.encode() + zipped({"a.csv": "a;b"})


def truncated() -> bytes:
    """Half a workbook."""
    content = workbook(sheet(cells(LIST * 200)))
    return content[: len(content) // 2]


def looping_container() -> bytes:
    """An old .xls whose chain of sectors comes back on itself."""
    content = bytearray(packages.xls())
    first = struct.unpack_from("<I", content, 76)[0]  # where the allocation table stands
    place = 512 + first * 512
    for sector in range(40):
        struct.pack_into("<I", content, place + 4 * sector, 0)
    return bytes(content)


def word_document() -> bytes:
    """An OLE container without any workbook."""
    return packages.xls().replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))


def slow_password() -> bytes:
    """A protected workbook that asks to turn the password ten times more than any program does."""
    content = packages.protected(workbook(), "secret")
    assert b'spinCount="100000"' in content
    return content.replace(b'spinCount="100000"', b'spinCount="999999"')


def live_names() -> bytes:
    """Names that a spreadsheet would run."""
    rows = [(f"C{n}", name, f"F{n}", "13/01/2025", "1,5") for n, name in enumerate(FORMULAS)]
    return workbook(sheet(cells((LIST[0], *rows))))


def repeated_rows() -> bytes:
    """A row of an .ods said to stand a million times, 16,384 cells each."""
    row = "<table:table-row table:number-rows-repeated='1048576'><table:table-cell"
    row += ' table:number-columns-repeated="16384" office:value-type="float" office:value="1">'
    return ods("".join(ods_row(r) for r in LIST) + row + "</table:table-cell></table:table-row>")


def open_quote() -> bytes:
    """A list with a quote that is never closed, 60,000 lines from the end."""
    head = ";".join(LIST[0]) + '\nC1;"Alpha;FA1;13/01/2025;100,50\n'
    return (head + "C2;Beta;FA2;14/01/2025;200,25\n" * 60_000).encode()


def one_line() -> bytes:
    """Fifty megabytes without an end of line."""
    return b"a;" * (25 * _MB)


def wide_table() -> bytes:
    """A list of 50,000 columns."""
    head = ";".join([*LIST[0], *(f"c{n}" for n in range(50_000))])
    return f"{head}\n{';' * 50_004}\n".encode()


def zeros() -> bytes:
    """A list whose middle is zeros."""
    text = "\n".join(";".join(row) for row in LIST).encode()
    return text + b"\n" + b"\x00" * 100_000 + b"\n" + text


def many_sheets() -> bytes:
    """A workbook of 3,000 sheets."""
    return zipped(parts(count_sheets=3000))


def lost_strings() -> bytes:
    """Cells that name shared texts that do not exist."""
    body = cells() + '<row r="4"><c r="A4" t="s"><v>99999999</v></c></row>'
    return workbook(sheet(body))


def endless_numbers() -> bytes:
    """Numbers and dates that no type holds."""
    amounts = ("1E+308", "1" + "0" * 400, "NaN", "-Infinity", "9" * 25)
    rows = [(f"C{n}", "x", f"F{n}", "13/01/2025", text) for n, text in enumerate(amounts)]
    return workbook(sheet(cells((LIST[0], *rows))))


def fake_old_workbook() -> bytes:
    """The first bytes of an .xls, then noise."""
    noise = bytes((n * 7919) & 0xFF for n in range(20_000))
    return bytes.fromhex("d0cf11e0a1b11ae1") + noise + "Workbook".encode("utf-16-le")


def _cell(place: str, text: str) -> str:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def _protected() -> bytes:
    return packages.protected(workbook(), "secret")


def _entities() -> bytes:
    return workbook(sheet(cells((*LIST, ("&j;", "a", "b", "c", "1"))), prolog=_LAUGHS))


def _outside_entity() -> bytes:
    return workbook(sheet(cells((*LIST, ("&e;", "a", "b", "c", "1"))), prolog=_OUTSIDE))


def _entities_in_strings() -> bytes:
    long = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>\n<sst>' + "<si><t>&a;</t></si>" * 5_000
    return workbook(more={"xl/sharedStrings.xml": long + "</sst>"})


def _bomb_of_sheets() -> bytes:
    return zipped({**parts(), **{f"xl/x{n}.xml": b" " * (50 * _MB) for n in range(4)}})


def _list() -> bytes:
    return "\n".join(";".join(row) for row in LIST).encode()


FILES: Final = (
    Hostile("far.xlsx", far_cell, ("file_far_cells",)),
    Hostile("spread.xlsx", far_cells_spread, ("file_far_cells",)),
    Hostile("dimension.xlsx", false_dimension, (NEUTRAL,)),
    Hostile("coloured.xlsx", coloured_to_the_end, (NEUTRAL,)),
    Hostile("cell.xlsx", long_cell, ("file_too_large",)),
    Hostile("bomb.xlsx", _bomb_of_sheets, ("file_too_large",)),
    Hostile("sizes.xlsx", lying_sizes, ("file_unreadable",)),
    Hostile("overlap.xlsx", overlapping, ("file_too_large",)),
    Hostile("nested.zip", nested, ("archive_nested",)),
    Hostile("entries.zip", many_entries, ("archive_too_many",)),
    Hostile("laughs.xlsx", _entities, ("file_definitions",)),
    Hostile("quadratic.xlsx", _entities_in_strings, ("file_definitions",)),
    Hostile("entity.xlsx", _outside_entity, ("file_definitions",)),
    Hostile("wide.xlsx", wide_xml, ("file_definitions",)),
    Hostile("links.xlsx", outside_links, (NEUTRAL,)),
    Hostile("macros.xlsm", macros, (NEUTRAL,)),
    Hostile("climbing.zip", climbing_names, (NEUTRAL,)),
    Hostile("picture.xlsx", two_kinds, ("file_type_unknown",)),
    Hostile("list.csv", text_and_zip, ("file_type_unknown",)),
    Hostile("half.xlsx", truncated, ("file_unreadable",)),
    Hostile("loop.xls", looping_container, ("file_unreadable", "file_too_heavy")),
    Hostile("letter.xls", word_document, ("file_type_unknown", "file_unreadable")),
    Hostile("noise.xls", fake_old_workbook, ("file_unreadable",)),
    Hostile("protected.xlsx", _protected, ("file_protected",)),
    Hostile("guess.xlsx", _protected, ("password_wrong",), "guess"),
    Hostile("spins.xlsx", slow_password, ("file_unreadable",), "guess"),
    Hostile("names.xlsx", live_names, (NEUTRAL,)),
    Hostile("repeated.ods", repeated_rows, ("file_far_cells",)),
    Hostile("quote.csv", open_quote, (NEUTRAL,)),
    Hostile("line.csv", one_line, ("file_type_unknown",)),
    Hostile("columns.csv", wide_table, ("file_type_unknown",)),
    Hostile("zeros.csv", zeros, ("file_type_unknown",)),
    Hostile("sheets.xlsx", many_sheets, ("sheets_too_many",)),
    Hostile("strings.xlsx", lost_strings, (NEUTRAL, "file_unreadable")),
    Hostile("numbers.xlsx", endless_numbers, (NEUTRAL, "no_rows")),
    Hostile("../../../tmp/<b>![x](http://x.invalid).csv", _list, (NEUTRAL,)),
)
