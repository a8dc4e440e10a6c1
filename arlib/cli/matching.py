"""Cash application: which rule attached the cash, what is left, proposals accepted or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import pandas as pd
import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import Session  # noqa: TC001 - Typer reads the annotation
from arlib.cli.text import DASH, pairs, shorten, table
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.workspace import MatchDecision, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.views.matching import MatchingBlock, MatchingView

Json = dict[str, Any]
_SHOWN: Final = 30
_GAP: Final = "\n\n"


def match(
    session: Session,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="One customer.")
    ] = None,
    accept: Annotated[
        list[int] | None, typer.Option("--accept", metavar="N", help="Accept a proposal.")
    ] = None,
    refuse: Annotated[
        list[int] | None, typer.Option("--refuse", metavar="N", help="Refuse a proposal.")
    ] = None,
    undo: Annotated[
        list[str] | None, typer.Option("--undo", metavar="CHANGE", help="Undo a decision.")
    ] = None,
) -> None:
    """Print how cash was attached to invoices; accept or refuse what is only proposed."""
    with session.workspace() as book:
        view = _view(session, book, customer)
        decided = _decided(view, accept or [], "accepted") + _decided(view, refuse or [], "refused")
        if decided:
            book.decide_matches(decided, session.author())
        for change in undo or []:
            book.undo_match(change, session.author())
        if decided or undo:
            view = _view(session, book, customer)
    session.show(_document(view), lambda: _text(session, view))


def _view(session: Session, book: Workspace, customer: str | None) -> MatchingView:
    from arlib.views import matching

    portfolio = session.portfolio(book)
    if customer is not None and not (portfolio.customers()["customer_id"] == customer).any():
        raise UserError("customer_not_found", value=customer)
    return matching.build(portfolio, session.active_policy(book), customer_id=customer)


def _decided(view: MatchingView, numbers: Sequence[int], word: str) -> list[MatchDecision]:
    """Return the decisions on proposals named by their number; numbers go on over currencies."""
    proposals = _proposals(view)
    for number in numbers:
        if not bool((proposals["proposal_no"] == number).any()):
            raise UserError("match_not_found", value=str(number))
    chosen = proposals[proposals["proposal_no"].isin(list(numbers))]
    return [
        MatchDecision(
            company_id=row["company_id"],
            debit_document_id=row["debit_document_id"],
            credit_document_id=row["credit_document_id"],
            amount_minor=int(row["amount_minor"]),
            rule=row["rule"],
            decision=word,
        )
        for row in chosen.to_dict("records")
    ]


def _proposals(view: MatchingView) -> pd.DataFrame:
    frames = [block.proposals for block in view.blocks]
    return pd.concat(frames) if frames else pd.DataFrame({"proposal_no": []})


def _document(view: MatchingView) -> Json:
    return {
        "as_of": plain(view.as_of),
        "customer_id": view.customer_id,
        "min_confidence": view.min_confidence,
        "estimated": list(view.estimated),
        "blocks": [_block(block) for block in view.blocks],
        "decisions": rows(view.decisions),
    }


def _block(block: MatchingBlock) -> Json:
    found: Json = {"currency": block.currency}
    for name, minor in block.totals.items():
        found[name.removesuffix("_minor")] = money(minor, block.currency)
    for name in ("allocated_ratio", "counted_ratio"):
        found[name] = plain(getattr(block, name))
        if found[name] is None:
            found[f"{name}_reason"] = block.ratio_reason
    return found | {
        "rules": rows(block.rules, currency=block.currency),
        "unallocated_receipts": rows(block.receipts),
        "proposals": rows(block.proposals),
    }


def _text(session: Session, view: MatchingView) -> str:
    date = session.formats.date(view.as_of)
    head = f"{session.word('Cash application')} – {session.word('as of {date}', date=date)}"
    parts = [_block_text(session, block) for block in view.blocks]
    return _GAP.join([head, *parts]) if parts else f"{head}\n{session.word('Nothing to show.')}"


def _block_text(session: Session, block: MatchingBlock) -> str:
    word, shown = session.word, session.formats
    facts = [
        (word("Cash received"), shown.amount(block.totals["receipts_minor"], block.currency)),
        (word("Set against invoices"), _share(session, block, "allocated")),
        (word("Relied on by behaviour"), _share(session, block, "counted")),
        (word("Not allocated"), shown.amount(block.totals["unallocated_minor"], block.currency)),
    ]
    parts = [pairs(facts), _rules(session, block)]
    if len(block.receipts):
        parts.append(_receipts(session, block))
    if len(block.proposals):
        parts.append(_proposal_rows(session, block))
    return _GAP.join(parts)


def _share(session: Session, block: MatchingBlock, name: str) -> str:
    amount = session.formats.amount(block.totals[f"{name}_minor"], block.currency)
    ratio = block.allocated_ratio if name == "allocated" else block.counted_ratio
    return f"{amount} ({session.formats.percent(ratio)})"


def _rules(session: Session, block: MatchingBlock) -> str:
    word, shown = session.word, session.formats
    headers = [word("Rule"), word("Confidence"), word("Count"), word("Amount"), word("Share")]
    lines = [
        (
            label("match_rule", row["rule"], session.lang),
            shown.percent(row["confidence"], 0),
            shown.integer(row["count"]),
            shown.amount(row["amount_minor"], block.currency),
            shown.percent(row["amount_ratio"]),
        )
        for row in block.rules.to_dict("records")
    ]
    return table(headers, lines)


def _receipts(session: Session, block: MatchingBlock) -> str:
    word, shown = session.word, session.formats
    count = len(block.receipts)
    title = word("Receipts not allocated: {count}", count=shown.integer(count))
    headers = [word("Customer"), word("Label"), word("Received on"), word("Age"), word("Amount")]
    lines = [
        (
            shorten(f"{row['customer_id']} {row['name']}"),
            _text_of(row["reference"], row["number"]),
            shown.date(row["issued_on"]),
            shown.days(row["age_days"]),
            shown.amount(row["open_minor"], block.currency),
        )
        for row in block.receipts.head(_SHOWN).to_dict("records")
    ]
    return f"{title}\n{table(headers, lines, words=2)}"


def _proposal_rows(session: Session, block: MatchingBlock) -> str:
    word, shown = session.word, session.formats
    count = int(block.proposals["proposal_no"].nunique())
    title = word("Proposals to accept or refuse: {count}", count=shown.integer(count))
    headers = [
        word("Customer"), word("Receipt"), word("Invoice"), word("Rule"), word("No."), word("Amount"),
    ]  # fmt: skip
    lines = [
        (
            shorten(f"{row['customer_id']} {row['name']}"),
            _text_of(row["credit_number"]),
            _text_of(row["debit_number"]),
            label("match_rule", row["rule"], session.lang),
            str(row["proposal_no"]),
            shown.amount(row["amount_minor"], block.currency),
        )
        for row in block.proposals.head(_SHOWN).to_dict("records")
    ]
    return f"{title}\n{table(headers, lines, words=4)}"


def _text_of(*values: object) -> str:
    """Return the first text that is there."""
    return next((shorten(value) for value in values if not is_missing(value) and value), DASH)


COMMANDS: Final = (
    Command("match", match, "Print how cash was attached to invoices; judge proposals."),
)
