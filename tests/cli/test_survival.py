"""Survival and levels of behaviour of the worked set, imported from files, read back as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arlib.cli.main import main
from tests.scenarios import worked_set

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Runner

AS_OF = "2025-06-30"
STEPS = [(-2, 0.9, 10, 1), (5, 0.675, 8, 2), (29, 0.50625, 4, 1)]


@pytest.fixture(scope="module", params=["workbook", "fec"])
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database into which the command line imported the worked set, with categories."""
    folder = tmp_path_factory.mktemp(request.param)
    lines = worked_set.rows()
    for row in lines["customers"]:
        row["category"] = "ETI" if row["customer_id"] == "C001" else "PME"
        row["payment_method"] = "Virement" if row["customer_id"] == "C002" else None
    files = [("worked.xlsx", worked_set.workbook(lines))]
    if request.param == "fec":
        kept = {name: block for name, block in lines.items() if name == "customers"}
        company: list[worked_set.Row] = [{"name": worked_set.COMPANY, "siren": worked_set.SIREN}]
        # the ledger has no due dates: those of its invoices are derived from the default terms
        files = [
            (worked_set.FEC_NAME, worked_set.fec_bytes()),
            ("clients.xlsx", worked_set.workbook({"company": company, **kept})),
        ]
    for name, content in files:
        (folder / name).write_bytes(content)
        assert main(["--db", str(folder / "book.duckdb"), "import", str(folder / name)]) == 0
    return folder / "book.duckdb"


@pytest.fixture
def worked(run: Runner, imported: Path) -> Runner:
    run.database = imported  # these tests only read
    return run


def steps(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (step["day"], pytest.approx(step["survival"]), step["at_risk"], step["events"])
        for step in document["steps"]
    ]


@pytest.mark.parametrize("imported", ["workbook"], indirect=True)
def test_the_curve_of_the_worked_set(worked: Runner) -> None:
    document = worked.json("survival", "--as-of", AS_OF)
    assert steps(document) == STEPS
    assert document["median_day"] is None
    assert document["median_day_reason"] == "not_reached"
    assert (document["count_invoices"], document["count_events"]) == (12, 4)
    assert (document["longest_day"], document["currency"]) == (150, "EUR")


def test_a_ledger_has_the_same_invoices(worked: Runner) -> None:
    document = worked.json("survival", "--as-of", AS_OF)
    assert (document["count_invoices"], document["count_events"]) == (12, 4)
    assert document["amount"] == "74100.00"


@pytest.mark.parametrize("imported", ["workbook"], indirect=True)
def test_one_curve_a_category_and_weights(worked: Runner) -> None:
    curves = worked.json("survival", "--as-of", AS_OF, "--by", "category")["curves"]
    found = {curve["value"]: curve for curve in curves}
    assert steps(found["ETI"]) == [(-2, 0.75, 4, 1), (5, 0, 2, 2)]
    assert found["ETI"]["median_day"] == 5
    assert steps(found["PME"]) == [(29, 0.75, 4, 1)]
    weighed = worked.json("survival", "--as-of", AS_OF, "--weight", "amount")
    first = weighed["steps"][0]
    # 74 100 of invoices, 5 400 and 2 400 not due for 46 and 31 days
    assert (first["at_risk"], first["events"]) == ("66300.00", "12000.00")
    assert first["survival"] == pytest.approx(1 - 12_000 / 66_300)
    clean = worked.json("survival", "--as-of", AS_OF, "--exclude-disputed")
    assert clean["count_invoices"] == 11


@pytest.mark.parametrize("imported", ["workbook"], indirect=True)
def test_behaviour_of_a_level(worked: Runner) -> None:
    document = worked.json("behaviour", "--as-of", AS_OF, "--level", "category")
    found = {row["value"]: row for row in document["values"]}
    assert found["ETI"]["weighted_delay_days"] == pytest.approx(0.625)
    assert found["PME"]["count_payments"] + found["ETI"]["count_payments"] == 5
    assert found["PME"]["paid"] == "4200.00"
    assert found["ETI"]["median_delay_days"] == 5
    assert document["portfolio"]["median_delay_days"] == 5
    assert document["portfolio"]["on_time_amount_ratio"] == pytest.approx(12_000 / 23_400)
    missing = worked.json("behaviour", "--as-of", AS_OF, "--level", "sector")
    assert (missing["values"], missing["values_reason"]) == (None, "not_filled")


@pytest.mark.parametrize("imported", ["workbook"], indirect=True)
def test_disputes_are_shown_apart(worked: Runner) -> None:
    document = worked.json("behaviour", "--as-of", AS_OF)
    assert document["disputed_days"] == pytest.approx(32.159, abs=5e-4)
    assert document["clean_days"] == pytest.approx(33.163, abs=5e-4)
    clean = worked.json("behaviour", "--as-of", AS_OF, "--exclude-disputed")
    assert clean["is_disputed_excluded"] is True
    assert clean["portfolio"]["weighted_delay_open_days"] == pytest.approx(33.163, abs=5e-4)


@pytest.mark.parametrize("imported", ["workbook"], indirect=True)
def test_people_read_days(worked: Runner) -> None:
    text = worked.text("behaviour", "--as-of", AS_OF, "--level", "category")[0]
    assert "Comportement de paiement\u00a0: +7\u00a0jours (5 règlements affectés" in text
    assert "ETI" in text
    text = worked.text("survival", "--as-of", AS_OF)[0]
    assert "12 factures, 4 soldées" in text
    assert "> +150" in text
