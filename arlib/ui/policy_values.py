"""Settings of the policy as a person reads and types them: lists, amounts by currency, words by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin, get_type_hints

from arlib.i18n import translator
from arlib.model.issues import UserError
from arlib.model.money import major_text
from arlib.model.policy import Policy
from arlib.workspace import parse_amount

if TYPE_CHECKING:
    from arlib.i18n.formats import Formats

Kind = Literal["switch", "choice", "share", "whole", "number", "text", "list", "amounts", "map"]
# They have a form of their own: several values by class, by currency.
ELSEWHERE: Final = {"grid_ceiling_minor": "grid", "alert_rules": "alerts"}
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_PAIR: Final = 2


@cache
def kinds() -> Mapping[str, Kind]:
    """Return how each setting is written and typed."""
    return {item.name: _kind(item.name, getattr(Policy(), item.name)) for item in fields(Policy)}


@cache
def choices(name: str) -> tuple[str, ...]:
    """Return the words that a setting of kind ``choice`` may hold."""
    if name == "limit_source":
        return ("internal", "insurer", "guarantee")
    hints = get_type_hints(Policy, localns={"Mapping": Mapping})
    return tuple(str(word) for word in get_args(hints[name]))


def written(name: str, value: Any, f: Formats, language: str) -> str:
    """Return a value as a person reads it, and as ``read`` takes it back."""
    kind = kinds()[name]
    if kind == "switch":
        return _yes(value, language)
    if kind == "share":
        return f.percent(value, 0 if round(100 * value, 6) % 1 == 0 else 2)
    if kind == "list":
        return "; ".join(_plain(item) for item in value)
    if kind == "amounts":
        return "; ".join(f"{major_text(minor, code)} {code}" for code, minor in value.items())
    if kind == "map":
        return "; ".join(f"{key} = {_plain(item)}" for key, item in value.items())
    return value if isinstance(value, str) else f.decimal(value, 0 if value % 1 == 0 else 3)


def typed(name: str, text: str) -> Any:
    """Return the value of a setting of kind ``list``, ``amounts``, ``map`` or ``text``.

    Raises:
        UserError: ``policy_value_invalid``.
    """
    kind, built_in = kinds()[name], getattr(Policy(), name)
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if kind == "text":
        return text.strip()
    if kind == "amounts":
        return dict(_amount(name, part) for part in parts)
    if kind == "map":
        return dict(_pair(name, part, built_in) for part in parts)
    return tuple(_number(name, part, is_whole=_are_whole(built_in)) for part in parts)


def _kind(name: str, value: Any) -> Kind:
    if name == "limit_source" or get_origin(_hint(name)) is Literal:
        return "choice"
    if isinstance(value, bool):
        return "switch"
    if isinstance(value, tuple):
        return "list"
    if isinstance(value, dict):
        return "amounts" if name.endswith("_minor") and name not in ELSEWHERE else "map"
    if isinstance(value, float):
        return "share" if name.endswith("_ratio") else "number"
    return "whole" if isinstance(value, int) else "text"


def _hint(name: str) -> Any:
    return get_type_hints(Policy, localns={"Mapping": Mapping})[name]


def _amount(name: str, part: str) -> tuple[str, int]:
    amount, _space, code = part.rpartition(" ")
    minor = parse_amount(amount, code.upper()) if re.fullmatch("[A-Za-z]{3}", code) else None
    if minor is None or minor < 0:
        raise UserError("policy_value_invalid", value=name, detail=part)
    return code.upper(), minor


def _pair(name: str, part: str, built_in: Mapping[str, Any]) -> tuple[str, Any]:
    key, equal, value = (piece.strip() for piece in part.partition("="))
    if not equal or not key:
        raise UserError("policy_value_invalid", value=name, detail=part)
    is_text = name.startswith(("letters_", "grid_terms", "grid_action")) or any(
        isinstance(item, str) for item in built_in.values()
    )
    return key, value if is_text else float(_number(name, value, is_whole=False))


def _number(name: str, part: str, *, is_whole: bool) -> int | float:
    text = part.replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    if not _NUMBER.fullmatch(text):
        raise UserError("policy_value_invalid", value=name, detail=part)
    number = float(text.replace(",", "."))
    if number != int(number):
        if is_whole:
            raise UserError("policy_value_invalid", value=name, detail=part)
        return number
    return int(number)


def _are_whole(values: tuple[Any, ...]) -> bool:
    return bool(values) and all(isinstance(item, int) for item in values)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    return value if isinstance(value, str) else repr(value).replace(".", ",")


def _yes(value: object, language: str) -> str:
    _ = translator(language)
    return _("yes") if value else _("no")
