"""Liste de contrôle: each box of the check list, by data or by the user, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from arlib.analytics import checklist, payment_terms
from arlib.model.checklist import BOXES, QUESTIONS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One question with what the data and the user say of it.

    ``answer``: the one that counts: yes, partly, no, unknown; ``origin``: data, user or None. The data
    come first where they can answer (``by_data``), else the user's; ``data_answer`` is shown anyway
    (evidence). ``count_good`` of ``count_all`` hold (None: nothing known). ``user_…``: the standing
    answer given by hand (None: none).
    """

    question_id: str
    box: int
    by_data: bool
    page: str | None
    answer: str
    origin: str | None
    data_answer: str | None
    count_good: int | None
    count_all: int | None
    user_answer: str | None
    user_comment: str | None
    user_at: datetime | None
    user_by: str | None
    change_id: str | None

    @property
    def ratio(self) -> float | None:
        """Return the share that holds."""
        if self.count_good is None or not self.count_all:
            return None
        return self.count_good / self.count_all


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """The check list at the date.

    ``rows``: in the order of the list. ``boxes``: place of the box -> its answer: yes when every
    question is, unknown when none is known, no when no question is more than no, else partly. ``others``:
    who does not hold (``analytics.checklist.others``). ``real_days``: currency -> days from invoice to
    receipt over twelve months.
    """

    as_of: date
    rows: tuple[Row, ...]
    boxes: dict[int, str]
    others: pd.DataFrame
    real_days: dict[str, float]

    @property
    def count_ticked(self) -> int:
        """Return the boxes ticked."""
        return sum(answer == "yes" for answer in self.boxes.values())

    def row(self, question_id: str) -> Row:
        """Return a question's row. Raises KeyError when it is not in the list."""
        return {item.question_id: item for item in self.rows}[question_id]

    def others_of(self, question_id: str) -> pd.DataFrame:
        """Return who does not hold for a question."""
        return self.others.loc[self.others["question_id"] == question_id].reset_index(drop=True)


def build(portfolio: Portfolio, policy: Policy) -> ChecklistView:
    """Return the check list answered at the date."""
    known = {
        str(item["question_id"]): item
        for item in checklist.measures(portfolio, policy).to_dict("records")
    }
    given = {str(item["question_id"]): item for item in portfolio.answers().to_dict("records")}
    rows = tuple(
        _row(item.question_id, known.get(item.question_id), given.get(item.question_id))
        for item in QUESTIONS
    )
    boxes = {box: _box(row.answer for row in rows if row.box == box) for box in BOXES}
    return ChecklistView(
        as_of=portfolio.as_of,
        rows=rows,
        boxes=boxes,
        others=checklist.others(portfolio, policy),
        real_days=_real_days(portfolio, policy),
    )


def _row(question_id: str, known: dict[Any, Any] | None, given: dict[Any, Any] | None) -> Row:
    question = next(item for item in QUESTIONS if item.question_id == question_id)
    good, total = (int(known["count_good"]), int(known["count_all"])) if known else (None, None)
    by_data = answer_of(good, total)
    by_user = str(given["answer"]) if given else None
    origin = "data" if question.by_data and by_data else "user" if by_user else None
    answer = by_data if origin == "data" else by_user
    comment = given["comment"] if given else None
    return Row(
        question_id=question_id,
        box=question.box,
        by_data=question.by_data,
        page=question.page,
        answer=answer or UNKNOWN,
        origin=origin,
        data_answer=by_data,
        count_good=good,
        count_all=total,
        user_answer=by_user,
        user_comment=comment if isinstance(comment, str) else None,
        user_at=given["at"].to_pydatetime() if given else None,
        user_by=str(given["by"]) if given else None,
        change_id=str(given["change_id"]) if given else None,
    )


def answer_of(good: int | None, total: int | None) -> str | None:
    """Return the answer of the data: yes when all hold, no when none does, None when nothing is known.

    >>> answer_of(14, 17), answer_of(17, 17), answer_of(0, 3), answer_of(None, None)
    ('partly', 'yes', 'no', None)
    """
    if good is None or not total:
        return None
    return "yes" if good == total else "partly" if good else "no"


def _box(answers: Iterable[str]) -> str:
    found = list(answers)
    if all(item == found[0] for item in found):
        return found[0]
    return "no" if set(found) <= {"no", UNKNOWN} else "partly"


def _real_days(portfolio: Portfolio, policy: Policy) -> dict[str, float]:
    start = portfolio.window_start(_YEAR)
    paid = payment_terms.agreed_and_real(portfolio, policy, start)
    paid = paid.assign(weighed=paid["real_days"] * paid["paid_minor"])
    sums = paid.groupby("currency")[["weighed", "paid_minor"]].sum()
    means = sums["weighed"] / sums["paid_minor"]
    return {str(code): float(days) for code, days in means.items()}
