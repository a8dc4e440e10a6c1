"""What a file may be, and the sentence of every refusal."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from arlib.i18n import translator
from arlib.ingest import formats, gate, read_files
from arlib.ingest.source import Source
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import CODES, ERRORS, UserError


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
    issue = gate.refusal(Source(FileInput("a.docx", archive({"word/document.xml": b"<a/>"}))))
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


def test_an_unknown_format_is_a_usage_error() -> None:
    assert formats() == ("template", "fec", "flat")
    with pytest.raises(UserError, match="format_not_found"):
        read_files([FileInput("a.csv", b"a;b")], ImportOptions(format_id="nope"))


@pytest.mark.parametrize("message", [*CODES.values(), *ERRORS.values()])
def test_every_sentence_is_in_french_with_its_values(message: str) -> None:
    french = translator("fr")(message)
    assert french != message or message == "{detail}"
    holes = re.compile(r"\{\w+\}")
    assert set(holes.findall(french)) <= set(holes.findall(message))
