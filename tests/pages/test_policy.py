"""The page Paramètres: what differs, a change confirmed and stored, the file, a version taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from arlib.i18n import LANGUAGES, formats
from arlib.i18n.settings import section_name, setting_name
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.ui import policy_values as values
from arlib.views import policy as views
from arlib.workspace import Author, Workspace
from tests.pages.conftest import run_page, words

if TYPE_CHECKING:
    from pathlib import Path

ANNE = Author("anne", datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001 - the book keeps naive times


def test_every_setting_and_section_has_a_name_in_both_languages() -> None:
    for section, names in Policy.sections().items():
        assert section_name(section, "en") != section
        for name in names:
            for language in LANGUAGES:
                assert setting_name(name, language) != name, name


def test_what_is_written_is_read_back() -> None:
    policy = Policy(
        buckets=(15, 45),
        materiality_minor={"EUR": 12_345, "XOF": 500},
        ecl_rates=(0.01, 0.02, 0.1, 0.5),
    )
    for name, kind in values.kinds().items():
        if kind in ("list", "amounts", "map", "text") and name not in values.ELSEWHERE:
            value = getattr(policy, name)
            assert values.typed(name, values.written(name, value, formats("fr"), "fr")) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("buckets", "30; soixante"),
        ("buckets", "30; 45,5"),
        ("materiality_minor", "500"),
        ("materiality_minor", "500 euros"),
        ("materiality_minor", "-5 EUR"),
        ("reminder_weights", "watch 2"),
        ("reminder_weights", "watch = beaucoup"),
    ],
)
def test_what_is_not_understood_is_refused(name: str, text: str) -> None:
    with pytest.raises(UserError, match="policy_value_invalid"):
        values.typed(name, text)


def test_a_version_says_what_it_changed_of_the_one_before(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "book.duckdb")
    first = Policy(alert_watch_ratio=0.9)
    second = first.with_settings(buckets=(15, 30))
    workspace.set_policy(first, ANNE)
    workspace.set_policy(second, Author("benoît", datetime(2026, 6, 2, 9, 0)))  # noqa: DTZ001
    view = views.build(workspace.policy(), workspace.policy_history())
    workspace.close()
    assert [(item.set_by, [c.name for c in item.changes or ()]) for item in view.versions] == [
        ("benoît", ["buckets"]),
        ("anne", ["alert_watch_ratio"]),
    ]
    assert [(c.name, c.before, c.after) for c in view.changes] == [
        ("buckets", (30, 60, 90), (15, 30)),
        ("alert_watch_ratio", 0.8, 0.9),
    ]


def test_a_change_is_shown_before_it_is_stored_and_can_be_taken_back(empty_book: Path) -> None:
    app = run_page("policy")
    assert "0 réglage diffère" in words(app)
    assert app.button(key="policy_save").disabled
    app.text_input(key="set_0_buckets").set_value("15; x").run()
    assert any("Bornes des tranches" in str(error.value) for error in app.error)
    assert app.button(key="policy_save").disabled
    app.text_input(key="set_0_buckets").set_value("15; 45").run()
    assert "15; 45" in words(app) + "".join(str(item.proto) for item in app.get("html"))
    app.button(key="policy_save").click().run()
    assert "1 réglage diffère" in words(app)
    st.cache_resource.clear()
    workspace = Workspace.open(empty_book)
    assert workspace.policy().buckets == (15, 45)
    workspace.close()
    app.selectbox(key="policy_section").select("exposure").run()
    app.selectbox(key="set_1_exposure_basis").select("E2").run()
    app.button(key="policy_save").click().run()
    assert "2 réglages diffèrent" in words(app)
    app.button(key="policy_back_1").click().run()
    st.cache_resource.clear()
    workspace = Workspace.open(empty_book)
    assert (workspace.policy().exposure_basis, len(workspace.policy_history())) == ("E1", 3)
    workspace.close()


def test_somebody_elses_version_is_not_overwritten(empty_book: Path) -> None:
    app = run_page("policy")
    app.text_input(key="set_0_buckets").set_value("15; 45").run()
    st.cache_resource.clear()
    workspace = Workspace.open(empty_book)
    workspace.set_policy(Policy(due_soon_days=7), ANNE)
    workspace.close()
    app.button(key="policy_save").click().run()
    assert "0 réglage" not in words(app)
    st.cache_resource.clear()
    workspace = Workspace.open(empty_book)
    assert workspace.policy() == Policy(due_soon_days=7)
    workspace.close()
