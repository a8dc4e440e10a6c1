"""Mappings of columns from the command line: remembered, shared, forgotten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner

STRANGE = "Quoi;Qui;Quand;Combien\nF1;Durand;25/03/2026;10,00\nF2;Martin;26/03/2026;20,50\n"
FIELDS = {"customer_id": "Qui", "number": "Quoi", "issued_on": "Quand", "amount": "Combien"}


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A mapping as another book would have written it."""
    path = tmp_path / "ventes.encours.json"
    document = {"kind": "encours-mapping", "version": 1, "signature": "abc", "fields": FIELDS}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A list whose headers nobody knows."""
    path = tmp_path / "journal.csv"
    path.write_text(STRANGE, encoding="utf-8")
    return path


def test_a_shared_mapping_reads_a_file(run: Runner, export: Path, shared: Path) -> None:
    refused = run.json("import", str(export), status=1)[0]
    assert refused["reason_code"] == "format_unknown"
    done = run.json("import", str(export), "--mapping", str(shared))[0]
    assert (done["status"], done["rows_kept"]) == ("imported", 2)
    assert done["control_totals"] == {"EUR": "30.50"}


def test_a_mapping_goes_from_one_book_to_another(run: Runner, shared: Path, tmp_path: Path) -> None:
    assert run.json("mapping", "list") == []
    kept = run.json("mapping", "import", str(shared))
    assert (kept["signature"], kept["fields"], kept["by"]) == ("abc", FIELDS, "camille")
    out = tmp_path / "copie.encours.json"
    run.json("mapping", "export", "abc", "--out", str(out))
    assert json.loads(out.read_bytes()) == json.loads(shared.read_bytes())
    assert "customer_id = Qui" in run.text("mapping", "list")[0]
    assert run.json("mapping", "forget", "abc")["status"] == "forgotten"
    assert run.json("mapping", "list") == []
    error = run.json("mapping", "forget", "abc", status=1)["error"]
    assert error["code"] == "mapping_not_found"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "mapping_unreadable"),
        (b"[]", "mapping_unreadable"),
        (b'{"kind": "encours-mapping", "version": 2, "signature": "a", "fields": {"amount": "x"}}',
         "mapping_unreadable"),
        (b'{"kind": "encours-mapping", "version": 1, "signature": "a", "fields": {"amount": 3}}',
         "mapping_unreadable"),
        (b'{"kind": "encours-mapping", "version": 1, "signature": "a", "fields": {}}',
         "mapping_unreadable"),
        (b'{"kind": "encours-mapping", "version": 1, "signature": "a", "fields": {"nope": "x"}}',
         "mapping_field_unknown"),
        (b"[" * 100_000, "mapping_unreadable"),
        (b"\xff\xfe\x00", "mapping_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_mapping_is_refused(
    run: Runner, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "x.encours.json"
    path.write_bytes(content)
    assert run.json("mapping", "import", str(path), status=1)["error"]["code"] == code
    assert run.json("mapping", "list") == []
