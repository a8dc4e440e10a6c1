"""Cash simulations on the page: every subject, settings kept in the policy, open items alone, nothing."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from arlib.analytics.frames import stocks
from arlib.i18n.formats import is_missing
from arlib.model.policy import Policy
from arlib.views import simulations as views
from arlib.workspace import Workspace
from tests.pages.conftest import run_page, words
from tests.support.books import Book, Doc, load

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

D = date(2025, 6, 30)


def text(app: AppTest) -> str:
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


def shown(app: AppTest, subject: str) -> str:
    """Choose a simulation; return what the page says."""
    app.session_state["simulation_subject"] = subject
    app.run()
    return text(app)


def values(app: AppTest) -> dict[str, str]:
    return {
        item.label: item.value.replace("\u202f", " ").replace("\u00a0", " ") for item in app.metric
    }


@pytest.mark.usefixtures("book")
def test_every_simulation_answers_on_the_sample_company() -> None:
    app = run_page("simulations")
    assert list(values(app)) == [
        "Coût par an",
        "Trésorerie avancée",
        "Coût annuel de cet argent",
        "Gain ou perte par an",
    ]
    assert values(app)["Gain ou perte par an"] == "–"
    assert "demande le coût de l’argent" in text(app)

    app.button(key="simulation_settings_open").click().run()
    app.text_input(key="simulation_cost_of_money_ratio").set_value("5")
    app.text_input(key="simulation_margin_ratio").set_value("20")
    next(item for item in app.button if item.label == "Enregistrer les choix").click().run()
    assert values(app)["Gain ou perte par an"] != "–"
    assert "Coût de l’argent : 5,00 % · marge : 20,0 %" in text(app)

    assert "libéreraient de la trésorerie : 45 jours" in shown(app, "terms")
    app.text_input(key="simulation_terms_words").set_value("un de ces jours").run()
    assert "un de ces jours" in text(app)
    assert not app.metric

    said = shown(app, "factoring")
    assert "seraient cessibles" in said
    assert values(app)["Financé"] == "–"
    app.text_input(key="simulation_advance").set_value("90").run()
    assert values(app)["Financé"] != "–"
    assert len(app.dataframe) == 2

    assert "à saisir" in shown(app, "cycle")
    app.text_input(key="simulation_stock_days").set_value("30")
    app.text_input(key="simulation_supplier_days").set_value("45,5").run()
    assert values(app)["= Cycle de conversion"] != "–"

    assert "coûte le plus par son retard" in shown(app, "lateness")
    assert values(app)["Coût sur l’année"] != "–"

    assert "Pour compenser" in shown(app, "loss")
    assert values(app)["Marge perdue par an"] != "–"


def test_open_items_alone_say_what_they_cannot_tell(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    docs = [
        Doc("C1", "F1", D - timedelta(days=40), 120_000, due_on=D - timedelta(days=10)),
        Doc("C1", "F2", D - timedelta(days=10), 240_000, due_on=D + timedelta(days=20)),
    ]
    known = {"F1": 120_000, "F2": 240_000}
    load(
        workspace,
        Book(docs, level="C", scope="open_items", extracted_on=D, covers=(D, D), open_items=known),
    )
    workspace.close()
    app = run_page("simulations")
    assert values(app)["Coût par an"] == "–"
    assert "Proposé aujourd’hui sur les factures ouvertes : 24 €" in text(app)
    assert "Non disponible" in shown(app, "terms")
    assert "2 400 € seraient cessibles" in shown(app, "factoring")
    assert "Non disponible" in shown(app, "cycle")
    assert "Le passé est inconnu" in shown(app, "lateness")
    assert "la marge n’est pas renseignée" in shown(app, "loss")


@pytest.mark.usefixtures("empty_book")
def test_an_empty_book_says_so() -> None:
    app = run_page("simulations")
    assert not app.metric
    assert "Aucune donnée" in text(app)


# -- recomputed plainly, from the documents and what was set against them ------------------------


def plain_book(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[int, str]]:
    """Return documents, allocations and names of customers of a book, as plain rows."""
    with duckdb.connect(str(path), read_only=True) as book:

        def told(query: str) -> list[dict[str, Any]]:
            found = book.execute(query)
            names = [item[0] for item in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        documents = told(
            "SELECT * FROM documents WHERE account_class IN ('receivable', 'doubtful', 'retention')"
        )
        codes = told("SELECT customer_key, company_id, customer_id FROM customers")
        keys = {row["customer_key"]: f"{row['company_id']} {row['customer_id']}" for row in codes}
        return documents, told("SELECT * FROM allocations"), keys


def late_amount_days(path: Path, start: date, end: date) -> dict[str, int]:
    """Return amount × days late by customer: from the due date (or ``start``) to the payment (or ``end``)."""
    documents, allocations, keys = plain_book(path)
    taken: dict[Any, list[tuple[date, int]]] = {}
    for row in allocations:
        taken.setdefault(row["debit_key"], []).append((row["allocated_on"], row["amount_minor"]))
    found: dict[str, int] = {}
    for row in documents:
        if row["amount_minor"] <= 0 or row["issued_on"] > end:
            continue
        steps = sorted(
            [(row["issued_on"], -row["amount_minor"]), *taken.get(row["document_key"], [])]
        )
        left = 0
        for place, (day, amount) in enumerate(steps):
            left -= amount
            until = steps[place + 1][0] if place + 1 < len(steps) else date.max
            days = (min(until, end) - max(day, row["due_on"], start)).days
            if days > 0 and left > 0:
                code = keys[row["customer_key"]]
                found[code] = found.get(code, 0) + left * days
    return found


def test_the_sample_company_recomputed_plainly(sample_book: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.duckdb"
    shutil.copy(sample_book, path)
    workspace = Workspace.open(path)
    portfolio = workspace.portfolio()
    end = portfolio.as_of
    policy = Policy(cost_of_money_ratio=0.05)
    late = views.lateness(portfolio, policy)
    pool = views.factored(portfolio, policy, contract=views.Contract(30, 0.1, 0.85)).pools[0]
    offer = views.discounted(portfolio, policy, offer=views.Offer(0.01, 10))
    owed = int(stocks(portfolio)["outstanding_minor"].sum())
    workspace.close()

    rows = late.blocks[0].customers
    found = {
        f"{row['company_id']} {row['customer_id']}": row["late_amount_days"]
        for row in rows.to_dict("records")
        if row["late_amount_days"]
    }
    assert late.from_on is not None
    assert found == late_amount_days(path, late.from_on, end)
    costs = [int(days * 0.05 / 365 + 0.5) for days in found.values()]
    assert late.blocks[0].totals.cost_minor == sum(costs) > 0

    assert int(pool.parts["amount_minor"].sum()) == pool.open_minor
    assert pool.outstanding_minor == owed
    assert pool.advance_minor is not None
    assert pool.reserve_minor is not None
    assert pool.advance_minor + pool.reserve_minor == pool.pool_minor

    documents, _allocations, keys = plain_book(path)
    sold: dict[str, int] = {}
    for row in documents:
        is_sale = row["kind"] in {"invoice", "credit_note"} and not row["is_cash_sale"]
        if is_sale and late.from_on < row["issued_on"] <= end:
            code = keys[row["customer_key"]]
            sold[code] = sold.get(code, 0) + row["amount_minor"]
    told = offer.blocks[0].customers
    yearly = {
        f"{row['company_id']} {row['customer_id']}": row["yearly_minor"]
        for row in told.to_dict("records")
        if is_missing(row["yearly_reason"])
    }
    assert yearly == {code: amount for code, amount in sold.items() if amount > 0}
    assert offer.blocks[0].totals.cost_minor == told["cost_minor"].fillna(0).sum()
