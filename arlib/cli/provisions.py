"""Expected losses by bucket, claims to depreciate with their evidence, proposed entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain, rows
from arlib.cli.session import Session, parse_date  # Typer reads the annotation
from arlib.cli.text import DASH, shorten, table
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import bucket_label, label
from arlib.i18n.provisions import evidence, method_words, total_title

if TYPE_CHECKING:
    from arlib.views.provisions import ProvisionsBlock, ProvisionsView

Json = dict[str, Any]
_GAP: Final = "\n\n"
_SHOWN: Final = 15


def provisions(
    session: Session,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM-DD", help="Closing to compare with."),
    ] = None,
) -> None:
    """Print expected losses by bucket, and the claims that may have to be depreciated."""
    from arlib.views import provisions as views

    with session.workspace() as book:
        view = views.build(
            session.portfolio(book), session.active_policy(book), since=parse_date(since)
        )
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(_document(view), lambda: _text(session, view))


def _document(view: ProvisionsView) -> Json:
    head: Json = {
        "as_of": plain(view.as_of),
        "since": plain(view.since),
        "has_movement": view.has_movement,
        "base": view.base,
        "forward_factor": view.factor,
        "loss_ratio": view.loss_ratio or None,
        "unavailable": view.unavailable,
        "left_out": list(view.left_out),
    }
    if head["loss_ratio"] is None:
        head["loss_ratio_reason"] = "not_filled"
    blocks = [_block(block) for block in view.blocks]
    if len(blocks) == 1:
        return head | blocks[0]
    if blocks:
        return head | {"blocks": blocks}
    return head | {
        "matrix": [],
        "total": None,
        "total_reason": view.unavailable or "no_open",
        "candidates": [],
    }


def _block(block: ProvisionsBlock) -> Json:
    found, code = block.provision, block.currency
    names = {"bucket": "bucket", "count": "count", "open_minor": "open", "base_minor": "base"}
    names |= {"own_rate_ratio": "own_rate_ratio", "rate_ratio": "rate_ratio", "loss_minor": "loss"}
    kept = found.matrix.assign(own_rate_ratio_reason=found.matrix["rate_ratio_reason"])
    document: Json = {
        "currency": code,
        "method": found.rates.method,
        "measure": found.rates.measure,
        "learnt_from": plain(found.rates.first_on),
        "learnt_to": plain(found.rates.last_on),
        "written_off": money(found.rates.lost_minor, code),
        "is_monotone": found.rates.is_monotone,
        "matrix": rows(kept, names=names, currency=code),
        "total": money(found.total_minor, code),
        "known_total": money(found.known_minor, code),
        "open": money(found.open_minor, code),
        "individually_doubtful": money(found.doubtful_minor, code),
        "vat_not_known": money(found.no_tax_minor, code),
        "intercompany": money(found.intercompany_minor, code),
        "insured_part": money(found.insured_minor, code),
        "candidates": rows(block.candidates),
        "proposed": money(block.proposed_minor, code),
        "lateness_only": money(block.lateness_minor, code),
        "movement": [] if block.movement is None else rows(block.movement, currency=code),
        "claim_movement": rows(block.claim_moves),
        "entries": rows(block.entries),
        "openings": rows(block.openings),
    }
    for name, why in (
        ("total", found.total_reason),
        ("insured_part", "not_supplied"),
        ("proposed", block.proposed_reason),
        ("lateness_only", "no_tax"),
        ("written_off", "not_applicable"),
        ("learnt_from", "not_applicable"),
        ("learnt_to", "not_applicable"),
    ):
        if document[name] is None:
            document[f"{name}_reason"] = why
    return document


def _text(session: Session, view: ProvisionsView) -> str:
    word, shown = session.word, session.formats
    lines = [word("Provisions at {date}", date=shown.date(view.as_of))]
    if view.unavailable:
        why = label("reason", view.unavailable, session.lang)
        return "\n".join([*lines, word("Not available: {why}.", why=why)])
    if not view.blocks:
        return "\n".join([*lines, word("Nothing to show.")])
    return _GAP.join([*lines, *(_block_text(session, view, block) for block in view.blocks)])


def _block_text(session: Session, view: ProvisionsView, block: ProvisionsBlock) -> str:
    word, shown = session.word, session.formats
    found, code = block.provision, block.currency

    def amount(value: Any) -> str:
        return DASH if is_missing(value) else shown.amount0(int(value), code)

    matrix = table(
        [
            word("Bucket"),
            word("Base"),
            word("Rate"),
            total_title(found.rates.measure, view.buckets, session.lang),
        ],
        [
            [
                bucket_label(row["bucket"], session.lang),
                amount(row["base_minor"]),
                DASH if is_missing(row["rate_ratio"]) else shown.percent(row["rate_ratio"], 2),
                amount(row["loss_minor"]),
            ]
            for row in found.matrix.to_dict("records")
        ]
        + [
            [word("Total"), amount(found.matrix["base_minor"].sum()), "", amount(found.total_minor)]
        ],
    )
    claims = table(
        [word("Customer"), word("Document"), word("Open"), word("Proposed"), word("What is known")],
        [
            [
                shorten(row["name"]),
                str(row["number"]),
                amount(row["open_minor"]),
                amount(row["proposed_minor"]),
                evidence(row, session.lang),
            ]
            for row in block.candidates.head(_SHOWN).to_dict("records")
        ],
    )
    claims = claims if len(block.candidates) else word("Nothing to show.")
    said = word("Candidates to be justified claim by claim: lateness alone is never enough.")
    rates = found.rates
    head = method_words(
        rates.method,
        (rates.first_on, rates.last_on),
        (view.base, view.factor, view.loss_ratio),
        session.lang,
    )
    return _GAP.join([f"{head} ({code})", matrix, f"{said}\n{claims}"])


PROVISIONS: Final = Command(
    "provisions",
    provisions,
    "Print expected losses by bucket, and the claims that may have to be depreciated.",
)
