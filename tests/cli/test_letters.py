"""letter, statement, case-file, letter-texts: files, JSON, refusals."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Runner


def test_a_formal_notice_of_the_worked_set(worked: Runner, tmp_path: Path) -> None:
    out = tmp_path / "lettre.docx"
    found = worked.json(
        "letter",
        "C002",
        "--level",
        "R4",
        "--on",
        "2025-07-02",
        "--as-of",
        "2025-06-30",
        "--out",
        str(out),
    )
    (claim,) = found["claims"]
    assert found["path"] == str(out)
    assert (claim["claimed"], claim["credits"], claim["due"]) == ("10200.00", "-1700.00", "8500.00")
    assert (claim["interest"], claim["indemnity"]) == ("388.45", "80.00")
    assert claim["totals"] == {"EUR": "8968.45"}
    assert "bank" in found["missing"]
    assert found["subject"].startswith("Mise en demeure")
    document = docx.Document(str(out))
    assert any(line.text.startswith("Objet") for line in document.paragraphs)


def test_a_letter_without_a_file_is_printed(worked: Runner) -> None:
    out, _err = worked.text(
        "letter", "C002", "--kind", "email", "--level", "r1", "--as-of", "2025-06-30"
    )
    assert "Objet\u00a0: Rappel" in out
    assert "BETA SARL" in out
    found = worked.json("letter", "C002", "--level", "R1", "--as-of", "2025-06-30", "--lang", "en")
    assert found["text"].count("Dear Sir or Madam") == 1


def test_statement_and_case_file(worked: Runner, tmp_path: Path) -> None:
    found = worked.json(
        "statement", "C002", "--as-of", "2025-06-30", "--out", str(tmp_path / "r.pdf")
    )
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert found["claims"][0]["outstanding"] == "8500.00"
    worked.text("case-file", "C002", "--as-of", "2025-06-30", "--out", str(tmp_path / "d.zip"))
    names = zipfile.ZipFile(io.BytesIO((tmp_path / "d.zip").read_bytes())).namelist()
    assert sorted(name.rsplit(".", 1)[1] for name in names) == ["pdf", "xlsx"]


def test_texts_are_copied_once_and_used(
    worked: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARLIB_TEXTS", str(tmp_path / "textes"))
    found = worked.json("letter-texts")
    assert len(found["written"]) == 22
    path = tmp_path / "textes" / "fr" / "letter_R1.txt"
    path.write_text("Objet : À moi\n\nMa phrase.\n", encoding="utf-8")
    assert len(worked.json("letter-texts")["kept"]) == 22
    found = worked.json("letter", "C002", "--level", "R1", "--as-of", "2025-06-30")
    assert found["is_own_text"] is True
    assert "Ma phrase." in found["text"]
    path.write_text("Objet : a\n\n{nom}\n", encoding="utf-8")
    _out, err = worked.text("letter", "C002", "--level", "R1", status=1)
    assert "{nom}" in err
    assert "Traceback" not in err


def test_refusals(worked: Runner, tmp_path: Path) -> None:
    for arguments in (
        ("letter", "C002", "--level", "R9"),
        ("letter", "nobody", "--level", "R1"),
        ("letter", "C002", "--level", "R1", "--out", str(tmp_path / "a.exe")),
        ("statement", "C002", "--on", "hier"),
        ("letter", "C004", "--level", "R0", "--as-of", "2025-06-30"),
    ):
        _out, err = worked.text(*arguments, status=1)
        assert len(err) > 20
    assert list(tmp_path.glob("*.exe")) == []


def test_a_batch_as_a_zip_and_as_a_folder(worked: Runner, tmp_path: Path) -> None:
    day = ("--as-of", "2025-06-30", "--on", "2025-07-02")
    out = tmp_path / "lot.zip"
    said = ("letter", "--customer", "C002", "--customer", "C003", "--level", "R3", *day)
    found = worked.json(*said, "--out", str(out))
    assert (found["count_letters"], found["count_left_out"]) == (len(found["letters"]), 0)
    lines = {line["customer_id"]: line for line in found["letters"]}
    assert (lines["C002"]["asked"], lines["C002"]["level"]) == ("8500.00", "R3")
    assert lines["C002"]["files"] == ["R3_C002.docx", "R3_C002.txt"]
    with zipfile.ZipFile(out) as opened:
        names = [name for line in found["letters"] for name in line["files"]]
        assert opened.namelist() == ["index.xlsx", *names]
        assert "8\u202f500,00\u00a0€" in opened.read("R3_C002.txt").decode("utf-8-sig")
    folder = tmp_path / "relevés"
    found = worked.json("letter", "--all", "--kind", "statement", *day, "--out", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["index.xlsx", *(name for line in found["letters"] for name in line["files"])]
    )
    assert {line["customer_id"] for line in found["letters"]} >= {"C001", "C002", "C003"}
    for refused in (("letter",), ("letter", "--all"), ("letter", "C002", "--all", "--out", "x")):
        assert worked.json(*refused, status=1)["error"]["code"] == "usage"
