"""Paramètres: the settings in force, how they differ from the built-in ones, and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arlib.model.issues import UserError
from arlib.model.policy import Policy

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting that is not the same in two policies."""

    section: str
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One policy stored: what it changed of the one before it (the built-in one for the first).

    ``text``: its file. ``changes`` None: a version this program cannot read any more.
    """

    version: str
    text: str
    set_at: datetime
    set_by: str
    changes: tuple[SettingChange, ...] | None


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policy in force, what it changes of the built-in one, and its versions, latest first."""

    policy: Policy
    changes: tuple[SettingChange, ...]
    versions: tuple[PolicyVersion, ...]


def build(policy: Policy, stored: pd.DataFrame) -> PolicyView:
    """Return the settings and their history; ``stored``: ``Workspace.policy_history``."""
    rows = stored.to_dict("records")
    read = [_read(str(row["text"])) for row in rows]
    versions = []
    for place, row in enumerate(rows):
        before = read[place + 1] if place + 1 < len(rows) else Policy()
        after = read[place]
        changes = None if before is None or after is None else compared(before, after)
        versions.append(
            PolicyVersion(
                str(row["version"]), str(row["text"]), row["set_at"], str(row["set_by"]), changes
            )
        )
    return PolicyView(policy, compared(Policy(), policy), tuple(versions))


def compared(before: Policy, after: Policy) -> tuple[SettingChange, ...]:
    """Return the settings that differ, in the order of the file."""
    return tuple(
        SettingChange(section, name, getattr(before, name), getattr(after, name))
        for section, names in Policy.sections().items()
        for name in names
        if getattr(before, name) != getattr(after, name)
    )


def _read(text: str) -> Policy | None:
    """Return a stored policy; None when a setting of it is no longer known."""
    try:
        return Policy.from_toml(text)
    except UserError:
        return None
