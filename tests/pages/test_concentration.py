"""Concentration: the page, its ceiling, its map, and what it leaves out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from arlib.charts import concentration as charts
from arlib.charts.template import Style
from arlib.model.policy import Policy
from arlib.views import concentration
from arlib.views.concentration import RiskMap
from tests.analytics.plain_book import Doc, PlainBook
from tests.pages.conftest import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

POLICY = Policy()
D = date(2025, 6, 30)


def test_the_page_measures_by_customer_and_by_group(open_book: Callable[..., AppTest]) -> None:
    app = open_book("concentration")
    assert not app.exception
    shown = words(app)
    assert "Classes A, B, C" in shown
    assert "des ventes de douze mois" in shown
    assert "Intragroupe exclu" in shown
    app.segmented_control(key="concentration_by").set_value("group").run()
    assert not app.exception
    app.segmented_control(key="concentration_measure").set_value("overdue").run()
    assert not app.exception
    assert "des ventes de douze mois" not in words(app)


def year(amount: int) -> list[Doc]:
    """Return twelve months of sales paid at once, and one open invoice each of C1 and C2."""
    docs = []
    for month in range(1, 13):
        day = date(2024 + (month > 6), (month + 5) % 12 + 1, 3)
        docs += [
            Doc("C3", f"S{month}", day, amount),
            Doc("C3", f"P{month}", day, -amount, kind="payment"),
        ]
    return docs


def test_who_is_above_the_ceiling_of_the_sales_of_twelve_months() -> None:
    """Sales 12 × 10,000 + 6,149 + 6,000 = 132,149: the ceiling at 4.6 % is 6,078.85."""
    docs = [*year(10_000_00), Doc("C1", "F1", D, 6_149_00), Doc("C2", "F2", D, 6_000_00)]
    policy = POLICY.with_settings(dependence_ratio=0.046)
    [block] = concentration.build(PlainBook(docs).portfolio(D), policy).blocks
    held = block.dependence
    assert held is not None
    assert held.sales_minor == 132_149_00
    assert held.ceiling_minor == 6_078_85
    assert held.customers["customer_id"].tolist() == ["C1"]
    assert held.customers["excess_minor"].tolist() == [6_149_00 - held.ceiling_minor]
    [block] = concentration.build(PlainBook(docs).portfolio(D), POLICY).blocks
    assert block.dependence is not None
    assert block.dependence.customers.empty
    # on 15 June the twelve months have 350 days: 12 × 10,000 brought to 365 days
    inside = date(2025, 6, 15)
    [block] = concentration.build(PlainBook(docs).portfolio(inside), policy).blocks
    assert block.dependence is not None
    assert block.dependence.sales_minor == 125_142_86
    off = POLICY.with_settings(dependence_ratio=0.0)
    assert concentration.build(PlainBook(docs).portfolio(D), off).blocks[0].dependence is None


def test_less_than_a_year_of_sales_has_no_ceiling() -> None:
    book = PlainBook([Doc("C1", "F1", date(2025, 3, 1), 100)])
    held = concentration.build(book.portfolio(D), POLICY).blocks[0].dependence
    assert held is not None
    assert (held.ceiling_minor, held.reason) == (None, "short_year")


def book_of_groups() -> PlainBook:
    docs = [
        Doc(code, f"F{code}", D, amount)
        for code, amount in zip("ABCDE", (40, 30, 20, 10, 900), strict=True)
    ]
    docs.append(Doc("F", "FF", D, -15, kind="credit_note"))
    people: list[dict[str, Any]] = [{"customer_id": code, "group_id": "G"} for code in "BC"]
    people.append({"customer_id": "E", "is_intercompany": True})
    return PlainBook(docs, customers_=people)


def test_a_group_is_one_line_and_the_own_group_is_left_out_and_said() -> None:
    portfolio = book_of_groups().portfolio(D)
    [alone] = concentration.build(portfolio, POLICY).blocks
    assert alone.customers["amount_minor"].tolist() == [40, 30, 20, 10]
    [block] = concentration.build(portfolio, POLICY, by="group").blocks
    assert block.customers["amount_minor"].tolist() == [50, 40, 10]
    assert block.customers["name"].tolist() == ["G", "A", "D"]
    assert block.customers["count_customers"].tolist() == [2, 1, 1]
    assert block.hhi == pytest.approx(0.25 + 0.16 + 0.01)
    assert block.equivalent_count == pytest.approx(1 / 0.42)
    assert block.excluded.to_dict("records") == [
        {"kind": "intercompany", "count_customers": 1, "outstanding_minor": 900}
    ]


def test_one_customer_and_nobody_positive() -> None:
    one = PlainBook([Doc("C1", "F1", D, 5)]).portfolio(D)
    [block] = concentration.build(one, POLICY).blocks
    assert (block.hhi, block.gini, block.hhi_normalised, block.pareto_count) == (1.0, None, None, 1)
    none = PlainBook([Doc("C1", "F1", D, -5, kind="credit_note")]).portfolio(D)
    [block] = concentration.build(none, POLICY).blocks
    assert (block.count, block.hhi, block.reason) == (0, None, "no_open")


def test_classes_add_up() -> None:
    [block] = concentration.build(book_of_groups().portfolio(D), POLICY).blocks
    assert block.classes["count"].tolist() == [3, 1, 0]
    assert block.classes["amount_minor"].tolist() == [90, 10, 0]
    assert block.classes["share_ratio"].sum() == pytest.approx(1)


def risk_map() -> RiskMap:
    rows = pd.DataFrame(
        {
            "company_id": "T",
            "customer_id": ["C1", "C2", "C3", "C4"],
            "currency": "EUR",
            "name": ["Un", "Deux", "Trois", "Quatre"],
            "outstanding_minor": [900_000, 50_000, 400_000, 20_000],
            "score": [60.0, 80.0, 10.0, 45.0],
            "segment": ["high_risk", "high_risk", "reliable", "watch"],
            "overrun_minor": pd.array([100_000, 0, None, 25_000], "Int64"),
        }
    )
    return RiskMap(D, rows, {"EUR": 400_000}, 45.0, None)


def test_the_map_names_who_is_large_and_risky_and_sizes_by_overrun() -> None:
    figure = charts.map_figure(risk_map(), "EUR", Style())
    assert figure.layout.meta["title"].startswith("1 client à la fois gros et risqué doit")
    assert "66" in figure.layout.meta["title"]
    sizes = np.concatenate([trace.marker.size for trace in figure.data])
    assert sizes.max() == 26.0
    assert sorted(sizes)[2] == pytest.approx(7 + 19 * 0.5)  # a quarter of the largest: half as wide
    assert [note.text for note in figure.layout.annotations] == ["Un"]
