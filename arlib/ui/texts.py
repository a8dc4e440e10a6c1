"""Texts from files made safe for Markdown: a customer's name is never an instruction."""

from __future__ import annotations

import re
from typing import Final

_BREAKS: Final = re.compile(r"[\t\n\v\f\r\u2028\u2029]+")  # no-break spaces stay
_PUNCTUATION: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~&^=\"'/@%])")
_COLON: Final = re.compile(r":(?=\S)")
_JOINED: Final = ":\u2060"  # a word joiner keeps “:red[” and “:material/” from meaning anything


def plain(text: object) -> str:
    """Return a text that Markdown shows as it is written, on one line."""
    one_line = _BREAKS.sub(" ", str(text)).strip()
    return _PUNCTUATION.sub(r"\\\1", _COLON.sub(_JOINED, one_line))


def small(text: str) -> str:
    """Return Markdown in small grey letters (the text is Markdown already)."""
    return f":small[:gray[{text}]]"
