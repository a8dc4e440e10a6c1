"""The dated values of the law: each has a source, dates ascend, the readings of definitions §16."""

from __future__ import annotations

from datetime import date
from itertools import groupby

import pytest

from arlib.law import ceilings
from arlib.law.ceilings import ceiling, regime_of

FIRST = date(2021, 11, 1)


def test_every_value_has_a_date_a_source_and_a_reading() -> None:
    for value in ceilings.values():
        assert isinstance(value.valid_from, date)
        assert len(value.source) > 10
        assert value.readings
        assert all(item.start in {"issue", "delivery", "receipt"} for item in value.readings)


def test_dates_ascend_within_each_regime() -> None:
    for _regime, values in groupby(ceilings.values(), key=lambda item: item.regime):
        days = [item.valid_from for item in values]
        assert days == sorted(set(days))


def test_what_was_not_read_in_the_text_is_marked() -> None:
    assert {item.regime for item in ceilings.values() if not item.is_confirmed} == {
        "wine",
        "transport",
        "public",
    }


# issue date -> 60 days, 45 days then end of month, end of month then 45 days (definitions §15)
@pytest.mark.parametrize(
    ("issued", "net", "after", "before"),
    [
        ("2025-01-10", "2025-03-11", "2025-02-28", "2025-03-17"),
        ("2025-01-15", "2025-03-16", "2025-03-31", "2025-03-17"),
        ("2025-01-31", "2025-04-01", "2025-03-31", "2025-03-17"),
        ("2024-01-30", "2024-03-30", "2024-03-31", "2024-03-16"),
        ("2025-04-17", "2025-06-16", "2025-06-30", "2025-06-14"),
        ("2025-12-31", "2026-03-01", "2026-02-28", "2026-02-14"),
        ("2025-03-10", "2025-05-09", "2025-04-30", "2025-05-15"),
        ("2025-04-15", "2025-06-14", "2025-05-31", "2025-06-14"),
        ("2025-10-05", "2025-12-04", "2025-11-30", "2025-12-15"),
        ("2025-10-22", "2025-12-21", "2025-12-31", "2025-12-15"),
        ("2024-02-29", "2024-04-29", "2024-04-30", "2024-04-14"),
        ("2025-03-01", "2025-04-30", "2025-04-30", "2025-05-15"),
        ("2025-07-01", "2025-08-30", "2025-08-31", "2025-09-14"),
        ("2025-01-30", "2025-03-31", "2025-03-31", "2025-03-17"),
        ("2025-06-30", "2025-08-29", "2025-08-31", "2025-08-14"),
    ],
)
def test_the_general_ceiling_has_three_readings(
    issued: str, net: str, after: str, before: str
) -> None:
    day = date.fromisoformat(issued)
    found = ceiling("general", day)
    assert found is not None
    said = {code: last.isoformat() for code, last in found.last_days(day).items()}
    assert said == {"net": net, "month_end_a": after, "month_end_b": before}


@pytest.mark.parametrize(
    ("regime", "delivered", "last"),
    [
        ("periodic", None, "2025-06-26"),  # 45 days from 12 May
        ("perishable", date(2025, 5, 8), "2025-06-07"),  # 30 days from the delivery
        ("perishable", None, "2025-06-11"),  # no delivery known: from the invoice
        ("perishable_periodic", date(2025, 5, 8), "2025-06-09"),  # 10 May + 30
        ("meat", date(2025, 5, 8), "2025-05-28"),
        ("alcohol", date(2025, 5, 8), "2025-06-30"),  # 31 May + 30
        ("grapes", date(2025, 5, 8), "2025-06-07"),
        ("wine", date(2025, 5, 8), "2025-07-11"),
        ("transport", date(2025, 5, 8), "2025-06-11"),
        ("export", date(2025, 5, 8), "2025-08-10"),
        ("public", date(2025, 5, 14), "2025-06-13"),
    ],
)
def test_the_other_regimes(regime: str, delivered: date | None, last: str) -> None:
    issued = date(2025, 5, 12)
    found = ceiling(regime, issued)
    assert found is not None
    assert max(found.last_days(issued, delivered).values()).isoformat() == last


def test_overseas_counts_from_the_receipt() -> None:
    found = ceiling("overseas", date(2025, 1, 15))
    assert found is not None
    days = found.last_days(date(2025, 1, 1), date(2025, 1, 15))
    assert days["net"] == date(2025, 3, 16)


@pytest.mark.parametrize("regime", ceilings.regimes())
def test_nothing_is_said_before_the_first_text_known(regime: str) -> None:
    assert ceiling(regime, date(2021, 10, 31)) is None
    assert ceiling(regime, FIRST) is not None


def test_files_name_the_regime_in_their_own_words() -> None:
    assert regime_of("  Produits Périssables ") == "perishable"
    assert regime_of("TRANSPORT ROUTIER") == "transport"
    assert regime_of("Facture périodique") == "periodic"
    assert regime_of("") == "general"
    assert regime_of("perishable_periodic") == "perishable_periodic"
    assert regime_of("quelque chose") is None
    with pytest.raises(KeyError):
        ceiling("moonlight", FIRST)
