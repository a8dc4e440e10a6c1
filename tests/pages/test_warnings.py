"""The page Alertes précoces: alerts with their sentence, the price in false alarms, empty states."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from arlib.i18n import formats
from arlib.i18n.warnings import sentence
from arlib.model.files import FileInput, ImportOptions
from arlib.views import warnings
from arlib.workspace import Workspace
from tests.pages.conftest import BY, run_page, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    """Return the words of the page as they are read."""
    assert not app.exception
    said = words(app) + "\n".join(f"{item.label} {item.value}" for item in app.metric)
    return said.replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def plain(words_: str) -> str:
    return words_.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def view(sample_book: Path, tmp_path_factory: pytest.TempPathFactory) -> warnings.WarningsView:
    """What the page should say, asked of the library on a copy: the application keeps its file."""
    path = tmp_path_factory.mktemp("asked") / "book.duckdb"
    shutil.copy(sample_book, path)
    workspace = Workspace.open(path)
    found = warnings.build(workspace.portfolio(), workspace.policy())
    workspace.close()
    return found


def test_the_page_says_who_when_how_much_and_at_what_price(
    view: warnings.WarningsView, open_book: Callable[..., AppTest]
) -> None:
    [block] = view.blocks
    assert len(block.alerts)
    said = text(open_book("warnings"))
    assert f"Alertes {len(block.alerts)}" in said
    assert plain(sentence(block.alerts.iloc[0].to_dict(), "fr")) in said
    assert "encours concerné" in said
    assert view.expected_per_year is not None
    assert f"environ {view.expected_per_year:.0f} fausses alertes par an" in said
    assert f"sur 8 à 17 points (indices seulement) : {block.counts['hint']}" in said


def test_alerts_are_in_the_order_of_days_times_outstanding(view: warnings.WarningsView) -> None:
    alerts = view.blocks[0].alerts
    weight = (alerts["shift_days"] * alerts["outstanding_minor"]).tolist()
    assert weight == sorted(weight, reverse=True)


def test_an_alert_opens_the_customer_file(
    view: warnings.WarningsView, open_book: Callable[..., AppTest]
) -> None:
    first = view.blocks[0].alerts.iloc[0]
    app = open_book("warnings")
    key = f"warnings_card_EUR_{first['company_id']}_{first['customer_id']}"
    app.button(key=key).click().run()
    said = text(app)
    assert app.title[0].value == "Fiche client"
    assert plain(formats("fr").amount0(first["outstanding_minor"], "EUR")) in said


@pytest.mark.usefixtures("empty_book")
def test_without_settlements_the_page_says_why(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    content = "Code client;N° facture;Date facture;Échéance;Montant TTC;Reste à payer\nC1;F1;25/03/2026;25/04/2026;100,00;100,00\n"
    options = ImportOptions()
    workspace.load(workspace.read([FileInput("l.csv", content.encode())], options), options, BY)
    workspace.close()
    assert "Non disponible" in text(run_page("warnings"))
    assert "Non disponible" in text(run_page("migration"))
