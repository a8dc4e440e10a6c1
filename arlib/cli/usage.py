"""Help and wrong usage said in the language asked for; Typer's own words are English only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from arlib.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SpokenCommand", "SpokenGroup", "TyperException", "said"]

_QUOTED: Final = re.compile(r"'([^']*)'")
_BRACKETED: Final = re.compile(r"\(([^()]*)\)$")
# Of what Typer says without a class of its own: how it begins, where its word is, our sentence.
_SPOKEN: Final = (
    ("No such command", _QUOTED, N_("There is no command “{value}”.")),
    ("Missing command", _QUOTED, N_("A command is missing.")),
    ("Got unexpected extra", _BRACKETED, N_("Nothing is expected here: {value}.")),
    ("Option", _QUOTED, N_("The option {value} is not followed by its value, or takes none.")),
)
_WANTED: Final = (
    ("valid number", N_("{name} takes a number.")),
    ("valid integer", N_("{name} takes a whole number.")),
)
_OTHER: Final = N_("The value given to {name} does not fit.")
# Typer's own words in a help, and ours.
_HEADINGS: Final = (
    (re.compile(r"^Usage: (.*)", re.MULTILINE), N_("Usage: {words}")),
    (re.compile(r"^Arguments:()$", re.MULTILINE), N_("Arguments:")),
    (re.compile(r"^Options:()$", re.MULTILINE), N_("Options:")),
    (re.compile(r"^Commands:()$", re.MULTILINE), N_("Commands:")),
    (re.compile(r"Show this message and exit\.()"), N_("Show this help.")),
    (re.compile(r"\[required\]()"), N_("[required]")),
    (re.compile(r"\[default: ([^]]*)\]"), N_("[default: {words}]")),
)


def said(error: TyperException, translate: Callable[..., str]) -> str:
    """Return what is wrong with the words of a command, how it is used and where its help is.

    What asks for help by giving nothing gets the help itself.
    """
    known: Any = error
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(known)
    sentence = _sentence(known, translate)
    if context is None:
        return sentence
    usage = re.sub(r"^Usage: ", "", context.get_usage())
    lines = (
        sentence,
        translate("Usage: {words}").format(words=usage),
        translate("Help: {words}").format(words=f"{context.command_path} --help"),
    )
    return "\n".join(lines)


def _sentence(error: Any, translate: Callable[..., str]) -> str:
    """Return the sentence by the class of the error, else by how Typer's own begins."""
    parameter = getattr(error, "param", None)
    if parameter is not None:
        name = parameter.get_error_hint().replace("'", "")
        if type(error).__name__ == "MissingParameter":
            return translate("{name} is missing.").format(name=name)
        given, *choices = _QUOTED.findall(error.message) or [""]
        if not choices:
            wanted = (text for kind, text in _WANTED if kind in error.message)
            return translate(next(wanted, _OTHER)).format(name=name)
        found = translate("The value {value} does not fit {name}.").format(value=given, name=name)
        return f"{found} {translate('Possible: {words}').format(words=', '.join(choices))}"
    if getattr(error, "possibilities", None) is not None or error.message.startswith(
        "No such option"
    ):
        words = ", ".join(sorted(error.possibilities or ()))
        found = translate("There is no option {name}.").format(name=error.option_name)
        return f"{found} {translate('Possible: {words}').format(words=words)}" if words else found
    for start, where, sentence in _SPOKEN:
        if error.message.startswith(start):
            word = where.search(error.message)
            return translate(sentence).format(value=word[1] if word else "")
    return str(error.message)


def _helped(text: str, translate: Callable[..., str]) -> str:
    """Return a help with Typer's words in the language asked for."""
    for pattern, ours in _HEADINGS:
        text = pattern.sub(_filling(translate(ours)), text)
    return text


def _filling(words: str) -> Callable[[re.Match[str]], str]:
    return lambda found: words.format(words=found[1])


class SpokenCommand(TyperCommand):
    """A command whose help is wholly in the language asked for."""

    def get_help(self, ctx: Any) -> str:
        """Return the help of the command."""
        return _helped(super().get_help(ctx), ctx.obj.translate)


class SpokenGroup(TyperGroup):
    """A group whose help is wholly in the language asked for."""

    def get_help(self, ctx: Any) -> str:
        """Return the help of the group."""
        return _helped(super().get_help(ctx), ctx.obj.translate)
