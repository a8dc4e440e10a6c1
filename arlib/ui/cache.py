"""Views of the session's selection, computed once per state of the book.

Keys hold everything a view depends on: the opening of the file, the data version, the date, the
filters and the policy. Entries are few: a query of 30 ms is better than a cached large frame.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import streamlit as st

from arlib.model.portfolio import Filters
from arlib.ui.session import book
from arlib.views import activity as activity_view
from arlib.views import aging as aging_view
from arlib.views import alerts as alerts_view
from arlib.views import behaviour as behaviour_view
from arlib.views import behaviour_details as details_view
from arlib.views import case_file as case_file_view
from arlib.views import checklist as checklist_view
from arlib.views import companies as companies_view
from arlib.views import concentration as concentration_view
from arlib.views import customer as customer_view
from arlib.views import customer_file as customer_file_view
from arlib.views import disputes as disputes_view
from arlib.views import dossier as dossier_view
from arlib.views import dso as dso_view
from arlib.views import forecast as forecast_view
from arlib.views import grid as grid_view
from arlib.views import groups as groups_view
from arlib.views import insurance as insurance_view
from arlib.views import late_causes as late_causes_view
from arlib.views import late_interest as late_interest_view
from arlib.views import letter_batch as letter_batch_view
from arlib.views import letters as letters_view
from arlib.views import limits as limits_view
from arlib.views import matching as matching_view
from arlib.views import migration as migration_view
from arlib.views import overview as overview_view
from arlib.views import payment_terms as payment_terms_view
from arlib.views import provisions as provisions_view
from arlib.views import quality as quality_view
from arlib.views import receipts as receipts_view
from arlib.views import reliability as reliability_view
from arlib.views import report as report_view
from arlib.views import risk as risk_view
from arlib.views import sales as sales_view
from arlib.views import score_check as score_check_view
from arlib.views import segments as segments_view
from arlib.views import simulation as simulation_view
from arlib.views import simulations as simulations_view
from arlib.views import status as status_view
from arlib.views import suggestions as suggestions_view
from arlib.views import warnings as warnings_view
from arlib.views import worklist as worklist_view

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio
    from arlib.ui.controls import Selection
    from arlib.views.activity import ActivityView
    from arlib.views.aging import AgingView
    from arlib.views.alerts import AlertsView
    from arlib.views.behaviour import BehaviourView, LevelView
    from arlib.views.behaviour_details import DetailView, SurvivalView
    from arlib.views.case_file import CaseFile
    from arlib.views.checklist import ChecklistView
    from arlib.views.companies import CompaniesView
    from arlib.views.concentration import ConcentrationView, RiskMap
    from arlib.views.customer import CustomerView
    from arlib.views.customer_file import CustomerFile
    from arlib.views.disputes import DisputesView
    from arlib.views.dossier import Dossier
    from arlib.views.dso import Change, DsoView
    from arlib.views.forecast import ForecastView
    from arlib.views.grid import GridView
    from arlib.views.groups import GroupsView
    from arlib.views.insurance import CalendarView, InsuranceView
    from arlib.views.late_causes import LateCausesView
    from arlib.views.late_interest import LateView
    from arlib.views.letter_batch import LetterBatch
    from arlib.views.letters import LettersView
    from arlib.views.limits import LimitsView
    from arlib.views.matching import MatchingView
    from arlib.views.migration import MigrationView
    from arlib.views.overview import OverviewView
    from arlib.views.payment_terms import TermsView
    from arlib.views.provisions import ProvisionsView
    from arlib.views.quality import QualityView
    from arlib.views.receipts import ReceiptsView
    from arlib.views.reliability import ReliabilityView
    from arlib.views.report import RiskReport
    from arlib.views.risk import RiskView
    from arlib.views.sales import SalesView
    from arlib.views.score_check import ScoreCheckView
    from arlib.views.segments import SegmentDetail, SegmentsView
    from arlib.views.simulation import Rule, SimulationView
    from arlib.views.simulations import (
        ChangedTermsView,
        CycleView,
        DiscountView,
        FactoringView,
        LatenessView,
        LossView,
    )
    from arlib.views.status import StatusView
    from arlib.views.suggestions import SuggestionsView
    from arlib.views.warnings import WarningsView
    from arlib.views.worklist import CallSheet, WorklistView

_BUILDERS: Final[dict[str, Callable[..., object]]] = {
    "activity": activity_view.build,
    "aging": aging_view.build,
    "alerts": alerts_view.build,
    "worklist": worklist_view.build,
    "worklist_items": worklist_view.items,
    "call_sheet": worklist_view.call_sheet,
    "grid": grid_view.build,
    "sales": sales_view.build,
    "aging_items": aging_view.items,
    "due_soon": aging_view.due_soon,
    "behaviour": behaviour_view.build,
    "behaviour_level": behaviour_view.build_level,
    "behaviour_details": details_view.build,
    "survival": details_view.survival,
    "companies": companies_view.build,
    "concentration": concentration_view.build,
    "risk_map": concentration_view.build_map,
    "customer": customer_view.build,
    "customer_file": customer_file_view.build,
    "disputes": disputes_view.build,
    "dossier": dossier_view.build,
    "dso": dso_view.build,
    "dso_change": dso_view.change,
    "forecast": forecast_view.build,
    "provisions": provisions_view.build,
    "reliability": reliability_view.build,
    "receipts": receipts_view.build,
    "insurance": insurance_view.build,
    "insured_items": insurance_view.items,
    "insured_customer": insurance_view.customer,
    "schedule": insurance_view.schedule,
    "late_causes": late_causes_view.build,
    "late_interest": late_interest_view.build,
    "late_invoices": late_interest_view.invoices,
    "late_steps": late_interest_view.steps,
    "groups": groups_view.build,
    "letters": letters_view.build,
    "letter_customers": letters_view.candidates,
    "case_file": case_file_view.build,
    "limits": limits_view.build,
    "matching": matching_view.build,
    "migration": migration_view.build,
    "migration_items": migration_view.items,
    "overview": overview_view.build,
    "risk": risk_view.build,
    "over_limit_count": risk_view.over_limit_count,
    "segments": segments_view.build,
    "segment_detail": segments_view.detail,
    "factor_invoices": segments_view.factor_invoices,
    "score_check": score_check_view.build,
    "quality": quality_view.build,
    "simulation": simulation_view.build,
    "discounted": simulations_view.discounted,
    "changed_terms": simulations_view.terms,
    "factored": simulations_view.factored,
    "cash_cycle": simulations_view.cycle,
    "lateness": simulations_view.lateness,
    "customer_loss": simulations_view.loss,
    "simulation_people": simulations_view.people,
    "status": status_view.build,
    "suggestions": suggestions_view.build,
    "payment_terms": payment_terms_view.build,
    "terms_invoices": payment_terms_view.invoices,
    "checklist": checklist_view.build,
    "warnings": warnings_view.build,
}
_WITHOUT_POLICY: Final = frozenset({"aging_items"})
# A row a customer or an invoice: kept as they are, not copied at each run; pages only read them.
_HELD: Final = frozenset({"forecast", "limits", "worklist"})

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One state of the book under one selection: what a cached view was computed for."""

    key: Key
    portfolio: Portfolio
    policy: Policy


def question(selection: Selection) -> Question:
    """Return the book at the selection, read once per state of the book."""
    opened = book()
    workspace = opened.workspace()
    policy = workspace.policy()
    key = (
        str(opened.path),
        opened.generation,
        workspace.info().data_version,
        selection.as_of,
        astuple(selection.filters),
    )
    return Question(
        (*key, policy.version), _portfolio(key, selection.as_of, selection.filters), policy
    )


def status(selection: Selection) -> StatusView:
    """Return the state of the book."""
    return cast("StatusView", _ask("status", selection))


def overview(selection: Selection) -> OverviewView:
    """Return the overview, with what the last import changed."""
    return cast("OverviewView", _ask("overview", selection, changes=_changes(selection)))


def aging(selection: Selection, **choices: Any) -> AgingView:
    """Return the aged balance."""
    return cast("AgingView", _ask("aging", selection, **choices))


def due_soon(selection: Selection) -> pd.DataFrame:
    """Return what falls due soon."""
    return cast("pd.DataFrame", _ask("due_soon", selection))


def risk(selection: Selection, *, exposure: str | None = None, **more: bool) -> RiskView:
    """Return the risk view, with suggestions or cover when asked for."""
    return cast("RiskView", _ask("risk", selection, exposure=exposure, **more))


def limits(selection: Selection) -> LimitsView:
    """Return the state of every limit."""
    return cast("LimitsView", _ask("limits", selection))


def over_limit_count(selection: Selection) -> int:
    """Return the badge of the menu."""
    return cast("int", _ask("over_limit_count", selection))


def behaviour(selection: Selection, **choices: Any) -> BehaviourView:
    """Return payment behaviour."""
    return cast("BehaviourView", _ask("behaviour", selection, **choices))


def behaviour_level(selection: Selection, **choices: Any) -> LevelView:
    """Return payment behaviour by value of a level."""
    return cast("LevelView", _ask("behaviour_level", selection, **choices))


def behaviour_details(selection: Selection, **choices: Any) -> DetailView:
    """Return series, distribution and habits of a scope."""
    return cast("DetailView", _ask("behaviour_details", selection, **choices))


def survival(selection: Selection, **choices: Any) -> SurvivalView:
    """Return survival curves."""
    return cast("SurvivalView", _ask("survival", selection, **choices))


def dossier(selection: Selection, company_id: str, customer_id: str) -> Dossier:
    """Return one customer's file with where its figures come from."""
    found = _ask("dossier", selection, company_id=company_id, customer_id=customer_id)
    return cast("Dossier", found)


def disputes(selection: Selection) -> DisputesView:
    """Return the disputes and promises known at the date."""
    return cast("DisputesView", _ask("disputes", selection))


def dso(selection: Selection, **choices: Any) -> DsoView:
    """Return the DSO family."""
    return cast("DsoView", _ask("dso", selection, **choices))


def dso_change(selection: Selection, currency: str, from_on: date, to_on: date) -> Change:
    """Return what moved the DSO between two dates."""
    found = _ask("dso_change", selection, currency=currency, from_on=from_on, to_on=to_on)
    return cast("Change", found)


def receipts(selection: Selection) -> ReceiptsView:
    """Return receipts against what fell due, and the cohorts of invoices."""
    return cast("ReceiptsView", _ask("receipts", selection))


def activity(selection: Selection, **whose: Any) -> ActivityView:
    """Return basket, revenue, credit notes, billing lag and disputes, of the book or of a customer."""
    return cast("ActivityView", _ask("activity", selection, **whose))


def insurance(selection: Selection) -> InsuranceView:
    """Return what is insured and what is not."""
    return cast("InsuranceView", _ask("insurance", selection))


def insured_items(selection: Selection, company_id: str, customer_id: str) -> pd.DataFrame:
    """Return the open invoices of an insured customer with the dates of the contract."""
    found = _ask("insured_items", selection, company_id=company_id, customer_id=customer_id)
    return cast("pd.DataFrame", found)


def insured_customer(selection: Selection, company_id: str, customer_id: str) -> dict[str, Any]:
    """Return what is insured on one customer, {} for a collective account."""
    found = _ask("insured_customer", selection, company_id=company_id, customer_id=customer_id)
    return cast("dict[str, Any]", found)


def schedule(selection: Selection, horizon_days: int) -> CalendarView:
    """Return every date not to miss within a horizon."""
    return cast("CalendarView", _ask("schedule", selection, horizon_days=horizon_days))


def provisions(selection: Selection, **choices: Any) -> ProvisionsView:
    """Return the matrix of provisions, the candidates and what moved since a closing."""
    return cast("ProvisionsView", _ask("provisions", selection, **choices))


def forecast(selection: Selection, **choices: Any) -> ForecastView:
    """Return the cash forecast over so many weeks, by a scenario."""
    return cast("ForecastView", _ask("forecast", selection, **choices))


def reliability(selection: Selection) -> ReliabilityView:
    """Return what the forecasts of past month-ends were worth."""
    return cast("ReliabilityView", _ask("reliability", selection))


def late_causes(selection: Selection) -> LateCausesView:
    """Return the causes of lateness noted by hand."""
    return cast("LateCausesView", _ask("late_causes", selection))


def late_interest(selection: Selection) -> LateView:
    """Return late payment interest and indemnities."""
    return cast("LateView", _ask("late_interest", selection))


def late_invoices(selection: Selection, company_id: str, customer_id: str) -> pd.DataFrame:
    """Return the late invoices of one customer."""
    found = _ask("late_invoices", selection, company_id=company_id, customer_id=customer_id)
    return cast("pd.DataFrame", found)


def late_steps(selection: Selection, company_id: str, customer_id: str) -> pd.DataFrame:
    """Return the interest of one customer spelled out."""
    found = _ask("late_steps", selection, company_id=company_id, customer_id=customer_id)
    return cast("pd.DataFrame", found)


def all_claims(selection: Selection, currency: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every invoice to claim and its reckoning: not cached, there may be many."""
    asked = question(selection)
    found = late_interest_view.invoices(
        asked.portfolio, asked.policy, currency=currency, is_claimable=True
    )
    return found, late_interest_view.steps(asked.portfolio, asked.policy)


def groups(selection: Selection) -> GroupsView:
    """Return the groups of customers, in force and proposed."""
    return cast("GroupsView", _ask("groups", selection))


def matching(selection: Selection) -> MatchingView:
    """Return the cash application."""
    return cast("MatchingView", _ask("matching", selection))


def migration(selection: Selection, **dates: Any) -> MigrationView:
    """Return the migration between two dates. Raises UserError ``migration_dates``."""
    return cast("MigrationView", _ask("migration", selection, **dates))


def migration_items(selection: Selection, **cell: Any) -> pd.DataFrame:
    """Return the documents behind one cell of a migration."""
    return cast("pd.DataFrame", _ask("migration_items", selection, **cell))


def alerts(selection: Selection) -> AlertsView:
    """Return the alerts of the rules that are on."""
    return cast("AlertsView", _ask("alerts", selection))


def letters(selection: Selection, company_id: str, customer_id: str) -> LettersView:
    """Return what may be written to one customer. Raises UserError ``customer_not_found``."""
    found = _ask("letters", selection, company_id=company_id, customer_id=customer_id)
    return cast("LettersView", found)


def letter_customers(selection: Selection) -> pd.DataFrame:
    """Return the customers to write to, those whose step is due first."""
    return cast("pd.DataFrame", _ask("letter_customers", selection))


def letter_batch(selection: Selection, **choices: Any) -> LetterBatch:
    """Return a batch of letters, never kept: it is long and asked for once."""
    asked = question(selection)
    return letter_batch_view.build_batch(asked.portfolio, asked.policy, **choices)


def case_file(selection: Selection, company_id: str, customer_id: str) -> CaseFile:
    """Return one customer's case file. Raises UserError ``customer_not_found``."""
    found = _ask("case_file", selection, company_id=company_id, customer_id=customer_id)
    return cast("CaseFile", found)


def worklist(selection: Selection) -> WorklistView:
    """Return whom to call first and why, and what waits."""
    return cast("WorklistView", _ask("worklist", selection))


def worklist_items(selection: Selection, *, company_id: str, customer_id: str) -> pd.DataFrame:
    """Return the invoices of one customer that are overdue or due soon, with their level."""
    asked = {"company_id": company_id, "customer_id": customer_id}
    return cast("pd.DataFrame", _ask("worklist_items", selection, **asked))


def call_sheet(selection: Selection, *, company_id: str, customer_id: str) -> CallSheet:
    """Return what is needed to call one customer."""
    asked = {"company_id": company_id, "customer_id": customer_id}
    return cast("CallSheet", _ask("call_sheet", selection, **asked))


def grid(selection: Selection) -> GridView:
    """Return the credit grid and the customers outside it."""
    return cast("GridView", _ask("grid", selection))


def sales(selection: Selection) -> SalesView:
    """Return what may still be sold to each customer."""
    return cast("SalesView", _ask("sales", selection))


def warnings(selection: Selection) -> WarningsView:
    """Return the early warning."""
    return cast("WarningsView", _ask("warnings", selection))


def companies(selection: Selection) -> CompaniesView:
    """Return each company of the book with the figures of its overview."""
    return cast("CompaniesView", _ask("companies", selection))


def concentration(
    selection: Selection, measure: str = "outstanding", by: str = "customer"
) -> ConcentrationView:
    """Return concentration of the outstanding or of the late amount, by customer or by group."""
    return cast("ConcentrationView", _ask("concentration", selection, measure=measure, by=by))


def risk_map(selection: Selection) -> RiskMap:
    """Return customers by amount owed and score."""
    return cast("RiskMap", _ask("risk_map", selection))


def suggestions(selection: Selection) -> SuggestionsView:
    """Return the suggested limits."""
    return cast("SuggestionsView", _ask("suggestions", selection))


def payment_terms(selection: Selection, **choices: Any) -> TermsView:
    """Return the payment-term report of a year. Raises UserError ``terms_period``."""
    return cast("TermsView", _ask("payment_terms", selection, **choices))


def terms_invoices(selection: Selection, from_on: date) -> pd.DataFrame:
    """Return the invoices behind the payment-term report."""
    return cast("pd.DataFrame", _ask("terms_invoices", selection, from_on=from_on))


def checklist(selection: Selection) -> ChecklistView:
    """Return the check list, answered."""
    return cast("ChecklistView", _ask("checklist", selection))


def simulation(selection: Selection, rules: tuple[Rule, ...]) -> SimulationView:
    """Return what rules would have made of the past. Raises UserError ``simulation_rule_invalid``."""
    return cast("SimulationView", _ask("simulation", selection, rules=rules))


def discounted(selection: Selection, **choices: Any) -> DiscountView:
    """Return what an early-payment discount costs and brings."""
    return cast("DiscountView", _ask("discounted", selection, **choices))


def changed_terms(selection: Selection, **choices: Any) -> ChangedTermsView:
    """Return what other payment terms release."""
    return cast("ChangedTermsView", _ask("changed_terms", selection, **choices))


def factored(selection: Selection, **choices: Any) -> FactoringView:
    """Return the pool eligible for factoring."""
    return cast("FactoringView", _ask("factored", selection, **choices))


def cash_cycle(selection: Selection, **choices: Any) -> CycleView:
    """Return the cash conversion cycle."""
    return cast("CycleView", _ask("cash_cycle", selection, **choices))


def lateness(selection: Selection) -> LatenessView:
    """Return what lateness costs."""
    return cast("LatenessView", _ask("lateness", selection))


def customer_loss(selection: Selection, **choices: Any) -> LossView:
    """Return what losing one customer would cost. Raises UserError ``customer_not_found``."""
    return cast("LossView", _ask("customer_loss", selection, **choices))


def simulation_people(selection: Selection) -> pd.DataFrame:
    """Return the customers to choose from, largest sales first."""
    return cast("pd.DataFrame", _ask("simulation_people", selection))


def segments(selection: Selection, method: str | None = None) -> SegmentsView:
    """Return segments, by the policy's method unless another is asked for."""
    return cast("SegmentsView", _ask("segments", selection, method=method))


def segment_detail(selection: Selection, company_id: str, customer_id: str) -> SegmentDetail:
    """Return one customer's score, opened."""
    found = _ask("segment_detail", selection, company_id=company_id, customer_id=customer_id)
    return cast("SegmentDetail", found)


def factor_invoices(
    selection: Selection, company_id: str, customer_id: str, factor: str
) -> pd.DataFrame:
    """Return the invoices behind a factor of one customer's score."""
    found = _ask(
        "factor_invoices",
        selection,
        company_id=company_id,
        customer_id=customer_id,
        factor=factor,
    )
    return cast("pd.DataFrame", found)


def score_check(selection: Selection) -> ScoreCheckView:
    """Return what the classes gave on the book's own past."""
    return cast("ScoreCheckView", _ask("score_check", selection))


def customer(selection: Selection, company_id: str, customer_id: str) -> CustomerView:
    """Return one customer. Raises UserError ``customer_not_found``."""
    view = _ask("customer", selection, customer_id=customer_id, company_id=company_id)
    return cast("CustomerView", view)


def customer_file(selection: Selection, company_id: str, customer_id: str) -> CustomerFile:
    """Return one customer's file. Raises UserError ``customer_not_found``."""
    view = _ask("customer_file", selection, customer_id=customer_id, company_id=company_id)
    return cast("CustomerFile", view)


def quality(selection: Selection) -> QualityView:
    """Return what is doubtful in the data."""
    return cast("QualityView", _ask("quality", selection))


def quality_lines(selection: Selection, codes: tuple[str, ...]) -> pd.DataFrame:
    """Return the lines behind the checks: not cached, there may be many."""
    asked = question(selection)
    return quality_view.lines(asked.portfolio, asked.policy, codes)


def report(selection: Selection, audience: str = "credit") -> RiskReport:
    """Return everything the risk report prints: not cached, it holds every open item."""
    asked = question(selection)
    return report_view.build(asked.portfolio, asked.policy, audience=audience)


def filter_choices(data_version: int) -> dict[str, list[str]]:
    """Return the categories, owners and sectors of the customers of the whole book."""
    opened = book()
    return _filter_choices((str(opened.path), opened.generation, data_version))


def _ask(name: str, selection: Selection, **arguments: Any) -> object:
    asked = question(selection)
    kept = _held_view if name in _HELD else _view
    return kept(name, asked.key, tuple(sorted(arguments.items(), key=lambda item: item[0])), asked)


@st.cache_data(show_spinner=False, max_entries=48)
def _view(name: str, key: Key, arguments: tuple[Any, ...], _asked: Question) -> object:  # noqa: ARG001
    return _built(name, arguments, _asked)


@st.cache_resource(show_spinner=False, max_entries=8)
def _held_view(name: str, key: Key, arguments: tuple[Any, ...], _asked: Question) -> object:  # noqa: ARG001
    return _built(name, arguments, _asked)


def _built(name: str, arguments: tuple[Any, ...], asked: Question) -> object:
    given = (asked.portfolio,) if name in _WITHOUT_POLICY else (asked.portfolio, asked.policy)
    return _BUILDERS[name](*given, **dict(arguments))


@st.cache_resource(show_spinner=False, max_entries=4)
def _portfolio(key: Key, as_of: date, _filters: Filters) -> Portfolio:  # noqa: ARG001
    return book().workspace().portfolio(as_of, _filters)


@st.cache_data(show_spinner=False, max_entries=4)
def _filter_choices(key: Key) -> dict[str, list[str]]:  # noqa: ARG001
    customers = book().workspace().portfolio(None, Filters()).customers()
    return {
        name: sorted(str(value) for value in customers[name].dropna().unique() if value)
        for name in ("category", "owner", "sector")
    }


def _changes(selection: Selection) -> Any:
    """Return what the last import changed: it belongs to the whole book at its default date."""
    workspace = book().workspace()
    if selection.filters != Filters() or selection.as_of != workspace.info().default_as_of:
        return None
    return _last_changes((str(book().path), book().generation, workspace.info().data_version))


@st.cache_data(show_spinner=False, max_entries=2)
def _last_changes(key: Key) -> Any:  # noqa: ARG001
    return book().workspace().changes_since_last_import()
