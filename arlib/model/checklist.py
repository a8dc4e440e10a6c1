"""The check list of receivables: its questions, dated, with what answers each and where to act.

Seven boxes (seed 001); a box of two claims is two questions. Ids never change: answers refer to them.
The words are in ``arlib.i18n.checklist``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

# What a question is answered with; unknown: neither the data nor anybody says it.
ANSWERS: Final = ("yes", "partly", "no")
UNKNOWN: Final = "unknown"
LONGEST_COMMENT: Final = 1_000
SINCE: Final = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``box``: place of its box; ``by_data``: figures of the book can answer it.

    ``page``: where to act (script of ``pages/``); None: outside the tool. ``since``: day from which the
    question is asked in these words.
    """

    question_id: str
    box: int
    by_data: bool
    page: str | None
    since: date = SINCE


QUESTIONS: Final = (
    Question("clients_solvent", 1, by_data=True, page="segments"),
    Question("solvency_known", 1, by_data=True, page="insurance"),
    Question("limit_fixed", 2, by_data=True, page="limits"),
    Question("limit_by_solvency", 2, by_data=True, page="suggestions"),
    Question("terms_justified", 3, by_data=True, page="terms"),
    Question("criteria_clear", 3, by_data=True, page="grid"),
    Question("conditions_of_sale", 4, by_data=False, page="penalties"),
    Question("view_of_each", 5, by_data=True, page="quality"),
    Question("view_of_all", 5, by_data=True, page="imports"),
    Question("collection_period", 6, by_data=True, page="dso"),
    Question("reminders", 7, by_data=False, page="worklist"),
    Question("litigation", 7, by_data=False, page="disputes"),
)
BY_ID: Final = {item.question_id: item for item in QUESTIONS}
BOXES: Final = tuple(dict.fromkeys(item.box for item in QUESTIONS))
