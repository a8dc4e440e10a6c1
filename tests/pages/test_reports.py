"""The reports page: nothing is made before it is asked for; what is made is what was chosen."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import streamlit as st

from arlib.model.files import FileInput
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.reports.own_example import example_workbook
from arlib.ui import own_template, reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[reports.Choice]:
    """Return what was asked for; nothing is really made."""
    asked: list[reports.Choice] = []

    def record(_page: object, choice: reports.Choice) -> bytes:
        asked.append(choice)
        return b"made"

    monkeypatch.setattr(reports, "made", record)
    return asked


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> FileInput:
    """Return the workbook that stands dropped on the page: the example, with a mark too many."""
    book = openpyxl.load_workbook(io.BytesIO(example_workbook(Policy(), "fr")))
    book.worksheets[0]["A20"] = "{{no.such.mark}}"
    stream = io.BytesIO()
    book.save(stream)
    given = SimpleNamespace(name="Comité <b>.xlsx", getvalue=stream.getvalue)
    monkeypatch.setattr(st, "file_uploader", lambda *_words, **_given: given)
    return FileInput(given.name, stream.getvalue())


def test_a_workbook_of_the_user_is_filled_when_asked(
    open_book: Callable[..., AppTest], dropped: FileInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, bytes] = {}
    plain = st.download_button

    def drawn(label: str, **given: Any) -> bool:
        files[given["key"]] = given["data"]
        return bool(plain(label, **given))

    monkeypatch.setattr(st, "download_button", drawn)
    app = open_book("reports")
    assert not app.exception
    assert "own_download" not in files
    button(app, "own_fill").click()
    app.run()
    assert not app.exception
    assert [item.value.replace("\\", "") for item in app.warning] == [
        "Repères inconnus, laissés tels quels\u202f: {{no.such.mark}}."
    ]
    page = openpyxl.load_workbook(io.BytesIO(files["own_download"])).worksheets[0]
    assert page["B4"].value > 100_000
    assert dropped.name.startswith("Comité")

    def refuse(_content: object, *_more: object) -> object:
        raise UserError("file_unreadable", detail="essai")

    monkeypatch.setattr(own_template, "fill", refuse)
    button(app, "own_fill").click()
    app.run()
    assert "essai" in app.error[0].value


def button(app: AppTest, key: str) -> Any:
    return next(item for item in app.button if item.key == key)


def test_a_report_is_made_when_asked_and_not_before(
    open_book: Callable[..., AppTest],
    made: list[reports.Choice],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names: list[str] = []
    plain = st.download_button

    def drawn(label: str, **given: Any) -> bool:
        names.append(given["file_name"])
        return bool(plain(label, **given))

    monkeypatch.setattr(st, "download_button", drawn)
    app = open_book("reports")
    assert not app.exception
    assert made == []
    words = " ".join(item.value for item in app.markdown)
    assert "Contient\u202f: Synthèse, Balance âgée, Dépassements" in words
    button(app, "report_prepare").click()
    app.run()
    assert made == [reports.Choice("credit", "xlsx", False)]
    assert "encours_rapport_credit_2026-10-31.xlsx" in names

    app.radio(key="report_format").set_value("pdf")
    app.segmented_control(key="report_audience").set_value("auditor")
    app.toggle(key="report_pseudonyms").set_value(True)
    app.run()
    assert len(made) == 1
    words = " ".join(item.value for item in app.markdown)
    assert "Contient\u202f: Synthèse, Balance âgée, Clients, Factures, Provisions, Méthode" in words
    button(app, "report_prepare").click()
    app.run()
    assert made[1] == reports.Choice("auditor", "pdf", True)
    assert "encours_rapport_auditor_2026-10-31.pdf" in names

    def refuse(_page: object, _choice: reports.Choice) -> bytes:
        raise UserError("report_failed", detail="essai")

    monkeypatch.setattr(reports, "made", refuse)
    button(app, "report_prepare").click()
    app.run()
    assert not app.exception
    assert [item.value for item in app.error] == [
        "Le rapport n’a pas pu être préparé\u202f: essai."
    ]
