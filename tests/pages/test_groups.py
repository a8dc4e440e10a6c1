"""The page Groupes de clients: proposals confirmed, refused, undone; limits; a book without groups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st

from arlib.workspace import LimitChange, Workspace
from tests.pages.conftest import BY, run_page, words
from tests.support.books import Book, Doc, load
from tests.support.kept import copied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

SIREN = "732829320"
NAMES: dict[str, tuple[str, str | None, str | None]] = {
    "C1": ("Alpha SAS", SIREN, None),
    "C2": ("Zeta", SIREN, None),
    "C3": ("Gamma", None, "Groupe Gamma"),
    "C4": ("Gamma SARL", None, None),
    "C5": ("*Kappa* :red[x]", None, "Groupe Gamma"),
}


@pytest.fixture
def grouped(empty_book: Path) -> Path:
    """A book of five customers, two of which share a SIREN and one a name with a group."""
    return copied(empty_book, "grouped", _load_grouped)


def _load_grouped(path: Path) -> None:
    docs = [
        Doc(code, f"F{code}", date(2025, 4, 1), 100_000 * (place + 1), due_on=date(2025, 5, 1))
        for place, code in enumerate(NAMES)
    ]
    customers: list[dict[str, object]] = [
        {"customer_id": code, "name": name, "siren": siren, "group_id": group}
        for code, (name, siren, group) in NAMES.items()
    ]
    commitments: list[dict[str, object]] = [
        {"customer_id": "C1", "kind": "order", "amount_minor": 500, "currency": "EUR",
         "extracted_on": date(2025, 6, 30)}
    ]  # fmt: skip
    workspace = Workspace.open(path)
    covers = (date(2025, 1, 1), date(2025, 6, 30))
    load(workspace, Book(docs, customers=customers, commitments=commitments, covers=covers))
    workspace.set_limits([LimitChange("TEST", "group", "Groupe Gamma", 700_000, "EUR")], BY)
    workspace.close()


def text(app: AppTest) -> str:
    """Return the words of the page as they are read."""
    assert not app.exception
    metrics = [f"{item.label} {item.value}" for item in app.metric]
    found = "\n".join([words(app), *metrics])
    for sign, plain in (("\\", ""), ("\u00a0", " "), ("\u202f", " "), ("\u2060", "")):
        found = found.replace(sign, plain)
    return found


def pick(app: AppTest, key: str, rows: list[int]) -> AppTest:
    """Tick rows of a grid, as a click on their boxes does."""
    app.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return app.run()


def groups_of(path: Path) -> dict[str, Any]:
    st.cache_resource.clear()
    workspace = Workspace.open(path)
    frame = workspace.portfolio().customers()
    workspace.close()
    found = frame.astype(object).where(frame.notna(), None)
    return dict(zip(found["customer_id"], found["group_id"], strict=True))


def test_the_page_says_what_is_proposed_and_which_group_is_over(grouped: Path) -> None:
    assert grouped.exists()
    found = text(run_page("groups"))
    assert "2 groupes proposés" in found
    assert "1 groupe en dépassement" in found
    assert "Encours sur la base E1, arrêté au 30/06/2025." in found
    assert "E4 (commandes moins acomptes)" in found
    assert "Groupes 1" in found


def test_a_group_without_a_limit_and_a_book_without_groups(book: Path) -> None:
    assert book.exists()
    found = text(run_page("groups"))
    assert "Groupes en vigueur" in found
    assert "Aucun groupe à proposer" in found


def test_without_a_file_the_page_says_where_to_bring_one(empty_book: Path) -> None:
    assert not empty_book.exists()
    assert "Importer" in str(run_page("groups").get("page_link")) or text(run_page("groups"))


def test_a_view_for_each_proposal_and_group(grouped: Path) -> None:
    from arlib.model.policy import Policy
    from arlib.views import groups

    workspace = Workspace.open(grouped)
    view = groups.build(workspace.portfolio(), Policy(exposure_basis="E4"))
    workspace.close()
    assert view.counts == {
        "groups": 1, "customers": 2, "over": 1, "limited": 1, "proposals": 2, "proposed": 3,
    }  # fmt: skip
    amounts = dict(zip(view.amounts["proposal_id"], view.amounts["exposure_minor"], strict=True))
    by_name = view.proposals.set_index("suggested_name")
    # the customers already in the group are counted with those who would join it
    assert amounts[by_name.loc["Groupe Gamma", "proposal_id"]] == 300_000 + 500_000 + 400_000
    assert by_name.loc["Groupe Gamma", "sureness"] == "likely"
    assert amounts[by_name.loc["Zeta", "proposal_id"]] == 300_500
    assert by_name.loc["Zeta", "way"] == "siren"


@pytest.mark.parametrize("kind", ["confirmation", "refusal"])
def test_a_decision_shows_on_the_page_and_is_undone_there(grouped: Path, kind: str) -> None:
    from arlib.workspace import group_confirmation, group_refusal

    make: dict[str, Callable[[], Any]] = {
        "confirmation": lambda: group_confirmation("TEST", "Groupe Zeta", {"C1": "siren", "C2": "siren"}),
        "refusal": lambda: group_refusal("TEST", ["C1", "C2"]),
    }  # fmt: skip
    workspace = Workspace.open(grouped)
    done = workspace.set_groups(make[kind](), BY)
    workspace.close()
    app = run_page("groups")
    found = text(app)
    said = {"confirmation": "Entrés dans le groupe Groupe Zeta", "refusal": "Proposition refusée"}
    assert said[kind] in found
    assert "1 groupe proposé" in found
    [undo] = [item for item in app.button if item.key == f"group_undo_{done['change_set'][0]}"]
    undo.click().run()
    assert "2 groupes proposés" in text(app)
    assert groups_of(grouped)["C1"] is None


def test_names_of_files_are_never_markup(grouped: Path) -> None:
    from arlib.workspace import GroupChange

    workspace = Workspace.open(grouped)
    workspace.set_groups([GroupChange("TEST", "C1", "**fort** :red[x]")], BY)
    workspace.close()
    app = run_page("groups")
    raw = "\n".join(item.value for item in app.markdown)
    assert ":red[x]" not in raw
    assert "**fort**" not in raw.replace("\\*", "")


def test_the_file_of_a_customer_shows_the_parts_from_e1_to_e4(grouped: Path) -> None:
    from arlib.ui.customers import CHOSEN

    assert grouped.exists()
    app = run_page("groups")
    app.session_state[CHOSEN] = ("TEST", "C1")
    app.session_state["customer_tab"] = "Limites"
    app.switch_page("pages/customer.py").run()
    found = text(app)
    assert "1 000 € comparés à sa limite (E1)" in found
    assert "= E4" in found
    assert "non fourni" in found
