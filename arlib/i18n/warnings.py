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


def false_alerts_words(per_year: float, language: str) -> str:
    """Return how many false alerts a year to expect, in a sentence."""
    _, count = translator(language), _whole_count(per_year)
    if not count:
        return _("Less than one false alert a year to expect from settlements.")
    return _.ngettext(
        "About {n} false alert a year to expect from settlements.",
        "About {n} false alerts a year to expect from settlements.",
        count,
    ).format(n=formats(language).integer(count))


def yearly_words(per_year: float, language: str) -> str:
    """Return how many a year, short: what rounds to none is less than one."""
    _, count = translator(language), _whole_count(per_year)
    if not count:
        return _("< 1 a year")
    return _("{n} a year").format(n=formats(language).integer(count))


def threshold_words(per_year: float, threshold: str, language: str) -> str:
    """Return the same beside the threshold, for a line of text."""
    _, count = translator(language), _whole_count(per_year)
    if not count:
        return _("Less than one false alert a year (threshold {h})").format(h=threshold)
    return _.ngettext(
        "About {n} false alert a year (threshold {h})",
        "About {n} false alerts a year (threshold {h})",
        count,
    ).format(n=formats(language).integer(count), h=threshold)


def _whole_count(per_year: float) -> int:
    """Return a count rounded half up, as it is written."""
    return int(per_year + 0.5)
