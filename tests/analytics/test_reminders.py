"""The day's worklist: levels by the days, the order, forced tops, promises that suspend, books of any level."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.analytics import deadlines, reminders
from arlib.analytics.frames import stocks
from arlib.analytics.reminders import FORCED, reminder_items, worklist
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.reminder_settings import level_of
from arlib.workspace import ActionEntry, Author, OverrideChange, Workspace
from tests.support.books import BY, Book, Doc, load
from tests.support.examples import IS_FULL

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

D = date(2025, 6, 30)
POLICY = Policy(segmentation_method="rules")
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
DECIDED = datetime(2025, 1, 1)  # noqa: DTZ001 - a date of the file


def fixed_classes(portfolio: Portfolio, _policy: Policy) -> pd.DataFrame:
    """Return the class of each customer: the one fixed by hand, else reliable."""
    fixed = portfolio.overrides().set_index("customer_id")["segment"]
    who = portfolio.customers()[["company_id", "customer_id"]].astype("str")
    return who.assign(segment=who["customer_id"].map(fixed).astype("str").fillna("reliable"))


@pytest.fixture(autouse=True)
def plain_classes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the score out of what it does not concern: it costs more than all the rest."""
    if "sample" in request.node.name:
        return
    nobody = pd.DataFrame({"company_id": [], "customer_id": [], "segment": []}).astype("str")
    monkeypatch.setattr(reminders, "classes", fixed_classes)
    monkeypatch.setattr(deadlines, "segmented", lambda *_given: nobody)


def late(customer: str, number: str, days: int, amount: int = 100_000, **more: Any) -> Doc:
    """Return an invoice late by that many days on D."""
    due = D - timedelta(days=days)
    return Doc(customer, number, due - timedelta(days=30), amount, due_on=due, **more)


def opened(docs: list[Doc], **more: Any) -> Workspace:
    workspace = Workspace.open(None)
    found = Book(docs, covers=(date(2018, 1, 1), D), **more)
    assert [item.status for item in load(workspace, found)] == ["imported"]
    return workspace


def listed(workspace: Workspace, day: date = D, policy: Policy = POLICY) -> dict[str, Any]:
    """Return the rows of the list by customer, in order."""
    rows = worklist(workspace.portfolio(day, policy=policy), policy)
    assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
    return {str(row["customer_id"]): row for row in rows.to_dict("records")}


def by_number(portfolio: Portfolio, policy: Policy = POLICY) -> dict[str, Any]:
    rows = reminder_items(portfolio, policy).to_dict("records")
    return {str(row["number"]): row for row in rows}


def reminder(
    customer: str, on: date, text: str | None, number: str | None = None
) -> dict[str, Any]:
    return {
        "customer_id": customer, "kind": "reminder", "taken_on": on, "text": text, "number": number,
    }  # fmt: skip


def promise(
    customer: str, taken: date, due: date, amount: int, number: str | None = None
) -> dict[str, Any]:
    return {
        "customer_id": customer, "kind": "promise", "taken_on": taken, "due_on": due,
        "amount_minor": amount, "currency": "EUR", "number": number,
    }  # fmt: skip


# -- levels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("R0", 0), ("Relance niveau 2", 2), ("r4", 4), ("Mise en demeure", 4), ("3e relance", 3),
        ("Appel téléphonique", 3), ("CONTENTIEUX", 5), ("injonction de payer", 5), ("Relance", None),
        ("", None), (None, None), ("relance 12", None), ("courtoisie", 0),
    ],
)  # fmt: skip
def test_the_level_that_words_say(text: str | None, level: int | None) -> None:
    assert level_of(text) == level


def test_levels_begin_on_their_day() -> None:
    firsts = {-5: "R0", 3: "R1", 10: "R2", 20: "R3", 30: "R4", 60: "R5"}
    workspace = opened([late("C", f"F{n}", n) for n in range(-7, 63)])
    found = by_number(workspace.portfolio(D))
    assert set(found) == {f"F{n}" for n in range(-5, 63)}
    for days in range(-5, 63):
        expected = [level for first, level in firsts.items() if first <= days][-1]
        assert found[f"F{days}"]["level"] == expected
        assert found[f"F{days}"]["is_overdue"] == (days > 0)
    # courtesy before the due date, nothing on the two days after it, then the level reached
    due_now = {int(name[1:]) for name, row in found.items() if row["is_to_remind"]}
    assert due_now == {*range(-5, 1), *range(3, 63)}
    assert found["F1"]["next_level"] == "R1"
    assert found["F1"]["next_on"].date() == D + timedelta(days=2)


def test_a_level_done_waits_for_the_next_day_and_for_the_gap() -> None:
    docs = [late("C", "A", 33), late("C", "B", 33), late("C", "N", 33), late("C", "M", 70)]
    said = [
        reminder("C", D - timedelta(days=20), "R2", "A"),
        reminder("C", D - timedelta(days=1), "Mise en demeure", "B"),
        reminder("C", D - timedelta(days=3), "Niveau 3", "M"),
    ]
    found = by_number(opened(docs, actions=said).portfolio(D))
    assert (found["A"]["last_level"], found["A"]["next_level"], found["A"]["is_to_remind"]) == (
        "R2", "R4", True,
    )  # fmt: skip
    assert (found["B"]["next_level"], found["B"]["next_on"].date()) == (
        "R5",
        D + timedelta(days=27),
    )
    assert not found["B"]["is_to_remind"]
    assert (found["N"]["next_level"], found["N"]["is_to_remind"]) == ("R4", True)
    # R5 was reached long ago; R3 was three days ago: seven days apart
    assert (found["M"]["next_level"], found["M"]["next_on"].date()) == ("R5", D + timedelta(days=4))
    tight = replace(POLICY, reminder_gap_days=0)
    again = by_number(opened(docs, actions=said).portfolio(D, policy=tight), tight)
    assert again["M"]["is_to_remind"]


def test_a_word_to_the_customer_counts_for_what_was_then_late() -> None:
    on = D - timedelta(days=10)
    docs = [late("C", "OLD", 45), late("C", "MID", 15), late("C", "NEW", 4)]
    found = by_number(opened(docs, actions=[reminder("C", on, "R4")]).portfolio(D))
    assert found["OLD"]["last_level"] == "R4"
    assert found["MID"]["last_level"] == "R1"  # five days late then: no more than the first
    assert isinstance(found["NEW"]["last_level"], float)  # not due yet
    assert found["MID"]["next_level"] == "R2"


def test_a_call_is_the_telephone_and_no_answer_is_nothing() -> None:
    workspace = opened([late("C", "F", 25), late("D", "G", 25)])
    on = Author("x", datetime(2025, 6, 29, 9))  # noqa: DTZ001 - the book keeps naive times
    for code, outcome in (("C", "to_call_back"), ("D", "no_answer")):
        workspace.add_action(ActionEntry("TEST", code, "call", outcome=outcome), on)
    found = by_number(workspace.portfolio(D))
    assert (found["F"]["last_level"], found["F"]["is_to_remind"]) == ("R3", False)
    assert isinstance(found["G"]["last_level"], float)
    assert found["G"]["is_to_remind"]


# -- priority and order ---------------------------------------------------------------------------


def classed(workspace: Workspace, **segments: str) -> None:
    for code, segment in segments.items():
        change = OverrideChange("TEST", code, segment, "essai", valid_from=date(2025, 1, 1))
        workspace.override_segment(change, BY)


def test_the_score_of_the_definitions() -> None:
    workspace = opened([late("C", "F", 5, 400_000), late("C", "G", 20, 800_000)])
    classed(workspace, C="watch")
    row = listed(workspace)["C"]
    # (400,000 × 5 + 800,000 × 20) / 1,200,000 = 15 days
    assert row["days_late_weighted"] == pytest.approx(15)
    assert row["priority"] == pytest.approx(1_200_000 * (1 + 15 / 30) * 1.5)
    assert (row["level"], row["next_step"], row["state"]) == ("R3", "R3", "to_do")


def test_ties_by_amount_then_code() -> None:
    # 90,000 at 30 days and 60,000 at 60 days both weigh 180,000
    docs = [late("A", "F", 60, 60_000), late("B", "G", 30, 90_000), late("C", "H", 30, 90_000)]
    workspace = opened(docs)
    classed(workspace, A="watch", B="watch", C="watch")
    rows = listed(workspace)
    assert {row["priority"] for row in rows.values()} == {270_000.0}
    assert list(rows) == ["B", "C", "A"]


SEGMENTS = ("reliable", "watch", "high_risk")
Row = tuple[str, int, int]


@dataclass(frozen=True)
class Case:
    """Customers with invoices (customer, days late, amount) and classes, then one of them worse off."""

    rows: list[Row]
    segments: dict[str, str]
    code: str
    worse_rows: list[Row]
    worse_segments: dict[str, str]


def case(draw: random.Random) -> Case:
    """Return a case: more overdue, older or riskier."""
    rows = [
        (draw.choice("ABCDEF"), draw.randint(3, 400), draw.randint(3_000, 900_000))
        for _n in range(draw.randint(4, 14))
    ]
    segments = {code: draw.choice(SEGMENTS) for code in "ABCDEF"}
    place = draw.randrange(len(rows))
    code, days, amount = rows[place]
    how = draw.choice(["more", "older", "riskier"])
    days += draw.randint(1, 300) if how == "older" else 0
    amount += draw.randint(1, 900_000) if how == "more" else 0
    riskier = {code: "high_risk"} if how == "riskier" else {}
    worse = [*rows[:place], (code, days, amount), *rows[place + 1 :]]
    return Case(rows, segments, code, worse, {**segments, **riskier})


def placed(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch, order: random.Random | None = None
) -> pd.DataFrame:
    """Return the list of every case before and after, in one book: customers are named by case.

    The order of the customers of one case is that of a list of them alone.
    """
    docs: list[Any] = []
    classes: dict[Any, Any] = {}
    for number, item in enumerate(cases):
        sides = (("x", item.rows, item.segments), ("y", item.worse_rows, item.worse_segments))
        for side, rows, segments in sides:
            name = f"{number:03d}{side}"
            docs += [
                late(name + code, f"{name}{place}", days, amount)
                for place, (code, days, amount) in enumerate(rows)
            ]
            classes |= {name + code: segment for code, segment in segments.items()}
    if order is not None:
        order.shuffle(docs)
    segmented = pd.DataFrame(
        {"company_id": "TEST", "customer_id": list(classes), "segment": list(classes.values())}
    ).astype("str")
    monkeypatch.setattr(reminders, "classes", lambda _portfolio, _policy: segmented)
    workspace = opened(docs)
    found = worklist(workspace.portfolio(D), POLICY)
    workspace.close()
    return found


@pytest.mark.parametrize("seed", range(8 if IS_FULL else 1))
def test_more_older_riskier_never_lowers_a_place(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    cases = [case(draw) for _n in range(60)]
    found = placed(cases, monkeypatch)
    names = found["customer_id"].tolist()
    for number, item in enumerate(cases):
        before, after = (
            [name[4:] for name in names if name.startswith(f"{number:03d}{side}")] for side in "xy"
        )
        assert sorted(before) == sorted({code for code, _d, _a in item.rows})
        assert after.index(item.code) <= before.index(item.code), item
    again = placed(cases, monkeypatch, draw)
    assert again.to_csv() == found.to_csv()


def test_the_sample_company_recomputed_in_plain_python() -> None:
    workspace = Workspace.open(None)
    name = "armor_modele.xlsx"
    options = ImportOptions()
    files = [FileInput(name, (SAMPLES / name).read_bytes())]
    workspace.load(workspace.read(files, options), options, BY)
    portfolio = workspace.portfolio(None)
    policy = Policy()
    rows = worklist(portfolio, policy)
    expected = plain_priorities(portfolio, policy)
    found = dict(zip(rows["customer_id"], rows["priority"], strict=True))
    late_ones = {code: value for code, value in expected.items() if code in found}
    assert len(late_ones) == len([code for code in found if code in expected]) > 10
    assert {code: pytest.approx(value) for code, value in late_ones.items()} == {
        code: found[code] for code in late_ones
    }
    assert set(expected) <= set(found)
    todo = rows[(rows["state"] == "to_do") & ~rows["is_forced"]]
    assert todo["priority"].is_monotonic_decreasing
    # nothing overdue is lost: the list and what is left out make the aged balance
    who = portfolio.customers()
    out = set(
        who.loc[who["is_collective"].eq(True) | who["is_intercompany"].eq(True), "customer_id"]
    )
    stock = stocks(portfolio)
    stock = stock[~stock["customer_id"].isin(out)]
    assert int(rows["overdue_minor"].sum()) == int(stock["overdue_minor"].sum())
    stages = rows[["amicable_minor", "dispute_minor", "legal_minor"]].sum(axis=1)
    assert (stages == rows["overdue_minor"]).all()
    parts = [
        "disputed_minor",
        "promised_minor",
        "covered_minor",
        "small_minor",
        "insolvent_minor",
        "to_collect_minor",
    ]
    assert (rows[parts].sum(axis=1) == rows["overdue_minor"]).all()
    workspace.close()


def plain_priorities(portfolio: Portfolio, policy: Policy) -> dict[str, float]:
    """Return the priority of each customer with something overdue, by loops on his open items."""
    from arlib.analytics.grid import classes
    from arlib.analytics.promises import promises

    weights = {"reliable": 1.0, "insufficient_history": 1.0, "watch": 1.5, "high_risk": 2.0}
    segment = {
        r["customer_id"]: r["segment"] for r in classes(portfolio, policy).to_dict("records")
    }
    who = {row["customer_id"]: row for row in portfolio.customers().to_dict("records")}
    live = [
        [row["customer_id"], row["document_ids"], row["amount_minor"] - row["received_minor"]]
        for row in promises(portfolio, policy).to_dict("records")
        if row["status"] == "pending"
    ]
    sums: dict[str, list[float]] = {}
    credits_: Counter[str] = Counter()  # ≤ 0, set against nothing
    items = portfolio.items().to_dict("records")
    for item in sorted(items, key=lambda row: (row["due_on"], row["number"])):
        person = who[item["customer_id"]]
        if person["is_collective"] is True or person["is_intercompany"] is True:
            continue
        if item["account_class"] not in {"receivable", "doubtful", "retention"}:
            continue
        credits_[str(item["customer_id"])] += min(0, item["open_minor"])
        days = (portfolio.as_of - item["due_on"].date()).days
        if item["open_minor"] <= 0 or days <= 0:
            continue
        left = item["open_minor"] - item["disputed_minor"]
        if item["open_minor"] <= min(500, 0.005 * item["amount_minor"]):
            left = 0
        if person["insolvency"] not in {None, "none"} and isinstance(person["insolvency"], str):
            left = 0
        for promised in live:
            names = str(promised[1]).split("\n") if isinstance(promised[1], str) else None
            if promised[0] == item["customer_id"] and (
                names is None or item["document_id"] in names
            ):
                covered = min(left, promised[2])
                promised[2] -= covered
                left -= covered
        total = sums.setdefault(str(item["customer_id"]), [0.0, 0.0])
        total[0] += left
        total[1] += left * days
    found = {}
    for code, (late_amount, weighted) in sums.items():
        # what credits cover whole is not reminded
        amount = late_amount if late_amount + credits_[code] > 0 else 0.0
        mean = weighted / amount if amount else 0.0
        found[code] = amount * (1 + mean / 30) * weights[segment[code]]
    return found


# -- what forces to the top -----------------------------------------------------------------------


def limit(code: str, amount: int, **more: Any) -> dict[str, object]:
    return {
        "change_id": f"{code} {more.get('source', 'internal')}", "scope": "customer",
        "scope_id": code, "source": "internal", "amount_minor": amount, "currency": "EUR",
        "decided_at": DECIDED, "origin": "file", **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def forced() -> Workspace:
    """Return a book with one customer a forced reason, and a large debtor without any."""
    docs = [
        late("BIG", "F1", 200, 90_000_000),
        late("INS", "F2", 80, 50_000),
        late("PRO", "F3", 40, 60_000),
        Doc("OVE", "F4", date(2025, 6, 1), 70_000, due_on=date(2025, 12, 31)),
        late("LIM", "F5", 365 * 5 - 100, 80_000),
        late("GONE", "F6", 365 * 5 + 40, 80_000),
    ]
    return opened(
        docs,
        limits=[limit("INS", 50_000, source="insurer"), limit("OVE", 10_000)],
        commitments=[
            {"customer_id": "OVE", "kind": "order", "amount_minor": 5_000, "currency": "EUR",
             "extracted_on": D},
        ],
        actions=[promise("PRO", date(2025, 6, 1), date(2025, 6, 10), 60_000, "F3")],
    )  # fmt: skip


def test_every_forced_reason_stands_before_the_largest_debt(forced: Workspace) -> None:
    policy = replace(POLICY, insurance_declaration_days=90)
    rows = listed(forced, policy=policy)
    first = list(rows)[:4]
    assert set(first) == {"INS", "PRO", "OVE", "LIM"}
    assert {rows[code]["reasons"] for code in first} == set(FORCED)
    assert list(rows)[4] == "BIG"
    assert rows["INS"]["next_step"] == "declare"
    assert (rows["INS"]["insurer_days"], rows["INS"]["insurer_minor"]) == (10, 50_000)
    assert rows["PRO"]["next_step"] == "call_back"
    assert rows["PRO"]["broken_on"].date() == date(2025, 6, 13)  # three days of grace
    assert rows["OVE"]["next_step"] == "hold_orders"
    assert (rows["OVE"]["over_minor"], rows["OVE"]["orders_minor"]) == (60_000, 5_000)
    assert (rows["OVE"]["overdue_minor"], rows["OVE"]["state"]) == (0, "to_do")
    assert rows["LIM"]["next_step"] == "interrupt"
    assert rows["LIM"]["limitation_minor"] == 80_000
    assert not rows["GONE"]["is_forced"]  # barred already: nothing to interrupt


@pytest.mark.parametrize(
    ("days", "is_forced"), [(90, True), (95, True), (96, False), (80, True), (79, False)]
)
def test_the_insurers_notice_is_fifteen_days(forced: Workspace, days: int, is_forced: bool) -> None:
    policy = replace(POLICY, insurance_declaration_days=days)
    assert ("insurer" in listed(forced, policy=policy)["INS"]["reasons"]) is is_forced


def test_limitation_counts_whole_months_from_the_due_date(forced: Workspace) -> None:
    due = D - timedelta(days=365 * 5 - 100)
    end = due.replace(year=due.year + 5)
    found = by_number(forced.portfolio(D))["F5"]
    assert found["limitation_on"].date() == end
    months = (end.year - D.year) * 12 + end.month - D.month - (end.day < D.day)
    assert found["months_left"] == months
    shorter = replace(POLICY, limitation_alert_months=1)
    assert not listed(forced, policy=shorter)["LIM"]["is_forced"]
    assert listed(forced, end)["LIM"]["is_forced"]
    assert not listed(forced, end + timedelta(days=1))["LIM"]["is_forced"]


def test_a_promise_suspends_breaks_and_forces_until_followed_up() -> None:
    docs = [late("C", "F", 40, 50_000), late("BIG", "G", 100, 9_000_000)]
    workspace = opened(docs)
    taken = date(2025, 6, 30)
    by = Author("x", datetime(2025, 6, 30, 9))  # noqa: DTZ001 - the book keeps naive times
    assert listed(workspace)["C"]["state"] == "to_do"
    entry = ActionEntry(
        "TEST", "C", "promise", amount_minor=50_000, currency="EUR",
        due_on=date(2025, 7, 10), taken_on=taken,
    )  # fmt: skip
    workspace.add_action(entry, by)
    row = listed(workspace)["C"]
    assert (row["state"], row["suspended_by"], row["is_suspended"]) == (
        "suspended",
        "promise",
        True,
    )
    assert (row["promised_minor"], row["to_collect_minor"]) == (50_000, 0)
    assert (row["next_step"], row["next_on"].date()) == ("await_promise", date(2025, 7, 13))
    last = listed(workspace, date(2025, 7, 13))
    assert last["C"]["state"] == "suspended"
    broken = listed(workspace, date(2025, 7, 14))
    assert list(broken) == ["C", "BIG"]
    assert broken["C"]["reasons"] == "promise_broken"
    assert broken["C"]["broken_minor"] == 50_000
    later = Author("x", datetime(2025, 7, 15, 9))  # noqa: DTZ001 - the book keeps naive times
    workspace.add_action(ActionEntry("TEST", "C", "call", outcome="to_call_back"), later)
    called = listed(workspace, date(2025, 7, 15))
    assert (called["C"]["reasons"], called["C"]["state"]) == ("", "waiting")
    entry = replace(entry, due_on=date(2025, 8, 1), taken_on=date(2025, 7, 15))
    workspace.add_action(entry, later)
    assert listed(workspace, date(2025, 7, 16))["C"]["suspended_by"] == "promise"


# -- what is suspended ----------------------------------------------------------------------------


def test_euros_in_dispute_or_promised_are_not_asked_for() -> None:
    docs = [late("C", "F", 40, 100_000), late("C", "G", 20, 50_000), late("D", "H", 40, 70_000)]
    disputes = [
        {"customer_id": "C", "number": "F", "amount_minor": 30_000, "opened_on": date(2025, 6, 1)},
        {"customer_id": "D", "number": "H", "amount_minor": 70_000, "opened_on": date(2025, 6, 1)},
    ]
    said = [promise("C", date(2025, 6, 20), date(2025, 7, 5), 80_000)]
    workspace = opened(docs, disputes=disputes, actions=said)
    found = by_number(workspace.portfolio(D))
    # a promise of the customer covers the oldest first: 70,000 of F, then 10,000 of G
    assert (found["F"]["disputed_minor"], found["F"]["promised_minor"]) == (30_000, 70_000)
    assert (found["G"]["promised_minor"], found["G"]["to_collect_minor"]) == (10_000, 40_000)
    assert (found["F"]["suspended_by"], found["H"]["suspended_by"]) == ("promise", "dispute")
    rows = listed(workspace)
    assert rows["C"]["overdue_undisputed_minor"] == 120_000
    assert rows["C"]["to_collect_minor"] == 40_000
    assert rows["C"]["days_late_weighted"] == 20
    assert (rows["D"]["state"], rows["D"]["next_step"]) == ("suspended", "settle_dispute")
    assert (rows["D"]["stage"], rows["D"]["dispute_minor"]) == ("dispute", 70_000)


def test_named_invoices_are_covered_before_the_rest_each_euro_once() -> None:
    docs = [late("C", "F", 40, 100_000), late("C", "G", 20, 50_000)]
    said = [
        promise("C", date(2025, 6, 20), date(2025, 7, 5), 60_000, "G"),
        promise("C", date(2025, 6, 21), date(2025, 7, 6), 30_000),
    ]
    found = by_number(opened(docs, actions=said).portfolio(D))
    assert found["G"]["promised_minor"] == 50_000  # no more than it owes
    assert found["F"]["promised_minor"] == 30_000


def test_credits_that_cover_everything_suspend_and_others_do_not() -> None:
    docs = [
        late("ALL", "A1", 40, 50_000),
        late("ALL", "A2", 20, 30_000),
        late("ALL", "A3", -2, 5_000),
        Doc("ALL", "AP", date(2025, 6, 1), -80_000, "payment"),
        late("PART", "B1", 40, 50_000),
        late("PART", "B2", 20, 30_000),
        Doc("PART", "BP", date(2025, 6, 1), -50_000, "payment"),
        late("NEAR", "C1", 40, 50_000),
        Doc("NEAR", "CP", date(2025, 6, 1), -48_001, "payment"),
        late("USD", "D1", 40, 50_000),
        Doc("USD", "DP", date(2025, 6, 1), -90_000, "payment", currency="USD"),
    ]
    portfolio = opened(docs).portfolio(D)
    items = by_number(portfolio)
    assert (items["A1"]["suspended_by"], items["A1"]["to_collect_minor"]) == ("credits", 0)
    assert (items["A1"]["covered_minor"], items["A1"]["is_to_remind"]) == (50_000, False)
    # 80,000 cover what is late and nothing of what falls due in two days
    assert (items["A3"]["to_collect_minor"], items["A3"]["is_to_remind"]) == (5_000, True)
    # credits short of the whole are taken off the sum, never off an invoice
    assert (items["B1"]["to_collect_minor"], items["B2"]["to_collect_minor"]) == (50_000, 30_000)
    rows = {row["customer_id"]: row for row in worklist(portfolio, POLICY).to_dict("records")}
    row = rows["ALL"]
    assert (row["state"], row["suspended_by"], row["next_step"]) == (
        "suspended",
        "credits",
        "allocate",
    )
    assert (row["overdue_minor"], row["covered_minor"], row["net_minor"]) == (80_000, 80_000, 0)
    assert (rows["PART"]["state"], rows["PART"]["net_minor"]) == ("to_do", 30_000)
    # 19.99 is left once credits are taken off: the minimum is held against that
    assert (rows["NEAR"]["suspended_by"], rows["NEAR"]["net_minor"]) == ("below_minimum", 1_999)
    assert rows["USD"]["state"] == "to_do"  # currencies never pay each other


def test_small_rests_the_minimum_and_insolvency() -> None:
    docs = [
        late("MIN", "F", 40, 1_999),
        late("OK", "G", 40, 2_000),
        late("INS", "I", 40, 90_000),
        late("COL", "K", 40, 90_000),
        late("ICO", "L", 40, 90_000),
        late("DBT", "M", 10, 90_000, account_class="doubtful"),
    ]
    people: list[dict[str, object]] = [
        {"customer_id": "INS", "insolvency": "receivership", "insolvency_on": date(2025, 6, 1)},
        {"customer_id": "COL", "is_collective": True},
        {"customer_id": "ICO", "is_intercompany": True},
    ]
    rows = listed(opened(docs, customers=people))
    assert set(rows) == {"MIN", "OK", "INS", "DBT"}
    assert rows["MIN"]["suspended_by"] == "below_minimum"
    assert rows["OK"]["state"] == "to_do"
    assert (rows["INS"]["suspended_by"], rows["INS"]["stage"]) == ("insolvency", "legal")
    assert rows["DBT"]["stage"] == "legal"


# -- any book -------------------------------------------------------------------------------------


def test_without_lettering_credits_pay_the_oldest() -> None:
    docs = [
        late("C", "F", 70, 50_000),
        late("C", "G", 25, 80_000),
        Doc("C", "P", date(2025, 6, 1), -60_000, "payment"),
    ]
    workspace = opened(docs, level="E")
    found = by_number(workspace.portfolio(D))
    assert list(found) == ["G"]
    assert (found["G"]["open_minor"], found["G"]["is_estimated"]) == (70_000, True)
    row = listed(workspace)["C"]
    assert (row["overdue_minor"], row["level"], row["is_estimated"]) == (70_000, "R3", True)
    assert int(stocks(workspace.portfolio(D))["overdue_minor"].sum()) == 70_000


def test_open_items_alone_and_an_empty_book() -> None:
    docs = [late("C", "F", 70, 50_000), late("D", "G", 4, 60_000)]
    workspace = Workspace.open(None)
    found = Book(docs, open_items={"F": 50_000, "G": 60_000}, level="C", scope="open_items",
                 covers=(D, D), extracted_on=D)  # fmt: skip
    load(workspace, found)
    assert list(listed(workspace)) == ["C", "D"]
    assert worklist(Workspace.open(None).portfolio(D), POLICY).empty


def test_several_currencies_need_a_rate() -> None:
    docs = [
        late("C", "F", 10, 50_000),
        late("C", "G", 10, 70_000, currency="USD"),
        late("D", "H", 10, 70_000, currency="USD"),
    ]
    workspace = opened(docs)
    rows = listed(workspace)
    assert (rows["C"]["to_collect_minor"], rows["C"]["amount_reason"]) == (50_000, "no_rate")
    # what no rate brings into those amounts is said, by currency
    apart = reminders.without_rate(workspace.portfolio(D), POLICY)
    said = apart[["customer_id", "currency", "overdue_minor"]]
    assert said.to_numpy().tolist() == [["C", "USD", 70_000], ["D", "USD", 70_000]]
    assert rows["C"]["priority"] == pytest.approx(50_000 * (1 + 10 / 30) * rows["C"]["weight"])
    assert rows["D"]["to_collect_minor"] is None  # never 0
    assert rows["D"]["state"] == "to_do"
    assert list(rows) == ["C", "D"]


@pytest.mark.parametrize(
    "settings",
    [
        {"reminder_days": (-5, 3, 10, 20, 30)},
        {"reminder_days": (-5, 3, 10, 10, 30, 60)},
        {"reminder_days": (1, 3, 10, 20, 30, 60)},
        {"reminder_weights": {"reliable": 2.0, "watch": 1.5}},
        {"reminder_weights": {"other": 2.0}},
        {"reminder_min_minor": {"EUR": -1}},
        {"reminder_gap_days": -1},
        {"limitation_months": 0},
        {"limitation_alert_months": 61},
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="policy_value_invalid"):
        Policy(**settings)


def frame_columns(frame: pd.DataFrame) -> set[str]:
    return set(frame.columns)


def test_the_contract_that_others_read() -> None:
    workspace = opened([late("C", "F", 40, 50_000)])
    portfolio = workspace.portfolio(D)
    needed = {
        "rank", "company_id", "customer_id", "priority", "overdue_undisputed_minor", "weight",
        "days_late_weighted", "segment", "reasons", "level", "last_action_on", "next_step", "next_on",
        "is_suspended", "suspended_by", "stage", "owner", "currency",
    }  # fmt: skip
    assert needed <= frame_columns(worklist(portfolio, POLICY))
    assert {"level", "is_suspended", "document_id"} <= frame_columns(
        reminder_items(portfolio, POLICY)
    )
