"""Names from files are shown as written: never as markup, an icon, a colour or an image."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from arlib.ui.texts import plain

HOSTILE = [
    "![x](http://exemple.test/x.png)",
    "# Titre",
    "<b>x</b>",
    "[lien](javascript:alert(1))",
    "**gras** _italique_ `code`",
    "1. liste",
    "- liste",
    "$E=mc^2$",
    "a | b",
    "~~barré~~",
    '=HYPERLINK("x")',
    "deux\nlignes",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_is_inert(name: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(plain(name))
    text = name.replace("\n", " ")
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(mark, entity)
    assert html.replace("\u2060", "") == f"<p>{text}</p>\n"


@pytest.mark.parametrize("name", [":red[x]", ":material/home:", ":smile:"])
def test_directives_are_broken(name: str) -> None:
    assert not any(part in plain(name) for part in (":red", ":material", ":smile:"))


def test_spaces_that_do_not_break_stay() -> None:
    assert plain("12\u00a0k€ :\u00a0encours") == "12\u00a0k€ :\u00a0encours"
