"""The entry: builds the commands in the language asked for, turns refusals into exit status 1."""

from __future__ import annotations

import contextlib
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import typer
from typer.main import get_command

from arlib.cli import (
    alerts,
    book,
    changes,
    checklist,
    closings,
    companies,
    control,
    customers,
    depreciations,
    disputes,
    figures,
    followup,
    forecast,
    grid,
    groups,
    imports,
    insurance,
    letters,
    limits,
    links,
    mappings,
    matching,
    migration,
    payment_terms,
    penalties,
    provisions,
    purge,
    report,
    safety,
    sales,
    simulations,
    suggestions,
    survival,
    terms,
    worklist,
)
from arlib.cli.commands import Command, add, add_default, common
from arlib.cli.encode import json_text
from arlib.cli.session import Session
from arlib.cli.usage import SpokenGroup, TyperException, said
from arlib.i18n import N_, translator
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REFUSED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 refused, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    session = Session(json="--json" in given, lang=_language(given))
    _speak_utf8()
    try:
        run = _commands(session.lang)
        status = run(given, obj=session, prog_name="python -m arlib", standalone_mode=False)
    except TyperException as error:
        session.warn(said(error, session.translate))
        return getattr(error, "exit_code", REFUSED)
    except UserError as error:
        return refuse(session, error)
    except BrokenPipeError:
        return 0
    return status if isinstance(status, int) else 0


@cache
def _commands(lang: str) -> Callable[..., object]:
    """Return the commands of a language, made once a process: a hundred cost 0.2 s each time."""
    return get_command(build(lang))


def build(lang: str) -> typer.Typer:
    """Return the application, its help in ``lang``."""
    translate = translator(lang)
    app = _group(translate("What customers owe, how they pay, who is becoming a problem."))

    @app.callback()
    @common(translate)
    def root(*, ctx: typer.Context, **given: Any) -> None:
        ctx.obj.update(**given)

    for module in (
        imports,
        book,
        figures,
        survival,
        alerts,
        grid,
        sales,
        worklist,
        letters,
        migration,
        forecast,
        insurance,
        penalties,
        simulations,
        payment_terms,
        checklist,
        suggestions,
        matching,
        customers,
        links,
        report,
        safety,
        changes,
        control,
        companies,
    ):
        for command in module.COMMANDS:
            add(app, command, translate)
    for command in disputes.PROMISES:
        add(app, command, translate)
    families: tuple[tuple[str, str, tuple[Command, ...]], ...] = (
        ("closings", N_("Closings kept: keep, list, compare with now."), closings.COMMANDS),
        ("disputes", N_("Disputes: list, add, close, undo, history."), disputes.COMMANDS),
        ("groups", N_("Groups of customers: list, propose, set, undo."), groups.COMMANDS),
        ("limits", N_("Credit limits: fix, paste, import, list, history, undo."), limits.COMMANDS),
        ("mapping", N_("Mappings of columns: list, export, import, forget."), mappings.COMMANDS),
        (
            "notes",
            N_("Notes, calls, promises, payment plans, reminders, reviews: add, plan, list, undo."),
            followup.NOTES,
        ),
        ("override", N_("Segments fixed by hand: set, remove, history."), followup.OVERRIDES),
        ("policy", N_("Every threshold and choice."), book.POLICY_COMMANDS),
        (
            "purge",
            N_("Erase a customer or a company for good: customer, company, history."),
            purge.COMMANDS,
        ),
        ("report", N_("Risk report to download."), report.REPORT_COMMANDS),
        (
            "terms",
            N_("Payment terms by customer and date: set, import, history, undo."),
            terms.COMMANDS,
        ),
    )
    for name, words, commands in families:
        group = _group(None)
        app.add_typer(group, name=name, help=translate(words))
        _fill(group, commands, translate)
    _add_family(app, suggestions.SIMULATE, simulations.SIMULATIONS, translate)
    _add_family(app, provisions.PROVISIONS, depreciations.COMMANDS, translate)
    return app


def _add_family(
    app: typer.Typer,
    itself: Command,
    commands: Sequence[Command],
    translate: Callable[[str], str],
) -> None:
    """Register a group that does something by itself, and its commands by name."""
    group = _group(None)
    group.info.no_args_is_help = False
    app.add_typer(group, name=itself.name)
    add_default(group, itself, translate)
    for command in commands:
        add(group, command, translate)


def refuse(session: Session, error: UserError) -> int:
    """Say a refusal: a sentence on standard error and, with --json, a document."""
    sentence = error_sentence(error, session.lang)
    session.warn(sentence)
    if session.json:
        document = {"error": {"code": error.code, "message": sentence}}
        sys.stdout.write(json_text(document) + "\n")
    return REFUSED


def _group(words: str | None) -> typer.Typer:
    return typer.Typer(
        cls=SpokenGroup,
        help=words,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def _fill(group: typer.Typer, commands: Sequence[Command], translate: Callable[[str], str]) -> None:
    """Register the commands of a group; a group of one stays a group."""

    @group.callback()
    def root() -> None:
        pass

    for command in commands:
        add(group, command, translate)


def _language(given: Sequence[str]) -> str:
    """Return the language asked for anywhere on the line (help is written before parsing)."""
    for position, word in enumerate(given):
        if word == "--lang" and position + 1 < len(given):
            return "en" if given[position + 1] == "en" else "fr"
        if word.startswith("--lang="):
            return "en" if word.endswith("=en") else "fr"
    return "fr"


def _speak_utf8() -> None:
    """Write French whatever the console's code page; a test's captured stream stays as it is."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
