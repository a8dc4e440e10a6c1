"""The book itself: status, policy, and starting the application."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import DEFAULT_DATABASE, Session, read_policy
from arlib.cli.tables import status_text

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.views.quality import QualityView
    from arlib.views.status import StatusView
    from arlib.workspace import Workspace

# What is doubtful, for programs: column of the view -> field.
_QUALITY: Final = {
    "code": "code",
    "origin": "origin",
    "severity": "severity",
    "currency": "currency",
    "count": "count",
    "amount_minor": "amount",
    "absolute_minor": "absolute",
    "share_ratio": "share_ratio",
    "effect": "effect",
    "effect_minor": "effect_amount",
}
APPLICATION: Final = DEFAULT_DATABASE.parents[1] / "app.py"


def status(session: Session) -> None:
    """Print what the book holds."""
    with session.workspace() as book:
        view, quality = _status(session, book)
    session.show(_encode(view, quality), lambda: status_text(session, view))


def show_policy(session: Session) -> None:
    """Print the policy in force."""
    with session.workspace() as book:
        policy = session.active_policy(book)
    _show(session, policy)


def set_policy(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Policy file (TOML).")],
) -> None:
    """Make a policy file the book's policy."""
    policy = read_policy(file)
    with session.workspace() as book:
        book.set_policy(policy, session.author())
    _show(session, policy)


def serve(session: Session) -> None:
    """Start the application."""
    environment = dict(os.environ)
    if session.db is not None:
        environment["ARLIB_DB"] = str(session.db.resolve())
    command = [sys.executable, "-m", "streamlit", "run", str(APPLICATION)]
    done = subprocess.run(command, env=environment, cwd=APPLICATION.parent, check=False)  # noqa: S603 - our own program
    raise typer.Exit(done.returncode)


def _status(session: Session, book: Workspace) -> tuple[StatusView, QualityView | None]:
    """Return the state of the book and of its data; an empty one is not a refusal."""
    from arlib.views import quality
    from arlib.views import status as views

    info = book.info()
    if info.is_empty:
        return views.empty(info), None
    portfolio, policy = session.portfolio(book), session.active_policy(book)
    return views.build(portfolio, policy), quality.build(portfolio, policy)


def _encode(view: StatusView, quality: QualityView | None) -> dict[str, Any]:
    return {
        "as_of": plain(view.as_of),
        "companies": rows(view.companies),
        "currencies": list(view.currencies),
        "first_date": plain(view.first_date),
        "last_date": plain(view.last_date),
        "first_as_of": plain(view.first_as_of),
        "default_as_of": plain(view.default_as_of),
        "batches": [_batch(row) for row in rows(view.batches)],
        "data_levels": rows(view.data_levels),
        "data_level": view.data_level,
        "is_tied": plain(view.is_tied),
        "tie_out": [_with_causes(row) for row in rows(view.tie_out)],
        "quality": rows(quality.checks, names=_QUALITY) if quality else [],
        "quality_scenarios": rows(quality.scenarios) if quality else [],
        "due_sources": rows(view.due_sources),
        "unavailable": plain(dict(view.unavailable)),
    }


def _batch(row: dict[str, Any]) -> dict[str, Any]:
    """Return an import of the journal, its control totals as amounts by currency."""
    totals = json.loads(row.get("control_totals") or "{}")
    purged = json.loads(row.get("purged_totals") or "{}")
    replaced = row.get("replaces") or ""
    return row | {
        "control_totals": {currency: money(minor, currency) for currency, minor in totals.items()},
        "purged_totals": {currency: money(minor, currency) for currency, minor in purged.items()},
        "replaces": [identity for identity in replaced.split(",") if identity],
    }


def _with_causes(row: dict[str, Any]) -> dict[str, Any]:
    """Return a tie-out row, its causes as a list of codes."""
    row.pop("causes_reason", None)
    return row | {"causes": [code for code in (row["causes"] or "").split(",") if code]}


def _show(session: Session, policy: Policy) -> None:
    document = plain(asdict(policy)) | {"version": policy.version}
    session.show(document, policy.to_toml)


COMMANDS: Final = (
    Command("status", status, "Print what the book holds."),
    Command("serve", serve, "Start the application."),
)
POLICY_COMMANDS: Final = (
    Command("show", show_policy, "Print the policy in force."),
    Command("set", set_policy, "Make a policy file the book's policy."),
)
