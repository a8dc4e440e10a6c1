"""Commands on codes, terms and past knowledge; the answers are those of the façade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner


def _owed(worked: Runner, *options: str) -> dict[str, str]:
    rows = worked.json("--as-of", "2025-06-30", *options, "risk")["customers"]
    return {row["customer_id"]: row["outstanding"] for row in rows}


def test_a_code_is_linked_listed_and_unlinked(worked: Runner) -> None:
    before = _owed(worked)
    done = worked.json("link", "C004", "--to", "C003", "--reason", "same firm")
    assert done[0]["main_customer_id"] == "C003"
    after = _owed(worked)
    assert "C004" not in after
    assert float(after["C003"]) == float(before["C003"]) + float(before["C004"])
    listed = worked.json("links")
    assert listed["links"][0]["is_in_force"] is True
    assert listed["suggestions"] == []
    text, _ = worked.text("links")
    assert "C004" in text
    assert worked.json("link", "C003", "--to", "C004", status=1)["error"]["code"] == "link_cycle"
    worked.json("unlink", done[0]["change_id"])
    assert _owed(worked) == before


def test_terms_are_set_imported_listed_and_undone(worked: Runner, tmp_path: Path) -> None:
    done = worked.json("terms", "set", "--customer", "C004", "--terms", "45 jours fin de mois")
    # every due date of the worked set comes from its file
    assert (done["count_documents"], done["amounts"]) == (0, {})
    table = tmp_path / "terms.csv"
    table.write_text(
        "Client;Conditions;Depuis\nC001;60 jours;01/03/2025\nC002;30 j fdm;\n", "utf-8"
    )
    loaded = worked.json("terms", "import", str(table))
    assert [(row["customer_id"], row["terms"], row["valid_from"]) for row in loaded["changes"]] == [
        ("C001", "60 jours", "2025-03-01"),
        ("C002", "30 j fdm", None),
    ]
    worked.json("terms", "undo", done["changes"][0]["change_id"])
    history = worked.json("terms", "history")
    assert len(history) == 4
    assert "60 jours" in worked.text("terms", "history")[0]
    bad = worked.json("terms", "set", "--customer", "C001", "--terms", "un jour", status=1)
    assert bad["error"]["code"] == "terms_unreadable"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("Client;Conditions\n;30 jours\n", "terms_file_unreadable"),
        ("Client;Conditions;Depuis\nC001;30 jours;un jour\n", "terms_file_unreadable"),
        ("Client;Motif\nC001;x\n", "columns_missing"),
        ("", "terms_file_unreadable"),
    ],
)
def test_a_table_of_terms_that_cannot_be_read(
    worked: Runner, tmp_path: Path, content: str, code: str
) -> None:
    table = tmp_path / "terms.csv"
    table.write_text(content, "utf-8")
    assert worked.json("terms", "import", str(table), status=1)["error"]["code"] == code
    assert worked.json("terms", "history") == []


def test_as_known_says_when_nothing_was_imported_by_then(worked: Runner) -> None:
    assert _owed(worked, "--as-known") == _owed(worked)
    _, err = worked.text("--as-of", "2025-06-30", "risk", "--as-known")
    assert "TEST" in err
