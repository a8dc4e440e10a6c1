"""The early warning in words: what changed at a customer, and what it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arlib.i18n.catalogue import translator
from arlib.i18n.formats import formats

if TYPE_CHECKING:
    from collections.abc import Mapping


def sentence(row: Mapping[Any, Any], language: str) -> str:
    """Return what changed: usual delay, delay of the last three points, since when.

    ``row``: one of the lists of a ``WarningsBlock``.
    """
    _, f = translator(language), formats(language)
    words = _("Usual delay {usual} → {recent} over the last 3 settlements, since {date}")
    if row["has_open"]:
        words = _(
            "Usual delay {usual} → {recent} over the last 3 settlements or unpaid due dates, since {date}"
        )
    if row["evidence"] == "hint":
        words = _("Usual delay {usual} → {recent} over the last 3 of {n} points")
    return words.format(
        usual=f.signed_days(row["usual_days"]),
        recent=f.signed_days(row["recent_days"]),
        date=f.date(row["alert_since"]),
        n=f.integer(row["count_points"]),
    )


def concerned(row: Mapping[Any, Any], language: str) -> str:
    """Return the amount at stake, compact."""
    _, f = translator(language), formats(language)
    return _("outstanding concerned {amount}").format(
        amount=f.compact(row["outstanding_minor"], row["currency"])
    )


def whole(row: Mapping[Any, Any], language: str) -> str:
    """Return both in one sentence."""
    _ = translator(language)
    return f"{sentence(row, language)}{_('; ')}{concerned(row, language)}."
