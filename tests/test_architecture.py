"""What the import linter cannot see: scripts, documentation, slow imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from arlib import ingest
from arlib.model.tables import CANONICAL
from arlib.store import queries

ROOT = Path(__file__).parents[1]
SCRIPTS = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]
ALLOWED = {"ui", "views", "charts", "reports", "i18n", "model"}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] + [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= set(names)
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_know_only_what_a_screen_may_know(script: Path) -> None:
    rooms = {name.split(".")[1] for name in _imports(script) if name.startswith("arlib.")}
    assert rooms <= ALLOWED
    assert not {
        name for name in _imports(script) if name.split(".")[0] in {"duckdb", "pandas", "plotly"}
    }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_do_no_arithmetic(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))
    operations = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div))
    ]
    assert operations == []


def test_the_library_loads_no_screen_and_no_chart() -> None:
    program = (
        "import sys, arlib, arlib.workspace, arlib.cli.main\n"
        "print(sorted({'streamlit', 'plotly'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_format_is_documented() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in ingest.formats())


def test_every_room_of_the_plan_is_on_disk_and_the_reverse() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    planned = set(re.findall(r"\| `arlib/(\w+)(?:\.py)?` \|", text))
    rooms = {
        path.stem
        for path in (ROOT / "arlib").iterdir()
        if (path.is_dir() or path.suffix == ".py") and not path.name.startswith("__")
    }
    assert planned == rooms


def test_shared_sql_is_portable() -> None:
    for path in (ROOT / "arlib" / "store" / "sql").glob("*.sql"):
        text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8")).upper()
        for word in (" FILTER (", "GROUP BY ALL", "ORDER BY ALL", "QUALIFY", "ASOF", "EXCLUDE"):
            assert word not in text, f"{path.name}: {word}"


def test_every_canonical_table_says_its_grain() -> None:
    for table in CANONICAL.values():
        assert table.grain
        assert all(column.about for column in table.columns)


def test_every_query_is_read() -> None:
    folder = ROOT / "arlib" / "store" / "sql"
    written = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.sql"))
    every = {path.stem for path in folder.glob("*.sql")}
    parts = {name for name in every if name.startswith("part_")}
    assert {
        name for name in parts if f"-- part: {name.removeprefix('part_')}\n" not in written
    } == set()
    names = every - parts
    source = "".join(
        path.read_text(encoding="utf-8")
        for room in ("store", "model")
        for path in (ROOT / "arlib" / room).glob("*.py")
    )
    source += (ROOT / "arlib" / "workspace.py").read_text(encoding="utf-8")
    assert {name for name in names if f'"{name}"' not in source} == set()
    assert all(queries.text(name) for name in names)
