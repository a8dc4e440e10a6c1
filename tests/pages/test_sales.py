"""The page Commerce: lights, search, the unknown customer; without limits, without data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arlib.model.files import FileInput, ImportOptions
from arlib.model.policy import Policy
from arlib.workspace import Workspace
from tests.pages.conftest import BY, run_page, words
from tests.scenarios.worked_set import template_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def worked(path: Path, *, with_limits: bool, policy: Policy | None = None) -> None:
    """Load the worked set, which has no deliveries here unless with limits."""
    workspace = Workspace.open(path)
    content = template_bytes(with_limits=with_limits, with_commitments=with_limits)
    options = ImportOptions()
    workspace.load(workspace.read([FileInput("modele.xlsx", content)], options), options, BY)
    if policy is not None:
        workspace.set_policy(policy, BY)
    workspace.close()


def test_lights_search_and_unknown_customer(empty_book: Path) -> None:
    policy = Policy(
        segmentation_method="rules",
        grid_terms={"insufficient_history": "comptant"},
        grid_action={"insufficient_history": "Ouvrir un compte d’abord"},
    )
    worked(empty_book, with_limits=True, policy=policy)
    app = run_page("sales")
    said = text(app)
    assert "Disponible = limite − encours (E1" in said
    assert "Les livraisons non facturées ne sont pas comptées" in said
    assert "2 clients sur 4 sont au rouge" in said
    assert "Ouvrir un compte d’abord" in said
    table = app.dataframe[0].value
    assert table["customer_id"].tolist() == ["C001", "C002", "C004", "C003"]  # by name
    assert table["light_text"].tolist() == ["▲ Orange", "■ Rouge", "▲ Orange", "■ Rouge"]
    assert table["headroom_minor"].tolist()[:2] == [860_000, 150_000]
    assert table["reason_text"].tolist()[3] == "Limite dépassée depuis le 31/03/2025"
    app.text_input(key="sales_search").set_value("beta").run()
    assert app.dataframe[0].value["customer_id"].tolist() == ["C002"]
    app.text_input(key="sales_search").set_value("Inconnu & Fils").run()
    said = text(app)
    assert "Aucun client ne s’appelle « Inconnu & Fils »" in said
    assert "comptant" in said
    app.text_input(key="sales_search").set_value("").run()
    app.pills(key="sales_lights").set_value(["red"]).run()
    assert app.dataframe[0].value["customer_id"].tolist() == ["C002", "C003"]
    app.pills(key="sales_lights").set_value(["green"]).run()
    assert "Aucun client avec ces filtres" in text(app)


def test_without_any_limit(empty_book: Path) -> None:
    worked(empty_book, with_limits=False)
    app = run_page("sales")
    said = text(app)
    assert "Aucun fichier ne donne les commandes" in said
    assert "La politique ne fixe rien pour un nouveau client" in said
    assert "▲ Orange" in app.dataframe[0].value["light_text"].tolist()


def test_the_sample_company(open_book: Callable[..., AppTest]) -> None:
    app = open_book("sales")
    assert not app.exception
    names = app.dataframe[0].value["name"].tolist()
    assert len(names) > 20
    assert app.get("download_button")


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("sales")
    assert app.title[0].value == "Commerce"
    assert "Aucune donnée" in text(app)
