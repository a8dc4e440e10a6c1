"""The early warning in words: what changed at a customer, and what it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arlib.i18n.catalogue import translator
from arlib.i18n.formats import formats

if TYPE_CHECKING:
    from collections.abc import Mapping


def sentence(row: Mapping[Any, Any], language: str) -> str:
    """Return what changed: usual delay, delay of the last three points, since when.

    Where due dates left unpaid make the whole change, they are told apart from what he settles.
    ``row``: one of the lists of a ``WarningsBlock``.
    """
    _, f = translator(language), formats(language)
    unpaid = row["count_points"] - row["count_runs"]
    if row["evidence"] == "enough" and 0 < row["count_since"] <= unpaid:
        return _unpaid(row, int(unpaid), language)
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


def _unpaid(row: Mapping[Any, Any], count: int, language: str) -> str:
    """Return what is left unpaid, and how he settles the rest."""
    _, f = translator(language), formats(language)
    words = _.ngettext(
        "{n} due date left unpaid, of {date}; last settlement on {paid}, the last 3 at {settled} (usual {usual})",
        "{n} due dates left unpaid, the first of {date}; last settlement on {paid}, the last 3 at {settled} (usual {usual})",
        count,
    )
    return words.format(
        n=f.integer(count),
        date=f.date(row["oldest_open_on"]),
        paid=f.date(row["last_paid_on"]),
        settled=f.signed_days(row["settled_days"]),
        usual=f.signed_days(row["usual_days"]),
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
