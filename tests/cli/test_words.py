"""Every word that commands and reports show is in the French catalogue."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from arlib.i18n.catalogue import merged_catalogue

ROOT = Path(__file__).parents[2] / "arlib"
FILES = [*sorted((ROOT / "cli").glob("*.py")), *sorted((ROOT / "reports").glob("*.py"))]
FILES = [path for path in FILES if path.name != "template.py"]
CALLS = {"_", "N_", "word", "translate"}


def messages(path: Path) -> set[str]:
    """Return the message ids a module shows: arguments of the marking calls, helps of options."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        candidates: list[ast.expr] = [item.value for item in node.keywords if item.arg == "help"]
        candidates += (
            node.args[:1] if name in CALLS else node.args[2:3] if name == "Command" else []
        )
        found |= {
            item.value
            for item in candidates
            if isinstance(item, ast.Constant) and isinstance(item.value, str)
        }
    return found


@cache
def known() -> set[str]:
    return {str(message.id) for message in merged_catalogue("fr") if message.string}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_message_is_translated(path: Path) -> None:
    assert messages(path) <= known(), messages(path) - known()


def test_messages_are_found_at_all() -> None:
    assert sum(len(messages(path)) for path in FILES) > 150
