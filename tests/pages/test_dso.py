"""DSO et encaissements: cards, targets, waterfall, receipts, cohorts, activity; the empty book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arlib.model.policy import Policy
from arlib.workspace import Workspace
from tests.pages.conftest import BY, run_page, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def charts(app: AppTest) -> int:
    return len(app.get("plotly_chart"))


def cards(app: AppTest) -> list[str]:
    return [str(item.label) for item in app.metric]


def test_cards_series_and_waterfall(open_book: Callable[..., AppTest]) -> None:
    app = open_book("dso")
    assert not app.exception
    assert cards(app) == [
        "DSO simple",
        "DSO par épuisement",
        "Efficacité du recouvrement (CEI)",
        "Taux de retard",
    ]
    assert charts(app) == 3
    text = words(app)
    assert "Rotation des créances par an" in text
    assert "Jusqu’au meilleur DSO possible" in text
    assert "Pas d’objectif" in text
    assert "surtout par" in text


def test_another_date_changes_the_waterfall(open_book: Callable[..., AppTest]) -> None:
    app = open_book("dso")
    start = next(item for item in app.selectbox if item.label == "Du")
    first = words(app)
    start.select_index(len(start.options) - 1).run()
    assert not app.exception
    assert words(app) != first


@pytest.mark.parametrize(
    ("part", "said", "count"),
    [
        ("receipts", "Ce qui est arrivé à échéance, mois par mois", 2),
        ("cohorts", "Réglé à ce jour", 2),
        ("activity", "Délai de résolution", 3),
    ],
)
def test_parts(open_book: Callable[..., AppTest], part: str, said: str, count: int) -> None:
    app = open_book("dso")
    app.segmented_control(key="dso_part").set_value(part).run()
    assert not app.exception
    assert said in words(app)
    assert charts(app) == count


def test_targets_stand_under_the_cards(book: Path) -> None:
    workspace = Workspace.open(book)
    policy = Policy().with_settings(dso_target_days=45.0, overdue_target_ratio=0.9)
    workspace.set_policy(policy, BY)
    workspace.close()
    app = run_page("dso")
    assert not app.exception
    text = words(app)
    assert "objectif 45\u00a0j\u00a0: +" in text.replace("\\", "")
    assert "objectif 90\u00a0% atteint" in text.replace("\\", "")
    assert "Jusqu’à l’objectif de 45\u00a0j" in text


def test_the_empty_book_offers_an_import(empty_book: Path) -> None:
    assert not empty_book.exists()
    app = run_page("dso")
    assert not app.exception
    assert "Aucune donnée pour l’instant" in words(app)
