"""Disputes by cause and month: shares of one invoice, ages, resolution, founded rate, their DSO."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from arlib.analytics.activity import Who, disputes_by_cause
from arlib.analytics.dispute_days import dispute_days, with_days
from arlib.analytics.disputes import by_code, by_month, disputes, in_all, open_disputes
from arlib.model.dispute_words import dispute_code
from arlib.model.policy import Policy
from arlib.views import disputes as view
from arlib.views import dso
from arlib.workspace import DisputeClosing, DisputeEntry, Workspace
from tests.support.books import BY, Book, Doc, load

D = date(2025, 6, 30)
POLICY = Policy()


def told(number: str, opened: date | None, reason: str | None, **more: Any) -> dict[str, object]:
    return {"number": number, "opened_on": opened, "closed_on": None, "amount_minor": None,
            "reason": reason, **more}  # fmt: skip


def opened() -> Workspace:
    docs = [
        Doc("A", "F1", date(2025, 3, 1), 120_00, due_on=date(2025, 4, 1)),
        Doc("A", "F2", date(2025, 4, 1), 200_00, due_on=date(2025, 7, 31)),
        Doc("B", "F3", date(2025, 4, 1), 50_00, due_on=date(2025, 5, 1)),
        Doc("B", "F4", date(2024, 1, 10), 30_00, due_on=date(2024, 2, 1)),
        *(Doc("B", f"S{month}", date(2025, month, 15), 100_00) for month in range(1, 7)),
    ]
    disputes = [
        told("F1", date(2025, 4, 10), "Prix", amount_minor=100_00),
        told("F1", date(2025, 5, 1), "Qualité", amount_minor=50_00),
        told("F2", date(2025, 6, 20), "prix unitaire"),
        told("F3", date(2025, 5, 1), None, closed_on=date(2025, 5, 11), outcome="Fondé"),
        told("F3", date(2025, 5, 20), "Voir Paul", closed_on=date(2025, 6, 9), outcome="paiement"),
        told("F4", None, "TVA"),
    ]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, disputes=disputes, covers=(date(2024, 1, 1), D)))
    return workspace


def test_several_disputes_share_an_invoice_the_first_opened_first() -> None:
    found = open_disputes(opened().portfolio(D)).set_index(["number", "reason"])
    assert found["disputed_minor"].to_dict() == {
        ("F1", "Prix"): 100_00, ("F1", "Qualité"): 20_00, ("F2", "prix unitaire"): 200_00,
        ("F4", "TVA"): 30_00,
    }  # fmt: skip
    assert found.loc[("F1", "Prix"), "age_days"] == 81
    assert found["age_days"].isna().to_dict()[("F4", "TVA")]
    assert found.loc[("F2", "prix unitaire"), "overdue_disputed_minor"] == 0
    balances = opened().portfolio(D).balances()
    assert found["disputed_minor"].sum() == balances["disputed_minor"].sum()


def test_by_cause() -> None:
    rows = by_code(opened().portfolio(D)).set_index("code")
    assert rows["open_minor"].to_dict() == {
        "PRIX": 300_00, "TVA": 30_00, "QUALITE": 20_00, "none": 0,
    }  # fmt: skip
    assert rows["count_open"].to_dict() == {"PRIX": 2, "TVA": 1, "QUALITE": 1, "none": 0}
    assert rows.loc["PRIX", "mean_age_days"] == (81 + 10) / 2
    assert rows.loc["none", "count_closed"] == 2
    assert rows.loc["none", "mean_resolution_days"] == (10 + 20) / 2
    assert rows.loc["none", "founded_ratio"] == 0.5
    whole = in_all(opened().portfolio(D)).iloc[0]
    for name in ("count_open", "open_minor", "count_opened", "count_closed", "count_founded"):
        assert whole[name] == rows[name].sum()
    months = by_month(opened().portfolio(D))
    for name in ("count_opened", "opened_minor", "count_closed"):
        assert months[name].sum() == whole[name]


def test_the_same_counts_as_the_activity_block() -> None:
    portfolio = opened().portfolio(D)
    other = disputes_by_cause(portfolio, "EUR", Who())
    whole = in_all(portfolio).iloc[0]
    for name in ("count_open", "open_minor", "count_opened", "count_closed", "count_judged"):
        assert other[name].sum() == whole[name], name


def test_the_dso_of_disputes_is_that_of_the_decomposition() -> None:
    portfolio = opened().portfolio(D)
    days = dispute_days(portfolio, POLICY, ["EUR"])
    block = dso.build(portfolio, POLICY, series_months=0).blocks[0]
    assert block.decomposition is not None
    assert days["dispute_days"].iloc[0] == pytest.approx(block.decomposition["disputed_days"])
    parts = with_days(portfolio, days)["dispute_days"]
    assert parts.sum() == pytest.approx(days["dispute_days"].iloc[0])
    assert days["dispute_days"].iloc[0] > 0


def test_what_is_entered_by_hand_is_measured_too() -> None:
    workspace = opened()
    document = workspace.portfolio(D).items().set_index("number")["document_id"]["F3"]
    (one,) = workspace.open_disputes(
        [DisputeEntry("TEST", "B", document, "ADMIN", 20_00, opened_on=date(2025, 6, 15),
                      target_on=date(2025, 6, 20), owner="Zoé")], BY,
    )  # fmt: skip
    row = open_disputes(workspace.portfolio(D)).set_index("dispute_id").loc[one]
    assert (row["disputed_minor"], row["code"], row["owner"], row["is_target_late"]) == (
        20_00, "ADMIN", "Zoé", True,
    )  # fmt: skip
    shown = view.build(workspace.portfolio(D), POLICY)
    assert shown.blocks[0].totals["count_target_late"] == 1
    workspace.close_disputes([DisputeClosing(one, "avoir", date(2025, 6, 25))], BY)
    closed = disputes(workspace.portfolio(D)).set_index("dispute_id").loc[one]
    assert (closed["verdict"], closed["resolution_days"], closed["is_open"]) == (
        "founded",
        10,
        False,
    )


def test_a_book_without_disputes_nor_promises_has_no_block() -> None:
    workspace = Workspace.open(None)
    load(workspace, Book([Doc("A", "F1", date(2025, 3, 1), 100)]))
    shown = view.build(workspace.portfolio(), POLICY)
    assert shown.blocks == ()
    assert shown.disputes.empty


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("PRIX", "PRIX"), ("Erreur de tarif", "PRIX"), ("Quantité livrée", "QTE"),
        ("Malfaçons", "QUALITE"), ("Colis manquant", "LIVRAISON"), ("Facture non reçue", "ADMIN"),
        ("Bon de commande absent", "ADMIN"), ("Taux de TVA", "TVA"), ("Ristourne 2024", "RFA"),
        ("Double facturation", "DOUBLON"), ("Geste commercial", "COMMERCIAL"),
        ("Contentieux", "JURIDIQUE"), ("Autre", "AUTRE"), ("Voir Paul", None), ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_words_of_files_are_brought_to_the_codes(words: str | None, code: str | None) -> None:
    assert dispute_code(words) == code
