"""Internal control: who changed what over a period, and every line that an import refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

import arlib
from arlib.cli.commands import Command
from arlib.cli.encode import explained, money, plain, rows
from arlib.cli.session import Session, parse_date, write_bytes
from arlib.cli.text import DASH, shorten, table
from arlib.i18n.control import event_word, kind_word, subject_words, value_words
from arlib.model.portfolio import Filters

if TYPE_CHECKING:
    from arlib.views.control import ControlView

_SHOWN: Final = 20


def control(
    session: Session,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM-DD", help="First day (1 January by default)."),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="YYYY-MM-DD", help="Last day (today by default)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="Workbook to write.")
    ] = None,
) -> None:
    """Print who changed what over a period and every refused line; --out writes the workbook."""
    from arlib.views import control as views

    last = parse_date(to) or session.today()
    first = parse_date(from_) or date(last.year, 1, 1)
    with session.workspace() as book:
        if session.company is not None:
            book.portfolio(filters=Filters(company_id=session.company))  # refuses an unknown one
        view = views.build(book.histories(session.company), first, last)
        version = book.policy().version
    path = None if out is None else _written(session, view, out, version)
    session.show(_document(view, path), lambda: _text(session, view, path))


def _written(session: Session, view: ControlView, out: Path, version: str) -> Path:
    from arlib.reports.control import control_workbook

    context = {
        session.word("Companies"): session.company or session.word("All companies of the book"),
        session.word("Policy"): session.word("policy {version}", version=version),
        session.word("Program"): f"Encours {arlib.__version__}",
    }
    return write_bytes(out, control_workbook(view, context, session.lang))


def _document(view: ControlView, path: Path | None) -> dict[str, Any]:
    return {
        "from": plain(view.from_on),
        "to": plain(view.to_on),
        "path": None if path is None else str(path),
        "counts": rows(view.counts),
        "changes": [_change(row) for row in view.changes.to_dict("records")],
        "refused": rows(view.refused),
        "refused_totals": rows(view.refused_totals),
    }


def _change(row: dict[Any, Any]) -> dict[str, Any]:
    found = {name: plain(value) for name, value in row.items() if not name.endswith("_minor")}
    found["before_amount"] = money(row["before_minor"], found["before_currency"])
    found["after_amount"] = money(row["after_minor"], found["currency"])
    return explained(found)


def _text(session: Session, view: ControlView, path: Path | None) -> str:
    _, f = session.translate, session.formats
    period = _("From {start} to {end}").format(start=f.date(view.from_on), end=f.date(view.to_on))
    parts = [f"{_('Internal control')} · {period}"]
    if len(view.counts):
        counted = [
            [kind_word(row["kind"], session.lang), shorten(row["by"]), f.integer(row["count"])]
            for row in view.counts.to_dict("records")
        ]
        parts += [
            table([_("Kind"), _("By"), _("Count")], counted, words=2),
            _changes(session, view),
        ]
    else:
        parts.append(_("Nothing was changed in the period."))
    parts.append(_refused(session, view))
    if path is not None:
        parts.append(str(path))
    return "\n\n".join(parts)


def _changes(session: Session, view: ControlView) -> str:
    _, f, lang = session.translate, session.formats, session.lang
    shown = [
        [
            f.date_time(row["at"]),
            shorten(row["by"], 16),
            kind_word(row["kind"], lang),
            event_word(row["event"], lang),
            shorten(plain(row["name"]) or plain(row["customer_id"]) or "", 24),
            shorten(subject_words(row, lang), 36),
            shorten(value_words(row, "before", lang) or DASH, 24),
            shorten(value_words(row, "after", lang) or DASH, 24),
        ]
        for row in view.changes.head(_SHOWN).to_dict("records")
    ]
    titles = ["When", "By", "Kind", "What was done", "Customer", "Subject", "Before", "After"]
    lines = table([_(title) for title in titles], shown, words=len(titles))
    left = len(view.changes) - len(shown)
    if left <= 0:
        return lines
    return lines + "\n" + _("… and {n} more: --json or --out gives them.").format(n=f.integer(left))


def _refused(session: Session, view: ControlView) -> str:
    _, f = session.translate, session.formats
    if view.refused.empty:
        return _("No line was refused in the period.")
    lines = [
        [
            plain(row["currency"]) or DASH,
            f.integer(row["count"]),
            DASH if plain(row["amount_minor"]) is None
            else f.amount(row["amount_minor"], row["currency"]),
        ]
        for row in view.refused_totals.to_dict("records")
    ]  # fmt: skip
    heading = _("Refused lines")
    return heading + "\n" + table([_("Currency"), _("Count"), _("Amount")], lines)


COMMANDS: Final = (
    Command("control", control, "Print who changed what over a period and every refused line."),
)
