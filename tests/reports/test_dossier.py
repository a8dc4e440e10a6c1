"""A customer's credit file on paper against his page's view: two dates, a group, odd books, odd names."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import pypdf
import pytest

from arlib.i18n import formats
from arlib.i18n.labels import bucket_label, label
from arlib.model.policy import Policy
from arlib.reports import dossier_lists, dossier_parts
from arlib.reports.dossier import dossier_data, dossier_pages, dossier_pdf
from arlib.views import dossier, risk
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load
from tests.support.names import NAMES
from tests.support.sample import SAMPLE_DATES

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.views.dossier import Dossier

F = formats("fr")


def bare(text: str) -> str:
    """Return a text without any space: a reader of PDF may split words where a line ends."""
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad]+", "", text)


def pages_of(content: bytes) -> list[str]:
    return [bare(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


@pytest.fixture(scope="module")
def worst(sample: Workspace) -> Callable[[date], Dossier]:
    """Return the dossier of the customer furthest over his limit at a date, built once."""

    @cache
    def build(day: date) -> Dossier:
        book = sample.portfolio(day)
        row = risk.build(book, Policy()).customers.iloc[0]
        who = {"customer_id": row["customer_id"], "company_id": row["company_id"]}
        return dossier.build(book, Policy(), **who)

    return build


@pytest.fixture(scope="module", params=SAMPLE_DATES, ids=str)
def found(worst: Callable[[date], Dossier], request: pytest.FixtureRequest) -> Dossier:
    return worst(request.param)


@pytest.fixture
def latest(worst: Callable[[date], Dossier]) -> Dossier:
    return worst(SAMPLE_DATES[0])


@pytest.fixture(scope="module")
def made(found: Dossier) -> tuple[bytes, int]:
    return dossier_pages(found)


@pytest.fixture(scope="module")
def pages(made: tuple[bytes, int]) -> list[str]:
    return pages_of(made[0])


def test_two_to_four_pages_numbered_dated_and_confidential(
    found: Dossier, made: tuple[bytes, int], pages: list[str]
) -> None:
    assert 2 <= made[1] == len(pages) <= 4
    for number, text in enumerate(pages, 1):
        assert f"Page{number}/{len(pages)}" in text
        assert "Confidentiel" in text
        assert bare(f"arrêté au {F.long_date(found.as_of)}") in text


def test_made_again_it_is_the_same_to_the_byte(latest: Dossier) -> None:
    assert dossier_pdf(latest) == dossier_pdf(latest)


def test_its_figures_are_those_of_the_page(found: Dossier, pages: list[str]) -> None:
    view, whole = found.file.customer, "".join(pages)
    code = str(view.risk["currency"].iloc[0])
    row: dict[Any, Any] = view.risk.iloc[0].to_dict()
    for name in ("outstanding_minor", "limit_minor"):
        assert bare(F.amount0(row[name], code)) in pages[0]
    assert bare(F.amount(row["overrun_minor"], code)) in pages[0]
    assert bare(F.signed_days(row["mean_delay_days"])) in pages[0]
    aged = view.aging.iloc[0]
    for bucket in view.buckets:
        amount = F.amount(aged[f"{bucket}_minor"], code)
        assert bare(bucket_label(bucket, "fr") + amount) in pages[0]
    for part in view.exposure.to_dict("records"):
        words = label("part", part["part"], "fr") + F.amount(part["amount_minor"], code)
        assert bare(words) in pages[0]
    for item in view.items.head(dossier_lists.MOST_ITEMS).to_dict("records"):
        assert bare(item["number"]) in whole
        assert bare(F.amount(item["open_minor"], code)) in whole
    for limit in view.limits.head(dossier_parts.MOST_DECISIONS).to_dict("records"):
        assert bare(F.amount0(limit["amount_minor"], code)) in whole
        assert bare(str(limit["reason"])) in whole


def test_the_score_is_opened_factor_by_factor(found: Dossier, pages: list[str]) -> None:
    whole = "".join(pages)
    factors = found.file.score.factors
    assert len(factors) > 5
    for row in factors.to_dict("records"):
        points = F.decimal(row["points"]) if pd.notna(row["points"]) else "–"
        assert bare(label("factor", row["factor"], "fr")) in whole
        assert bare(points + F.decimal(row["max_points"])) in whole


def test_it_says_where_its_figures_come_from(found: Dossier, pages: list[str]) -> None:
    last = "".join(pages[-2:])
    assert found.policy.version in last
    assert all(str(digest)[:40] in last for digest in found.status.batches["sha256"])
    assert "Égalàlacomptabilité" in last
    assert "Filtresaucun" in last


def test_a_long_list_goes_to_the_workbook_and_says_so(
    latest: Dossier,
) -> None:
    items = pd.concat([latest.file.customer.items] * 40, ignore_index=True)
    view = replace(latest.file.customer, items=items)
    long = replace(latest, file=replace(latest.file, customer=view))
    content, count = dossier_pages(long)
    left = len(items) - dossier_lists.MOST_ITEMS
    words = f"{F.integer(left)} autres lignes figurent dans le classeur"
    assert bare(words) in "".join(pages_of(content))
    assert count <= 4


def test_filters_are_said_and_english_is_spoken(latest: Dossier) -> None:
    named = replace(latest, filters={"convert": "USD"})
    data = dossier_data(named, "en")
    assert data["title"].startswith("Credit file: ")
    said = str(data["sections"][-1])
    assert "Converted into USD" in said


def test_forty_names_are_printed_as_they_are(
    latest: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier_parts, "MOST_MEMBERS", len(NAMES))
    one: dict[str, Any] = {
        "company_id": "A",
        "customer_id": "B",
        "group_id": "*g* #panic()",
        "currency": "EUR",
        "outstanding_minor": 100,
        "overdue_minor": 0,
        "is_himself": False,
    }
    group = pd.DataFrame([{**one, "name": name} for name in NAMES])
    for title in (NAMES[0], '#panic("x")'):
        view = replace(latest.file.customer, name=title)
        nasty = replace(latest, file=replace(latest.file, customer=view, group=group))
        content = dossier_pdf(nasty)
        text = "".join(pages_of(content))
        assert bare(title) in text
    for name in NAMES[:36]:
        assert bare(name) in text, name
    assert "A\u202e" not in text
    assert "*g*#panic()" in text
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert not [page for page in reader.pages if page.get("/Annots")]


def test_a_customer_of_whom_little_is_known() -> None:
    day = date(2025, 3, 31)
    docs = [
        Doc("A", "1", date(2025, 1, 10), 123_45, due_on=date(2025, 2, 10)),
        Doc("A", "2", date(2025, 3, 1), 5_000_000, due_on=date(2025, 4, 1), currency="XOF"),
    ]
    known: list[dict[str, object]] = [{"customer_id": code, "name": code} for code in "A"]
    workspace = Workspace.open(None)
    load(workspace, Book(docs=docs, customers=known, covers=(date(2025, 1, 1), day)))
    policy = Policy(segmentation_method="rules")
    file = dossier.build(workspace.portfolio(day), policy, customer_id="A")
    content, count = dossier_pages(file)
    text = "".join(pages_of(content))
    assert count <= 4
    assert not re.search(r"(?<![A-Za-z])(nan|NaT|None|<NA>)(?![A-Za-z])", text)
    assert bare("Encours en EUR") in text
    assert bare("Encours en XOF") in text
    assert bare("La politique segmente par règles") in text
    again = dossier.build(workspace.portfolio(day), policy, customer_id="A")
    assert dossier_pdf(again) == content
    workspace.close()
