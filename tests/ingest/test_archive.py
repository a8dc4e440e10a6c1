"""Archives: each file in them is read as if dropped alone; names are only shown."""

from __future__ import annotations

import io
import zipfile

import pytest

from arlib.ingest import archive, read_here, unpack
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import UserError
from tests.hostile import packages

CSV = "\n".join(";".join(row) for row in packages.LIST).encode()


def test_each_file_of_an_archive_is_read_alone() -> None:
    content = packages.zipped(
        {"mars/a.xlsx": packages.workbook(), "mars/": "", "avril/a.csv": CSV, ".DS_Store": "x"}
    )
    parsed = read_here([FileInput("mois.zip", content)], ImportOptions())
    assert [item.file_name for item in parsed] == [
        "mois.zip › mars/a.xlsx",
        "mois.zip › avril/a.csv",
    ]
    assert [item.control_totals for item in parsed] == [{"EUR": packages.TOTAL_MINOR}] * 2


def test_a_file_is_the_same_in_an_archive_and_alone() -> None:
    (alone,) = read_here([FileInput("a.csv", CSV)], ImportOptions())
    (inside,) = read_here([FileInput("b.zip", packages.zipped({"a.csv": CSV}))], ImportOptions())
    assert alone.sha256 == inside.sha256
    assert alone.tables["documents"].equals(inside.tables["documents"])


def test_names_never_climb_and_are_all_different() -> None:
    names = {"../../a.csv": CSV, "/a.csv": CSV, "C:\\x\\..\\a.csv": CSV, "b\x1b[2J.csv": CSV}
    found = unpack([FileInput("z.zip", packages.zipped(names))])
    shown = [file.name.removeprefix("z.zip › ") for file in found]
    assert shown == ["a.csv", "a.csv (2)", "C:/x/a.csv", "b[2J.csv"]


def test_other_files_pass_and_a_refused_archive_stays_to_say_why() -> None:
    csv, empty = FileInput("a.csv", CSV), FileInput("e.zip", packages.zipped({}))
    assert unpack([csv, empty]) == [csv, empty]
    (parsed,) = read_here([empty], ImportOptions())
    assert parsed.refusal is not None
    assert parsed.refusal.code == "archive_empty"


def test_an_archive_in_an_archive_is_refused_and_the_rest_is_read() -> None:
    content = packages.zipped({"in.zip": packages.zipped({"a.csv": CSV}), "b.csv": CSV})
    nested, read = read_here([FileInput("out.zip", content)], ImportOptions())
    assert nested.refusal is not None
    assert (nested.refusal.code, nested.refusal.value) == ("archive_nested", "out.zip › in.zip")
    assert read.refusal is None


def test_too_many_files_too_many_bytes_and_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    def code(content: bytes) -> str:
        with pytest.raises(UserError) as caught:
            archive.members(FileInput("a.zip", content))
        return caught.value.code

    assert code(packages.zipped({f"{n}.csv": CSV for n in range(101)})) == "archive_too_many"
    assert code(_with_password_flag(packages.zipped({"a.csv": CSV}))) == "archive_protected"
    assert code(packages.zipped({"a.csv": CSV})[:-10]) == "file_unreadable"
    monkeypatch.setattr(archive, "MAX_ARCHIVE_BYTES", 300)
    assert code(packages.zipped({"a.csv": CSV * 10})) == "file_too_large"


def _with_password_flag(content: bytes) -> bytes:
    place = content.index(b"PK\x01\x02") + 8
    protected = content[:place] + b"\x01" + content[place + 1 :]
    with zipfile.ZipFile(io.BytesIO(protected)) as packed:
        assert packed.infolist()[0].flag_bits & 1
    return protected
