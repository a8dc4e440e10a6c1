"""Closings kept: keep one, list them, compare one with the same figures computed now."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

import arlib
from arlib.cli.commands import Command
from arlib.cli.encode import money, plain
from arlib.cli.session import Session, parse_date
from arlib.cli.text import DASH, shorten, table
from arlib.i18n import N_, translator
from arlib.i18n.closings import cause_words, measure_words, unit, value_words
from arlib.i18n.companies import company_name, company_words
from arlib.i18n.formats import is_missing
from arlib.model.issues import UserError

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.closings import Restated
    from arlib.workspace import Closing

Json = dict[str, Any]
_ANY_DAY: Final = date(9999, 12, 31)  # companies that cannot answer the day are left out
_HEAD: Final = ("closing_id", "as_of", "policy_version", "program_version", "kept_at", "kept_by")
_FILE: Final = ("batch_id", "sha256", "file_name", "company_id")


def keep(session: Session) -> None:
    """Keep the figures of a date as they are known now."""
    from arlib.views import closings as views

    if session.company or session.currency or session.convert or session.policy or session.as_known:
        raise UserError("closing_not_whole")
    with session.workspace() as book:
        policy = book.policy()
        day = parse_date(session.as_of) or book.portfolio().as_of
        figures = views.figures(book.portfolio(_ANY_DAY), day, policy)
        versions = (policy.version, arlib.__version__)
        found = book.closing(book.keep_closing(figures, day, versions, session.author()))
    session.show(
        _head(found) | {"figures": _kept(found.figures), "files": _files(found, "was_live")},
        lambda: session.word(
            "Closing of {date} kept: {name}.",
            date=session.formats.date(found.as_of),
            name=found.closing_id,
        ),
    )


def listing(session: Session) -> None:
    """List the closings kept."""
    with session.workspace() as book:
        found = book.closings()
    session.show([plain(row) for row in found.to_dict("records")], lambda: _listed(session, found))


def compare(
    session: Session,
    closing_id: Annotated[
        str | None,
        typer.Argument(metavar="CLOSING", help="Closing to compare (the latest kept by default)."),
    ] = None,
) -> None:
    """Say what was restated since a closing, and what can be why."""
    from arlib.views import closings as views

    with session.workspace() as book:
        known = book.closings()
        if closing_id is None and known.empty:
            raise UserError("closing_not_found", value="")
        closing = book.closing(closing_id or str(known["closing_id"].iloc[0]))
        policy = book.policy()
        now = views.figures(book.portfolio(_ANY_DAY), closing.as_of, policy)
    found = views.restated(
        closing.figures,
        now,
        closing.as_of,
        closing.since,
        programs=(closing.program_version, arlib.__version__),
    )
    document = _head(closing) | {
        "policy_version_now": policy.version,
        "program_version_now": arlib.__version__,
        "count_restated": len(found.changed),
        "figures": [_compared(row) for row in found.figures.to_dict("records")],
        "causes": [_cause(row) for row in found.causes.to_dict("records")],
        "files_then": _files(closing, "was_live"),
        "files_now": _files(closing, "is_live"),
    }
    session.show(document, lambda: _text(session, closing, found))


def _head(closing: Closing) -> Json:
    return {name: plain(getattr(closing, name)) for name in _HEAD}


def _value(row: dict[Any, Any], minor: str, number: str) -> Any:
    if not is_missing(row[minor]):
        return money(row[minor], row["currency"])
    value = plain(row[number])
    return int(value) if value is not None and unit(row["measure"]) == "count" else value


def _named(row: dict[Any, Any]) -> Json:
    names = {name: row[name] for name in ("company_id", "currency", "measure")}
    return names | {"bucket": row["bucket"] or None, "unit": unit(row["measure"])}


def _kept(figures: pd.DataFrame) -> list[Json]:
    found = []
    for row in figures.to_dict("records"):
        line = _named(row) | {"value": _value(row, "amount_minor", "number")}
        found.append(_explained(line, {"value": row["reason"]}))
    return found


def _compared(row: dict[Any, Any]) -> Json:
    sides = ("then", "now", "difference")
    line = _named(row) | {side: _value(row, f"{side}_minor", f"{side}_number") for side in sides}
    line["is_restated"] = bool(row["is_restated"])
    return _explained(line, {"then": row["then_reason"], "now": row["now_reason"]})


def _explained(line: Json, reasons: dict[str, Any]) -> Json:
    missing = [name for name, value in line.items() if value is None]
    for name in missing:
        reason = reasons.get(name)
        line[f"{name}_reason"] = "not_applicable" if is_missing(reason) else reason
    return line


def _cause(row: dict[Any, Any]) -> Json:
    return _explained({str(name): plain(value) for name, value in row.items()}, {})


def _files(closing: Closing, when: str) -> list[Json]:
    frame = closing.files.loc[closing.files[when].astype(bool), list(_FILE)]
    return [plain(row) for row in frame.to_dict("records")]


def _listed(session: Session, found: pd.DataFrame) -> str:
    word, shown = session.word, session.formats
    if found.empty:
        return word("No closing was kept.")
    body = [
        [
            str(row["closing_id"]),
            shown.date(row["as_of"]),
            shown.date_time(row["kept_at"]),
            shorten(row["kept_by"], 20),
            str(row["policy_version"]),
            str(row["program_version"]),
            shown.integer(row["count_files"]),
        ]
        for row in found.to_dict("records")
    ]
    titles = [word(name) for name in _TITLES]
    return table(titles, body, words=6)


_TITLES: Final = (
    N_("Code"),
    N_("As of"),
    N_("Kept on"),
    N_("By"),
    N_("Policy"),
    N_("Program"),
    N_("Files"),
)


def _text(session: Session, closing: Closing, found: Restated) -> str:
    word, shown, lang = session.word, session.formats, session.lang
    day = shown.date(closing.as_of)
    changed = found.changed
    if changed.empty:
        parts = [word("Closing of {date}: nothing was restated since.", date=day)]
    else:
        title = (
            translator(lang)
            .ngettext(
                "Closing of {date}: {n} figure restated",
                "Closing of {date}: {n} figures restated",
                len(changed),
            )
            .format(date=day, n=shown.integer(len(changed)))
        )
        body = [
            [
                company_name(row["company_id"], lang),
                measure_words(row["measure"], row["bucket"], lang),
                *(value_words(row, side, lang) for side in ("then", "now", "difference")),
            ]
            for row in changed.to_dict("records")
        ]
        heads = [word(name) for name in _COMPARED]
        parts = [title, table(heads, body, words=2)]
    if len(found.causes):
        parts.append(_causes(session, found.causes))
    return "\n\n".join(parts)


_COMPARED: Final = (
    N_("Company"),
    N_("Figure"),
    N_("Kept"),
    N_("Now"),
    N_("Difference"),
)


def _causes(session: Session, causes: pd.DataFrame) -> str:
    word = session.word
    causes = causes.replace({"company_id": company_words(session.lang)})
    body = [
        [
            DASH if is_missing(row["at"]) else session.formats.date_time(row["at"]),
            cause_words(row["kind"], session.lang),
            *(
                DASH if is_missing(row[name]) else shorten(row[name])
                for name in ("subject", "company_id", "customer_id", "made_by")
            ),
        ]
        for row in causes.to_dict("records")
    ]
    titles = (N_("Date"), N_("Done since"), N_("What"), N_("Company"), N_("Customer"), N_("By"))
    return table([word(name) for name in titles], body, words=6)


COMMANDS: Final = (
    Command("keep", keep, N_("Keep the figures of a date as they are known now.")),
    Command("list", listing, N_("List the closings kept.")),
    Command("compare", compare, N_("Say what was restated since a closing, and what can be why.")),
)
