"""What a file may be, and the sentence of every refusal."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from arlib.i18n import translator
from arlib.ingest import extents, formats, gate, package, read_files, read_here
from arlib.ingest.source import Source
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import CODES, ERRORS, UserError
from tests.hostile import packages

if TYPE_CHECKING:
    from collections.abc import Callable


def archive(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return stream.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    content = archive({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * (60 << 20)})
    issue = gate.refusal(Source(FileInput("a.xlsx", content)))
    assert issue is not None
    assert issue.code == "file_too_large"


def test_another_kind_of_archive_is_not_a_workbook() -> None:
    letter = archive({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"})
    issue = gate.refusal(Source(FileInput("a.docx", letter)))
    assert issue is not None
    assert issue.code == "file_type_unknown"


def test_a_text_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MAX_TEXT_BYTES", 10)
    issue = gate.refusal(Source(FileInput("a.csv", b"Client;Facture")))
    assert issue is not None
    assert issue.code == "file_too_large"


def test_a_panic_of_the_reader_is_a_refusal_and_an_interruption_is_not() -> None:
    class PanicException(BaseException):
        pass

    with pytest.raises(UserError), gate.workbook_errors():
        raise PanicException
    with pytest.raises(KeyboardInterrupt), gate.workbook_errors():
        raise KeyboardInterrupt


KINDS: dict[str, Callable[[], bytes]] = {
    "a.xlsx": packages.workbook,
    "a.ods": packages.ods,
    "a.xls": packages.xls,
    "a.xlsb": packages.xlsb,
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_workbook_is_read_whatever_its_name(name: str) -> None:
    for shown in (name, "list.txt"):
        (parsed,) = read_here([FileInput(shown, KINDS[name]())], ImportOptions())
        assert parsed.refusal is None
        assert parsed.rows_kept == len(packages.LIST) - 1
        assert parsed.control_totals == {"EUR": packages.TOTAL_MINOR}


def test_a_protected_workbook_asks_for_its_password() -> None:
    file = FileInput("a.xlsx", packages.protected(packages.workbook(), "sésame"))

    def outcome(password: str | None) -> str | None:
        (parsed,) = read_here([file], ImportOptions(password=password))
        return parsed.refusal.code if parsed.refusal else None

    assert outcome(None) == "file_protected"
    assert outcome("sesame") == "password_wrong"
    assert outcome("sésame") is None
    assert "sésame" not in repr(ImportOptions(password="sésame"))  # noqa: S106 - invented


def test_a_protection_that_no_password_opens_says_so() -> None:
    content = packages.ods()
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
        "</manifest:file-entry></manifest:manifest>"
    )
    with zipfile.ZipFile(io.BytesIO(content)) as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    locked = archive({**parts, "META-INF/manifest.xml": manifest.encode()})
    # the record that names the writer becomes the one that says the rest is encrypted
    old = bytearray(packages.xls())
    place = old.index(b"\x5c\x00\x70\x00")
    old[place : place + 6] = b"\x2f\x00\x70\x00\x01\x00"
    for name, content in (("a.ods", locked), ("a.xls", bytes(old))):
        for password in (None, "x"):
            (parsed,) = read_here([FileInput(name, content)], ImportOptions(password=password))
            assert parsed.refusal is not None
            assert parsed.refusal.code == "protection_unknown"


@pytest.mark.parametrize(
    ("place", "count"),
    [("A1", 1), ("Z1", 26), ("AA1", 27), ("XFD1048576", 16_384 * 1_048_576)],
)
def test_the_extent_of_a_sheet_is_that_of_its_farthest_cells(place: str, count: int) -> None:
    xml = f'<row r="1"><c r="A1"><v>1</v></c><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    for extent_of in (extents.any_extent, extents.filled_extent):
        found = extent_of(xml, extents.Extent())
        assert (found.count_cells, found.corner) == (count, place)


def test_cells_that_carry_a_colour_only_are_not_far_cells() -> None:
    xml = b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576" s="1"/></row></sheetData>'
    assert extents.filled_extent(xml, extents.Extent()).count_cells == 1


def test_blank_formulas_are_counted_across_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>1+1</f></c></row>' for n in range(1, 501))
    content = packages.workbook(packages.sheet(rows))
    monkeypatch.setattr(package, "_CHUNK", 1000)
    assert package.scan(content).count_blank_formulas == 500


def test_an_unknown_format_is_a_usage_error() -> None:
    assert {"template", "fec", "flat"} <= set(formats())
    with pytest.raises(UserError, match="format_not_found"):
        read_files([FileInput("a.csv", b"a;b")], ImportOptions(format_id="nope"))


@pytest.mark.parametrize("message", [*CODES.values(), *ERRORS.values()])
def test_every_sentence_is_in_french_with_its_values(message: str) -> None:
    french = translator("fr")(message)
    assert french != message or message == "{detail}"
    holes = re.compile(r"\{\w+\}")
    assert set(holes.findall(french)) <= set(holes.findall(message))
