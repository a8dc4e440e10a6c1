"""Suggested limits: the list, the arithmetic, applying; the simulator; what says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.ui.suggestions_apply import changes_of, seen
from arlib.views import suggestions as views
from arlib.workspace import Workspace
from tests.pages.conftest import BY, run_page, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def test_the_list_and_the_method(open_book: Callable[..., AppTest]) -> None:
    app = open_book("suggestions")
    assert not app.exception
    shown = words(app)
    assert "Limites proposées" in shown
    assert "pas un résultat mesuré" in shown
    assert "Comment une limite est proposée" in shown
    assert [button.label for button in app.button if "Appliquer" in str(button.label)]


def test_the_simulator(open_book: Callable[..., AppTest]) -> None:
    app = open_book("suggestions")
    app.segmented_control(key="suggestions_view").set_value("simulator").run()
    assert not app.exception
    shown = words(app)
    assert "jour par jour sur E1" in shown
    assert "10 000" in shown.replace("\u202f", " ").replace("\u00a0", " ")
    app.selectbox(key="simulator_kind_a").set_value("sales_days").run()
    assert not app.exception
    assert "de ventes" in words(app)
    app.toggle(key="simulator_other").set_value(True).run()
    assert not app.exception
    app.selectbox(key="simulator_kind_a").set_value("common").run()
    app.text_input(key="simulator_amount_a").set_value("beaucoup").run()
    assert "ne dit rien à simuler" in words(app)


def test_the_confirmation_shows_old_new_and_ratio(open_book: Callable[..., AppTest]) -> None:
    app = open_book("suggestions")
    app.button(key="suggestions_all_EUR").click().run()
    assert not app.exception
    shown = words(app)
    assert "Ancienne limite" in shown
    assert "Nouvelle limite" in shown
    assert "à vérifier" in shown
    assert app.button(key="suggestions_save").disabled  # until the flagged ratios are checked


def test_applied_limits_are_one_change_with_their_arithmetic(book: Path) -> None:
    """What the confirmation saves: one set, undone at once; somebody else's change is told."""
    workspace = Workspace.open(book)
    try:
        rows = views.build(workspace.portfolio(None, Filters()), Policy()).blocks[0].rows
        rows = rows.loc[rows["advice"].isin(views.CHANGES)].head(5)
        changes = seen(
            changes_of(rows, "internal", workspace.info().default_as_of, "fr"), workspace
        )
        before = len(workspace.limit_history())
        written = workspace.set_limits(changes, BY)
        assert written["change_set"].nunique() == 1
        assert written["reason"].str.contains("Besoin|Rien de facturé").all()
        assert written["after_minor"].tolist() == rows["suggested_minor"].tolist()
        with pytest.raises(UserError, match="limit_changed"):
            workspace.set_limits(changes, BY)
        assert len(workspace.limit_history()) == before + 5
        workspace.undo_limit(str(written["change_set"].iloc[0]), BY)
        stands = [item.amount_minor for item in workspace.standing_limits(changes)]
        assert stands == [change.expected_minor for change in changes]
    finally:
        workspace.close()


def test_no_file_yet(empty_book: Path) -> None:
    del empty_book
    app = run_page("suggestions")
    assert not app.exception
    assert "Aucune donnée" in words(app) or "Importer" in words(app)
