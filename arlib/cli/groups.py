"""Groups of customers: those in force, those proposed, what was decided and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import pandas as pd
import typer

from arlib.cli.commands import Command
from arlib.cli.encode import plain, rows
from arlib.cli.entries import OneCustomer  # noqa: TC001 - Typer reads the annotation
from arlib.cli.links import company_of
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.workspace import GroupChange, group_confirmation, group_refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.views.groups import GroupsView
    from arlib.workspace import Workspace

Json = dict[str, Any]
_GAP: Final = "\n\n"
_SHOWN: Final = 40
_ENTRY: Final = (
    "change_id", "change_set", "company_id", "customer_id", "name", "group_id", "before_group_id",
    "origin", "reason", "at", "by", "undoes", "is_undone",
)  # fmt: skip
_SET: Final = ("proposal_id", "company_id", "target_group_id", "suggested_name", "sureness", "way")
_CANDIDATE: Final = (
    "customer_id", "name", "current_group_id", "siren", "vat_number", "way", "sureness",
    "similarity_ratio", "matched_customer_id", "matched_name", "member_name",
    "member_way",
)  # fmt: skip

Codes = Annotated[list[str], typer.Option("--customer", metavar="ID", help="Customer code.")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")]


def list_groups(session: Session) -> None:
    """List the groups in force with what they owe and their limit."""
    with session.workspace() as book:
        view = _view(session, book)
    session.show(_document(view), lambda: _text(session, view))


def propose(
    session: Session,
    confirm: Annotated[
        list[str] | None, typer.Option("--confirm", metavar="ID", help="Confirm a proposal.")
    ] = None,
    refuse: Annotated[
        list[str] | None, typer.Option("--refuse", metavar="ID", help="Refuse a proposal.")
    ] = None,
    reason: Reason = None,
) -> None:
    """List the customers that look like one group; confirm or refuse proposals."""
    with session.workspace() as book:
        view = _view(session, book)
        decided = [_confirmed(view, name) for name in confirm or []]
        decided += [_refused(view, name, reason) for name in refuse or []]
        for changes in decided:
            book.set_groups(changes, session.author())
        if decided:
            view = _view(session, book)
    found = _proposals(view)
    session.show({"proposals": found}, lambda: _proposed_text(session, view))


def set_group(
    session: Session,
    *,
    group: Annotated[str, typer.Option("--group", metavar="NAME", help="Name of the group.")],
    customer: Codes,
    reason: Reason = None,
) -> None:
    """Put customers in a group; a name not known yet makes a new one."""
    _decide(session, customer, group, reason)


def remove(session: Session, *, customer: Codes, reason: Reason = None) -> None:
    """Take customers out of their group, whatever the files say."""
    _decide(session, customer, None, reason)


def rename(
    session: Session,
    *,
    group: Annotated[str, typer.Argument(metavar="NAME", help="Name of the group.")],
    name: Annotated[str, typer.Option("--to", metavar="NAME", help="New name.")],
) -> None:
    """Rename a group; its limits follow. The name of another group makes one of both."""
    with session.workspace() as book:
        known = book.portfolio().customers()
        owners = known.loc[known["group_id"] == group, "company_id"].drop_duplicates().tolist()
        if session.company is not None:
            owners = [company for company in owners if company == session.company]
        if not owners:
            raise UserError("group_not_found", value=group)
        done = [book.rename_group(str(owner), group, name, session.author()) for owner in owners]
    _show(session, pd.concat(done, ignore_index=True))


def history(
    session: Session,
    customer: OneCustomer = None,
) -> None:
    """List every entry about groups, latest first."""
    with session.workspace() as book:
        found = book.group_history(session.company, customer)
    _show(session, found)


def undo(
    session: Session,
    *,
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="Entry, or set of entries.")],
) -> None:
    """Undo an entry, or all those recorded together, by further entries."""
    with session.workspace() as book:
        done = book.undo_group(change, session.author())
    _show(session, done)


def _view(session: Session, book: Workspace) -> GroupsView:
    from arlib.views import groups

    return groups.build(session.portfolio(book), session.active_policy(book))


def _decide(session: Session, codes: Sequence[str], group: str | None, reason: str | None) -> None:
    with session.workspace() as book:
        changes = [
            GroupChange(company_of(session, book, code), code, group, reason=reason)
            for code in codes
        ]
        done = book.set_groups(changes, session.author())
    _show(session, done)


def _confirmed(view: GroupsView, name: str) -> list[GroupChange]:
    found = _one(view, name)
    kept = dict(zip(found["customer_id"], found["way"], strict=True))
    company, group = found[["company_id", "suggested_name"]].iloc[0]
    return group_confirmation(str(company), str(group), kept)


def _refused(view: GroupsView, name: str, reason: str | None) -> list[GroupChange]:
    found = _one(view, name)
    first, inside = found.iloc[0], view.members
    is_his = inside["company_id"] == first["company_id"]
    is_his &= inside["group_id"] == first["target_group_id"]
    others = inside.loc[is_his, "customer_id"].drop_duplicates().tolist()
    return group_refusal(first["company_id"], found["customer_id"].tolist(), others, reason)


def _one(view: GroupsView, name: str) -> pd.DataFrame:
    """Return the customers of a proposal. Raises UserError ``group_proposal_not_found``."""
    found = view.proposed.loc[view.proposed["proposal_id"] == name]
    if found.empty:
        raise UserError("group_proposal_not_found", value=name)
    return found


def _document(view: GroupsView) -> Json:
    return {
        "as_of": plain(view.as_of),
        "exposure_basis": view.exposure_basis,
        "offered": list(view.offered),
        "counts": plain(dict(view.counts)),
        "groups": rows(view.groups),
        "customers": rows(view.members),
    }


def _proposals(view: GroupsView) -> list[Json]:
    found: list[Json] = []
    for row in rows(view.proposals):
        inside = view.proposed.loc[view.proposed["proposal_id"] == row["proposal_id"]]
        amounts = view.amounts.loc[view.amounts["proposal_id"] == row["proposal_id"]]
        found.append(
            {name: row[name] for name in _SET}
            | {
                "exposure": rows(amounts[["currency", "exposure_minor"]]),
                "customers": rows(inside[list(_CANDIDATE)]),
            }
        )
    return found


def _show(session: Session, done: pd.DataFrame) -> None:
    found = [plain(row) for row in done[list(_ENTRY)].to_dict("records")]
    session.show(found, lambda: _entries(session, done))


def _text(session: Session, view: GroupsView) -> str:
    word, shown = session.word, session.formats
    basis = word("exposure {basis}", basis=view.exposure_basis)
    date = word("as of {date}", date=shown.date(view.as_of))
    head = f"{word('Customer groups')} – {date} – {basis}"
    if view.groups.empty:
        return f"{head}\n{word('Nothing to show.')}"
    body = [
        [
            shorten(row["group_id"]),
            shown.integer(row["count_customers"]),
            shown.amount(row["exposure_minor"], row["currency"]),
            shown.amount(row["limit_minor"], row["limit_currency"]),
            shown.amount(row["overrun_minor"], row["limit_currency"]),
            shown.percent(row["utilisation_ratio"]),
            shown.amount(row["members_limit_minor"], row["members_currency"]),
        ]
        for row in view.groups.head(_SHOWN).to_dict("records")
    ]
    titles = (
        "Group", "Customers", "Exposure", "Group limit", "Overrun", "Use", "Sum of own limits",
    )  # fmt: skip
    return f"{head}{_GAP}{table([word(title) for title in titles], body)}"


def _proposed_text(session: Session, view: GroupsView) -> str:
    word = session.word
    if view.proposed.empty:
        return word("No group to propose")
    body = [
        [
            str(row["proposal_id"]),
            shorten(row["suggested_name"], 24),
            f"{row['customer_id']} {shorten(row['name'], 28)}",
            label("group_way", row["way"], session.lang),
            str(row["matched_customer_id"]),
            label("sureness", row["sureness"], session.lang),
        ]
        for row in view.proposed.head(_SHOWN).to_dict("records")
    ]
    titles = ("Proposal", "Group", "Customer", "Why", "Like", "Certainty")
    return table([word(title) for title in titles], body, words=6)


def _entries(session: Session, done: pd.DataFrame) -> str:
    word, shown = session.word, session.formats
    if done.empty:
        return word("Nothing to show.")
    body = [
        [
            str(row["change_id"]),
            f"{row['customer_id']} {shorten(row['name'], 28)}",
            _group(row["before_group_id"]),
            _group(row["group_id"]),
            label("group_way", row["origin"], session.lang),
            shown.date(row["at"]),
            shorten(row["by"], 20),
        ]
        for row in done.to_dict("records")
    ]
    titles = ("Change", "Customer", "Before", "After", "Why", "Since", "By")
    return table([word(title) for title in titles], body, words=7)


def _group(name: object) -> str:
    return shorten(name, 24) if isinstance(name, str) else DASH


WORDS: Final = (
    N_("Group limit"), N_("Sum of own limits"), N_("Proposal"), N_("Like"), N_("Certainty"),
    N_("Before"), N_("After"), N_("Change"), N_("Why"), N_("Since"), N_("By"),
)  # fmt: skip
COMMANDS: Final = (
    Command("list", list_groups, "List the groups in force with what they owe and their limit."),
    Command("propose", propose, "List customers that look like one group; confirm or refuse."),
    Command("set", set_group, "Put customers in a group."),
    Command("remove", remove, "Take customers out of their group."),
    Command("rename", rename, "Rename a group; its limits follow."),
    Command("history", history, "List every entry about groups, latest first."),
    Command("undo", undo, "Undo an entry about groups, or all those recorded together."),
)
