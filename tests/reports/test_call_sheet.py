"""The call sheet opened by another library: figures equal to the list, words to say, hostile names."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.reports.call_sheet import call_sheet_workbook, words_to_say
from arlib.views.worklist import CallSheet, call_sheet
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load

if TYPE_CHECKING:
    from collections.abc import Iterator

D = date(2025, 6, 30)
POLICY = Policy(segmentation_method="rules")
NAME = '=HYPERLINK("http://x";"Société") & Fils'


def late(number: str, days: int, amount: int) -> Doc:
    due = D - timedelta(days=days)
    return Doc("C", number, due - timedelta(days=30), amount, due_on=due)


@pytest.fixture(scope="module")
def book() -> Iterator[Workspace]:
    workspace = Workspace.open(None)
    promise: dict[str, Any] = {
        "customer_id": "C", "kind": "promise", "taken_on": date(2025, 6, 1), "currency": "EUR",
        "due_on": date(2025, 6, 10), "amount_minor": 90_000, "author": "Anne",
    }  # fmt: skip
    load(
        workspace,
        Book(
            [late("F1", 33, 120_000), late("F2", 12, 30_000), Doc("C", "F3", D, 5_000, due_on=date(2025, 9, 1)),
             Doc("D", "G", D, 5_000, due_on=date(2025, 9, 1))],
            customers=[{"customer_id": "C", "name": NAME, "owner": "Anne"}],
            disputes=[{"customer_id": "C", "number": "F2", "amount_minor": 10_000,
                       "opened_on": date(2025, 6, 20), "reason": "PRIX"}],
            actions=[promise],
            covers=(date(2025, 1, 1), D),
        ),
    )  # fmt: skip
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def found(book: Workspace) -> CallSheet:
    return sheet(book, "C")


def sheet(book: Workspace, code: str) -> CallSheet:
    return call_sheet(book.portfolio(D), POLICY, customer_id=code, company_id="TEST")


def test_the_workbook_says_what_the_list_says(found: CallSheet) -> None:
    opened = openpyxl.load_workbook(io.BytesIO(call_sheet_workbook(found, POLICY.version)))
    assert opened.sheetnames == ["Appel", "Factures", "Suivi"]
    call = {(row[0], row[1]): row[2] for row in opened["Appel"].iter_rows(values_only=True)}
    assert call["Identité", "Nom"] == NAME
    assert call["Situation", "Échu"] == 1500
    assert call["Situation", "En litige"] == 100
    assert call["Situation", "À réclamer"] == 1400
    rows = list(opened["Factures"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == ["F1", "F2"]
    assert [row[8] for row in rows] == [1200, 200]
    kinds = [row[1] for row in opened["Suivi"].iter_rows(min_row=2, values_only=True)]
    assert kinds[:2] == ["Promesse", "En litige"]
    assert call_sheet_workbook(found, "x") == call_sheet_workbook(found, "x")


def test_what_to_say(found: CallSheet) -> None:
    said = " ".join(words_to_say(found)).replace("\u202f", " ").replace("\u00a0", " ")
    assert (
        "Vous nous aviez promis un règlement ; au 13/06/2025, 900,00 € n’étaient pas arrivés."
        in said
    )
    assert "2 factures sont échues, 1 400,00 € au total." in said
    assert "La plus ancienne, F1, était à échéance le 28/05/2025, il y a 33 j." in said
    assert "Je laisse de côté ce que vous contestez" in said
    assert "mise en demeure" in said
    assert "You had promised" in " ".join(words_to_say(found, "en"))


def test_nothing_overdue(book: Workspace) -> None:
    nothing = sheet(book, "D")
    assert words_to_say(nothing) == []
    assert call_sheet_workbook(nothing, "x")[:2] == b"PK"
    with pytest.raises(UserError, match="customer_not_found"):
        sheet(book, "unknown")
