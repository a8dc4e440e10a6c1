"""Workbooks written by hand, part by part, so that any part can be made hostile."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = tuple[str, ...]
LIST: tuple[Row, ...] = (
    ("Code client", "Nom client", "N° facture", "Date facture", "Montant TTC"),
    ("C001", "Alpha", "FA1", "13/01/2025", "100,50"),
    ("C002", "Beta", "FA2", "14/01/2025", "200,25"),
)
TOTAL_MINOR = 30_075
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OPEN = "vnd.openxmlformats"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def zipped(parts: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these parts, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return stream.getvalue()


def cells(rows: Sequence[Row] = LIST, start: int = 1) -> str:
    """Return rows of worksheet XML, every cell an inline text."""
    lines = []
    for number, row in enumerate(rows, start):
        inside = "".join(
            f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for place, text in enumerate(row)
        )
        lines.append(f'<row r="{number}">{inside}</row>')
    return "".join(lines)


def sheet(body: str, *, prolog: str = "", dimension: str = "A1:E3") -> str:
    """Return the XML of a worksheet."""
    return (
        f'{_XML}{prolog}<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/>'
        f"<sheetData>{body}</sheetData></worksheet>"
    )


def parts(body: str | None = None, *, count_sheets: int = 1) -> dict[str, bytes | str]:
    """Return the parts of a workbook whose sheets all hold ``body`` (a worksheet's XML)."""
    found: dict[str, bytes | str] = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels"'
        f' ContentType="application/{_OPEN}-package.relationships+xml"/>'
        + _override("workbook.xml", "sheet.main")
        + "".join(
            _override(f"worksheets/sheet{n}.xml", "worksheet") for n in range(1, count_sheets + 1)
        )
        + "</Types>",
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1"'
        f' Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
        + "".join(
            f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, count_sheets + 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, count_sheets + 1)
        )
        + "</Relationships>",
    }
    for number in range(1, count_sheets + 1):
        found[f"xl/worksheets/sheet{number}.xml"] = body or sheet(cells())
    return found


def _override(part: str, kind: str) -> str:
    kind = f"application/{_OPEN}-officedocument.spreadsheetml.{kind}+xml"
    return f'<Override PartName="/xl/{part}" ContentType="{kind}"/>'


def workbook(body: str | None = None, more: Mapping[str, bytes | str] | None = None) -> bytes:
    """Return an .xlsx of one sheet (a worksheet's XML), with more parts."""
    return zipped({**parts(body), **(more or {})})


def ods(rows_xml: str | None = None) -> bytes:
    """Return an .ods whose only table holds these rows."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    body = rows_xml if rows_xml is not None else "".join(ods_row(row) for row in LIST)
    content = (
        f'{_XML}<office:document-content xmlns:office="{space}:office:1.0"'
        f' xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="S1">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'{_XML}<manifest:manifest xmlns:manifest="{space}:manifest:1.0"><manifest:file-entry'
        ' manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        "</manifest:manifest>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )


def ods_row(row: Row, *, repeated: int = 1) -> str:
    """Return one row of an .ods, ended by the blank cells up to the last column."""
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in row
    )
    blank = f'<table:table-cell table:number-columns-repeated="{16384 - len(row)}"/>'
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{inside}{blank}</table:table-row>"


def xls(rows: Sequence[Row] = LIST) -> bytes:
    """Return a real .xls of one sheet."""
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("S1")
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            page.write(number, place, text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsb(rows: Sequence[Row] = LIST) -> bytes:
    """Return an .xlsb of one sheet of inline texts, its records written by hand ([MS-XLSB])."""
    book = (
        _record(131)
        + _record(143)
        + _record(156, struct.pack("<II", 0, 1) + _wide("r1") + _wide("S1"))
    )
    book += _record(144) + _record(132)
    page = _record(129) + _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, 4)) + _record(145)
    for number, row in enumerate(rows):
        page += _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for place, text in enumerate(row):
            page += _record(6, struct.pack("<II", place, 0) + _wide(text))
    page += _record(146) + _record(130)
    found = parts()
    relations = str(found.pop("xl/_rels/workbook.xml.rels")).replace("sheet1.xml", "sheet1.bin")
    root = str(found["_rels/.rels"]).replace("workbook.xml", "workbook.bin")
    del found["xl/workbook.xml"], found["xl/worksheets/sheet1.xml"]
    return zipped(
        {
            **found,
            "_rels/.rels": root,
            "xl/_rels/workbook.bin.rels": relations,
            "xl/workbook.bin": book,
            "xl/worksheets/sheet1.bin": page,
        }
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    """Return one record: its kind and its length as numbers of seven bits a byte."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(content)
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def protected(content: bytes, password: str) -> bytes:
    """Return a workbook encrypted with a password, as Excel does (which writes no tiny package)."""
    from msoffcrypto.format.ooxml import OOXMLFile

    padded = io.BytesIO(content)
    with zipfile.ZipFile(padded, "a", zipfile.ZIP_STORED) as packed:
        packed.writestr("docProps/thumbnail.jpeg", b"x" * 8192)
    stream = io.BytesIO()
    OOXMLFile(padded).encrypt(password, stream)
    return stream.getvalue()
