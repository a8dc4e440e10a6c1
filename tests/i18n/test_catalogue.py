"""Every word the program shows has its French sentence, with the same placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from arlib.i18n import translator
from arlib.i18n.catalogue import catalogue_files, merged_catalogue
from arlib.model.issues import CODES, ERRORS

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "word": None, "translate": None}
CALLS = {"_", "N_", "word", "words", "translate"}
PLACEHOLDER = re.compile(r"{(\w*)")


def used_messages() -> dict[str | tuple[str, ...], str]:
    """Return every message id of the program with the file that uses it."""
    found: dict[str | tuple[str, ...], str] = {}
    for folder in ("arlib", "pages"):
        rows = extract_from_dir(
            str(ROOT / folder), method_map=[("**.py", "python")], keywords=KEYWORDS
        )
        for name, _line, message, _comments, _context in rows:
            if message and message != ("", ""):
                found.setdefault(message, f"{folder}/{name}")
    return found


def written_inside_texts() -> dict[str | tuple[str, ...], str]:
    """Return the ids given to ``_`` and the like anywhere, f-strings included, with their file."""
    found: dict[str | tuple[str, ...], str] = {}
    for folder in ("arlib", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in CALLS and isinstance(first, ast.Constant) and first.value:
                    found.setdefault(str(first.value), str(path.relative_to(ROOT)))
    return found


def missing_messages() -> dict[str | tuple[str, ...], str]:
    """Return the message ids that French does not translate."""
    catalogue = merged_catalogue("fr")
    missing = {}
    used = {**written_inside_texts(), **used_messages()}
    for message, place in used.items():
        known = catalogue.get(message[0] if isinstance(message, tuple) else message)
        if (
            known is None
            or not known.string
            or (isinstance(message, tuple) and not known.pluralizable)
        ):
            missing[message] = place
    return missing


def texts(value: object) -> list[str]:
    """Return the one sentence of a message, or its singular and plural."""
    return [str(text) for text in value] if isinstance(value, (tuple, list)) else [str(value)]


def test_every_message_is_translated() -> None:
    assert missing_messages() == {}


def test_every_issue_and_refusal_is_translated() -> None:
    catalogue = merged_catalogue("fr")
    lacking = [text for text in (*CODES.values(), *ERRORS.values()) if not catalogue.get(text)]
    assert [text for text in lacking if text != "{detail}"] == []


def test_placeholders_match() -> None:
    wrong = []
    for message in merged_catalogue("fr"):
        if not message.id:
            continue
        ids, strings = texts(message.id), texts(message.string)
        expected = {name for text in ids for name in PLACEHOLDER.findall(text)}
        for text in strings:
            extra = set(PLACEHOLDER.findall(text)) - expected
            lost = expected - set(PLACEHOLDER.findall(text)) - {"n"}
            if extra or lost:
                wrong.append((message.id, text))
    assert wrong == []


def test_files_do_not_contradict_each_other() -> None:
    assert len(catalogue_files("fr")) >= 3
    merged_catalogue("fr")  # raises when they do


@pytest.mark.parametrize("path", catalogue_files("fr"), ids=lambda path: path.name)
def test_french_typography(path: Path) -> None:
    """No straight quote between letters, no plain space before : ; ! ? » or after «."""
    with path.open("rb") as stream:
        messages = [message for message in read_po(stream, locale="fr") if message.id]
    wrong = []
    for message in messages:
        strings = texts(message.string)
        wrong += [s for s in strings if re.search(r"\w'\w| [:;!?»](?!\d)|« ", s)]
    assert wrong == []


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    french, english = translator("fr"), translator("en")
    one, many = "{n} customer", "{n} customers"
    assert french.ngettext(one, many, 0) == french.ngettext(one, many, 1)
    assert french.ngettext(one, many, 0) != french.ngettext(one, many, 2)
    assert english.ngettext(one, many, 0) == many


def test_an_unknown_message_is_shown_as_it_is() -> None:
    assert translator("fr")("No such message {x}") == "No such message {x}"
    assert translator("fr")("") == ""
