"""Policy: every threshold, bucket and choice, as one readable TOML file.

Setting names are those of the definitions; a file holds any subset, the rest is built in.
``Policy.version`` identifies the content, so every figure can say which policy made it.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import Field, asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from arlib.model.grid_settings import ALERT_RULES, check_alerts, check_codes, check_grid
from arlib.model.issues import UserError
from arlib.model.late_settings import check_late
from arlib.model.letter_settings import SENDER_FIELDS, check_letters
from arlib.model.provision_settings import check_ages, check_provisions, check_shares
from arlib.model.reminder_settings import check_limitation, check_reminders

if TYPE_CHECKING:
    from collections.abc import Mapping

Exposure = Literal["E1", "E1g", "E2", "E3", "E4"]
Credits = Literal["separate", "oldest_first", "exclude"]
Basis = Literal["due", "issue"]

_SECTIONS: Final[Mapping[str, str]] = {
    "aging": "Balance âgée : bornes en jours, base, place des avoirs",
    "terms": "Conditions de règlement quand le fichier n’a pas d’échéance",
    "exposure": "Encours retenu (effets : jours de sûreté après l’échéance), limites et alertes",
    "behaviour": "Comportement de paiement",
    "dso": "DSO",
    "targets": "Objectifs (0 : aucun) : DSO simple en jours, taux d’échu maximal, CEI minimal",
    "segments": "Segmentation : méthode (score ou rules) et seuils des règles",
    "score": "Score : classes, puis ancres de chaque facteur (valeur, points, valeur, points…)",
    "warning": "Alerte précoce : seuil du cumul (0 : calibré), fausses alertes admises par client et par an",
    "promises": "Promesses de règlement : jours de grâce, part à partir de laquelle elles sont tenues",
    "reminders": "Relances : jours de R0 à R5, poids des classes, minimum, écart entre deux relances ; prescription en mois",
    "forecast": "Prévision d’encaissement : retard sans historique (jours), écart-type du choc commun",
    "concentration": "Concentration ; part des ventes de douze mois qu’un client ne devrait pas dépasser (0 : aucune)",
    "insurance": "Assurance-crédit : conditions du contrat, rien n’est supposé (0 ou vide : non renseigné)",
    "calendar": "Échéancier : durée d’une décision en mois, horizon et préavis en jours",
    "suggestion": "Limites proposées : facteurs par classe, plafonds (0 ou vide : non fixé), arrondi ; simulateur",
    "grid": "Grille par classe (rien : non fixé) : plafond de limite, délai, acompte, action ; retard qui arrête la vente",
    "alerts": "Alertes : règles actives, jours de dépassement à partir desquels il est long",
    "provisions": "Provisions : taux par tranche ([] : les vôtres, roll ou vintage), perte sur la dernière tranche et TVA (0 : non fixé)",
    "letters": 'Courriers : expéditeur par société (son identifiant, ou "*" pour toutes) ; jours laissés par la mise en demeure',
    "simulation": "Simulations : coût annuel de l’argent, taux de marge sur ventes HT (0 : non renseigné)",
    "late_interest": "Pénalités de retard : lecture du taux, effet d’un avoir, taux de vos conditions (0 : taux légal), taux des semestres que le programme ne connaît pas",
    "matching": "Rapprochement sans lettrage ; écart toléré entre débit et crédit d’un FEC, en centimes",
}


_BARE_KEY: Final = re.compile("[A-Za-z0-9_-]+")
_CONTRACT: Final = frozenset({"insurance", "calendar"})
_LONGEST_DAYS: Final = 3650
_SHARES: Final = frozenset({"match_discounts", "ecl_rates"})

# Factors of the score: value and points in turn, straight lines between them.
SCORE_ANCHORS: Final = (
    "score_late_probability",
    "score_late_share",
    "score_mean_delay",
    "score_oldest_overdue",
    "score_overdue_share",
    "score_early_warning",
    "score_disputes",
    "score_broken_promises",
    "score_limit_use",
    "score_external",
    "score_financials",
)


def _setting(section: str, default: Any) -> Any:
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata={"section": section})
    return field(default=default, metadata={"section": section})


@dataclass(frozen=True)  # without slots: the version, asked for with every figure, is kept
class Policy:
    """Every threshold and choice. Amounts are minor units; ratios 0 to 1; the rest days or counts."""

    buckets: tuple[int, ...] = _setting("aging", (30, 60, 90))
    forward_buckets: tuple[int, ...] = _setting("aging", (30, 60))
    aging_basis: Basis = _setting("aging", "due")
    credits: Credits = _setting("aging", "separate")
    due_soon_days: int = _setting("aging", 15)
    default_terms: str = _setting("terms", "30 jours")
    commercial_month: bool = _setting("terms", False)
    next_business_day: bool = _setting("terms", False)
    exposure_basis: Exposure = _setting("exposure", "E1")
    bill_safety_days: int = _setting("exposure", 0)
    limit_source: str = _setting("exposure", "internal")
    alert_watch_ratio: float = _setting("exposure", 0.8)
    alert_over_ratio: float = _setting("exposure", 1.0)
    alert_major_ratio: float = _setting("exposure", 1.2)
    behaviour_window_months: int = _setting("behaviour", 12)
    trend_window_months: int = _setting("behaviour", 3)
    trend_days: int = _setting("behaviour", 5)
    trend_min_payments: int = _setting("behaviour", 3)
    behaviour_min_confidence: float = _setting("behaviour", 0.6)
    min_paid_invoices: int = _setting("behaviour", 3)
    exclude_disputed: bool = _setting("behaviour", False)
    paid_tolerance_ratio: float = _setting("behaviour", 0.005)
    paid_tolerance_minor: Mapping[str, int] = _setting("behaviour", {"EUR": 500})
    dso_period_months: int = _setting("dso", 12)
    dso_min_months: int = _setting("dso", 3)
    dso_include_bills: bool = _setting("dso", False)
    dso_include_doubtful: bool = _setting("dso", False)
    turnover_average: Literal["ends", "month_ends"] = _setting("dso", "ends")
    dso_target_days: float = _setting("targets", 0.0)
    overdue_target_ratio: float = _setting("targets", 0.0)
    cei_target_ratio: float = _setting("targets", 0.0)
    segmentation_method: Literal["score", "rules"] = _setting("segments", "score")
    high_risk_delay_days: float = _setting("segments", 45.0)
    high_risk_utilisation_ratio: float = _setting("segments", 1.2)
    high_risk_old_ratio: float = _setting("segments", 0.05)
    old_days: int = _setting("segments", 90)
    materiality_minor: Mapping[str, int] = _setting("segments", {"EUR": 50_000})
    watch_delay_days: float = _setting("segments", 15.0)
    watch_overdue_ratio: float = _setting("segments", 0.25)
    watch_utilisation_ratio: float = _setting("segments", 1.0)
    watch_oldest_days: int = _setting("segments", 30)
    watch_trend_days: float = _setting("segments", 10.0)
    score_watch_points: float = _setting("score", 22.0)
    score_high_risk_points: float = _setting("score", 45.0)
    score_hysteresis_points: float = _setting("score", 3.0)
    score_history_months: int = _setting("score", 12)
    score_min_paid_invoices: int = _setting("score", 5)
    score_short_history_days: int = _setting("score", 30)
    score_least_known_ratio: float = _setting("score", 0.5)
    score_over_limit_ratio: float = _setting("score", 1.2)
    score_returned_months: int = _setting("score", 12)
    score_late_probability: tuple[float, ...] = _setting(
        "score", (0.005, 0, 0.02, 20, 0.05, 40, 0.1, 60, 0.25, 90, 0.5, 125, 0.8, 160)
    )
    score_late_share: tuple[float, ...] = _setting("score", (0, 0, 0.1, 4, 0.3, 8, 0.6, 10))
    score_mean_delay: tuple[float, ...] = _setting("score", (0, 0, 7, 4, 15, 7, 30, 10))
    score_oldest_overdue: tuple[float, ...] = _setting("score", (15, 0, 30, 3, 60, 7, 90, 10))
    score_overdue_share: tuple[float, ...] = _setting("score", (0.1, 0, 0.5, 5))
    score_early_warning: tuple[float, ...] = _setting("score", (3, 0, 7, 5))
    score_disputes: tuple[float, ...] = _setting("score", (0.1, 0, 0.3, 5))
    score_broken_promises: tuple[float, ...] = _setting("score", (0, 0, 1, 3, 3, 8))
    score_limit_use: tuple[float, ...] = _setting("score", (0.8, 0, 1, 3, 1.2, 6, 1.5, 8))
    score_external: tuple[float, ...] = _setting("score", (0.25, 0, 0.5, 4, 0.75, 8))
    score_financials: tuple[float, ...] = _setting("score", (0.25, 0, 0.75, 5))
    score_check_days: int = _setting("score", 60)
    score_check_late_days: int = _setting("score", 15)
    score_check_bad_ratio: float = _setting("score", 0.1)
    warning_threshold: float = _setting("warning", 0.0)
    warning_false_alarms: float = _setting("warning", 0.2)
    promise_grace_days: int = _setting("promises", 3)
    promise_kept_ratio: float = _setting("promises", 0.98)
    reminder_days: tuple[int, ...] = _setting("reminders", (-5, 3, 10, 20, 30, 60))
    reminder_weights: Mapping[str, float] = _setting(
        "reminders",
        {"reliable": 1.0, "insufficient_history": 1.0, "watch": 1.5, "high_risk": 2.0},
    )
    reminder_min_minor: Mapping[str, int] = _setting("reminders", {"EUR": 2_000})
    reminder_gap_days: int = _setting("reminders", 7)
    limitation_months: int = _setting("reminders", 60)
    limitation_alert_months: int = _setting("reminders", 6)
    default_delay_days: int = _setting("forecast", 0)
    forecast_shock: float = _setting("forecast", 0.4)
    concentration_tops: tuple[int, ...] = _setting("concentration", (1, 5, 10, 20))
    pareto_ratio: float = _setting("concentration", 0.8)
    dependence_ratio: float = _setting("concentration", 0.05)
    insurance_base: Literal["TTC", "HT"] = _setting("insurance", "TTC")
    insurance_cover_ratio: float = _setting("insurance", 0.0)
    insurance_unnamed_cover_ratio: float = _setting("insurance", 0.0)
    insurance_unnamed_ceiling_minor: Mapping[str, int] = _setting("insurance", {})
    insurance_unnamed_max_days_late: int = _setting("insurance", 0)
    insurance_unnamed_min_months: int = _setting("insurance", 0)
    insurance_vat_ratio: float = _setting("insurance", 0.0)
    insurance_max_terms_days: int = _setting("insurance", 0)
    insurance_stop_days: int = _setting("insurance", 0)
    insurance_extension_days: int = _setting("insurance", 0)
    insurance_declaration_days: int = _setting("insurance", 0)
    insurance_waiting_days: int = _setting("insurance", 0)
    insurance_alert_days: int = _setting("calendar", 15)
    review_months: int = _setting("calendar", 12)
    review_high_risk_months: int = _setting("calendar", 3)
    calendar_days: int = _setting("calendar", 30)
    limit_step_minor: Mapping[str, int] = _setting("suggestion", {"EUR": 50_000})
    suggestion_delay_cap_days: float = _setting("suggestion", 10.0)
    suggestion_reliable_factor: float = _setting("suggestion", 1.2)
    suggestion_watch_factor: float = _setting("suggestion", 1.0)
    suggestion_high_risk_factor: float = _setting("suggestion", 0.5)
    suggestion_override_factor: float = _setting("suggestion", 0.0)
    suggestion_starter_minor: Mapping[str, int] = _setting("suggestion", {})
    suggestion_insurance: Literal["where_decided", "insured_only", "none"] = _setting(
        "suggestion", "where_decided"
    )
    suggestion_retention_minor: Mapping[str, int] = _setting("suggestion", {})
    suggestion_total_ratio: float = _setting("suggestion", 0.1)
    suggestion_loss_budget_minor: Mapping[str, int] = _setting("suggestion", {})
    suggestion_loss_ratio: float = _setting("suggestion", 0.0)
    suggestion_ignore_ratio: float = _setting("suggestion", 0.15)
    suggestion_stable_months: int = _setting("suggestion", 3)
    suggestion_unused_ratio: float = _setting("suggestion", 0.5)
    suggestion_peak_high_risk_factor: float = _setting("suggestion", 0.7)
    suggestion_equity_ratio: float = _setting("suggestion", 0.1)
    suggestion_turnover_ratio: float = _setting("suggestion", 0.01)
    suggestion_dependence_ratio: float = _setting("suggestion", 0.05)
    suggestion_payables_ratio: float = _setting("suggestion", 0.1)
    suggestion_afdcc_terms: float = _setting("suggestion", 1.0)
    suggestion_afdcc_reliable: float = _setting("suggestion", 1.1)
    suggestion_afdcc_watch: float = _setting("suggestion", 1.0)
    suggestion_afdcc_high_risk: float = _setting("suggestion", 0.9)
    simulation_months: int = _setting("suggestion", 24)
    simulation_late_days: int = _setting("suggestion", 60)
    grid_ceiling_minor: Mapping[str, Mapping[str, int]] = _setting("grid", {})
    grid_terms: Mapping[str, str] = _setting("grid", {})
    grid_deposit_ratio: Mapping[str, float] = _setting("grid", {})
    grid_action: Mapping[str, str] = _setting("grid", {})
    sales_overdue_days: int = _setting("grid", 30)
    sales_dispute_codes: str = _setting("grid", "PRIX; RFA; COMMERCIAL")
    alert_rules: Mapping[str, bool] = _setting("alerts", dict.fromkeys(ALERT_RULES, True))
    alert_over_days: int = _setting("alerts", 30)
    ecl_method: Literal["roll", "vintage"] = _setting("provisions", "roll")
    ecl_rates: tuple[float, ...] = _setting("provisions", ())
    ecl_loss_ratio: float = _setting("provisions", 0.0)
    ecl_forward_factor: float = _setting("provisions", 1.0)
    ecl_base: Literal["TTC", "HT"] = _setting("provisions", "HT")
    ecl_vat_ratio: float = _setting("provisions", 0.0)
    doubtful_ratios: Mapping[str, float] = _setting(
        "provisions", {"90": 0.25, "180": 0.5, "365": 1.0}
    )
    letters_name: Mapping[str, str] = _setting("letters", {})
    letters_address: Mapping[str, str] = _setting("letters", {})
    letters_legal: Mapping[str, str] = _setting("letters", {})
    letters_contact: Mapping[str, str] = _setting("letters", {})
    letters_place: Mapping[str, str] = _setting("letters", {})
    letters_signatory: Mapping[str, str] = _setting("letters", {})
    letters_title: Mapping[str, str] = _setting("letters", {})
    letters_bank: Mapping[str, str] = _setting("letters", {})
    letters_clause: Mapping[str, str] = _setting("letters", {})
    letters_delay_days: int = _setting("letters", 8)
    cost_of_money_ratio: float = _setting("simulation", 0.0)
    margin_ratio: float = _setting("simulation", 0.0)
    late_rate_mode: Literal["per_semester", "at_start"] = _setting("late_interest", "per_semester")
    late_credit_notes: Literal["own_date", "retroactive"] = _setting("late_interest", "own_date")
    late_contract_ratio: float = _setting("late_interest", 0.0)
    late_ecb_ratios: Mapping[str, float] = _setting("late_interest", {})
    late_legal_ratios: Mapping[str, float] = _setting("late_interest", {})
    fec_balance_tolerance: int = _setting("matching", 1)
    match_early_days: int = _setting("matching", 5)
    match_window_days: int = _setting("matching", 180)
    match_candidates: int = _setting("matching", 12)
    match_subset_size: int = _setting("matching", 5)
    match_tolerance_ratio: float = _setting("matching", 0.01)
    match_tolerance_minor: Mapping[str, int] = _setting("matching", {"EUR": 500})
    match_discounts: tuple[float, ...] = _setting("matching", ())
    match_fifo: bool = _setting("matching", False)

    def __post_init__(self) -> None:
        """Check the settings that would make a figure meaningless.

        Raises:
            UserError: ``policy_value_invalid`` with the name of the setting.
        """
        for name in ("buckets", "forward_buckets"):
            bounds = getattr(self, name)
            if not 1 <= len(bounds) <= 8 or list(bounds) != sorted(set(bounds)) or bounds[0] < 1:  # noqa: PLR2004
                raise UserError(
                    "policy_value_invalid", value=name, detail="1 à 8 bornes croissantes, en jours"
                )
        if not 2 <= self.match_candidates <= 16 or not 2 <= self.match_subset_size <= 6:  # noqa: PLR2004
            raise UserError(
                "policy_value_invalid",
                value="match_candidates",
                detail="2 à 16, sous-ensembles de 2 à 6",
            )
        if self.exposure_basis not in {"E1", "E1g", "E2", "E3", "E4"}:
            raise UserError(
                "policy_value_invalid", value="exposure_basis", detail="E1, E1g, E2, E3, E4"
            )
        if not 0 <= self.bill_safety_days <= _LONGEST_DAYS:
            raise UserError("policy_value_invalid", value="bill_safety_days", detail="0-3650")
        self._check_shares()
        self._check_score()
        self._check_targets()
        self._check_suggestion()
        self._check_insurance()
        self._check_grid()
        self._check_provisions()
        self._check_late()
        self._check_reminders()
        self._check_letters()
        if self.promise_grace_days < 0 or not 0.5 < self.promise_kept_ratio <= 1:  # noqa: PLR2004 - above partial
            raise UserError("policy_value_invalid", value="promise_*", detail="≥ 0, 0,5-1")
        if not 0 <= self.warning_threshold <= 25 or not 0 < self.warning_false_alarms <= 10:  # noqa: PLR2004 - S never exceeds 25
            raise UserError("policy_value_invalid", value="warning_*", detail="0-25, 0-10")
        if not self.alert_watch_ratio <= self.alert_over_ratio <= self.alert_major_ratio:
            raise UserError(
                "policy_value_invalid", value="alert_*_ratio", detail="watch ≤ over ≤ major"
            )

    def _check_shares(self) -> None:
        for name in ("dependence_ratio", "cost_of_money_ratio", "margin_ratio"):
            if not 0 <= getattr(self, name) <= 1:
                raise UserError("policy_value_invalid", value=name, detail="0-1")

    def _check_grid(self) -> None:
        check_grid(
            self.grid_ceiling_minor, self.grid_terms, self.grid_deposit_ratio, self.grid_action
        )
        check_alerts(self.alert_rules, self.alert_over_days)
        if not 1 <= self.sales_overdue_days <= _LONGEST_DAYS:
            raise UserError("policy_value_invalid", value="sales_overdue_days", detail="1-3650")
        check_codes(self.sales_codes)

    def _check_reminders(self) -> None:
        check_reminders(
            self.reminder_days,
            self.reminder_weights,
            self.reminder_min_minor,
            self.reminder_gap_days,
        )
        check_limitation(self.limitation_months, self.limitation_alert_months)

    def _check_letters(self) -> None:
        names = [f"letters_{name}" for name in SENDER_FIELDS]
        check_letters({name: getattr(self, name) for name in names}, self.letters_delay_days)

    def _check_provisions(self) -> None:
        choices = (self.ecl_base, self.ecl_method)
        check_provisions(self.ecl_rates, len(self.buckets) + 2, choices)
        check_shares(self.ecl_forward_factor, self.ecl_loss_ratio, self.ecl_vat_ratio)
        check_ages(self.doubtful_ratios)

    def _check_late(self) -> None:
        choices = (self.late_rate_mode, self.late_credit_notes)
        rates = {name: getattr(self, name) for name in ("late_ecb_ratios", "late_legal_ratios")}
        check_late(choices, self.late_contract_ratio, rates)

    def _check_insurance(self) -> None:
        """Check the terms of the contract: shares within 0 and 1, days and amounts not negative."""
        if self.insurance_base not in {"TTC", "HT"}:
            raise UserError("policy_value_invalid", value="insurance_base", detail="TTC, HT")
        for name in ("cover_ratio", "unnamed_cover_ratio", "vat_ratio"):
            if not 0 <= getattr(self, f"insurance_{name}") <= 1:
                raise UserError("policy_value_invalid", value=f"insurance_{name}", detail="0-1")
        days = [item.name for item in fields(self) if item.metadata["section"] in _CONTRACT]
        for name in days:
            value = getattr(self, name)
            if isinstance(value, int) and not 0 <= value <= _LONGEST_DAYS:
                raise UserError("policy_value_invalid", value=name, detail="0-3650")
        if not all(
            isinstance(value, int) and value >= 0
            for value in self.insurance_unnamed_ceiling_minor.values()
        ):
            raise UserError(
                "policy_value_invalid", value="insurance_unnamed_ceiling_minor", detail="≥ 0"
            )
        if not 1 <= self.review_high_risk_months <= self.review_months:
            raise UserError(
                "policy_value_invalid", value="review_*_months", detail="1 ≤ high ≤ all"
            )

    def _check_suggestion(self) -> None:
        """Check what suggested limits and their simulator are made from."""
        if self.suggestion_insurance not in {"where_decided", "insured_only", "none"}:
            raise UserError(
                "policy_value_invalid",
                value="suggestion_insurance",
                detail="where_decided, insured_only, none",
            )
        names = [item.name for item in fields(self) if item.metadata["section"] == "suggestion"]
        for name in names:
            value = getattr(self, name)
            amounts = value.values() if isinstance(value, dict) else [value]
            if any(not isinstance(item, str) and item < 0 for item in amounts):
                raise UserError("policy_value_invalid", value=name, detail="≥ 0")
        if not 1 <= self.simulation_months <= 60:  # noqa: PLR2004 - five years
            raise UserError("policy_value_invalid", value="simulation_months", detail="1-60")
        if any(step < 1 for step in self.limit_step_minor.values()):
            raise UserError("policy_value_invalid", value="limit_step_minor", detail="≥ 1")

    def _check_targets(self) -> None:
        if self.turnover_average not in {"ends", "month_ends"}:
            raise UserError(
                "policy_value_invalid", value="turnover_average", detail="ends, month_ends"
            )
        for name in ("dso_target_days", "overdue_target_ratio", "cei_target_ratio"):
            if getattr(self, name) < 0:
                raise UserError("policy_value_invalid", value=name, detail="≥ 0")

    def _check_score(self) -> None:
        """Check the method, the bands and that more of a factor never takes points away."""
        if self.segmentation_method not in {"score", "rules"}:
            raise UserError(
                "policy_value_invalid", value="segmentation_method", detail="score, rules"
            )
        if not 0 < self.score_watch_points < self.score_high_risk_points <= 100:  # noqa: PLR2004
            raise UserError(
                "policy_value_invalid", value="score_*_points", detail="0 < watch < high ≤ 100"
            )
        if not 0 <= self.score_least_known_ratio <= 1:
            name = "score_least_known_ratio"
            raise UserError("policy_value_invalid", value=name, detail="0-1")
        if not 0 <= self.score_history_months <= 24:  # noqa: PLR2004
            raise UserError("policy_value_invalid", value="score_history_months", detail="0-24")
        for name in SCORE_ANCHORS:
            anchors = getattr(self, name)
            values, points = anchors[::2], anchors[1::2]
            is_rising = list(values) == sorted(set(values)) and list(points) == sorted(points)
            if len(anchors) < 4 or len(anchors) % 2 or not is_rising or points[0] < 0:  # noqa: PLR2004
                raise UserError(
                    "policy_value_invalid", value=name, detail="valeur, points… croissants"
                )

    @cached_property
    def version(self) -> str:
        """Return twelve hexadecimal digits that change with any setting."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()[:12]

    def materiality(self, currency: str) -> int:
        """Return the materiality threshold in minor units of a currency (EUR's when not set)."""
        return self.materiality_minor.get(currency, self.materiality_minor.get("EUR", 50_000))

    def limit_step(self, currency: str) -> int:
        """Return the multiple that suggested limits are rounded down to (EUR's when not set)."""
        return self.limit_step_minor.get(currency, self.limit_step_minor.get("EUR", 50_000))

    def reminder_min(self, currency: str) -> int:
        """Return the amount below which nobody is reminded, in minor units (EUR's if not set)."""
        return self.reminder_min_minor.get(currency, self.reminder_min_minor.get("EUR", 0))

    @property
    def sales_codes(self) -> tuple[str, ...]:
        """Return the causes of dispute that sales settle (definitions §14)."""
        parts = (part.strip().upper() for part in self.sales_dispute_codes.split(";"))
        return tuple(part for part in parts if part)

    def is_alert_on(self, rule: str) -> bool:
        """Return whether a rule of alert is on; one that the policy does not name is."""
        return self.alert_rules.get(rule, True)

    def paid_tolerance(self, currency: str) -> int:
        """Return the most that may remain due of a paid invoice, in minor units (EUR's if not set)."""
        return self.paid_tolerance_minor.get(currency, self.paid_tolerance_minor.get("EUR", 500))

    @classmethod
    def sections(cls) -> dict[str, tuple[str, ...]]:
        """Return the names of the settings by section, in the order of the file."""
        names: dict[str, list[str]] = {section: [] for section in _SECTIONS}
        for item in fields(cls):
            names[item.metadata["section"]].append(item.name)
        return {section: tuple(held) for section, held in names.items()}

    def with_settings(self, **settings: object) -> Policy:
        """Return a copy with some settings changed."""
        return replace(self, **settings)  # type: ignore[arg-type]

    def to_toml(self) -> str:
        """Return the whole policy as TOML, by section, in a fixed order."""
        values = asdict(self)
        lines: list[str] = ["# Politique de crédit — Encours"]
        for section, title in _SECTIONS.items():
            lines += ["", f"# {title}", f"[{section}]"]
            lines += [
                f"{item.name} = {_toml(values[item.name])}"
                for item in fields(self)
                if item.metadata["section"] == section
            ]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, text: str) -> Policy:
        """Read a policy file; settings it does not hold keep their built-in value.

        Raises:
            UserError: ``policy_unreadable``, ``policy_setting_unknown`` or ``policy_value_invalid``.
        """
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UserError("policy_unreadable", detail=str(error)) from None
        known = {item.name: item for item in fields(cls)}
        settings: dict[str, object] = {}
        for name, value in _leaves(document, known):
            if name not in known:
                raise UserError("policy_setting_unknown", value=name)
            settings[name] = _typed(name, value, getattr(cls(), name))
        return cls(**settings)  # type: ignore[arg-type]


def _leaves(document: Mapping[str, Any], known: Mapping[str, Field[Any]]) -> list[tuple[str, Any]]:
    """Return (setting, value) pairs whether or not the file uses sections.

    A table that is no section and holds no setting is a misspelt setting.
    """
    sections = {item.metadata["section"] for item in known.values()}
    found: list[tuple[str, Any]] = []
    for name, value in document.items():
        is_section = name in sections or (isinstance(value, dict) and known.keys() & value.keys())
        if isinstance(value, dict) and name not in known and is_section:
            found += list(value.items())
        else:
            found.append((name, value))
    return found


def _typed(name: str, value: object, default: object) -> object:
    """Return ``value`` in the type of the built-in one."""
    if isinstance(default, bool):
        ok = isinstance(value, bool)
    elif isinstance(default, tuple):
        is_real = name in _SHARES or name in SCORE_ANCHORS
        numbers = (int, float) if is_real else int
        ok = isinstance(value, list) and all(isinstance(item, numbers) for item in value)
        value = tuple(value) if isinstance(value, list) else value
    elif isinstance(default, int):
        ok = isinstance(value, int) and not isinstance(value, bool)
    elif isinstance(default, float):
        ok = isinstance(value, (int, float)) and not isinstance(value, bool)
        value = float(value) if isinstance(value, (int, float)) else value
    else:
        ok = isinstance(value, type(default))
    if not ok:
        raise UserError("policy_value_invalid", value=name, detail=repr(value))
    return value


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items())
        return "{ " + pairs + " }"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return _quoted(str(value))


def _key(name: object) -> str:
    """Return a key of a map: bare where TOML allows it, else quoted."""
    text = str(name)
    return text if _BARE_KEY.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    """Return a text between quotes; JSON escapes line breaks and quotes as TOML does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
