"""The insurance page: figures of the view, the terms of the contract, the calendar, empty states."""

from __future__ import annotations

import io
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.reports.template import write_filled
from arlib.ui.contract import ceiling_text, read_ceilings
from arlib.views import insurance
from arlib.workspace import Workspace
from tests.pages.conftest import BY, load, run_page, words
from tests.scenarios import worked_set
from tests.support.kept import copied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def at_the_date() -> AppTest:
    app = run_page("insurance")
    return app.date_input(key="as_of").set_value(date(2025, 6, 30)).run()


@pytest.fixture
def insured(empty_book: Path) -> Path:
    """A book of the worked set with an agreement on C003, its contract half filled in."""
    return copied(empty_book, "insured", _load_insured)


def _load_insured(path: Path) -> None:
    lines = worked_set.rows()
    lines["limits"].append(
        {"scope_id": "C003", "source": "assurance", "amount_minor": 1_500_000, "cover_ratio": 0.9}
    )
    stream = io.BytesIO()
    write_filled(stream, lines)
    workspace = Workspace.open(path)
    options = ImportOptions()
    workspace.load(
        workspace.read([FileInput("temoin.xlsx", stream.getvalue())], options), options, BY
    )
    workspace.set_policy(Policy(insurance_declaration_days=30), BY)
    workspace.close()


@pytest.mark.usefixtures("insured")
def test_figures_the_list_and_the_contract() -> None:
    app = at_the_date()
    said = text(app)
    metrics = {
        item.label: item.value.replace("\u202f", " ").replace("\u00a0", " ") for item in app.metric
    }
    assert metrics["Couvert"] == "14 k€"
    assert metrics["Non couvert"] == "41 k€"
    assert metrics["Couverture suspendue"] == "18 k€"
    assert metrics["Non-dénommés"] == "–"  # no ceiling in the contract: not a zero
    assert "75 % de l’encours n’est couvert par personne" in said
    assert "Non renseigné : Plafond des non-dénommés" in said
    assert "30/06/2025 (reste 0 j)" in said
    assert next(iter(app.dataframe[0].value["insured_minor"])) == 1_350_000
    app.button(key="contract_open").click().run()
    app.text_input(key="contract_insurance_unnamed_cover_ratio").set_value("70")
    app.text_input(key="contract_ceiling").set_value("1 000 EUR")
    next(item for item in app.button if item.label == "Enregistrer le contrat").click().run()
    assert not app.exception
    found = {item.label: item.value for item in app.metric}
    assert found["Non-dénommés"].startswith("2")  # three owe more than 1 000: 3 × 70 % of it
    assert "Non dénommé" in set(app.dataframe[0].value["status_text"])


@pytest.mark.usefixtures("insured")
def test_the_calendar_lists_kinds_and_horizons() -> None:
    app = at_the_date()
    app.session_state["insurance_tab"] = "Échéancier"
    app.run()
    said = text(app)
    assert "2 dates à venir" in said or "1 date à venir" in said
    rows = app.dataframe[0].value
    assert next(iter(rows["kind_text"])) == "Déclaration à l’assureur"
    app.segmented_control(key="calendar_horizon").set_value(365).run()
    assert "Limite à revoir" in set(app.dataframe[0].value["kind_text"])


def test_without_any_limit_the_page_says_what_to_fill(empty_book: Path) -> None:
    load(empty_book, "armor_liste.csv")
    app = run_page("insurance")
    said = text(app)
    assert "Pas encore de limite d’assureur" in said
    assert "Conditions du contrat" in said
    assert not app.metric


def test_the_sample_company(
    sample_book: Path, tmp_path: Path, open_book: Callable[..., AppTest]
) -> None:
    path = tmp_path / "asked.duckdb"
    shutil.copy(sample_book, path)
    workspace = Workspace.open(path)
    view = insurance.build(workspace.portfolio(), workspace.policy())
    workspace.close()
    app = open_book("insurance")
    text(app)
    assert len(app.dataframe[0].value) == int((~view.rows["is_intercompany"]).sum())


def test_ceilings_are_typed_one_amount_a_currency() -> None:
    assert read_ceilings("5 000,50 EUR; 4000 gbp") == {"EUR": 500_050, "GBP": 400_000}
    assert read_ceilings("") == {}
    policy = Policy(insurance_unnamed_ceiling_minor={"EUR": 500_050, "XOF": 7})
    assert read_ceilings(ceiling_text(policy)) == policy.insurance_unnamed_ceiling_minor
    for wrong in ("5000", "EUR", "cinq EUR", "-3 EUR", "5000 EURO"):
        with pytest.raises(UserError):
            read_ceilings(wrong)
