"""Gettext catalogues: message ids are short English texts, one ``.po`` a subject and a language.

The files are read at first use and compiled in memory, so no binary is committed and none can be
out of date.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT_LANGUAGE: Final = "fr"
LANGUAGES: Final = {"fr": "Français", "en": "English"}
_HERE: Final = Path(__file__).parent


def N_(text: str) -> str:  # noqa: N802 - the name message extractors look for
    """Return the text unchanged: marks a message id that is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Translator:
    """What turns message ids into sentences of one language. Call it: ``_("Outstanding")``."""

    language: str
    _catalogue: gettext.NullTranslations

    def __call__(self, message: str) -> str:
        """Return the sentence of a message id; the id itself when nothing translates it."""
        return self._catalogue.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the singular or the plural sentence, by the language's own rule."""
        return self._catalogue.ngettext(one, many, abs(count))


def catalogue_files(language: str) -> list[Path]:
    """Return the catalogues of a language, in a fixed order."""
    return sorted((_HERE / language).glob("*.po"))


def merged_catalogue(language: str) -> Catalog:
    """Return every message of a language in one catalogue.

    Raises:
        ValueError: two files translate one message id differently.
    """
    merged = Catalog(locale=language)
    for path in catalogue_files(language):
        with path.open("rb") as stream:
            found = read_po(stream, locale=language)
        for message in found:
            _add(merged, message, path.name)
    return merged


@cache
def translator(language: str = DEFAULT_LANGUAGE) -> Translator:
    """Return the translator of a language, ``fr`` or ``en`` (English sentences are the ids)."""
    compiled = BytesIO()
    write_mo(compiled, merged_catalogue(language))
    compiled.seek(0)
    return Translator(language, gettext.GNUTranslations(compiled))


def _add(merged: Catalog, message: object, file_name: str) -> None:
    """Add one message to the merged catalogue; refuse a second, different sentence."""
    key, sentence = message.id, message.string  # type: ignore[attr-defined]
    if not key:
        return
    known = merged.get(key[0] if isinstance(key, tuple) else key)
    if known is not None and known.string not in ("", sentence) and sentence:
        error = f"{file_name} translates {key!r} otherwise than another catalogue"
        raise ValueError(error)
    merged.add(key, sentence)
