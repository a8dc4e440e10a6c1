"""SIREN and VAT numbers by their check digits (public examples and invented ones)."""

from __future__ import annotations

import pytest

from arlib.model.identifiers import check_identity


@pytest.mark.parametrize(
    ("siren", "vat", "country", "expected"),
    [
        ("732829320", "FR44732829320", "FR", ("valid", "valid", True)),
        (" 732 829 320 ", "fr 44.732.829.320", None, ("valid", "valid", True)),
        ("732829320", "44732829320", "FR", ("valid", "valid", True)),
        ("732829321", "FR44732829320", "FR", ("invalid", "valid", None)),
        ("732829320", "FR45732829320", "FR", ("valid", "invalid", None)),
        ("404833048", "FR44732829320", "FR", ("valid", "valid", False)),
        (None, "FR44732829320", "FR", ("missing", "valid", None)),
        ("732829320", None, "FR", ("valid", "missing", None)),
        (float("nan"), "", None, ("missing", "missing", None)),
        ("732829320", "DE136695976", "DE", ("valid", "valid", None)),
        (None, "DE136695977", "DE", ("missing", "invalid", None)),
        (None, "BE0428759497", "BE", ("missing", "valid", None)),
        (None, "EL094259216", "GR", ("missing", "valid", None)),
        (None, "US123", "US", ("missing", "unchecked", None)),
        (None, "123", None, ("missing", "invalid", None)),
    ],
)
def test_what_identifiers_say(
    siren: object, vat: object, country: str | None, expected: tuple[str, str, bool | None]
) -> None:
    found = check_identity(siren, vat, country)
    assert (found.siren, found.vat, found.is_coherent) == expected


def test_the_country_is_that_of_the_number() -> None:
    assert check_identity(None, "EL094259216").country == "GR"
    assert check_identity(None, None, "FR").country is None
