"""The reports page: nothing is made before it is asked for; what is made is what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st

from arlib.model.issues import UserError
from arlib.ui import reports

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
