"""backup, restore and check from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner


def test_backup_restore_and_check(worked: Runner, tmp_path: Path) -> None:
    out = tmp_path / "copies" / "du jour.bak"
    before = worked.json("aging")
    done = worked.json("backup", "--out", str(out))
    assert done["ok"] is True
    assert done["path"] == str(out)
    assert done["tables"]["batches"] == 1
    batch = worked.json("status")["batches"][0]["batch_id"]
    worked.text("undo", batch)
    back = worked.json("restore", str(out))
    assert back["ok"] is True
    assert back["path"] == str(worked.database)
    assert back["kept_aside"].startswith(str(worked.database.with_suffix("")))
    assert back["tables"]["documents"] == done["tables"]["documents"] > 0
    assert worked.json("aging") == before
    found = worked.json("check")
    assert found["ok"] is True
    assert found["findings"] == []
    assert found["tables"]["documents"] == done["tables"]["documents"]
    assert "intègre" in worked.text("check")[0]


def test_check_says_what_is_wrong_and_fails(worked: Runner) -> None:
    root = duckdb.connect(str(worked.database))
    root.execute("UPDATE batches SET rows_read = rows_read + 3")
    root.close()
    found = worked.json("check", status=1)
    assert found["ok"] is False
    assert [item["code"] for item in found["findings"]] == ["rows_unaccounted"]
    out, _err = worked.text("check", status=1)
    assert "lignes lues" in out


def test_refusals_are_sentences(worked: Runner, tmp_path: Path) -> None:
    cut = tmp_path / "cut.bak"
    worked.text("backup", "--out", str(cut))
    cut.write_bytes(cut.read_bytes()[:400_000])
    assert worked.json("restore", str(cut), status=1)["error"]["code"] == "backup_damaged"
    own = worked.json("backup", "--out", str(worked.database), status=1)
    assert own["error"]["code"] == "backup_onto_book"
    _out, err = worked.text("restore", str(tmp_path / "absent"), status=1)
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_an_empty_book_is_backed_up_and_sound(run: Runner, tmp_path: Path) -> None:
    assert run.json("check")["ok"] is True
    assert run.json("backup", "--out", str(tmp_path / "bak"))["tables"]["documents"] == 0
