"""One text for the pages and for docs/metrics.md: complete, in both languages, about what exists."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from arlib.i18n import definitions
from arlib.i18n.definitions.document import document
from arlib.ui.definitions import definitions_text
from arlib.ui.navigation import _PAGES

ROOT = Path(__file__).resolve().parents[2]
FIGURES = {figure.key: figure for section in definitions.sections() for figure in section.figures}
PLACE = re.compile(r"`((?:analytics|ingest|law|model|store|views)/[\w./*]+)`")
SECTION_KEYS = {
    *("title", "title_fr", "paragraphs", "source", "source_fr"),
    *("columns", "computed_in", "before", "after", "figure"),
}
FIGURE_KEYS = {
    *("id", "name", "name_fr", "formula", "formula_fr", "trap", "trap_fr", "source", "computed_in"),
}


def is_there(place: str) -> bool:
    """Return whether a place of arlib exists: a file, files of a pattern, a module and its names."""
    if list((ROOT / "arlib").glob(place)) or list((ROOT / "arlib").glob(f"{place}.*")):
        return True
    module, *names = place.split(".")
    if not (ROOT / "arlib" / f"{module}.py").exists():
        return False
    found: object = import_module("arlib." + module.replace("/", "."))
    for name in names:
        found = getattr(found, name, None)
    return found is not None


def test_the_document_is_the_one_written_from_the_definitions() -> None:
    on_disk = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert on_disk == document(), "run `make docs`, after an edit of arlib/i18n/definitions/*.toml"


def test_every_row_of_the_document_is_whole() -> None:
    tables = re.findall(r"(?:^\|.*\n)+", document(), flags=re.MULTILINE)
    assert len(tables) > len(definitions.sections()) - 2
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1, table
    assert sum(table.count("\n") - 2 for table in tables) > len(FIGURES)


def test_every_file_is_read_and_every_key_known() -> None:
    files = {path.stem for path in definitions.FOLDER.glob("*.toml")}
    assert files == {*definitions.index()["sections"], "index"}
    for name in files - {"index"}:
        found = tomllib.loads((definitions.FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        assert set(found) <= SECTION_KEYS, name
        assert ("source" in found) == ("source_fr" in found), name
        for entry in found.get("figure", ()):
            assert set(entry) <= FIGURE_KEYS, (name, entry)
    count = sum(len(section.figures) for section in definitions.sections())
    assert count == len(FIGURES) > 200


def test_every_figure_is_told_in_both_languages() -> None:
    for key, figure in FIGURES.items():
        english, french = figure.english, figure.french
        assert all((english.name, english.formula, french.name, french.formula)), key
        assert bool(english.trap) == bool(french.trap), key
        assert english.formula != french.formula or "×" in english.formula, key


def test_french_is_short_and_written_for_who_reads_it() -> None:
    for key, figure in FIGURES.items():
        told = figure.french
        assert len(told.name) <= 80, key
        assert len(told.formula) <= 180, (key, len(told.formula))
        assert len(told.trap) <= 140, (key, len(told.trap))
        for text in (told.name, told.formula, told.trap):
            assert "`" not in text, key
            assert not re.search(r"[a-z]_[a-z]|\.sql|analytics|views/", text), (key, text)
            # a plain space may stand before “:” in no French text, an apostrophe is ’
            assert not re.search(r"\w'\w| [:;!?»%€](?!\d)|« ", text), (key, text)
        assert told.formula.endswith("."), key
        assert not told.trap or told.trap.endswith("."), key


def test_what_computes_a_figure_exists() -> None:
    named = {place for figure in FIGURES.values() for place in figure.computed_in}
    named |= {place for section in definitions.sections() for place in section.computed_in}
    named |= set(PLACE.findall(document()))
    assert len(named) > 100
    assert sorted(place for place in named if not is_there(place)) == []
    assert not is_there("analytics/nothing")
    assert not is_there("analytics/aging.nothing")


def test_every_page_explains_figures_that_exist_and_every_figure_has_a_page() -> None:
    named = definitions.pages()
    assert set(named) == set(_PAGES)
    assert all(named.values())
    assert all(len(set(keys)) == len(keys) for keys in named.values())
    assert {key for keys in named.values() for key in keys} == set(FIGURES)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_page_shows_plain_text(lang: str) -> None:
    for name in _PAGES:
        told = definitions_text(name, lang)
        html = MarkdownIt("commonmark", {"html": True}).render(told)
        assert set(re.findall(r"<(\w+)", html)) <= {"p", "strong", "br"}, name
        names = [item.name for item in definitions.of_page(name, lang)]
        assert html.count("<p>") == len(names) + 1, name
    assert "<p>" in html


def test_marks_of_the_document_are_taken_off_for_the_screen() -> None:
    assert definitions.plain_words("see [x](y.md), `a_b` and *c d* × 2 * 3") == (
        "see x, a_b and c d × 2 * 3"
    )
    assert definitions.plain_words("Overrides *") == "Overrides"
    told = {item.name for item in definitions.of_page("segments", "en")}
    assert "Broken promises, broken_promises (8)" in told
    shares = definitions.of_page("concentration", "en")
    assert shares[0].formula.startswith("x / Σ x")
    assert shares[0].trap.startswith("The one who crosses")
    assert definitions.of_page("nowhere", "fr") == ()
