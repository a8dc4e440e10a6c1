"""Customer codes that are one customer: link, unlink, what is linked and what looks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import plain
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.model.issues import UserError

if TYPE_CHECKING:
    import pandas as pd

    from arlib.workspace import Workspace

_LINK: Final = (
    "change_id", "company_id", "customer_id", "name", "main_customer_id", "main_name", "reason",
    "at", "by", "is_in_force",
)  # fmt: skip
_SUGGESTION: Final = ("company_id", "customer_id", "name", "main_customer_id", "main_name", "why")
_WHY: Final = {
    "siren": N_("same SIREN"),
    "vat_number": N_("same VAT number"),
    "name": N_("same name"),
    "succession": N_("like name, one follows the other"),
}


def link(
    session: Session,
    *,
    code: Annotated[str, typer.Argument(metavar="ID", help="Code that counts under another.")],
    main: Annotated[str, typer.Option("--to", metavar="ID", help="Main code.")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")] = None,
) -> None:
    """Make a customer code count under another one."""
    with session.workspace() as book:
        company = company_of(session, book, code)
        change = book.link(company, code, main, reason, session.author())
        done = book.links()
    _show(session, done[done["change_id"] == change])


def unlink(
    session: Session,
    *,
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="Link to end.")],
) -> None:
    """End a link between two codes."""
    with session.workspace() as book:
        book.unlink(change, session.author())
        done = book.links()
    _show(session, done[done["change_id"] == change])


def links(session: Session) -> None:
    """List linked codes, and codes that look like one customer."""
    with session.workspace() as book:
        known = book.links(session.company)
        alike = book.link_suggestions(session.company)
    document = {
        "links": _encode(known, _LINK),
        "suggestions": _encode(alike, _SUGGESTION),
    }
    session.show(document, lambda: _text(session, known) + "\n\n" + _alike(session, alike))


def company_of(session: Session, book: Workspace, code: str) -> str:
    """Return the company of a code. Raises UserError when none or several have it."""
    customers = book.portfolio().customers()
    found = customers.loc[customers["customer_id"] == code, "company_id"].tolist()
    if session.company is not None:
        found = [company for company in found if company == session.company]
    if not found:
        raise UserError("customer_not_found", value=code)
    if len(found) > 1:
        raise UserError("company_missing")
    return str(found[0])


def _show(session: Session, done: pd.DataFrame) -> None:
    session.show(_encode(done, _LINK), lambda: _text(session, done))


def _encode(frame: pd.DataFrame, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [plain(row) for row in frame[list(names)].to_dict("records")]


def _text(session: Session, frame: pd.DataFrame) -> str:
    word, shown = session.word, session.formats
    if frame.empty:
        return word("No linked code.")
    body = [
        [
            str(row["change_id"]),
            _named(row["customer_id"], row["name"]),
            _named(row["main_customer_id"], row["main_name"]),
            word("yes") if row["is_in_force"] else word("no"),
            shown.date(row["at"]),
            shorten(row["by"], 20),
        ]
        for row in frame.to_dict("records")
    ]
    titles = ("Change", "Code", "Counts under", "In force", "Since", "By")
    return table([word(title) for title in titles], body, words=6)


def _alike(session: Session, frame: pd.DataFrame) -> str:
    word = session.word
    if frame.empty:
        return word("No code looks like another.")
    body = [
        [
            _named(row["customer_id"], row["name"]),
            _named(row["main_customer_id"], row["main_name"]),
            word(_WHY[str(row["why"])]),
        ]
        for row in frame.to_dict("records")
    ]
    titles = ("Code", "Looks like", "Why")
    return table([word(title) for title in titles], body, words=3)


def _named(code: object, name: object) -> str:
    known = "" if name is None or name != name else shorten(name, 28)  # noqa: PLR0124 - missing
    return f"{code} {known or DASH}"


WORDS: Final = (
    N_("Change"), N_("Code"), N_("Counts under"), N_("In force"), N_("Since"), N_("By"),
    N_("Looks like"), N_("Why"),
)  # fmt: skip
COMMANDS: Final = (
    Command("link", link, "Make a customer code count under another one."),
    Command("unlink", unlink, "End a link between two codes."),
    Command("links", links, "List linked codes, and codes that look like one customer."),
)
