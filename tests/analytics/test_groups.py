"""Groups of customers: names that meet, proposals and refusals, sums against the limit of a group."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.analytics import groups
from arlib.analytics.exposure import BASES, exposures
from arlib.analytics.group_names import core, plain
from arlib.analytics.group_pairs import WAYS, pairs, similarity
from arlib.workspace import GroupChange, LimitChange, Workspace, group_confirmation, group_refusal
from tests.scenarios.product import POLICY
from tests.support.books import BY, Book, Doc, load
from tests.support.examples import examples

SIREN, OTHER = "732829320", "552100554"
DAY = date(2025, 5, 31)


def who(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return customers: code, name, SIREN, VAT number, natural person."""
    filled = [(*row, *(None,) * (4 - len(row[:4])))[:4] for row in rows]
    frame = pd.DataFrame(filled, columns=["customer_id", "name", "siren", "vat_number"])
    frame = frame.astype(dict.fromkeys(frame.columns, "str"))
    persons = [len(row) > 4 and bool(row[4]) for row in rows]
    return frame.assign(company_id="TEST", is_natural_person=persons)


def said(frame: pd.DataFrame) -> set[tuple[str, str, str, str]]:
    found = pairs(frame)
    codes = frame["customer_id"].to_numpy(object)
    return {
        (*sorted((codes[row["left"]], codes[row["right"]])), row["way"], row["sureness"])
        for row in found.to_dict("records")
    }


# -- names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ALPHA SAS", "Alpha S.A.S."),
        ("Société Générale des Eaux", "STE GENERALE EAUX"),
        ("Béta & Cie", "BETA ET COMPAGNIE"),
        ("Ets. Gamma-Delta", "gamma delta sarl"),
        ("L’Étang Bleu", "ETANG BLEU S A R L"),
        ("Müller GmbH", "MULLER"),
        ("Œuvres & Cie", "OEUVRES"),
        ("Großmann «Bau»", "GROSSMANN BAU AG"),
    ],
)
def test_two_spellings_of_a_name_are_one(one: str, other: str) -> None:
    found = plain(pd.Series([one, other], dtype="str"))
    assert found[0] == found[1] != ""


def test_a_name_made_of_a_legal_form_alone_keeps_its_words() -> None:
    assert plain(pd.Series(["SA", "S.A.S. SARL", None], dtype="str")).tolist() == [
        "SA", "SAS SARL", "",
    ]  # fmt: skip


def test_the_core_of_a_name_is_what_is_neither_a_place_nor_a_trade() -> None:
    names = ["Alpha Nord SAS", "ALPHA LOGISTIQUE", "Transports Nord", "Garage", "Alpha"]
    assert core(plain(pd.Series(names, dtype="str"))).tolist() == [
        "ALPHA", "ALPHA", "", "", "ALPHA",
    ]  # fmt: skip


# -- pairs


def test_each_reason_gives_its_pair_with_how_sure_it_is() -> None:
    frame = who(
        ("C1", "ALPHA SAS", "732 829 320"),
        ("C2", "Zeta", SIREN),
        ("C3", "Bricolage Martin", None, f"FR44{SIREN}"),
        ("D1", "Epsilon Participations", None, "DE136695976"),
        ("D2", "Theta", None, "DE 136 695 976"),
        ("E1", "Quincaillerie Montferroux"),
        ("E2", "QUINCAILLERIE MONTFERROUX SARL"),
        ("E3", "Quincaillerie Montferoux"),
        ("F1", "Kerivoal Nord"),
        ("F2", "Kerivoal Distribution"),
    )
    assert said(frame) == {
        ("C1", "C2", "siren", "sure"),
        ("C1", "C3", "siren", "sure"),
        ("C2", "C3", "siren", "sure"),
        ("D1", "D2", "vat_number", "sure"),
        ("E1", "E2", "name", "likely"),
        ("E1", "E3", "spelling", "possible"),
        ("F1", "F2", "core", "possible"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("C1", "ALPHA", "123456789"), ("C2", "BETA", "123456789")),  # a SIREN with a wrong key
        (("C1", "ALPHA", None, "FR12732829320"), ("C2", "BETA", SIREN)),  # a wrong VAT key
        (("C1", "Client 00123"), ("C2", "Client 00124")),  # figures tell them apart
        (("C1", "Garage Martin"), ("C2", "Garage Durand")),
        (("C1", "Transports Nord"), ("C2", "Transports Sud")),  # a trade is nobody's name
        (("C1", "C1"), ("C2", "C1 ")),
        (("C1", "Martin Paul"), ("C2", "Martin Pierre")),
    ],
)
def test_what_is_no_likeness(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert said(who(one, other)) == set()


def test_two_different_sirens_or_a_natural_person_make_a_name_no_more_than_possible() -> None:
    same = who(("C1", "ALPHA", SIREN), ("C2", "Alpha SAS", OTHER))
    assert said(same) == {("C1", "C2", "name", "possible")}
    person = who(("C1", "Jean Alpha", None, None, True), ("C2", "Jean Alpha"))
    assert said(person) == {("C1", "C2", "name", "possible")}


def test_customers_of_two_companies_are_no_pair() -> None:
    frame = who(("C1", "ALPHA", SIREN), ("C2", "ALPHA", SIREN))
    assert pairs(frame.assign(company_id=["A", "B"])).empty


NAMES = ["ALPHA SAS", "Alpha", "Alpha Nord", "BETA", "Bêta SARL", "Betta", "Gamma-Delta", "", "C1"]
CUSTOMERS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from([None, SIREN, OTHER, "1"]),
        st.sampled_from([None, f"FR44{SIREN}", "DE136695976"]),
        st.sampled_from([None, "G1", "G2"]),
    ),
    max_size=9,
)


@examples(40)
@given(CUSTOMERS, st.randoms(use_true_random=False))
def test_pairs_are_symmetric_and_do_not_depend_on_the_order(rows: Any, random: Any) -> None:
    frame = who(*((f"C{i}", *row[:3]) for i, row in enumerate(rows)))
    order = list(range(len(frame)))
    random.shuffle(order)
    assert said(frame) == said(frame.iloc[order].reset_index(drop=True)) == said(frame)


@examples(40)
@given(st.lists(st.tuples(st.text("ABC D"), st.text("ABC D")), min_size=1, max_size=8))
def test_the_likeness_of_names_is_symmetric(names: list[tuple[str, str]]) -> None:
    left, right = [a for a, _ in names], [b for _, b in names]
    there, back = similarity(left, right), similarity(right, left)
    assert (there == back).all()
    assert ((there >= 0) & (there <= 1)).all()


# -- proposals


def made(*rows: tuple[Any, ...], **more: Any) -> Workspace:
    """Return a book: code, name, SIREN, VAT number, group; each customer owes 100 × his place."""
    docs = [
        Doc(row[0], f"F{row[0]}", date(2025, 4, 1), 10_000 * (place + 1))
        for place, row in enumerate(rows)
    ]
    fields = ("customer_id", "name", "siren", "vat_number", "group_id")
    customers: list[dict[str, object]] = [
        {name: value for name, value in zip(fields, row, strict=False) if value is not None}
        for row in rows
    ]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, customers=customers, covers=(date(2025, 1, 1), DAY), **more))
    return workspace


def proposed(workspace: Workspace) -> dict[str, tuple[str | None, list[str]]]:
    """Return suggested name -> (group joined, codes) of each proposal."""
    frame = groups.proposals(workspace.portfolio(), POLICY)
    found = {}
    for _name, rows in frame.groupby("proposal_id", sort=False):
        target = rows["target_group_id"].iloc[0]
        known = target if isinstance(target, str) else None
        found[str(rows["suggested_name"].iloc[0])] = (known, sorted(rows["customer_id"]))
    return found


BOOK = (
    ("C1", "ALPHA SAS", SIREN),
    ("C2", "Alpha Nord"),
    ("C3", "Zeta", SIREN),
    ("C4", "Gamma", OTHER, None, "Groupe Gamma"),
    ("C5", "Gamma Services", OTHER),
    ("C6", "Delta"),
)


def test_sets_are_proposed_through_a_third_customer_and_into_a_group_in_force() -> None:
    assert proposed(made(*BOOK)) == {
        "Zeta": (None, ["C1", "C2", "C3"]),
        "Groupe Gamma": ("Groupe Gamma", ["C5"]),
    }


def test_a_proposal_confirmed_is_in_force_and_no_longer_proposed() -> None:
    workspace = made(*BOOK)
    frame = groups.proposals(workspace.portfolio(), POLICY)
    rows = frame.loc[frame["target_group_id"].isna()]
    kept = dict(zip(rows["customer_id"], rows["way"], strict=True))
    workspace.set_groups(group_confirmation("TEST", "Groupe Alpha", kept), BY)
    assert list(proposed(workspace)) == ["Groupe Gamma"]
    known = workspace.portfolio().customers().set_index("customer_id")["group_id"]
    assert known[["C1", "C2", "C3"]].tolist() == ["Groupe Alpha"] * 3
    assert set(workspace.group_history()["origin"]) <= set(WAYS)


def test_a_refused_proposal_is_remembered_until_it_is_undone() -> None:
    workspace = made(*BOOK)
    before = proposed(workspace)
    done = workspace.set_groups(group_refusal("TEST", ["C1", "C2", "C3"]), BY)
    assert list(proposed(workspace)) == ["Groupe Gamma"]
    assert workspace.portfolio().customers()["group_id"].notna().sum() == 1
    workspace.set_groups(group_refusal("TEST", ["C5"], ["C4"]), BY)
    assert proposed(workspace) == {}
    workspace.undo_group(str(done["change_set"].iloc[0]), BY)
    assert {name: before[name] for name in before if name != "Groupe Gamma"} == proposed(workspace)


def test_a_customer_dropped_from_a_confirmation_is_not_proposed_with_it_again() -> None:
    workspace = made(*BOOK)
    kept = {"C1": "siren", "C3": "siren"}
    workspace.set_groups(group_confirmation("TEST", "Groupe Alpha", kept, ["C2"]), BY)
    assert list(proposed(workspace)) == ["Groupe Gamma"]


def test_a_customer_taken_out_by_hand_is_left_alone() -> None:
    workspace = made(*BOOK)
    workspace.set_groups([GroupChange("TEST", "C5", None)], BY)
    assert "Groupe Gamma" not in proposed(workspace)


def test_two_groups_of_the_files_are_brought_together_by_an_identifier_alone() -> None:
    by_name = made(("C1", "ALPHA", None, None, "G1"), ("C2", "Alpha SA", None, None, "G2"))
    assert proposed(by_name) == {}
    by_siren = made(("C1", "ALPHA", SIREN, None, "G1"), ("C2", "BETA", SIREN, None, "G2"))
    assert proposed(by_siren) == {"G1": ("G1", ["C2"])}


def test_companies_of_one_s_own_group_and_collective_accounts_are_not_proposed() -> None:
    workspace = Workspace.open(None)
    docs = [Doc(code, f"F{code}", date(2025, 4, 1), 100) for code in ("C1", "C2", "C3", "C4")]
    marks: tuple[dict[str, object], ...] = (
        {"is_intercompany": True},
        {},
        {"is_collective": True},
        {},
    )
    customers: list[dict[str, object]] = [
        {"customer_id": f"C{place}", "name": name, **mark}
        for place, (name, mark) in enumerate(
            zip(("ALPHA", "ALPHA SA", "BETA", "BETA SA"), marks, strict=True), 1
        )
    ]
    load(workspace, Book(docs, customers=customers, covers=(date(2025, 1, 1), DAY)))
    assert proposed(workspace) == {}


@examples(24)
@given(CUSTOMERS)
def test_a_proposal_is_a_whole_set_of_tied_customers_and_each_customer_is_in_one(rows: Any) -> None:
    listed = [(f"C{i}", name or None, siren, vat, group)
              for i, (name, siren, vat, group) in enumerate(rows)]  # fmt: skip
    if not listed:
        return
    workspace = made(*listed)
    frame = groups.proposals(workspace.portfolio(), POLICY)
    again = groups.proposals(workspace.portfolio(), POLICY)
    pd.testing.assert_frame_equal(frame, again)
    assert not frame.duplicated(["company_id", "customer_id"]).any()
    is_new = frame["target_group_id"].isna()
    assert (frame.loc[is_new, "count_proposed"] > 1).all()
    assert (frame["current_group_id"].isna() | ~is_new).all()
    # once all is confirmed nothing is left to propose
    changes = [
        change
        for _name, found in frame.groupby("proposal_id")
        for change in group_confirmation(
            "TEST",
            str(found["suggested_name"].iloc[0]),
            dict(zip(found["customer_id"], found["way"], strict=True)),
        )
    ]
    if changes:
        workspace.set_groups(changes, BY)
        assert groups.proposals(workspace.portfolio(), POLICY).empty


# -- in force


def limited() -> Workspace:
    """Two groups: Gamma (C4, C5) over its limit of 1 000, Alpha (C1, C2) without a limit."""
    limits: list[dict[str, object]] = [
        {"change_id": f"f{code}", "scope": "customer", "scope_id": code, "source": "internal",
         "amount_minor": amount, "currency": "EUR", "decided_at": datetime(2025, 1, 1),  # noqa: DTZ001
         "origin": "file"}
        for code, amount in (("C1", 5_000), ("C4", 60_000), ("C5", 70_000))
    ]  # fmt: skip
    workspace = made(*BOOK, limits=limits)
    workspace.set_groups(
        [GroupChange("TEST", code, "Alpha") for code in ("C1", "C2")]
        + [GroupChange("TEST", "C5", "Groupe Gamma")],
        BY,
    )
    workspace.set_limits([LimitChange("TEST", "group", "Groupe Gamma", 80_000, "EUR")], BY)
    return workspace


def test_the_limit_of_a_group_is_tested_on_what_all_its_customers_owe() -> None:
    frame = groups.groups(limited().portfolio(), POLICY, "E1").set_index("group_id")
    gamma, alpha = frame.loc["Groupe Gamma"], frame.loc["Alpha"]
    assert (gamma["exposure_minor"], gamma["overrun_minor"]) == (90_000, 10_000)
    assert gamma["utilisation_ratio"] == pytest.approx(1.125)
    # each is within its own limit: only the group says it
    assert (gamma["count_over"], gamma["members_limit_minor"]) == (0, 130_000)
    assert (alpha["exposure_minor"], alpha["members_limit_minor"]) == (30_000, 5_000)
    assert (alpha["count_over"], alpha["count_without_limit"]) == (1, 1)
    assert alpha["limit_reason"] == "no_limit"
    assert pd.isna(alpha["overrun_minor"])
    assert frame.index[0] == "Groupe Gamma"


@pytest.mark.parametrize(("amount", "over"), [(90_000, 0), (89_999, 1), (0, 90_000)])
def test_the_boundaries_of_a_group_limit(amount: int, over: int) -> None:
    workspace = limited()
    workspace.set_limits([LimitChange("TEST", "group", "Groupe Gamma", amount, "EUR")], BY)
    frame = groups.groups(workspace.portfolio(), POLICY, "E1").set_index("group_id")
    assert frame.loc["Groupe Gamma", "overrun_minor"] == over


@examples(24)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["C1", "C2", "C3"]),
            st.integers(-500, 900).filter(bool),
            st.sampled_from(["EUR", "USD"]),
            st.sampled_from(["receivable", "doubtful", "bill", "advance"]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(list(BASES)),
)
def test_a_group_owes_the_sum_of_its_customers(rows: Any, basis: str) -> None:
    docs = [
        Doc(code, f"D{i}", date(2025, 4, 1), amount, "invoice" if amount > 0 else "payment",
            account_class=account_class, currency=currency)
        for i, (code, amount, currency, account_class) in enumerate(rows)
    ]  # fmt: skip
    workspace = Workspace.open(None)
    customers: list[dict[str, object]] = [
        {"customer_id": code, "name": code, "group_id": "G" if code != "C3" else None}
        for code in ("C1", "C2", "C3")
    ]
    load(workspace, Book(docs, customers=customers, covers=(date(2025, 1, 1), DAY)))
    portfolio = workspace.portfolio()
    frame = groups.groups(portfolio, POLICY, basis).set_index("currency")
    held = exposures(portfolio)
    mine = held.loc[held["customer_id"].isin(["C1", "C2"])]
    assert set(frame["group_id"]) <= {"G"}
    for currency in mine["currency"].unique().tolist():
        own = mine.loc[mine["currency"] == currency]
        amounts = own[BASES[basis]].astype("Int64")
        found = frame.loc[currency, "exposure_minor"]
        assert pd.isna(found) if amounts.isna().all() else found == amounts.sum()
        assert frame.loc[currency, "outstanding_minor"] == own["outstanding_minor"].sum()
