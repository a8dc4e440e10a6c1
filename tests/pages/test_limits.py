"""The page of credit limits, run without a browser: parts, paste, bulk changes, undo, past dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from arlib.model.policy import Policy
from arlib.views import risk
from arlib.workspace import Author, LimitChange, Workspace
from tests.pages.conftest import run_page, words

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

COMPANY = "222222226"
ANNE = Author("anne", datetime(2026, 11, 1, 9, 0))  # noqa: DTZ001 - the book keeps naive times


def shown(part: str, **state: object) -> AppTest:
    """Open one part of the page."""
    app = run_page("limits")
    app.session_state["limits_part"] = part
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


def button(app: AppTest, label: str) -> Any:
    return next(item for item in app.button if item.label.startswith(label))


def text(app: AppTest) -> str:
    """Return every text of the page, plain."""
    return words(app).replace("\\", "").replace("\u202f", " ").replace("\xa0", " ")


def metrics(app: AppTest) -> dict[str, str]:
    return {item.label: item.value for item in app.metric}


def limited(path: Path) -> list[tuple[str, int]]:
    """Return three customers with an internal limit of their own, and its whole units."""
    opened = Workspace.open(path)
    frame = opened.limit_history(COMPANY)
    opened.close()
    own = frame[(frame["scope"] == "customer") & (frame["source"] == "internal")]
    own = own[own["after_minor"] > 0].drop_duplicates("scope_id").head(3)
    return [
        (str(code), int(minor) // 100)
        for code, minor in zip(own["scope_id"], own["after_minor"], strict=True)
    ]


def history(path: Path) -> list[tuple[str, int | None, str]]:
    """Return (customer, after, origin) of what was fixed by hand, in order."""
    from arlib.ui.session import book as opened_book

    frame = opened_book().workspace().limit_history()
    assert opened_book().path == path
    mine = frame[frame["sequence"] > 0].sort_values("sequence")
    return list(zip(mine["scope_id"], mine["after_minor"], mine["origin"], strict=True))


def fix(path: Path, *changes: LimitChange) -> str:
    """Fix limits as somebody else would; return the change of the first."""
    opened = Workspace.open(path)
    done = opened.set_limits(list(changes), ANNE)
    opened.close()
    return str(done["change_set"][0] if len(changes) > 1 else done["change_id"][0])


def test_an_empty_book_sends_to_the_import(empty_book: Path) -> None:  # noqa: ARG001
    app = run_page("limits")
    assert not app.exception
    assert (
        "Importer un fichier" in str([getattr(item, "label", "") for item in app.get("page_link")])
        or app.title
    )


def test_limits_by_state_and_source(book: Path) -> None:  # noqa: ARG001
    app = shown("list")
    found = metrics(app)
    assert int(found["Clients avec une limite"]) > 0
    assert found["Expirées"] == "0"
    assert "limites" in text(app)


def test_no_limit_at_all_says_how_to_begin(book: Path) -> None:
    opened = Workspace.open(book)
    with opened._database.transaction() as cursor:
        cursor.execute("DELETE FROM layer_limits")
    opened.close()
    app = shown("list")
    assert "Aucune limite de crédit" in text(app) or "Quatre façons" in text(app)
    assert metrics(app)["Clients avec une limite"] == "0"


def test_expired_removed_and_expiring_are_counted(book: Path) -> None:
    fix(
        book,
        LimitChange(COMPANY, "customer", "X1", 100, "EUR", valid_to=date(2026, 10, 30)),
        LimitChange(COMPANY, "customer", "X2", None, "EUR"),
        LimitChange(COMPANY, "customer", "X3", 100, "EUR", valid_to=date(2026, 10, 31)),
    )
    found = metrics(shown("list"))
    assert (found["Expirées"], found["Retirées"], found["Expirent sous 30 jours"]) == (
        "1", "1", "1",
    )  # fmt: skip


def test_a_pasted_list_is_checked_then_saved_together_and_undone(book: Path) -> None:
    (first, held), (second, _held), (third, _other) = limited(book)
    app = shown("paste")
    lines = (f"{first}\t{held * 10}\tEUR", f"{second}\t3 100,50", "C9999\t5", f"{third}\t")
    app.text_area[0].set_value("\n".join(lines)).run()
    assert not app.exception
    told = text(app)
    assert "2 lignes refusées" in told
    assert "C9999" in told
    assert "un zéro de trop" in told
    assert button(app, "Enregistrer 2 limites").disabled
    app.checkbox(key="paste_checked").check().run()
    button(app, "Enregistrer 2 limites").click().run()
    assert not app.exception
    assert history(book) == [(first, held * 1000, "paste"), (second, 310_050, "paste")]
    app = shown("history")
    button(app, "Annuler 2 limites").click().run()
    assert not app.exception
    assert [origin for _who, _after, origin in history(book)] == ["paste", "paste", "undo", "undo"]
    assert "annulée" in text(app)


def test_somebody_changing_one_meanwhile_is_told_and_nothing_is_saved(book: Path) -> None:
    (first, _held), (second, _other) = limited(book)[:2]
    app = shown("paste")
    app.text_area[0].set_value(f"{first}\t7 000\n{second}\t3 100").run()
    from arlib.ui.session import book as opened_book

    opened_book().workspace().set_limits(
        [LimitChange(COMPANY, "customer", second, 999_00, "EUR")], ANNE
    )
    app.checkbox(key="paste_checked").check().run()
    button(app, "Enregistrer 2 limites").click().run()
    [told] = [item.value.replace("\\", "") for item in app.error]
    for part in (second, "anne", "01/11/2026", "999,00"):
        assert part in told
    assert [who for who, *_rest in history(book)] == [second]


def test_one_limit_for_all_a_category_or_a_group(book: Path) -> None:  # noqa: ARG001
    app = shown("common")
    assert list(app.radio(key="limits_kind").options) == [
        "Tous les clients", "Une catégorie", "Un groupe de clients",
    ]  # fmt: skip
    app.radio(key="limits_kind").set_value("category").run()
    assert button(app, "Fixer une limite").disabled
    app.multiselect(key="limits_targets_category").select("PME (35)").run()
    button(app, "Fixer une limite").click().run()
    assert not app.exception


def test_at_a_past_date_the_current_limit_is_said(book: Path) -> None:
    opened = Workspace.open(book)
    day = opened.info().default_as_of
    opened.close()
    assert day is not None
    opened = Workspace.open(book)
    rows = risk.build(opened.portfolio(), Policy()).customers
    opened.close()
    code = str(rows.loc[rows["is_without_limit"], "customer_id"].iloc[0])
    fix(book, LimitChange(COMPANY, "customer", code, 5_000_00, "EUR", valid_from=day))
    assert "la limite actuelle est utilisée" not in text(shown("list"))
    app = run_page("limits")
    app.session_state["as_of"] = day - timedelta(days=40)
    app.run()
    assert not app.exception
    assert "la limite actuelle est utilisée" in text(app)


@pytest.mark.parametrize("origin", ["file", "paste"])
def test_the_history_is_filtered(book: Path, origin: str) -> None:
    fix(book, LimitChange(COMPANY, "customer", "X1", 100, "EUR", origin="paste"))
    app = shown("history", history_origins=[origin])
    assert ("**1 décision**" in text(app)) == (origin == "paste")
