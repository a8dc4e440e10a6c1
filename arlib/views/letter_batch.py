"""A batch of letters or statements: who gets one at which level, who gets none and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.model.issues import UserError
from arlib.model.letter_settings import LETTER_LEVELS
from arlib.model.portfolio import KEY
from arlib.views.letters import LettersView, build, candidates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

Key = tuple[str, str]
# Why a customer gets no letter.
LEFT_OUT: Final = ("not_due", "case_file", "insolvency", "nothing_asked", "nothing_open", "beyond")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One customer without a letter: ``reason`` is one of ``LEFT_OUT``."""

    company_id: str
    customer_id: str
    name: str
    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class LetterBatch:
    """What a batch holds: a view and a level (empty for a statement) each, in the order asked for."""

    as_of: date
    letters: tuple[tuple[LettersView, str], ...]
    left_out: tuple[LeftOut, ...]


def build_batch(
    portfolio: Portfolio,
    policy: Policy,
    *,
    level: str = "",
    keys: Sequence[Key] | None = None,
    is_statement: bool = False,
    most: int | None = None,
) -> LetterBatch:
    """Return the letters of some customers, each at ``level`` or, without one, at that due now.

    Without ``keys``: the customers under the filters whose step due now is ``level`` (any step without
    one; for statements without a level, whoever has an open item). After ``most`` letters the others are
    left out. No letter is made for a customer under insolvency proceedings, nor at R5, where the case
    file is the next step.

    Raises:
        UserError: ``letter_level_unknown``, ``customer_not_found``.
    """
    if level and level not in LETTER_LEVELS:
        raise UserError("letter_level_unknown", value=level)
    rows = candidates(portfolio, policy)
    chosen = _chosen(rows, level, keys, is_statement=is_statement)
    made: list[tuple[LettersView, str]] = []
    left: list[LeftOut] = []
    for key, name, due in chosen:
        asked = "" if is_statement else level or due
        why = "beyond" if most is not None and len(made) >= most else None
        if why is None and not is_statement:
            why = "not_due" if not asked else None if asked in LETTER_LEVELS else "case_file"
        if why is None:
            view = build(portfolio, policy, customer_id=key[1], company_id=key[0])
            why = _refused(view, asked)
        if why is None:
            made.append((view, asked))
        elif why != "nothing_open" or keys is not None:
            left.append(LeftOut(*key, name, asked, why))
    return LetterBatch(portfolio.as_of, tuple(made), tuple(left))


def _chosen(
    rows: pd.DataFrame, level: str, keys: Sequence[Key] | None, *, is_statement: bool
) -> Iterable[tuple[Key, str, str]]:
    """Return key, name and step due of the customers asked for, those of ``keys`` in their order."""
    columns = [rows[name].tolist() for name in (*KEY, "name", "level")]
    found = {
        (str(company), str(code)): (str(name), "" if pd.isna(due) else str(due))
        for company, code, name, due in zip(*columns, strict=True)
    }
    if keys is not None:
        return [(key, *found.get(key, (key[1], ""))) for key in dict.fromkeys(keys)]
    return [
        (key, name, due)
        for key, (name, due) in found.items()
        if (due == level if level else due or is_statement)
    ]


def _refused(view: LettersView, level: str) -> str | None:
    """Return why no letter is made of a view, None when one is."""
    if not level:
        return None if view.claims else "nothing_open"
    if view.insolvency:
        return "insolvency"
    return None if view.asks(level) else "nothing_asked"
