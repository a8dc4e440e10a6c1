"""Named SQL: one file a query in ``arlib/store/sql``, read once, parameters bound by name."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

_PART: Final = re.compile(r"^ *-- part: (\w+)\n", re.MULTILINE)
_PARAMETER: Final = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def text(name: str) -> str:
    """Return the SQL text of a named query, comments kept.

    A line ``-- part: NAME`` stands for ``part_NAME.sql``: what several queries share is written once.
    """
    own = resources.files("arlib.store.sql").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    return _PART.sub(lambda found: text(f"part_{found[1]}"), own)


@cache
def statements(name: str) -> tuple[str, ...]:
    """Return the statements of a named script, in order."""
    return tuple(part.strip() for part in text(name).split(";\n") if part.strip())


def parameters_of(sql: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values a text asks for (DuckDB refuses values that no parameter names)."""
    return {name: values[name] for name in _names(sql)}


def run(
    cursor: duckdb.DuckDBPyConnection, name: str, **values: object
) -> duckdb.DuckDBPyConnection:
    """Run a named query (its statements in order) and return the cursor of the last one."""
    for statement in statements(name):
        cursor.execute(statement, parameters_of(statement, values))
    return cursor


@lru_cache(maxsize=1_000)
def _names(sql: str) -> frozenset[str]:
    """Return the parameters that a text names."""
    return frozenset(_PARAMETER.findall(_code(sql)))


def _code(sql: str) -> str:
    """Return the text without comments, where a ``$`` may stand in prose."""
    return re.sub(r"--[^\n]*", "", sql)
