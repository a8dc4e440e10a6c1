"""A company that a file does not name is never shown by its code."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pandas as pd
import pytest
from openpyxl import load_workbook

from arlib.i18n.companies import company_name, company_names, company_words, named
from arlib.i18n.issues import issue_sentence
from arlib.model.issues import Issue
from arlib.model.portfolio import BookInfo, CompanyInfo
from arlib.reports.listing import ListColumn, Listing, list_workbook

WORDS = {"fr": "Société sans nom", "en": "Unnamed company"}


@pytest.mark.parametrize("lang", sorted(WORDS))
def test_the_code_becomes_words_and_names_stay(lang: str) -> None:
    assert company_name("default", lang) == WORDS[lang]
    assert company_names(["default", "Atelier"], lang) == f"{WORDS[lang]}, Atelier"
    assert company_words(lang) == {"default": WORDS[lang]}


def test_a_book_is_named_its_ids_stay() -> None:
    one = CompanyInfo("default", "default", "EUR", "D", None, None, None)
    info = BookInfo((one,), ("EUR",), None, None, None, None, 1, None, 1)
    shown = named(info, "fr").companies[0]
    assert (shown.company_id, shown.name) == ("default", WORDS["fr"])


def test_a_sentence_of_the_import_says_the_words() -> None:
    said = issue_sentence(Issue("company_assumed", "note", value="default"), "fr")
    assert WORDS["fr"] in said
    assert "default" not in said


@pytest.mark.parametrize("lang", sorted(WORDS))
def test_a_workbook_writes_the_words(lang: str) -> None:
    rows = pd.DataFrame({"company_id": ["default", "S2"], "n": [1, 2]})
    columns = (ListColumn("company_id", "A", "text"), ListColumn("n", "B", "integer"))
    made = list_workbook(Listing("T", date(2026, 1, 31), columns, rows, {}, {}), lang)
    sheet = load_workbook(BytesIO(made)).worksheets[0]
    values = [row[0].value for row in sheet.iter_rows()]
    assert values[-2:] == [WORDS[lang], "S2"]
