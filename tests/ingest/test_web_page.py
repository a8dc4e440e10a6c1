"""Web pages under the name of a workbook: read when they are simple tables, else said."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from arlib.ingest import read_here
from arlib.ingest.web_page import as_text
from arlib.model.files import FileInput, ImportOptions, ParsedFile

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv=Content-Type content="text/html; charset=windows-1252">
<title>Client;Facture</title><style>td {mso-number-format:"\\@"}</style></head><body>
<!-- <table><tr><td>rien</td></tr></table> -->
<table border=1>
<tr><td colspan="6"><b>Créances au 31/03/2025</b></td></tr>
<tr><th>Code client</th><th>Nom</th><th>N&deg; facture</th><th>Date facture</th>
<th>&Eacute;ch&eacute;ance</th><th>Reste d&ucirc;</th></tr>
<tr><td>00012<td>Durand &amp; fils<br>SARL<td>F1<td>15/01/2025<td>14/02/2025<td>1&nbsp;234,56
<tr><td>00013</td><td>=cmd|'x'!A1</td><td>F2</td><td>20/01/2025</td><td></td><td>(12,50)</td></tr>
</table><script>document.write("<b>F3")</script></body></html>"""


def read(content: str | bytes, name: str = "export.xls") -> ParsedFile:
    raw = content.encode("cp1252") if isinstance(content, str) else content
    options = ImportOptions(import_day=dt.date(2025, 4, 1))
    (parsed,) = read_here([FileInput(name, raw)], options)
    return parsed


def refusal(parsed: ParsedFile) -> str:
    assert parsed.refusal is not None
    return parsed.refusal.code


def test_a_table_of_a_page_is_read_as_any_list() -> None:
    parsed = read(PAGE)
    data = parsed.tables["documents"]
    assert parsed.refusal is None
    names = ("customer_id", "number", "issued_on", "amount_minor")
    assert list(zip(*(data[name].to_pylist() for name in names), strict=True)) == [
        ("00012", "F1", dt.date(2025, 1, 15), 123456),
        ("00013", "F2", dt.date(2025, 1, 20), -1250),
    ]
    assert parsed.tables["customers"]["name"].to_pylist() == ["Durand & fils SARL", "=cmd|'x'!A1"]
    assert parsed.extracted_on == dt.date(2025, 3, 31)
    assert parsed.evidence[0].what == "Table of a web page"
    # the file is known by its own bytes, not by what was made of them
    assert parsed.sha256 != read(PAGE.replace("F2", "F3")).sha256
    assert parsed.rows_read == parsed.rows_kept + parsed.rows_ignored + parsed.rows_refused == 3


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace("<td>00012", '<td rowspan="2">00012'),
        PAGE.replace("<td>00013</td>", "<td title='a>b<c'>00013</td>"),
        PAGE.replace("<td>F2</td>", "<td data-x='<'>F2</td>"),
        "<html><body><form><table><tr><td>Nom<td><input></tr></table></form></body></html>",
        '<?xml version="1.0"?><Workbook><Worksheet><Table></Table></Worksheet></Workbook>',
        PAGE.replace("</head>", ""),
    ],
)
def test_what_is_no_simple_table_is_left_to_a_spreadsheet_program(page: str) -> None:
    assert refusal(read(page)) == "file_web_page"


@pytest.mark.parametrize(
    "page",
    [
        "<html>" + "<!--" * 400_000,
        "<html><table>" + "<td " * 400_000,
        "<table>" * 200_000,
        "<html>" + "<a " * 100_000 + ">" * 100_000,
        "<table><tr>" + "<td>1" * 300_000,
        "<table><tr><td colspan=9999>" * 20_000,
    ],
)
def test_a_page_made_to_be_slow_is_not(page: str) -> None:
    start = time.process_time()
    assert as_text(page.encode()) is None
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_encoding_is_that_of_the_bytes_whatever_the_page_says(encoding: str) -> None:
    written = as_text(PAGE.replace("&ucirc;", "û").encode(encoding))
    assert written is not None
    lines = written.decode().split("\n")
    assert lines[0] == "Créances au 31/03/2025" + "\t" * 5
    assert lines[1].endswith("\tReste dû")


def test_an_inner_table_keeps_its_words_and_two_lists_stay_apart() -> None:
    row = "<tr><td>{}</td><td>{}</td><td>{}</td></tr>"
    inner = f"<table>{row.format('a', 'b', 'c')}{row.format(1, 2, 3)}</table>"
    page = (
        f"<table><tr><td>menu</td><td>{inner}</td></tr></table><table>{row.format('d', 'e', 'f')}"
    )
    written = as_text(f"{page}{row.format(4, 5, 6)}</table>".encode())
    assert written == b"a\tb\tc\n1\t2\t3\n\t\t\nd\te\tf\n4\t5\t6\n"
