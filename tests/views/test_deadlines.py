"""The calendar: each kind of date, when it is there and when it is not; the worked set's cover."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.model.files import FileInput, ImportOptions
from arlib.model.policy import Policy
from arlib.reports.agenda import agenda
from arlib.reports.template import write_filled
from arlib.views import insurance
from arlib.workspace import ActionEntry, Author, LimitChange, OverrideChange, Workspace
from tests.scenarios import worked_set
from tests.support.books import Book, Doc, load

if TYPE_CHECKING:
    from collections.abc import Iterator

D = date(2025, 6, 30)
NOW = datetime(2025, 6, 30, 9, 0)  # noqa: DTZ001 - the book keeps naive times
BY = Author("camille", NOW)
POLICY = Policy(
    segmentation_method="rules", insurance_extension_days=30, insurance_declaration_days=60
)
INSURER = (
    {"scope_id": "C003", "source": "assurance", "amount_minor": 1_500_000, "cover_ratio": 0.9},
    {"scope_id": "C002", "source": "assurance", "insurer_refused": True},
    {
        "scope_id": "C001",
        "source": "assurance",
        "amount_minor": 800_000,
        "cover_ratio": 0.85,
        "valid_to": date(2025, 5, 31),
    },
    {
        "scope_id": "C004",
        "source": "garantie",
        "amount_minor": 50_000,
        "valid_to": date(2025, 7, 10),
    },
)


def imported(*, with_commitments: bool = True) -> Workspace:
    """Return the worked set with insurer's limits and a guarantee, imported from its workbook."""
    lines = worked_set.rows(with_commitments=with_commitments)
    lines["limits"] += [dict(row) for row in INSURER]
    stream = io.BytesIO()
    write_filled(stream, lines)
    workspace = Workspace.open(None)
    options = ImportOptions()
    files = [FileInput("temoin.xlsx", stream.getvalue())]
    results = workspace.load(workspace.read(files, options), options, BY)
    assert [item.status for item in results] == ["imported"]
    return workspace


@pytest.fixture(scope="module")
def worked() -> Iterator[Workspace]:
    workspace = imported()
    yield workspace
    workspace.close()


def rows_of(view: insurance.InsuranceView) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in view.rows.to_dict("records")}  # type: ignore[misc]


def test_the_worked_example_from_a_file(worked: Workspace) -> None:
    view = insurance.build(worked.portfolio(D), POLICY)
    found = rows_of(view)
    c003 = found["C003"]
    assert (c003["status"], c003["exposure_basis"], c003["cover_ratio"]) == ("named", "E2", 0.9)
    amounts = ("exposure", "agreed", "insured", "uninsured", "suspended", "over")
    assert [c003[f"{name}_minor"] // 100 for name in amounts] == [
        33_000, 15_000, 13_500, 19_500, 18_000, 18_000,
    ]  # fmt: skip
    assert (c003["over_since"], c003["over_days_12m"]) == (pd.Timestamp("2025-03-31"), 92)
    assert (found["C002"]["status"], found["C002"]["insured_minor"]) == ("refused", 0)
    assert (found["C001"]["status"], found["C001"]["insured_minor"]) == ("expired", 0)
    assert found["C001"]["ended_on"] == pd.Timestamp("2025-05-31")
    assert (found["C004"]["status"], found["C004"]["insured_reason"]) == ("none", "no_limit")
    assert found["C004"]["guarantee_minor"] == 50_000
    total = view.totals.iloc[0]
    assert (total["exposure_minor"], total["insured_minor"]) == (5_440_000, 1_350_000)
    assert (total["open_part_minor"], total["suspended_minor"]) == (4_090_000, 1_800_000)
    assert total["without_minor"] == 150_000
    assert view.counts == {
        "named": 1, "unnamed": 0, "refused": 1, "cancelled": 0, "expired": 1, "none": 1,
    }  # fmt: skip


def test_without_bills_the_worked_example_stands_on_e1() -> None:
    workspace = imported(with_commitments=False)
    view = insurance.build(workspace.portfolio(D), POLICY)
    workspace.close()
    c003 = rows_of(view)["C003"]
    assert c003["exposure_basis"] == "E1"
    assert [c003[f"{name}_minor"] // 100 for name in ("insured", "uninsured")] == [13_500, 13_500]
    assert "basis_e1" in view.notes


def test_an_indemnity_without_vat_reads_it_on_invoices(worked: Workspace) -> None:
    policy = POLICY.with_settings(insurance_base="HT")
    c003 = rows_of(insurance.build(worked.portfolio(D), policy))["C003"]
    assert c003["insured_minor"] == 1_125_000  # 15 000 at 20 % of VAT is 12 500, 90 % of it


def test_the_customer_alone_is_his_row_whatever_the_filters(worked: Workspace) -> None:
    from arlib.model.portfolio import Filters

    company = worked.info().companies[0].company_id
    filtered = worked.portfolio(D, Filters(search="ALPHA"))
    row = insurance.customer(filtered, POLICY, company_id=company, customer_id="C003")
    assert row["insured_minor"] == 1_350_000
    assert insurance.customer(filtered, POLICY, company_id=company, customer_id="C999") == {}


def test_dates_of_the_insurer_and_of_what_ends(worked: Workspace) -> None:
    view = insurance.schedule(worked.portfolio(D), POLICY, horizon_days=60)
    found = [
        (row["kind"], row["customer_id"], row["on"].date(), row["days_left"], row["state"])
        for row in view.rows.to_dict("records")
    ]
    assert found == [
        ("extension", "C003", date(2025, 6, 30), 0, "soon"),
        ("extension", "C003", date(2025, 7, 4), 4, "soon"),
        ("guarantee_end", "C004", date(2025, 7, 10), 10, "soon"),
        ("agreement_end", "C001", date(2025, 5, 31), -30, "past"),
        ("declaration", "C003", date(2025, 7, 30), 30, "later"),
        ("declaration", "C003", date(2025, 8, 3), 34, "later"),
    ]
    assert view.counts["declaration"] == 2
    amounts = view.rows.set_index("kind")["amount_minor"]
    assert list(amounts["declaration"]) == [1_800_000, 360_000]


def test_missed_declarations_come_first_and_the_late_list_says_them(worked: Workspace) -> None:
    day = date(2025, 7, 31)  # C003's F009 was to declare by the 30th; F010 is paid on 8 July
    view = insurance.schedule(worked.portfolio(day), POLICY, horizon_days=365)
    first = view.rows.iloc[0]
    assert (first["kind"], first["state"], first["days_left"]) == ("declaration", "missed", -1)
    assert view.states["missed"] == 1
    cover = insurance.build(worked.portfolio(day), POLICY)
    late = cover.late.set_index("customer_id")
    assert (late.loc["C003", "count_missed"], late.loc["C003", "missed_minor"]) == (1, 1_800_000)
    assert next(iter(cover.late["customer_id"])) == "C003"


def test_horizon_keeps_what_passed_and_what_comes(worked: Workspace) -> None:
    portfolio = worked.portfolio(D)
    by_horizon = {
        days: len(insurance.schedule(portfolio, POLICY, horizon_days=days).rows)
        for days in (0, 30, 60, 400)
    }
    assert by_horizon[0] == 2
    assert by_horizon[30] == 5
    assert by_horizon[60] == 6
    assert by_horizon[400] > by_horizon[60]  # limits decided on D, to review in a year


def test_what_was_declared_is_no_longer_to_declare() -> None:
    workspace = imported()
    portfolio = workspace.portfolio(date(2025, 7, 31))
    company = workspace.info().companies[0].company_id
    items = insurance.items(portfolio, POLICY, company_id=company, customer_id="C003")
    missed = items.loc[items["is_missed"], "document_id"]
    entry = ActionEntry(
        company, "C003", "declaration", taken_on=D, document_ids=(str(missed.iloc[0]),)
    )
    change = workspace.add_action(entry, BY)
    after = workspace.portfolio(date(2025, 7, 31))
    found = insurance.items(after, POLICY).set_index("document_id").loc[missed.iloc[0]]
    assert (found["declared_on"], found["is_missed"]) == (pd.Timestamp(D), False)
    assert insurance.schedule(after, POLICY).states["missed"] == 0
    assert "C003" not in set(insurance.build(after, POLICY).late["customer_id"])
    before = insurance.items(workspace.portfolio(date(2025, 6, 29)), POLICY)
    assert before["declared_on"].isna().all()  # not known yet
    workspace.undo_action(change, BY)
    again = insurance.schedule(workspace.portfolio(date(2025, 7, 31)), POLICY)
    assert again.states["missed"] == 1
    workspace.close()


def test_a_declaration_of_the_customer_is_that_of_all_he_then_owed_late() -> None:
    workspace = imported()
    company = workspace.info().companies[0].company_id
    workspace.add_action(ActionEntry(company, "C003", "declaration", taken_on=D), BY)
    found = insurance.items(workspace.portfolio(date(2025, 7, 5)), POLICY).set_index("number")
    assert found.loc["F009", "declared_on"] == pd.Timestamp(D)
    assert found["declared_on"].isna()["F011"]  # due after the declaration
    workspace.close()


def test_nothing_is_asked_for_a_contract_that_is_not_filled_in(worked: Workspace) -> None:
    view = insurance.build(worked.portfolio(D), Policy())
    assert {"insurance_declaration_days", "insurance_extension_days"} <= set(view.missing)
    kinds = set(insurance.schedule(worked.portfolio(D), Policy(), horizon_days=999).rows["kind"])
    assert not kinds & {"declaration", "extension"}


def test_the_agenda_holds_each_date_once(worked: Workspace) -> None:
    view = insurance.schedule(worked.portfolio(D), POLICY, horizon_days=60)
    text = agenda(view.rows, D).decode()
    assert text == agenda(view.rows, D).decode()
    assert text.count("BEGIN:VEVENT") == len(view.rows)
    names = [line for line in text.split("\r\n") if line.startswith("UID:")]
    assert len(set(names)) == len(names)
    assert "DTSTART;VALUE=DATE:20250730" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


# -- ours: limits, reviews, scores, promises ------------------------------------------------------


@pytest.fixture
def ours() -> Iterator[Workspace]:
    """A small book: one reliable customer, one in receivership, a score and reviews from its file."""
    workspace = Workspace.open(None)
    docs = [
        Doc("C1", "F1", date(2025, 6, 1), 100_00, due_on=date(2025, 7, 15)),
        Doc("C2", "F2", date(2025, 6, 1), 100_00, due_on=date(2025, 7, 15)),
    ]
    who: list[dict[str, object]] = [
        {"customer_id": "C1", "name": "ALPHA", "review_on": date(2025, 7, 20)},
        {
            "customer_id": "C2",
            "name": "BETA",
            "insolvency": "redressement",
            "insolvency_on": date(2025, 5, 1),
        },
    ]
    scores: list[dict[str, object]] = [
        {
            "customer_id": "C1",
            "measure": "external_score",
            "value": 7.0,
            "measured_on": date(2024, 7, 5),
        }
    ]
    load(workspace, Book(docs, customers=who, financials=scores, covers=(date(2025, 1, 1), D)))
    yield workspace
    workspace.close()


def limit(customer: str | None = "C1", amount: int | None = 500_00, **more: Any) -> LimitChange:
    values: dict[str, Any] = {"scope": "customer" if customer else "all", "scope_id": customer}
    return LimitChange("TEST", amount_minor=amount, currency="EUR", **values | more)


def dates(workspace: Workspace, *kinds: str, as_of: date = D) -> list[tuple[Any, ...]]:
    rows = insurance.schedule(workspace.portfolio(as_of), POLICY, horizon_days=999).rows
    kept = rows.loc[rows["kind"].isin(list(kinds))]
    return [
        (row["kind"], None if pd.isna(row["customer_id"]) else row["customer_id"], row["on"].date())
        for row in kept.to_dict("records")
    ]


def test_decisions_are_reviewed_after_a_year_and_after_three_months_at_high_risk(
    ours: Workspace,
) -> None:
    ours.set_limits([limit("C1"), limit("C2"), limit(None)], BY)
    assert dates(ours, "limit_review") == [
        ("limit_review", "C2", date(2025, 9, 30)),
        ("limit_review", "C1", date(2026, 6, 30)),
        ("limit_review", None, date(2026, 6, 30)),
    ]


def test_a_limit_that_ends_unless_another_follows(ours: Workspace) -> None:
    end = date(2025, 7, 10)
    ours.set_limits([limit(valid_from=date(2025, 1, 1), valid_to=end)], BY)
    assert dates(ours, "limit_end") == [("limit_end", "C1", end)]
    assert dates(ours, "limit_end", as_of=D) == [("limit_end", "C1", end)]
    ours.set_limits([limit(amount=600_00, valid_from=end + timedelta(days=1))], BY)
    assert dates(ours, "limit_end") == []


def test_a_gap_before_the_next_limit_is_still_an_end(ours: Workspace) -> None:
    end = date(2025, 7, 10)
    ours.set_limits([limit(valid_from=date(2025, 1, 1), valid_to=end)], BY)
    ours.set_limits([limit(valid_from=end + timedelta(days=2))], BY)
    assert dates(ours, "limit_end") == [("limit_end", "C1", end)]


def test_a_removal_that_follows_renews_nothing(ours: Workspace) -> None:
    end = date(2025, 7, 10)
    ours.set_limits([limit(valid_from=date(2025, 1, 1), valid_to=end)], BY)
    ours.set_limits([limit(amount=None, valid_from=end + timedelta(days=1))], BY)
    assert dates(ours, "limit_end") == [("limit_end", "C1", end)]


def test_a_removed_limit_asks_for_nothing(ours: Workspace) -> None:
    ours.set_limits([limit(valid_from=date(2025, 1, 1), valid_to=date(2025, 7, 10))], BY)
    ours.set_limits([limit(amount=None, valid_from=date(2025, 6, 1))], BY)
    assert dates(ours, "limit_end", "limit_review") == []


def test_reviews_by_hand_before_those_of_files(ours: Workspace) -> None:
    assert dates(ours, "review") == [("review", "C1", date(2025, 7, 20))]
    entry = ActionEntry("TEST", "C1", "review", taken_on=D, due_on=date(2025, 8, 1))
    ours.add_action(entry, BY)
    assert dates(ours, "review") == [("review", "C1", date(2025, 8, 1))]


def test_scores_become_stale_and_promises_are_awaited(ours: Workspace) -> None:
    assert dates(ours, "score_stale") == [("score_stale", "C1", date(2025, 7, 5))]
    promise = ActionEntry(
        "TEST",
        "C1",
        "promise",
        taken_on=D,
        due_on=date(2025, 7, 8),
        amount_minor=100_00,
        currency="EUR",
    )
    ours.add_action(promise, BY)
    assert dates(ours, "promise") == [("promise", "C1", date(2025, 7, 8))]


def test_a_class_fixed_by_hand_ends_or_is_reviewed(ours: Workspace) -> None:
    ours.override_segment(OverrideChange("TEST", "C1", "high_risk", "avis", valid_from=D), BY)
    assert dates(ours, "class_review", "override_end") == [
        ("class_review", "C1", date(2025, 9, 30))
    ]
    end = date(2025, 7, 31)
    ours.override_segment(OverrideChange("TEST", "C1", "watch", "avis", end, D), BY)
    assert dates(ours, "class_review", "override_end") == [("override_end", "C1", end)]
