"""The page « Gestion du risque » on the screen, one test a box of its check list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st

from arlib.i18n import translator
from arlib.ui import risk_columns
from arlib.ui.navigation import _PAGES, _SECTIONS
from arlib.ui.tables import SHOWN_ROWS
from arlib.workspace import LimitChange, Workspace
from tests.pages.conftest import BY, load, run_page, words
from tests.pages.test_downloads import buttons, header_of, workbook  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

FIVE = [
    "Nom du client",
    "Retard de paiement moyen",
    "Montant impayé",
    "Limite de crédit",
    "Dépassement",
]


def titles(app: AppTest, place: int = 0) -> list[str]:
    """Return the titles of a grid's columns, in order."""
    config = json.loads(app.dataframe[place].proto.columns)
    shown = [str(name) for name in app.dataframe[place].value.columns]
    return [config.get(name, {}).get("label") or name for name in shown]


def pills(app: AppTest) -> list[str]:
    found: Any = app.get("pills")[0]
    return list(found.options)


def test_named_exactly_and_in_the_menu_of_every_page() -> None:
    title, _icon = _PAGES["risk"]
    assert translator("fr")(title) == "Gestion du risque"
    assert "risk" in _SECTIONS["Follow"]


def test_exactly_five_columns_in_this_order(open_book: Callable[..., AppTest]) -> None:
    app = open_book("risk")
    assert titles(app) == FIVE


def test_titles_that_mislead_are_explained(open_book: Callable[..., AppTest]) -> None:
    config = json.loads(open_book("risk").dataframe[0].proto.columns)
    assert "Tout ce qui est dû" in config["outstanding_minor"]["help"]
    assert "sept jours après l’échéance" in config["mean_delay_days"]["help"]


def test_extra_columns_are_hidden_and_come_on_demand(open_book: Callable[..., AppTest]) -> None:
    app = open_book("risk")
    wanted = ["behaviour", "gross", "days", "count", "peak", "mean", "insurer", "group_over"]
    app.multiselect(key=risk_columns.CHOSEN).set_value(wanted).run()
    assert not app.exception
    found = titles(app)
    assert found[:2] == FIVE[:2]
    assert found[2] == "Comportement de paiement"
    assert found[3:6] == FIVE[2:]
    assert found[6:] == [
        "Encours brut",
        "Jours au-dessus, 12 mois",
        "Fois au-dessus, 12 mois",
        "Plus fort dépassement, 12 mois",
        "Dépassement moyen, 12 mois",
        "Limite agréée",
        "Dépassement du groupe",
    ]
    assert titles(app, 1)[2] == "weighted_delay_days"  # the total keeps its columns under theirs


def test_every_extra_column_draws(open_book: Callable[..., AppTest]) -> None:
    app = open_book("risk")
    app.multiselect(key=risk_columns.CHOSEN).set_value(list(risk_columns.EXTRAS)).run()
    assert not app.exception
    assert len(titles(app)) == 5 + len(risk_columns.EXTRAS)
    assert "Limite proposée" in titles(app)
    assert app.dataframe[0].value["suggested_limit_minor"].notna().any()


def test_largest_overrun_first_and_marked_by_a_sign(open_book: Callable[..., AppTest]) -> None:
    app = open_book("risk")
    over = app.dataframe[0].value["shown_overrun_minor"].dropna()
    assert list(over) == sorted(over, reverse=True)
    assert (over > 0).all()


def test_without_limit_shows_its_count_and_its_exposure(open_book: Callable[..., AppTest]) -> None:
    app = open_book("risk")
    [pill] = [text for text in pills(app) if text.startswith("Sans limite")]
    count = int(pill.rsplit("·", 1)[1])
    app.session_state["risk_filter"] = "without_limit"
    app.run()
    rows = app.dataframe[0].value
    assert len(rows) == count > 0
    assert rows["limit_minor"].isna().all()
    shown = words(app).replace("\u202f", " ").replace("\u00a0", " ")
    assert f"{count} clients" in shown
    owed = round(rows["outstanding_minor"].sum() / 100)
    assert f"{owed:,}".replace(",", " ") + " € d’encours" in shown


def test_the_total_under_the_list_is_the_tie_out(open_book: Callable[..., AppTest]) -> None:
    app = open_book("risk")
    listed = int(app.dataframe[0].value["outstanding_minor"].sum())
    assert int(app.dataframe[1].value["outstanding_minor"].iloc[0]) == listed


def test_on_another_basis_what_is_retained_stands_between(
    open_book: Callable[..., AppTest],
) -> None:
    app = open_book("risk")
    app.segmented_control(key="risk_exposure").set_value("E4").run()
    assert not app.exception
    assert titles(app) == [*FIVE[:3], "Encours retenu (E4)", *FIVE[3:]]
    [pill] = [text for text in pills(app) if text.startswith("Récurrents")]
    assert pill.endswith("· –")
    assert "jour par jour que sur le montant impayé" in words(app)


def test_the_own_group_has_its_filter_and_its_total_apart(
    open_book: Callable[..., AppTest],
) -> None:
    app = open_book("risk")
    [pill] = [text for text in pills(app) if text.startswith("Intragroupe")]
    assert "intragroupe" in words(app)
    app.session_state["risk_filter"] = "intercompany"
    app.run()
    assert not app.exception
    names = app.dataframe[0].value["told_name"]
    assert len(names) == int(pill.rsplit("·", 1)[1])
    assert names.str.endswith("(intragroupe)").all()


def test_the_list_downloads_with_the_same_figures(
    open_book: Callable[..., AppTest],
    buttons: dict[str, Any],  # noqa: F811
) -> None:
    app = open_book("risk")
    assert not app.exception
    header, rows = header_of(workbook(buttons["download_risk"]))
    assert [title for title in header if title in FIVE] == FIVE
    place = header.index("Montant impayé")
    shown = app.dataframe[0].value["outstanding_minor"]
    assert [round(100 * row[place]) for row in rows] == shown.astype(int).tolist()


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a book of a ledger without any limit."""
    path = tmp_path / "ledger.duckdb"
    load(path, "111111118FEC20261031.txt")
    monkeypatch.setenv("ARLIB_DB", str(path))
    yield path
    st.cache_resource.clear()
    st.cache_data.clear()


def test_without_any_limit_the_page_says_how_to_fix_some(ledger: Path) -> None:
    assert ledger.exists()
    app = run_page("risk")
    assert not app.exception
    assert "Aucune limite de crédit pour l’instant" in words(app)
    assert app.dataframe[0].value["shown_overrun_minor"].isna().all()
    assert app.dataframe[1].value["limit_minor"].isna().all()


def test_a_limit_fixed_elsewhere_shows_at_the_next_rerun(book: Path) -> None:
    app = run_page("risk")
    over = int(pills(app)[1].rsplit("·", 1)[1])
    st.cache_resource.clear()
    workspace = Workspace.open(book)
    first = workspace.portfolio().customers().iloc[0]
    everyone = LimitChange(str(first["company_id"]), "all", None, 0, "EUR")
    workspace.set_limits([everyone], BY)
    workspace.close()
    app = run_page("risk")
    assert int(pills(app)[1].rsplit("·", 1)[1]) > over


def test_the_grid_never_draws_more_than_a_thousand_rows() -> None:
    """Ten thousand customers: a search finds the rest (ratios: tests/benchmarks/pages.py)."""
    assert SHOWN_ROWS == 1_000
