"""The page Courriers et relevés: whom to write to, the preview, the files, the sender, without data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arlib.ui.session import book as opened_book
from arlib.views.letter_batch import build_batch
from arlib.views.letters import candidates
from tests.pages.conftest import run_page, words

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def text(app: AppTest) -> str:
    assert not app.exception
    said = words(app) + "\n".join(item.value for item in app.code)
    return said.replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.usefixtures("book")
def test_the_sample_company() -> None:
    """One run of the page: letter, e-mail, statement, sender, a reminder noted."""
    app = run_page("letters")
    said = text(app)
    assert "Rien n’est envoyé d’ici" in said
    assert "Expéditeur à renseigner" in said
    names = {str(getattr(item, "label", "")) for item in app.get("download_button")}
    assert {"Word", "PDF", "Texte", "Relevé de compte (PDF)", "Dossier contentieux (zip)"} <= names
    _batch(app)
    app.segmented_control(key="letters_kind").set_value("email").run()
    said = text(app)
    assert "Objet : " in said
    assert "Cordialement," in said
    app.segmented_control(key="letters_language").set_value("en").run()
    assert "Kind regards," in text(app)
    app.segmented_control(key="letters_kind").set_value("statement").run()
    assert "Noter la relance" not in text(app)
    _note(app)
    _sender(app)


def _batch(app: AppTest) -> None:
    """The zip counts those due, or those chosen."""
    opened = opened_book().workspace()
    rows = candidates(opened.portfolio(), opened.policy())
    levels = rows["level"].value_counts()
    letters = int(levels.drop("R5", errors="ignore").sum())
    assert f"Zip de {letters} clients" in _labels(app)
    first: Any = app.selectbox(key="letters_customer").value
    app.selectbox(key="letters_batch_level").set_value("R1")
    app.multiselect(key="letters_batch_customers").set_value([first]).run()
    assert "Zip de 1 client" in _labels(app)
    app.multiselect(key="letters_batch_customers").set_value([])
    app.segmented_control(key="letters_kind").set_value("statement").run()
    batch = build_batch(opened.portfolio(), opened.policy(), is_statement=True)
    assert f"Zip de {len(batch.letters)} clients" in _labels(app)
    assert len(batch.letters) < len(rows)  # some have nothing open
    app.segmented_control(key="letters_kind").set_value("letter").run()


def _labels(app: AppTest) -> set[str]:
    return {str(getattr(item, "label", "")) for item in app.get("download_button")}


def _note(app: AppTest) -> None:
    """A reminder noted from the page is in the follow-up, with its level and its invoices."""
    app.segmented_control(key="letters_kind").set_value("letter").run()
    chosen: Any = app.selectbox(key="letters_customer").value
    company, customer = chosen
    app.selectbox(key=f"letters_level_{company}_{customer}").set_value("R2").run()
    app.button(key="letters_record").click().run()
    assert not app.exception
    rows = opened_book().workspace().action_history(company, customer)
    last = rows.iloc[0]
    assert (last["kind"], last["level"], last["channel"]) == ("reminder", "R2", "letter")
    assert last["document_ids"]


def _sender(app: AppTest) -> None:
    """What is filled in is kept in the policy and stands at the head of the letter."""
    app.button(key="sender_open").click().run()
    app.text_input(key="sender_name").set_value("Essai SAS")
    app.text_area(key="sender_bank").set_value("IBAN FR76\nBIC X")
    next(item for item in app.button if item.label == "Enregistrer l’expéditeur").click().run()
    assert not app.exception
    policy = opened_book().workspace().policy()
    assert list(policy.letters_name.values()) == ["Essai SAS"]
    assert list(policy.letters_bank.values()) == ["IBAN FR76\nBIC X"]
    assert "Essai SAS" in text(app)


def test_a_broken_text_is_said_on_the_page(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert book.exists()
    for level in ("R0", "R1", "R2", "R3", "R4"):
        path = tmp_path / "fr" / f"letter_{level}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("Objet : a\n\n{inconnu}", encoding="utf-8")
    monkeypatch.setenv("ARLIB_TEXTS", str(tmp_path))
    said = text(run_page("letters"))
    assert "contient {inconnu}" in said
    assert "5 textes modifiés" in said


@pytest.mark.usefixtures("empty_book")
def test_without_data() -> None:
    app = run_page("letters")
    assert app.title[0].value == "Courriers et relevés"
    assert "Aucune donnée" in text(app)
