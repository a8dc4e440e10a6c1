"""The texts of letters: files shipped here, or their copies edited by the user.

A text is read line by line: ``#`` begins a remark, ``Objet :`` (``Subject:``) is needed, ``Envoi :``
(``Sending:``) may say how the letter goes. Then paragraphs, an empty line between two. ``{name}`` stands for a
value; a paragraph that is one ``{table}`` alone is that table; ``{si name}`` or ``{sauf name}`` (``{if …}``,
``{unless …}``) at the head of a paragraph keeps it only where the value is known, or is not.
Values are put in once and never read again: a customer's name holds no placeholder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from arlib.model.issues import UserError
from arlib.model.letter_settings import LETTER_LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED: Final = Path(__file__).parent / "texts"
STATEMENT: Final = "statement"
KINDS: Final = ("letter", "email")
NAMES: Final = (*(f"{kind}_{level}" for kind in KINDS for level in LETTER_LEVELS), STATEMENT)
# Tables and blocks: each a paragraph of its own.
BLOCKS: Final = ("invoices", "principal", "sums", "items", "balance", "bank")
# Values inside sentences; what each says is in docs/letters.md.
VALUES: Final = (
    "as_of",
    "clause",
    "company_name",
    "contact",
    "count",
    "credits",
    "customer_id",
    "customer_name",
    "date",
    "days_late",
    "delay_days",
    "disputed",
    "due",
    "indemnity",
    "indemnity_each",
    "interest",
    "interest_unknown",
    "not_due",
    "oldest_due",
    "outstanding",
    "overdue",
    "promised",
    "rates",
    "reminders",
    "signatory",
    "soon",
    "soon_count",
    "soon_first",
    "title",
    "total",
)
_LARGEST: Final = 64 << 10
_HEAD: Final = re.compile(r"(Objet|Subject|Envoi|Sending)\s*:\s*(.*)")
_FIELDS: Final = {
    "Objet": "subject",
    "Subject": "subject",
    "Envoi": "sending",
    "Sending": "sending",
}
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_CONDITION: Final = re.compile(r"\{(si|sauf|if|unless) ([^{}]*)\}\s*")
_NEGATIVE: Final = frozenset({"sauf", "unless"})
_BEFORE: Final = re.compile(r" +(?=[:;!?»%€])")
_AFTER: Final = re.compile(r"« *")
_APOSTROPHE: Final = re.compile(r"(?<=\w)'(?=\w)")
_ARTICLE: Final = re.compile(r"\b([LDR])\. (?=\d)")  # L. 441-10
_NO_BREAK: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph: its words, and the value that must be known (or not) for it to stand."""

    words: str
    condition: str | None = None
    is_negative: bool = False

    @property
    def block(self) -> str | None:
        """Return the name of the table that the paragraph is, None for words."""
        found = _PLACE.fullmatch(self.words.strip())
        return found[1] if found and found[1] in BLOCKS else None

    def stands(self, values: Mapping[str, str]) -> bool:
        """Return whether the paragraph is kept with these values."""
        return self.condition is None or bool(values.get(self.condition)) != self.is_negative


@dataclass(frozen=True, slots=True)
class Text:
    """One text as it is written: ``subject``, ``sending`` (may be empty), paragraphs."""

    name: str
    subject: str
    sending: str
    parts: tuple[Part, ...]
    is_edited: bool = False


def read_text(name: str, language: str, folder: Path | None = None) -> Text:
    """Return a text of ``NAMES``: the user's file ``<folder>/<language>/<name>.txt``, else ours.

    Raises:
        UserError: ``text_unreadable``, ``text_subject_missing``, ``text_empty``, ``text_brace`` or
            ``text_placeholder_unknown``, each with the file's name.
    """
    if folder is not None:
        path = folder / language / f"{name}.txt"
        if path.exists():
            return parse_text(name, _content(path), language, is_edited=True)
    return _shipped(name, language)


def texts_folder(book: Path, environment: Mapping[str, str]) -> Path:
    """Return where the user's texts are: ``ARLIB_TEXTS``, else ``texts`` beside the book."""
    return Path(environment.get("ARLIB_TEXTS") or book.parent / "texts")


def shipped_files() -> dict[str, bytes]:
    """Return the texts shipped by relative path (``fr/letter_R1.txt``): what a user copies to edit."""
    return {
        f"{path.parent.name}/{path.name}": path.read_bytes()
        for path in sorted(SHIPPED.glob("*/*.txt"))
    }


def edited_files(folder: Path) -> list[str]:
    """Return the user's texts that stand before ours, by relative path."""
    return [name for name in shipped_files() if (folder / name).exists()]


def parse_text(name: str, content: str, language: str, *, is_edited: bool = False) -> Text:
    """Return a text as written. Raises UserError as ``read_text``."""
    lines = [line.rstrip() for line in content.splitlines() if not line.startswith("#")]
    heads, body = _heads(lines)
    file = f"{language}/{name}.txt"
    if not heads.get("subject"):
        raise UserError("text_subject_missing", value=file)
    parts = tuple(_part(words, language) for words in _paragraphs(body))
    if not parts:
        raise UserError("text_empty", value=file)
    for words in (heads["subject"], heads.get("sending", ""), *(part.words for part in parts)):
        _check(words, file)
    for part in parts:
        _check_condition(part, file)
    subject, sending = heads["subject"], heads.get("sending", "")
    return Text(name, _typeset(subject, language), _typeset(sending, language), parts, is_edited)


def fill(words: str, values: Mapping[str, str]) -> str:
    """Return words with each ``{name}`` replaced by its value, once.

    >>> fill("{customer_name} : {due}", {"customer_name": "{due}", "due": "3 €"})
    '{due} : 3 €'
    """
    return _PLACE.sub(lambda found: values.get(found[1], ""), words)


@cache
def _shipped(name: str, language: str) -> Text:
    path = SHIPPED / language / f"{name}.txt"
    return parse_text(name, path.read_text(encoding="utf-8"), language)


def _content(path: Path) -> str:
    """Return what a user's file says. Raises UserError ``text_unreadable``."""
    file = f"{path.parent.name}/{path.name}"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(
            "text_unreadable", value=file, detail=error.strerror or type(error).__name__
        ) from None
    if len(raw) > _LARGEST:
        raise UserError("text_unreadable", value=file, detail=f"> {_LARGEST >> 10} kB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("text_unreadable", value=file, detail="UTF-8") from None


def _heads(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return what the first lines say (subject, sending), and the lines after them."""
    heads: dict[str, str] = {}
    for place, line in enumerate(lines):
        found = _HEAD.fullmatch(line.replace(_NO_BREAK, " ").strip())
        if found:
            heads[_FIELDS[found[1]]] = found[2].strip()
        elif line.strip():
            return heads, lines[place:]
    return heads, []


def _paragraphs(lines: list[str]) -> list[str]:
    """Return the paragraphs: lines between empty ones, their line breaks kept."""
    joined = "\n".join(line.strip() for line in lines)
    return [words for words in re.split(r"\n{2,}", joined.strip()) if words]


def _part(words: str, language: str) -> Part:
    found = _CONDITION.match(words)
    rest = _typeset(words[found.end() :] if found else words, language)
    if not found:
        return Part(rest)
    return Part(rest, found[2].strip(), found[1] in _NEGATIVE)


def _typeset(words: str, language: str) -> str:
    """Return words with the apostrophes and, in French, the no-break spaces of good typography."""
    curved = _ARTICLE.sub(r"\1." + _NO_BREAK, _APOSTROPHE.sub("’", words))
    if language != "fr":
        return curved
    return _AFTER.sub("«" + _NO_BREAK, _BEFORE.sub(_NO_BREAK, curved))


def _check(words: str, file: str) -> None:
    """Refuse a name that is not known, a brace left alone and a table inside a sentence."""
    for name in _PLACE.findall(words):
        if name not in VALUES and (name not in BLOCKS or words.strip() != "{" + name + "}"):
            raise UserError("text_placeholder_unknown", value=file, detail="{" + name[:60] + "}")
    left = _PLACE.sub("", words)
    if "{" in left or "}" in left:
        raise UserError("text_brace", value=file, detail=left.strip()[:60])


def _check_condition(part: Part, file: str) -> None:
    if part.condition is not None and part.condition not in VALUES:
        detail = "{" + part.condition[:60] + "}"
        raise UserError("text_placeholder_unknown", value=file, detail=detail)
    if not part.words.strip():
        raise UserError("text_empty", value=file)
