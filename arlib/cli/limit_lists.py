"""Credit limits: the list of those that hold, expire or were removed; a list pasted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import pandas as pd
import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import Session, parse_date
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.formats import is_missing
from arlib.i18n.issues import issue_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.limits import PasteDefaults
from arlib.model.money import DEFAULT_CURRENCY
from arlib.views import limits as limits_view
from arlib.workspace import LimitChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.limits import PastedLimits
    from arlib.views.limits import LimitPreview
    from arlib.workspace import Workspace

SourceOption = Literal["internal", "insurer", "guarantee"]
StateOption = Literal["in_force", "expiring", "to_come", "expired", "removed"]
_LARGEST: Final = 10_000_000  # letters
_NAMES: Final = {
    "company_id": "company_id",
    "scope": "scope",
    "scope_id": "scope_id",
    "name": "name",
    "source": "source",
    "status": "state",
    "limit_minor": "limit",
    "currency": "currency",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
    "cover_ratio": "cover_ratio",
    "is_refused": "is_refused",
    "count_customers": "count_customers",
    "decided_by": "by",
    "decided_at": "at",
    "reason": "reason",
    "origin": "origin",
    "change_id": "change_id",
}


def list_limits(
    session: Session,
    *,
    source: Annotated[
        SourceOption | None, typer.Option("--source", help="Keep the limits of one source.")
    ] = None,
    state: Annotated[
        StateOption | None, typer.Option("--state", help="Keep the limits in one state.")
    ] = None,
) -> None:
    """List the limits at a date: in force, expiring, to come, expired, removed."""
    with session.workspace() as book:
        view = limits_view.build(session.portfolio(book), session.active_policy(book))
    frame = view.limits
    if source is not None:
        frame = frame[frame["source"] == source]
    if state is not None:
        frame = frame[frame["status"] == state]
    frame = frame.reset_index(drop=True)
    document = {
        "as_of": plain(view.as_of),
        "counts": dict(view.counts),
        "count_customers": view.count_customers,
        "count_without": view.count_without,
        "count_current": view.count_current,
        "limits": rows(frame, names=_NAMES),
    }
    session.show(document, lambda: _list_text(session, frame))


def paste(
    session: Session,
    *,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Text of the list, or - to read what is piped in.")
    ],
    source: Annotated[
        SourceOption, typer.Option("--source", help="Who grants what a line does not say.")
    ] = "internal",
    valid_from: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day where a line has none."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why, where a line has none.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; save nothing.")
    ] = False,
    accept_flagged: Annotated[
        bool,
        typer.Option("--accept-flagged", help="Save although ratios look like a slip (×10, ÷10)."),
    ] = False,
) -> None:
    """Fix the limits of a pasted list: customer, amount, currency, last day, reason."""
    text = _text_of(file)
    with session.workspace() as book:
        defaults = PasteDefaults(
            (session.currency or DEFAULT_CURRENCY).upper(),
            source,
            parse_date(valid_from),
            None,
            reason,
            session.company,
        )
        pasted = book.read_pasted_limits(text, defaults)
        changes = [LimitChange.pasted(item) for item in pasted.limits]
        preview = limits_view.changes(
            book.portfolio(parse_date(session.as_of)), session.active_policy(book), _frame(changes)
        )
        is_refused = preview.count_flagged > 0 and not accept_flagged
        done = None
        if changes and not dry_run and not is_refused:
            done = _saved(book, session, changes)
    document = _document(session, pasted, preview, done)
    session.show(document, lambda: _paste_text(session, pasted, preview, done))
    if is_refused and not dry_run:
        session.warn(
            session.word("Some ratios look like a slip: nothing was saved. See --accept-flagged.")
        )
    if pasted.refused or (is_refused and not dry_run):
        raise typer.Exit(1)


def _text_of(file: str) -> str:
    """Return the pasted text. Raises UserError ``file_not_found``, ``file_unreadable``."""
    if file == "-":
        return sys.stdin.read(_LARGEST)
    path = Path(file)
    try:
        content = path.read_bytes()[:_LARGEST]
    except (FileNotFoundError, IsADirectoryError):
        raise UserError("file_not_found", value=path.name) from None
    except OSError as error:
        raise UserError("file_unreadable", detail=error.strerror or str(error)) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _saved(book: Workspace, session: Session, changes: Sequence[LimitChange]) -> pd.DataFrame:
    return book.set_limits(changes, session.author())


def _frame(changes: Sequence[LimitChange]) -> pd.DataFrame:
    names = (
        "company_id", "scope", "scope_id", "source", "amount_minor", "currency", "valid_from",
        "valid_to", "is_refused", "cover_ratio",
    )  # fmt: skip
    frame = pd.DataFrame({name: [getattr(item, name) for item in changes] for name in names})
    return frame.astype({"amount_minor": "Int64", "is_refused": bool})


def _document(
    session: Session, pasted: PastedLimits, preview: LimitPreview, done: pd.DataFrame | None
) -> dict[str, Any]:
    lines = preview.rows.to_dict("records")
    return {
        "count_lines": len(pasted.limits) + len(pasted.refused),
        "count_understood": len(pasted.limits),
        "count_refused": len(pasted.refused),
        "count_flagged": preview.count_flagged,
        "change_set": None if done is None else plain(done["change_set"].iloc[0]),
        "is_saved": done is not None,
        "refused": [
            {
                "line": issue.row_number,
                "text": text,
                "amount": money(issue.amount_minor, issue.currency),
                "currency": issue.currency,
                "code": issue.code,
                "message": issue_sentence(issue, session.lang),
            }
            for text, issue in pasted.refused
        ],
        "preview": [
            {
                "company_id": row["company_id"],
                "customer_id": row["customer_id"],
                "source": row["source"],
                "before": money(row["before_minor"], plain(row["before_currency"])),
                "after": money(row["after_minor"], plain(row["after_currency"])),
                "currency": plain(row["after_currency"]),
                "ratio": plain(row["ratio"]),
                "flag": row["flag"],
            }
            for row in lines
        ],
    }


def _paste_text(
    session: Session, pasted: PastedLimits, preview: LimitPreview, done: pd.DataFrame | None
) -> str:
    word, f = session.word, session.formats
    lines = []
    if len(preview.rows):
        titles = [word(title) for title in _PREVIEW]
        body = [
            [
                str(row["customer_id"]),
                shorten(row["name"]),
                f.amount(row["before_minor"], plain(row["before_currency"]) or ""),
                f.amount(row["after_minor"], plain(row["after_currency"]) or ""),
                f.ratio(row["ratio"]) + (" ▲" if row["is_flagged"] else ""),
            ]
            for row in preview.rows.to_dict("records")
        ]
        lines.append(table(titles, body, words=2))
    if pasted.refused:
        body = [
            [
                str(issue.row_number or ""),
                shorten(text.replace("\t", " · "), 40),
                f.amount(issue.amount_minor, issue.currency or ""),
                issue_sentence(issue, session.lang),
            ]
            for text, issue in pasted.refused
        ]
        lines.append(table([word(title) for title in _REFUSED], body, words=4))
    count = 0 if done is None else len(done)
    name = "" if done is None or count == 1 else str(done["change_set"].iloc[0])
    lines.append(
        word("Saved: {count} limits {name}", count=count, name=f"({name})" if name else "").strip()
    )
    return "\n\n".join(lines)


def _list_text(session: Session, frame: pd.DataFrame) -> str:
    word, f = session.word, session.formats
    if frame.empty:
        return word("No limit.")
    body = [
        [
            word("all") if row["scope"] == "all" else shorten(row["name"]),
            label("source", row["source"], session.lang),
            label("limit_state", row["status"], session.lang),
            f.date(row["valid_from"]),
            f.date(row["valid_to"]),
            DASH if is_missing(row["decided_by"]) else shorten(row["decided_by"], 20),
            f.amount(row["limit_minor"], row["currency"]),
        ]
        for row in frame.to_dict("records")
    ]
    return table([word(title) for title in _HEADERS], body, words=6)


_HEADERS: Final = (
    N_("For whom"),
    N_("Source"),
    N_("State"),
    N_("From"),
    N_("To"),
    N_("By"),
    N_("Limit"),
)
_PREVIEW: Final = (N_("Code"), N_("Customer"), N_("Before"), N_("After"), N_("Ratio"))
_REFUSED: Final = (N_("Line"), N_("As pasted"), N_("Amount"), N_("Why"))
COMMANDS: Final = (
    Command("paste", paste, "Fix the limits of a pasted list."),
    Command("list", list_limits, "List the limits: in force, expiring, expired, removed."),
)
