"""What every command promises: options on both sides, exit statuses, one document, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from arlib.cli.main import main
from arlib.cli.session import parse_date, parse_wait, write_bytes
from arlib.model.issues import UserError
from arlib.workspace import Workspace
from tests.support.books import Book, Doc
from tests.support.worked import worked_book

if TYPE_CHECKING:
    from tests.cli.conftest import Runner

ROOT = Path(__file__).parents[2]


def test_options_are_accepted_before_and_after_the_command(worked: Runner) -> None:
    after = worked.json("aging", "--as-of", "2025-05-31", "--company", "TEST")
    before = json.loads(
        worked.text("--as-of", "2025-05-31", "--company", "TEST", "--json", "aging")[0]
    )
    assert before == after
    assert before["blocks"][0]["totals"]["total"] == "42600.00"


def test_the_option_after_the_command_wins(worked: Runner) -> None:
    document = worked.json("--as-of", "2025-05-31", "aging", "--as-of", "2024-12-31")
    assert document["as_of"] == "2024-12-31"
    assert document["blocks"][0]["totals"]["not_due"] == "4800.00"


@pytest.mark.parametrize(
    "command", ["aging", "risk", "behaviour", "dso", "segments", "concentration"]
)
def test_an_empty_book_is_a_refusal_in_one_sentence(run: Runner, command: str) -> None:
    out, err = run.text(command, status=1)
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert run.json(command, status=1)["error"]["code"] == "book_empty"


def test_status_of_an_empty_book_is_not_a_refusal(run: Runner) -> None:
    document = run.json("status")
    assert document["companies"] == []
    assert document["default_as_of"] is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["aging", "--as-of", "30/06/2025"], "as_of_unreadable"),
        (["aging", "--as-of", "2024-01-01"], "as_of_too_early"),
        (["aging", "--company", "NOPE"], "company_not_found"),
        (["aging", "--buckets", "90,30"], "policy_value_invalid"),
        (["aging", "--buckets", "a"], "policy_value_invalid"),
        (["aging", "--policy", "absent.toml"], "file_not_found"),
        (["customer", "C999"], "customer_not_found"),
        (["undo", "nothing"], "batch_not_found"),
        (["limits", "undo", "nothing"], "change_not_found"),
        (["limits", "set", "--amount", "5"], "scope_missing"),
        (["limits", "set", "--all", "--group", "G", "--amount", "5"], "scope_missing"),
        (["limits", "set", "--customer", "C001", "--amount", "1.234"], "limit_amount_unreadable"),
        (["limits", "set", "--customer", "C001", "--amount=-5"], "limit_amount_negative"),
        (["limits", "set", "--customer", "C999", "--amount", "5"], "customer_not_found"),
        (
            [
                "limits",
                "set",
                "--all",
                "--amount",
                "5",
                "--from",
                "2025-02-01",
                "--to",
                "2025-01-01",
            ],
            "limit_dates",
        ),
    ],
)
def test_refusals_have_a_code_and_a_sentence(
    worked: Runner, arguments: list[str], code: str
) -> None:
    error = worked.json(*arguments, status=1)["error"]
    assert error["code"] == code
    out, err = worked.text(*arguments, status=1)
    assert out == ""
    assert err == error["message"] + "\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "Il n’y a pas de commande «\u00a0nothing\u00a0»."),
        (
            ["aging", "--basis", "paper"],
            "La valeur paper ne convient pas à --basis. Possibles\u00a0: due, issue",
        ),
        (["aging", "--zzz"], "Il n’y a pas d’option --zzz."),
        (
            ["aging", "--as-o", "2025"],
            "Il n’y a pas d’option --as-o. Possibles\u00a0: --as-known, --as-of, --json",
        ),
        (["aging", "C001"], "Rien n’est attendu ici\u00a0: C001."),
        (
            ["aging", "--as-of"],
            "L’option --as-of n’est pas suivie de sa valeur, ou n’en prend pas.",
        ),
        (
            ["limits", "set", "--customer", "C001"],
            "Donnez l’un de --amount, --remove et --refused.",
        ),
        (
            ["limits", "set", "--customer", "C001", "--amount", "5", "--remove"],
            "Donnez l’un de --amount, --remove et --refused.",
        ),
        (["import"], "Il manque FILE...."),
        (["report", "xlsx"], None),
        (["simulate", "discount", "--rate", "x", "--days", "3"], "--rate attend un nombre."),
        (["simulate", "discount", "--rate", "1"], "Il manque --days."),
        (["--lang", "de", "aging"], None),
        (["--lang", "en", "nothing"], "There is no command “nothing”."),
    ],
)
def test_wrong_usage_is_status_2_and_said_in_the_language(
    run: Runner, arguments: list[str], sentence: str | None
) -> None:
    out, err = run.text(*arguments, status=2)
    assert out == ""
    assert "Traceback" not in err
    assert sentence in (None, err.splitlines()[0])
    assert not {"Error:", "Try", "Usage:"} & set(err.split()) or "en" in arguments


def test_help_is_wholly_in_the_language_asked_for(run: Runner) -> None:
    french, _ = run.text("simulate", "discount", "--help")
    assert french.startswith("Usage\u00a0: python -m arlib simulate discount [OPTIONS]\n")
    for words in (
        "Options\u00a0:",
        "[obligatoire]",
        "[par défaut\u00a0: 1.0]",
        "Affiche cette aide.",
    ):
        assert words in french
    group, _ = run.text("--help")
    assert "Commandes\u00a0:" in group
    assert "Show" not in group + french
    english, _ = run.text("--lang", "en", "simulate", "discount", "--help")
    for words in ("Usage: ", "Options:", "[required]", "Show this help."):
        assert words in english


def test_limits_are_fixed_shown_and_undone(worked: Runner) -> None:
    [change] = worked.json(
        "limits", "set", "--customer", "C004", "--amount", "1 000,50", "--reason", "essai"
    )
    assert (change["before"], change["before_reason"], change["after"]) == (
        None,
        "no_limit",
        "1000.50",
    )
    assert (change["scope"], change["scope_id"], change["source"]) == (
        "customer",
        "C004",
        "internal",
    )
    assert (change["by"], change["reason"]) == ("camille", "essai")
    risk = {
        row["customer_id"]: row for row in worked.json("risk", "--as-of", "2025-06-30")["customers"]
    }
    assert risk["C004"]["overrun"] == "499.50"
    history = worked.json("limits", "history", "--customer", "C004")
    assert [row["change_id"] for row in history] == [change["change_id"]]
    worked.json("limits", "undo", change["change_id"])
    risk = {
        row["customer_id"]: row for row in worked.json("risk", "--as-of", "2025-06-30")["customers"]
    }
    assert risk["C004"]["limit_reason"] == "no_limit"
    error = worked.json("limits", "undo", change["change_id"], status=1)["error"]
    assert error["code"] == "change_undone"


def test_a_limit_without_a_start_changes_a_dated_one(worked: Runner) -> None:
    common = ("limits", "set", "--customer", "C001", "--amount")
    worked.json(*common, "9000", "--from", "2025-01-01")
    [change] = worked.json(*common, "7000", "--as-of", "2025-06-30")
    assert (change["before"], change["after"], change["valid_from"]) == (
        "9000.00",
        "7000.00",
        "2025-06-30",
    )
    found = {
        row["customer_id"]: row for row in worked.json("risk", "--as-of", "2025-06-30")["customers"]
    }
    assert (found["C001"]["limit"], found["C001"]["overrun"]) == ("7000.00", "4400.00")
    [undone] = worked.json("limits", "undo", change["change_id"])
    assert (undone["before"], undone["after"]) == ("7000.00", "9000.00")
    error = worked.json(*common, "-5", status=1)["error"]
    assert (error["code"], "-5)" in error["message"]) == ("limit_amount_negative", True)


def test_several_customers_and_a_removal(worked: Runner) -> None:
    changes = worked.json(
        "limits", "set", "--customer", "C001", "--customer", "C002", "--amount", "0"
    )
    assert {row["scope_id"]: row["after"] for row in changes} == {"C001": "0.00", "C002": "0.00"}
    [removed] = worked.json("limits", "set", "--customer", "C001", "--remove")
    assert (removed["before"], removed["after"]) == ("0.00", None)
    found = {
        row["customer_id"]: row for row in worked.json("risk", "--as-of", "2025-06-30")["customers"]
    }
    assert found["C001"]["limit"] is None
    assert found["C002"]["limit"] == "0.00"  # a limit of zero is a limit
    assert found["C002"]["utilisation_ratio_reason"] == "limit_zero"


def test_policy_is_shown_set_and_overridden(worked: Runner, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("buckets = [15, 45]\n", encoding="utf-8")
    [block] = worked.json("aging", "--policy", str(file))["blocks"]
    assert block["buckets"] == ["not_due", "1-15", "16-45", "45+"]
    built_in = worked.json("policy", "show")
    assert built_in["buckets"] == [30, 60, 90]
    stored = worked.json("policy", "set", str(file))
    assert stored["buckets"] == [15, 45]
    assert worked.json("policy", "show") == stored
    assert stored["version"] != built_in["version"]
    file.write_text("no_such_setting = 1\n", encoding="utf-8")
    assert (
        worked.json("policy", "set", str(file), status=1)["error"]["code"]
        == "policy_setting_unknown"
    )
    file.write_text("materialty_minor = { EUR = 3 }\n", encoding="utf-8")
    refused = worked.json("policy", "set", str(file), status=1)["error"]
    assert "materialty_minor" in refused["message"]


def test_policy_is_printed_as_a_file_that_can_be_set_again(worked: Runner, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(worked.text("policy", "show")[0], encoding="utf-8")
    assert worked.json("policy", "set", str(file)) == worked.json("policy", "show")


def test_report_writes_the_workbook(worked: Runner, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "risk.xlsx"
    document = worked.json("report", "xlsx", "--out", str(out), "--as-of", "2025-06-30")
    book = openpyxl.load_workbook(out)
    assert document["sheets"] == book.sheetnames
    assert document["path"] == str(out)
    assert list(out.parent.iterdir()) == [out]


def test_a_workbook_of_the_user_is_filled(worked: Runner, tmp_path: Path) -> None:
    model, out = tmp_path / "modele.xlsx", tmp_path / "rapport.xlsx"
    said = worked.json("report", "template", "--example", str(model))
    assert {"outstanding", "aging.90+", "overruns.customer"} <= set(said["marks"])
    book = openpyxl.load_workbook(model)
    book.worksheets[0]["A20"] = "{{no.such.mark}}"
    book.save(model)
    asked = ("report", "template", str(model), "--out", str(out), "--as-of", "2025-06-30")
    found = worked.json(*asked)
    assert found["path"] == str(out)
    assert found["unknown"] == ["{{no.such.mark}}"]
    assert worked.text(*asked)[1].strip() == found["remarks"][0]
    page = openpyxl.load_workbook(out).worksheets[0]
    assert page["B4"].value == 48_400
    refused = worked.json("report", "template", str(tmp_path / "no.xlsx"), "--out", "x", status=1)
    assert refused["error"]["code"] == "file_not_found"
    assert worked.json("report", "template", status=1)["error"]["code"] == "usage"


def test_report_writes_paper_page_and_text_for_a_reader(worked: Runner, tmp_path: Path) -> None:
    made = {}
    for kind in ("pdf", "html"):
        out = tmp_path / f"risk.{kind}"
        found = worked.json(
            "report", kind, "--out", str(out), "--as-of", "2025-06-30", "--audience", "auditor"
        )
        made[kind] = out.read_bytes()
        assert (found["path"], found["audience"]) == (str(out), "auditor")
        assert found["as_of"] == "2025-06-30"
        assert len(found["policy_version"]) == 12
        if kind == "pdf":
            assert 2 <= found["pages"] <= 6
        else:
            assert found["sections"] == ["summary", "aging", "provisions", "method"]
    assert made["pdf"].startswith(b"%PDF-")
    assert made["html"].startswith(b"<!DOCTYPE html>")
    out = tmp_path / "aged.csv"
    found = worked.json("report", "csv", "--out", str(out), "--pseudonymise")
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == found["rows"] + 1
    assert lines[0].startswith("Société;Code client;Client;Devise;")
    assert all(line.split(";")[2].startswith(("Client 0", "Total")) for line in lines[1:])
    rows = [dict(zip(lines[0].split(";"), line.split(";"), strict=True)) for line in lines[1:]]
    assert {row["Arrêté au"] for row in rows} == {"08/07/2025"}
    assert rows[-1]["Politique"]
    assert not any("." in row["Taux de retard"] for row in rows)
    assert {len(row["Taux de retard"].partition(",")[2]) for row in rows} <= {0, 4}
    error = worked.json("report", "pdf", "--out", str(out), "--audience", "x", status=1)["error"]
    assert error["code"] == "audience_unknown"


def test_a_file_that_cannot_be_written_is_a_refusal(worked: Runner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    error = worked.json("report", "xlsx", "--out", str(tmp_path / "file" / "r.xlsx"), status=1)[
        "error"
    ]
    assert error["code"] == "out_not_writable"


def test_the_blank_template_imports_without_a_row_or_an_issue(run: Runner, tmp_path: Path) -> None:
    out = tmp_path / "blank.xlsx"
    assert run.json("template", "--out", str(out)) == {"path": str(out)}
    [result] = run.json("import", str(out))
    assert (result["rows_read"], result["issues"], result["status"]) == (0, [], "imported")


def test_import_of_an_absent_file_is_a_list_with_the_refusal(run: Runner) -> None:
    [result] = run.json("import", "absent.csv", status=1)
    assert (result["file"], result["status"], result["reason_code"]) == (
        "absent.csv",
        "refused",
        "file_not_found",
    )
    assert "absent.csv" in result["reason"]


def test_import_says_imported_then_unchanged_then_undone(run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text(
        "Code client;Nom client;Numéro facture;Date facture;Date échéance;Montant TTC;Reste à payer\n"
        "C1;ALPHA;F1;13/01/2025;28/02/2025;1 234,56;1 234,56\n"
        'C2;=HYPERLINK("x");F2;14/01/2025;28/02/2025;10,00;10,00\n',
        encoding="utf-8",
    )
    [first] = run.json("import", str(file), "--company", "Essai", "--extracted-on", "2025-03-31")
    assert (first["status"], first["company_id"], first["rows_kept"]) == ("imported", "Essai", 2)
    assert first["control_totals"] == {"EUR": "1244.56"}
    assert first["tables"]["documents"] == 2
    [again] = run.json("import", str(file), "--company", "Essai", "--extracted-on", "2025-03-31")
    assert again["status"] == "unchanged"
    undone = run.json("undo", first["batch_id"])
    assert (undone["batch_id"], undone["restored"]) == (first["batch_id"], [])
    assert run.json("aging", status=1)["error"]["code"] == "book_empty"


def test_a_refused_file_does_not_stop_the_others(run: Runner, tmp_path: Path) -> None:
    good, bad = tmp_path / "blank.xlsx", tmp_path / "empty.csv"
    run.json("template", "--out", str(good))
    bad.write_bytes(b"")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "~$blank.xlsx").write_bytes(b"x")  # what a spreadsheet leaves while a file is open
    folder = run.json("import", str(tmp_path), status=1)
    assert [item["file"] for item in folder] == ["blank.xlsx", "empty.csv"]
    results = run.json("import", str(bad), str(good), status=1)
    assert [item["status"] for item in results] == ["refused", "unchanged"]
    assert results[0]["reason_code"] == "file_empty"
    assert results[0]["reason"]


def test_several_currencies_come_as_blocks_and_one_does_not(run: Runner) -> None:
    book = worked_book()
    dollars = Doc("C001", "US1", date(2025, 6, 1), 70_000, due_on=date(2025, 7, 1), currency="USD")
    run.load(replace(book, docs=[*book.docs, dollars]))
    document = run.json("dso", "--as-of", "2025-06-30")
    assert [block["currency"] for block in document["blocks"]] == ["EUR", "USD"]
    assert "simple_days" not in document
    alone = run.json("dso", "--as-of", "2025-06-30", "--currency", "usd")
    assert (alone["currency"], alone["outstanding"]) == ("USD", "700.00")
    risk = run.json("risk", "--as-of", "2025-06-30")["customers"]
    rows = {row["currency"]: row["outstanding"] for row in risk if row["customer_id"] == "C001"}
    assert rows == {"EUR": "11400.00", "USD": "700.00"}


def test_a_ledger_without_behaviour_gives_nulls_with_reasons(run: Runner) -> None:
    run.load(
        Book(
            docs=[Doc("A", "1", date(2025, 1, 10), 50_000, due_on=date(2025, 2, 10))],
            open_items={"1": 50_000},
            scope="open_items",
            level="C",
        )
    )
    behaviour = run.json("behaviour")
    assert behaviour["portfolio"]["weighted_delay_days"] is None
    assert behaviour["portfolio"]["weighted_delay_days_reason"] == "not_at_this_level"
    assert run.text("behaviour")[1] == ""
    status = run.json("status")
    assert status["data_level"] == "C"


def test_the_database_comes_from_the_environment(
    worked: Runner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARLIB_DB", str(worked.database))
    assert main(["aging", "--json", "--as-of", "2025-06-30"]) == 0
    assert json.loads(capsys.readouterr().out)["blocks"][0]["totals"]["total"] == "48400.00"


def test_a_held_database_is_refused_with_a_sentence(worked: Runner) -> None:
    workspace = Workspace.open(worked.database)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "arlib", "--db", str(worked.database), "aging", "--json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        workspace.close()
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "database_held"
    assert done.stderr.count("\n") == 1


def test_a_command_loads_neither_streamlit_nor_plotly(worked: Runner, tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "import arlib\n"
        "assert not {'streamlit', 'plotly', 'pandas', 'duckdb'} & set(sys.modules)\n"
        "from arlib.cli import main\n"
        "start, out = sys.argv[1:3], sys.argv[3]\n"
        "for command in (['aging'], ['risk', '--json'], ['report', 'xlsx', '--out', out]):\n"
        "    assert main([*start, *command]) == 0\n"
        "    assert 'duckdb' in sys.modules\n"
        "    assert not {'streamlit', 'plotly', 'altair'} & set(sys.modules), command\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--db", str(worked.database), str(tmp_path / "r.xlsx")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_help_is_in_the_language_asked_for(run: Runner) -> None:
    assert "balance âgée" in run.text("--help")[0]
    assert "aged balance" in run.text("--lang", "en", "--help")[0]


def test_every_command_of_the_documentation_exists(run: Runner) -> None:
    out, _ = run.text("--lang", "en", "--help")
    names = {line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.strip()}
    promised = (
        "import undo status aging risk limits behaviour dso segments customer concentration "
        "policy report template demo serve"
    )
    assert names >= {*promised.split()}


def test_serve_starts_the_application_on_the_same_database(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: dict[str, Any] = {}

    def fake(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        started.update(options, command=command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("arlib.cli.book.subprocess.run", fake)
    run.text("serve")
    assert started["command"][:4] == [sys.executable, "-m", "streamlit", "run"]
    assert Path(started["command"][4]) == ROOT / "app.py"
    assert started["env"]["ARLIB_DB"] == str(run.database.resolve())


def test_the_sample_company_loads(run: Runner) -> None:
    results = run.json("demo")
    assert [item["status"] for item in results] == ["imported", "imported"]
    assert len({item["company_id"] for item in results}) == 2
    assert run.json("status")["is_tied"] is True


def test_the_method_asked_for_is_the_one_printed(worked: Runner) -> None:
    out, err = worked.text("segments", "--method", "score", "--json")
    assert json.loads(out)["method"] == "score"
    assert err == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", timedelta(minutes=15)),
        ("90", timedelta(seconds=90)),
        ("2h", timedelta(hours=2)),
        (None, None),
    ],
)
def test_waiting_times(text: str | None, expected: timedelta | None) -> None:
    assert parse_wait(text) == expected


def test_any_command_waits_for_the_book_and_says_the_version_of_the_policy(
    read_worked: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []
    opened = Workspace.open

    def open_book(path: Path | None, *, wait: timedelta | None = None) -> Workspace:
        waits.append(wait)
        return opened(path)

    monkeypatch.setattr(Workspace, "open", open_book)
    found = read_worked.json("aging", "--wait", "90s")
    assert waits == [timedelta(seconds=90)]
    assert found["policy_version"] == read_worked.json("policy", "show")["version"]
    assert found["policy_version"] in read_worked.text("aging")[0].splitlines()[-1]


def test_a_waiting_time_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(UserError):
        parse_wait("soon")


def test_dates_are_iso_only() -> None:
    assert parse_date("2025-06-30") == date(2025, 6, 30)
    with pytest.raises(UserError):
        parse_date("30/06/2025")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_bytes(path, b"old")
    (tmp_path / "r.xlsx.part").mkdir()
    with pytest.raises(UserError):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
