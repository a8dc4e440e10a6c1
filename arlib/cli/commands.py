"""From a plain function to a command: translated help, and the common options after it too."""

from __future__ import annotations

import inspect
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

import typer
from typer.models import ParameterInfo

from arlib.cli.usage import SpokenCommand

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.cli.session import Session

COMMON: Final[dict[str, Any]] = {
    "as_of": Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Date of the figures.")
    ],
    "company": Annotated[
        str | None, typer.Option("--company", metavar="ID", help="One company (all by default).")
    ],
    "currency": Annotated[
        str | None, typer.Option("--currency", metavar="ISO", help="Keep one currency.")
    ],
    "convert": Annotated[
        str | None, typer.Option("--convert", metavar="ISO", help="Convert into one currency.")
    ],
    "policy": Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="Policy file (TOML).")
    ],
    "as_known": Annotated[
        bool,
        typer.Option(
            "--as-known", help="As known then: files imported and lettering recorded by the date."
        ),
    ],
    "lang": Annotated[Literal["fr", "en"] | None, typer.Option("--lang", help="Language.")],
    "json": Annotated[bool, typer.Option("--json", help="Print one JSON document.")],
    "wait": Annotated[
        str | None, typer.Option("--wait", metavar="15m", help="Wait for the database.")
    ],
}


_FLAGS: Final = frozenset({"as_known", "json"})


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, what runs it (session first, then its own options), its help."""

    name: str
    body: Callable[..., None]
    help: str


def add(app: typer.Typer, command: Command, translate: Callable[[str], str]) -> None:
    """Register a command with its help in the language asked for."""
    bound = _bind(command.body, translate)
    app.command(command.name, cls=SpokenCommand, help=translate(command.help))(bound)


def add_default(group: typer.Typer, command: Command, translate: Callable[[str], str]) -> None:
    """Register what a group does by itself, when none of its commands is named."""
    bound = _bind(command.body, translate)

    def run(*, ctx: typer.Context, **given: Any) -> None:
        if ctx.invoked_subcommand is None:
            bound(ctx=ctx, **given)
        else:
            ctx.obj.update(**{name: given[name] for name in COMMON})

    run.__signature__ = bound.__signature__  # type: ignore[attr-defined]
    run.__annotations__ = bound.__annotations__
    group.callback(invoke_without_command=True, help=translate(command.help))(run)


def _bind(body: Callable[..., None], translate: Callable[[str], str]) -> Callable[..., None]:
    """Return ``body`` as Typer wants it: its own options, then the common ones."""
    own = list(inspect.signature(body, eval_str=True).parameters.values())[1:]
    shared = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=False if name in _FLAGS else None,
            annotation=annotation,
        )
        for name, annotation in COMMON.items()
    ]
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    keyword = [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in own]

    def run(*, ctx: typer.Context, **given: Any) -> None:
        session: Session = ctx.obj
        session.update(**{name: given.pop(name) for name in COMMON})
        body(session, **given)

    parameters = [_translated(item, translate) for item in (context, *keyword, *shared)]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {item.name: item.annotation for item in parameters}
    return run


def common(translate: Callable[[str], str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a root callback (ctx, **options) the common options and --db."""
    database = Annotated[
        Path | None,
        typer.Option(
            "--db", metavar="PATH", help="Database (else ARLIB_DB, else data/encours.duckdb)."
        ),
    ]

    def decorate(body: Callable[..., None]) -> Callable[..., None]:
        parameters = [
            inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
            *(
                _translated(
                    inspect.Parameter(
                        name,
                        inspect.Parameter.KEYWORD_ONLY,
                        default=False if name in _FLAGS else None,
                        annotation=annotation,
                    ),
                    translate,
                )
                for name, annotation in {"db": database, **COMMON}.items()
            ),
        ]
        body.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        body.__annotations__ = {item.name: item.annotation for item in parameters}
        return body

    return decorate


def _translated(item: inspect.Parameter, translate: Callable[[str], str]) -> inspect.Parameter:
    """Return a parameter whose help is in the language asked for."""
    kind, *details = get_args(item.annotation) or (item.annotation,)
    info = next((detail for detail in details if isinstance(detail, ParameterInfo)), None)
    if info is None or not info.help:
        return item
    words, info = info.help, copy(info)
    info.help = translate(words)
    return item.replace(annotation=Annotated[kind, info])
