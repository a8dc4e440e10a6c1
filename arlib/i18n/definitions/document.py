"""``docs/metrics.md`` out of the definitions: one table a section, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.i18n.definitions import index, sections

if TYPE_CHECKING:
    from arlib.i18n.definitions import Figure, Section

_TITLE: Final = "# Figures"
_NOTE: Final = "<!-- Written by `make docs` from arlib/i18n/definitions/*.toml, which the pages read too: edit there. -->"


def document() -> str:
    """Return the whole document, with a line end."""
    blocks = [_TITLE, _NOTE, index()["before"].strip("\n")]
    for section in sections():
        blocks += _blocks(section)
    return "\n\n".join(blocks) + "\n"


def _blocks(section: Section) -> list[str]:
    """Return the blocks of a section: title, source, words, table, words, modules."""
    places = f" ({section.paragraphs})" if section.paragraphs else ""
    blocks = [f"## {section.title}{places}"]
    if section.source:
        blocks.append(f"Source: {section.source}.")
    if section.before:
        blocks.append(section.before)
    if section.figures:
        blocks.append(_table(section))
    if section.after:
        blocks.append(section.after)
    if section.computed_in:
        blocks.append(f"Computed in {_modules(section.computed_in)}.")
    return blocks


def _table(section: Section) -> str:
    """Return the table of a section; its last column is there when its figures name their modules."""
    has_modules = any(figure.computed_in for figure in section.figures)
    titles = [*section.columns, *(["computed in"] if has_modules else [])]
    rows = [_row(figure, has_modules=has_modules) for figure in section.figures]
    return "\n".join([_line(titles), "|" + "---|" * len(titles), *map(_line, rows)])


def _row(figure: Figure, *, has_modules: bool) -> list[str]:
    told = figure.english
    formula = f"{told.formula} ({figure.source})" if figure.source else told.formula
    cells = [told.name, formula, told.trap]
    return [*cells, _modules(figure.computed_in)] if has_modules else cells


def _modules(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _line(cells: list[str]) -> str:
    return (
        "".join(f"| {cell.replace('|', chr(92) + '|')} " if cell else "| " for cell in cells) + "|"
    )
