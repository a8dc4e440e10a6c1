"""What every figure is, from what, and the mistake it invites: one text for the pages and the documentation.

One TOML file a subject, English and French side by side; ``index.toml`` holds their order and the
figures each page explains. Pages show :func:`of_page`; ``python -m arlib.i18n.definitions`` writes
``docs/metrics.md`` from the same entries (:mod:`arlib.i18n.definitions.document`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
COLUMNS: Final = ("figure", "formula", "trap")
_LINK: Final = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_FIRST: Final = re.compile(r"^[a-z]+(?=[ ,;:])")
_STARS: Final = re.compile(r"(?<![\w*])\*([^\s*][^*]*)\*(?!\w)")


@dataclass(frozen=True, slots=True)
class Wording:
    """One figure in one language; ``trap`` may be empty."""

    name: str
    formula: str
    trap: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: English as written in the documentation, French as shown.

    ``key`` is ``section.id``; ``source`` the paragraph of the definitions where it is not the
    section's; ``computed_in`` modules and queries, for the documentation alone.
    """

    key: str
    english: Wording
    french: Wording
    source: str
    computed_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one subject and the words around them (``before``, ``after``: Markdown)."""

    key: str
    title: str
    title_fr: str
    paragraphs: str
    source: str
    source_fr: str
    columns: tuple[str, ...]
    before: str
    after: str
    computed_in: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a page shows of one figure: plain text, in the language asked for.

    ``paragraphs``: where the project's definitions say it (``§2``); ``source``: law or method.
    """

    name: str
    formula: str
    trap: str
    paragraphs: str
    source: str


@cache
def sections() -> tuple[Section, ...]:
    """Return every section, in the order of the documentation."""
    return tuple(_section(key) for key in index()["sections"])


@cache
def pages() -> dict[str, tuple[str, ...]]:
    """Return the keys of the figures each page explains, by the name of its script."""
    return {name: tuple(keys) for name, keys in index()["pages"].items()}


def of_page(name: str, language: str) -> tuple[Definition, ...]:
    """Return the definitions of a page's figures, in the order of the page; none for an unknown one."""
    known = _definitions(language)
    return tuple(known[key] for key in pages().get(name, ()))


def of_figure(key: str, language: str) -> Definition:
    """Return the definition of one figure by its key, ``section.id``."""
    return _definitions(language)[key]


@cache
def index() -> dict[str, Any]:
    """Return the index: ``sections``, ``before`` (words before them all), ``pages``."""
    return _read("index")


@cache
def _definitions(language: str) -> dict[str, Definition]:
    """Return the definition of every figure by its key."""
    return {
        figure.key: _definition(section, figure, language)
        for section in sections()
        for figure in section.figures
    }


def _definition(section: Section, figure: Figure, language: str) -> Definition:
    is_french = language == "fr"
    told = figure.french if is_french else figure.english
    return Definition(
        name=plain_words(told.name),
        formula=_sentence(plain_words(told.formula)),
        trap=_sentence(plain_words(told.trap)),
        paragraphs=figure.source or section.paragraphs,
        source=section.source_fr if is_french else section.source,
    )


def plain_words(text: str) -> str:
    """Return a text without its Markdown: links, code and stressed words as plain words."""
    words = _STARS.sub(r"\1", _LINK.sub(r"\1", text).replace("`", ""))
    return words.removesuffix(" *")


def _sentence(text: str) -> str:
    """Return a text whose first word, when it is one and no letter of a formula, has a capital."""
    first = _FIRST.match(text)
    return text[0].upper() + text[1:] if first and len(first[0]) > 1 else text


def _section(key: str) -> Section:
    found = _read(key)
    return Section(
        key=key,
        title=found["title"],
        title_fr=found["title_fr"],
        paragraphs=found.get("paragraphs", ""),
        source=found.get("source", ""),
        source_fr=found.get("source_fr", ""),
        columns=tuple(found.get("columns", COLUMNS)),
        before=found.get("before", "").strip("\n"),
        after=found.get("after", "").strip("\n"),
        computed_in=tuple(found.get("computed_in", ())),
        figures=tuple(_figure(key, entry) for entry in found.get("figure", ())),
    )


def _figure(section: str, entry: dict[str, Any]) -> Figure:
    return Figure(
        key=f"{section}.{entry['id']}",
        english=Wording(entry["name"], entry["formula"], entry.get("trap", "")),
        french=Wording(entry["name_fr"], entry["formula_fr"], entry.get("trap_fr", "")),
        source=entry.get("source", ""),
        computed_in=tuple(entry.get("computed_in", ())),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
