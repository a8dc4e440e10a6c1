"""What an import changed, and taking back one that was set aside."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import explained, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, shorten, table
from arlib.i18n.history import change_title
from arlib.i18n.labels import label
from arlib.model.portfolio import Filters

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.portfolio import Portfolio
    from arlib.views.history import ChangesView
    from arlib.workspace import Workspace

# An import is compared with another whatever the date of the figures.
_ANY_DAY: Final = date(9999, 12, 31)
_SHOWN: Final = 20


def changes(
    session: Session,
    batch: Annotated[
        str | None, typer.Argument(metavar="[BATCH]", help="Import (the latest by default).")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="BATCH", help="Import to compare with."),
    ] = None,
) -> None:
    """Print what an import changed against the one before it."""
    from arlib.views import history

    with session.workspace() as book:
        portfolio = book.portfolio(_ANY_DAY, Filters(company_id=session.company))
        view = history.changes(portfolio, book.predecessors(), batch, against)
        lines = history.change_lines(portfolio, view)
        written = _written(session, book, portfolio, view)
    document = {**_encode(view, lines), "followup": rows(written)}
    session.show(document, lambda: _text(session, view, lines) + _counted(session, written))


def take_back(
    session: Session,
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="Import to take back.")],
) -> None:
    """Make an import that was set aside count again."""
    with session.workspace() as book:
        done = book.take_back(batch, session.author())
    session.show(
        {"batch_id": done.batch_id, "status": done.status, "hidden": list(done.restored)},
        lambda: session.word(
            "Import {batch} counts again; it hides: {hidden}.",
            batch=done.batch_id,
            hidden=", ".join(done.restored) or DASH,
        ),
    )


def _written(
    session: Session, book: Workspace, portfolio: Portfolio, view: ChangesView
) -> pd.DataFrame:
    """Return what was written about customers since the import compared with (all before a first)."""
    from arlib.views import entries

    batches = portfolio.batches().set_index("batch_id")["imported_at"]
    since = None if view.before_id is None else batches.loc[view.before_id].to_pydatetime()
    actions = book.action_history(session.company)
    return entries.build(portfolio, actions, book.override_history(session.company), since)


def _counted(session: Session, written: pd.DataFrame) -> str:
    """Return how many entries of each kind were written, empty when none was."""
    if written.empty:
        return ""
    counts = written["kind"].value_counts(sort=False)
    said = ", ".join(
        f"{session.formats.integer(count)} {_kind_words(session, str(kind))}"
        for kind, count in counts.items()
    )
    return "\n\n" + session.word("Entries made by hand since: {said}.", said=said)


def _kind_words(session: Session, kind: str) -> str:
    if kind == "segment":
        return session.word("Class by hand").lower()
    return label("action", kind, session.lang).lower()


def _encode(view: ChangesView, lines: pd.DataFrame) -> dict[str, Any]:
    facts = {
        "batch_id": view.batch_id,
        "before_id": view.before_id,
        "company_id": view.company_id,
        "scope": view.scope,
        "file": view.file_name,
        "before_file": view.before_file_name,
        "on": plain(view.on),
        "before_on": plain(view.before_on),
        "is_inferred": view.is_inferred,
    }
    return {**explained(facts), "changes": rows(view.changes), "documents": rows(lines)}


def _text(session: Session, view: ChangesView, lines: pd.DataFrame) -> str:
    """Return the changes summed, then the due dates pushed later and the amounts edited."""
    word, shown = session.word, session.formats
    if view.before_id is None:
        return word("No import of this kind came before it.")
    title = word(
        "{file} ({date}) against {before} ({before_date})",
        file=view.file_name,
        date=shown.date(view.on),
        before=view.before_file_name,
        before_date=shown.date(view.before_on),
    )
    if view.changes.empty:
        return f"{title}\n{word('Nothing changed.')}"
    sums = table(
        [
            word("What changed"),
            word("Count"),
            word("Amount"),
            word("Most days"),
            word("Lateness hidden"),
        ],
        [
            [
                change_title(row["change"], session.lang),
                shown.integer(row["count"]),
                _amount(session, row["amount_minor"], row["currency"]),
                shown.integer(row["max_days"]),
                _amount(session, row["hidden_minor"] or None, row["currency"]),
            ]
            for row in view.changes.to_dict("records")
        ],
    )
    return "\n\n".join(part for part in (title, sums, _listed(session, lines)) if part)


def _listed(session: Session, lines: pd.DataFrame) -> str:
    word, shown = session.word, session.formats
    wanted = lines.loc[lines["change"].isin(["due_later", "amount_edited"])].head(_SHOWN)
    if wanted.empty:
        return ""
    return table(
        [
            word("What changed"),
            word("Customer"),
            word("Number"),
            word("Due before"),
            word("Due after"),
            word("Amount before"),
            word("Amount after"),
        ],
        [
            [
                change_title(row["change"], session.lang),
                shorten(row["name"] if isinstance(row["name"], str) else row["customer_id"]),
                shorten(row["number"] if isinstance(row["number"], str) else DASH),
                shown.date(row["due_before_on"]),
                shown.date(row["due_after_on"]),
                _amount(session, row["amount_before_minor"], row["currency"]),
                _amount(session, row["amount_after_minor"], row["currency"]),
            ]
            for row in wanted.to_dict("records")
        ],
        words=3,
    )


def _amount(session: Session, minor: Any, currency: Any) -> str:
    return session.formats.amount(minor, currency if isinstance(currency, str) else "")


COMMANDS: Final = (
    Command("changes", changes, "Print what an import changed against the one before it."),
    Command("take-back", take_back, "Make an import that was set aside count again."),
)
