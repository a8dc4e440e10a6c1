"""A payment plan as a person types it: one instalment a line, a date then an amount."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from arlib.ingest.dates import parse_date
from arlib.ingest.values import parse_amount
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from datetime import date

_LINE: Final = re.compile(r"^(\S+?)\s*[\s;:=]\s*(\S.*)$")


def read_plan(text: str, currency: str) -> tuple[tuple[date, int], ...]:
    r"""Return the (day, minor units) of each line that is not blank, in order.

    Raises:
        UserError: ``plan_unreadable``, which quotes the line.

    >>> read_plan("30/11/2026 1 500,00\n31/12/2026; 750", "EUR")
    ((datetime.date(2026, 11, 30), 150000), (datetime.date(2026, 12, 31), 75000))
    """
    found = []
    for line in filter(None, (part.strip() for part in text.splitlines())):
        match = _LINE.match(line)
        day = parse_date(match[1]) if match else None
        amount = parse_amount(match[2], currency) if match else None
        if day is None or amount is None:
            raise UserError("plan_unreadable", value=line)
        found.append((day, amount))
    return tuple(found)
