"""Policy: every threshold, bucket and choice, as one readable TOML file.

Setting names are those of the definitions; a file holds any subset, the rest is built in.
``Policy.version`` identifies the content, so every figure can say which policy made it.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

Exposure = Literal["E1", "E1g", "E2", "E3", "E4"]
Credits = Literal["separate", "oldest_first", "exclude"]
Basis = Literal["due", "issue"]

_SECTIONS: Final[Mapping[str, str]] = {
    "aging": "Balance âgée : bornes en jours, base, place des avoirs",
    "terms": "Conditions de règlement quand le fichier n’a pas d’échéance",
    "exposure": "Encours retenu, limites et alertes",
    "behaviour": "Comportement de paiement",
    "dso": "DSO",
    "segments": "Segmentation (règles)",
    "concentration": "Concentration",
    "matching": "Rapprochement sans lettrage ; écart toléré entre débit et crédit d’un FEC, en centimes",
}


def _setting(section: str, default: Any) -> Any:
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata={"section": section})
    return field(default=default, metadata={"section": section})


@dataclass(frozen=True, slots=True)
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
    dso_period_months: int = _setting("dso", 12)
    dso_min_months: int = _setting("dso", 3)
    dso_include_bills: bool = _setting("dso", False)
    dso_include_doubtful: bool = _setting("dso", False)
    segmentation_method: Literal["rules"] = _setting("segments", "rules")
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
    concentration_tops: tuple[int, ...] = _setting("concentration", (1, 5, 10, 20))
    pareto_ratio: float = _setting("concentration", 0.8)
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
        if not self.alert_watch_ratio <= self.alert_over_ratio <= self.alert_major_ratio:
            raise UserError(
                "policy_value_invalid", value="alert_*_ratio", detail="watch ≤ over ≤ major"
            )

    @property
    def version(self) -> str:
        """Return twelve hexadecimal digits that change with any setting."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()[:12]

    def materiality(self, currency: str) -> int:
        """Return the materiality threshold in minor units of a currency (EUR's when not set)."""
        return self.materiality_minor.get(currency, self.materiality_minor.get("EUR", 50_000))

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


def _leaves(document: Mapping[str, Any], known: Mapping[str, object]) -> list[tuple[str, Any]]:
    """Return (setting, value) pairs whether or not the file uses sections."""
    found: list[tuple[str, Any]] = []
    for name, value in document.items():
        if isinstance(value, dict) and name not in known:
            found += list(value.items())
        else:
            found.append((name, value))
    return found


def _typed(name: str, value: object, default: object) -> object:
    """Return ``value`` in the type of the built-in one."""
    if isinstance(default, bool):
        ok = isinstance(value, bool)
    elif isinstance(default, tuple):
        numbers = (int, float) if name == "match_discounts" else int
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
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
