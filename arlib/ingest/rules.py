"""What particular rows of a product's list are, as its declaration says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from arlib.ingest.columns import normalise, spellings
from arlib.ingest.declaration import RowRule

if TYPE_CHECKING:
    import pyarrow as pa

    from arlib.ingest.columns import Match
    from arlib.ingest.lines import Lines

_KEPT, _IGNORED = 0, 1
# What a list of no known product calls a document that is not posted, or no longer.
_PLAIN: Final = (
    RowRule("status", r"(?i)^(brouillon|draft|annul|cancel|void|pro ?forma)", code="not_posted"),
)


def apply_rules(
    lines: Lines,
    match: Match,
    state: np.ndarray,
    has_amount: np.ndarray,
    kind: pa.Array,
    classes: pa.Array,
) -> tuple[pa.Array, pa.Array]:
    """Return kinds and classes of accounts as the rules of the format say; others are ignored."""
    import pyarrow as pa
    import pyarrow.compute as pc

    judged = np.zeros(lines.count, dtype=bool)
    for rule in lines.form.rules if lines.form else _PLAIN:
        places = _places(lines, match, rule)
        found = np.zeros(lines.count, dtype=bool)
        for place in places:
            found |= _matching(lines.sheet.columns[place].text, rule.pattern)
        where = found & ~judged & (state == _KEPT)
        if rule.code == "total_row":  # a total states an amount; words alone are a title
            where &= has_amount
        if not where.any():
            continue
        column = lines.sheet.columns[places[0]]
        judged |= where
        if rule.code:
            rows = np.flatnonzero(where)
            lines.findings.add_rows(
                rule.code, "ignored", rows, column=column.title, values=column.text
            )
            state[rows] = _IGNORED
        if rule.kind:
            kind = pc.if_else(pa.array(where), rule.kind, kind)
        if rule.account_class:
            classes = pc.if_else(pa.array(where), rule.account_class, classes)
    return kind, classes


def _places(lines: Lines, match: Match, rule: RowRule) -> list[int]:
    """Return the columns that a rule looks at: one field, one header of several, or all."""
    if rule.field == "*":
        return sorted(lines.sheet.columns)
    if rule.field in match.fields:
        return [match.fields[rule.field]]
    wanted = [key for title in rule.field.split("|") for key in spellings(title)]
    places = {normalise(lines.sheet.headers[place]): place for place in lines.sheet.columns}
    return next(([places[title]] for title in wanted if title in places), [])


def _matching(text: pa.Array, pattern: str) -> np.ndarray:
    """Return the rows whose cell, blanks trimmed, the pattern is found in; blank cells are empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = pc.utf8_trim_whitespace(pc.fill_null(text, "")).dictionary_encode()
    wanted = re.compile(pattern)
    flags = [bool(wanted.search(value)) for value in encoded.dictionary.to_pylist()]
    found: np.ndarray = pc.take(pa.array(flags, pa.bool_()), encoded.indices).to_numpy(
        zero_copy_only=False
    )
    return found
