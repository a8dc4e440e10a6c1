"""Migration of open invoices between buckets of lateness, between two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import plain, rows
from arlib.cli.session import Session, parse_date  # Typer reads the annotation
from arlib.cli.text import table
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import bucket_label, label

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.migration import MigrationBlock, MigrationView

Json = dict[str, Any]
_GAP: Final = "\n\n"
_CELLS: Final = {
    "from_bucket": "from",
    "to": "to",
    "amount_minor": "amount",
    "share_ratio": "share_ratio",
    "count": "count",
}
_RATES: Final = {
    "from_bucket": "from",
    "to": "to",
    "ratio": "ratio",
    "amount_minor": "amount",
    "start_minor": "start",
}


def migration(
    session: Session,
    from_on: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="Start of the migration.")
    ] = None,
    to_on: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="End of the migration.")
    ] = None,
) -> None:
    """Print what became of the invoices open at a date by a later one."""
    from arlib.views import migration as views

    end = parse_date(to_on)
    session.update(as_of=to_on)
    with session.workspace() as book:
        view = views.build(
            session.portfolio(book),
            session.active_policy(book),
            from_on=parse_date(from_on),
            to_on=end,
        )
    session.warn_unconverted(block.currency for block in view.blocks)
    session.show(_document(view), lambda: _text(session, view))


def _document(view: MigrationView) -> Json:
    head: Json = {
        "from": plain(view.from_on),
        "to": plain(view.to_on),
        "year_from": plain(view.year_from_on),
        "year_months": view.year_months,
        "is_estimated": view.is_estimated,
        "left_out": list(view.left_out),
    }
    if view.year_from_on is None:
        head["year_from_reason"] = view.unavailable or "as_of_too_early"
    if view.unavailable:
        return head | {"unavailable": view.unavailable, "rows": [], "roll_rates": []}
    blocks = [_block(block) for block in view.blocks]
    if len(blocks) == 1:
        return head | blocks[0]
    return head | ({"blocks": blocks} if blocks else {"rows": [], "roll_rates": []})


def _block(block: MigrationBlock) -> Json:
    found: Json = {
        "currency": block.currency,
        "rows": _cells(block.rows, block.currency),
        "roll_rates": _rates(block.roll_rates, block.currency),
        "year_rows": _cells(block.year_rows, block.currency),
        "year_roll_rates": _rates(block.year_rates, block.currency),
        "monthly": rows(
            block.monthly,
            names={"start_on": "from_on", "end_on": "to_on", **_RATES},
            currency=block.currency,
        ),
        "reaching_last_ratio": plain(block.reaching_last_ratio),
    }
    if found["reaching_last_ratio"] is None:
        found["reaching_last_ratio_reason"] = block.reaching_last_ratio_reason
    return found


def _cells(frame: pd.DataFrame, currency: str) -> list[Json]:
    return rows(frame, names=_CELLS, currency=currency)


def _rates(frame: pd.DataFrame, currency: str) -> list[Json]:
    return rows(frame, names=_RATES, currency=currency)


def _text(session: Session, view: MigrationView) -> str:
    word, shown = session.word, session.formats
    head = word(
        "What became by {end} of what was open on {start}",
        start=shown.date(view.from_on),
        end=shown.date(view.to_on),
    )
    if view.unavailable:
        return f"{head}\n{session.unavailable(view.unavailable)}"
    if not view.blocks:
        return f"{head}\n{word('Nothing to show.')}"
    return _GAP.join([head, *(_block_text(session, block) for block in view.blocks)])


def _block_text(session: Session, block: MigrationBlock) -> str:
    word, shown = session.word, session.formats
    columns = list(dict.fromkeys(block.rows["to"]))
    headers = [
        f"{word('Open at the start')} ({block.currency})",
        *(_name(session, to) for to in columns),
    ]
    cells = block.rows.set_index(["from_bucket", "to"])["amount_minor"]
    lines = [
        [
            _name(session, bucket),
            *(shown.amount0(cells[bucket, to], block.currency) for to in columns),
        ]
        for bucket in block.buckets
    ]
    rates = [
        [
            f"{_name(session, row['from_bucket'])} → {_name(session, row['to'])}",
            _percent(session, row["ratio"]),
            _percent(session, year["ratio"]),
        ]
        for row, year in zip(
            block.roll_rates.to_dict("records"), block.year_rates.to_dict("records"), strict=True
        )
    ]
    rolled = table([word("Roll rates"), word("Between the dates"), word("12 months")], rates)
    return _GAP.join([table(headers, lines), rolled])


def _name(session: Session, code: str) -> str:
    is_outcome = code in {"paid", "credit_note", "write_off", "other"}
    if is_outcome:
        return label("outcome", code, session.lang)
    return bucket_label(code, session.lang)


def _percent(session: Session, ratio: float) -> str:
    return "–" if is_missing(ratio) else session.formats.percent(ratio)


COMMANDS: Final = (
    Command(
        "migration",
        migration,
        "Print what became of open invoices between two dates: buckets, roll rates.",
    ),
)
