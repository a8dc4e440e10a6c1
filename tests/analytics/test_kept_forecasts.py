"""Forecasts kept by the user: never changed, beside the cash that came in for what was open then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.analytics.kept_forecasts import judged
from arlib.cli.main import main
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import forecast
from arlib.workspace import Workspace
from tests.support.books import BY, load
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLICY = Policy(segmentation_method="rules")
LATER = date(2025, 7, 31)


@pytest.fixture
def book() -> Iterator[Workspace]:
    workspace = Workspace.open(None)
    load(workspace, worked_book())
    yield workspace
    workspace.close()


def test_kept_weeks_meet_the_cash(book: Workspace) -> None:
    view = forecast.build(book.portfolio(D), POLICY)
    kept = book.keep_forecast(view.to_keep(), D, (POLICY.version, "0"), BY)
    found = judged(book.portfolio(LATER), POLICY)
    assert set(found["forecast_id"]) == {kept}
    # weeks over by 31 July alone; P06 paid 3,600 on 8 July, the first day of the second week
    assert list(found["week"]) == [1, 2, 3, 4]
    assert list(found["cash_minor"]) == [0, 360_000, 0, 0]
    assert list(found["expected_minor"]) == list(view.blocks[0].weeks["expected_minor"].head(4))
    assert found["is_inside"].tolist() == [
        low <= cash <= high
        for low, high, cash in zip(
            found["p10_minor"], found["p90_minor"], found["cash_minor"], strict=True
        )
    ]
    assert judged(book.portfolio(D), POLICY).empty
    assert judged(book.portfolio(LATER, Filters(company_id="TEST")), POLICY).empty


def test_a_forecast_of_the_rule_has_no_band(book: Workspace) -> None:
    view = forecast.build(book.portfolio(D), POLICY, scenario="simple")
    book.keep_forecast(view.to_keep(), D, (POLICY.version, "0"), BY)
    found = judged(book.portfolio(LATER), POLICY)
    assert list(found["expected_minor"]) == [900_000, 0, 1_230_000, 0]
    assert found["is_inside"].isna().all()


def test_the_latest_of_a_day_counts_and_a_view_keeps_nothing(book: Workspace) -> None:
    base = forecast.build(book.portfolio(D), POLICY)
    assert book.portfolio(LATER).kept_forecasts().empty
    book.keep_forecast(base.to_keep(), D, (POLICY.version, "0"), BY)
    other = forecast.build(book.portfolio(D), POLICY, scenario="simple")
    later = type(BY)(BY.name, BY.at.replace(hour=9))
    second = book.keep_forecast(other.to_keep(), D, (POLICY.version, "0"), later)
    assert set(book.portfolio(LATER).kept_forecasts()["forecast_id"]) == {second}


def test_the_command_keeps_the_whole_book_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "book.duckdb"
    workspace = Workspace.open(path)
    load(workspace, worked_book())
    workspace.close()
    base = ["--db", str(path), "--as-of", D.isoformat()]
    assert main([*base, "--company", "TEST", "forecast", "--keep"]) == 1
    assert "tout le portefeuille" in capsys.readouterr().err
    assert main([*base, "forecast", "--keep", "--json"]) == 0
    assert '"forecast_id"' in capsys.readouterr().out
