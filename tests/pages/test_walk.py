"""Every page of the sample company runs, and every figure it draws keeps the rules of how things look."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest
import streamlit as st

from arlib.charts import template
from arlib.charts.palette import KNOWN, aging_colours
from arlib.reports.chart_data import chart_sheet
from arlib.ui.definitions import definitions_text
from arlib.ui.navigation import _PAGES
from tests.pages.conftest import ROOT, Session
from tests.pages.test_pages import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Choices of a page under which it draws other figures than at first.
STATES: Final[dict[str, list[dict[str, str]]]] = {
    "dso": [{"dso_part": part} for part in ("receipts", "cohorts", "activity")],
    "behaviour": [{"behaviour_level": level} for level in ("portfolio", "category")],
    "simulations": [
        {"simulation_subject": subject}
        for subject in ("terms", "factoring", "cycle", "lateness", "loss")
    ],
    "segments": [{"segments_method": method} for method in ("rules", "check")],
    "customer": [
        {"customer_tab": tab}
        for tab in ("Factures", "Comportement", "Score", "Limites", "Suivi", "Identité")
    ],
    "concentration": [{"concentration_measure": "overdue"}, {"concentration_by": "group"}],
}
# Drawn after a click, or where there are promises: the tests of those pages see them.
ON_A_CLICK: Final = {"cost_figure", "ladder_figure", "promises_figure"}
_LIVES: Final = "lives_"  # bars of dates on an axis of months: no quantity, no unit
_UNITS: Final = re.compile(
    r"€|jours?\b|\bj\b|%|nombre|factures?\b|clients?\b|points?\b|probabilité|part\b", re.IGNORECASE
)
_DATE: Final = re.compile(r"\d{2}/\d{2}/\d{4}|\b(?:19|20)\d{2}\b")
_ENGLISH_NUMBER: Final = re.compile(r"(?<![\w.,])\d+\.\d+(?![\w.])|(?<![\w,])\d{1,3},\d{3}(?!\d)")
_NO_VALUE: Final = re.compile(r"\b(?:nan|None|NaT|inf|<NA>)\b")
_FORBIDDEN: Final = {"pie", "indicator", "sankey", "treemap", "sunburst", "funnelarea"}


@dataclass
class Walk:
    """What each page said, the figures in the order they were drawn, the functions that drew them."""

    said: dict[str, tuple[str, list[str], list[str]]] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    page: str = ""


@pytest.fixture(scope="module")
def walk(sample_book: Path) -> Iterator[Walk]:
    """Walk every page of the sample company, in each state that draws something else."""
    found = Walk()
    patch = pytest.MonkeyPatch()
    real_chart, real_figure = st.plotly_chart, template.figure

    def chart(figure: Any, **more: Any) -> Any:
        found.figures[f"{found.page} · {more.get('key')}"] = figure
        return real_chart(figure, **more)

    def figure(*args: Any, **more: Any) -> Any:
        found.functions.add(sys._getframe(1).f_code.co_name)
        return real_figure(*args, **more)

    patch.setattr(st, "plotly_chart", chart)
    for name, module in list(sys.modules.items()):
        if name.startswith("arlib.charts.") and getattr(module, "figure", None) is real_figure:
            patch.setattr(module, "figure", figure)
    reader = Session(sample_book)
    for page in _PAGES:
        found.page = page
        app = reader.page(page)
        found.said[page] = (
            app.title[0].value,
            [item.value for item in app.markdown],
            [item.value for item in app.error],
        )
        for state in STATES.get(page, []):
            found.page = f"{page} {state}"
            reader.page(page, **state)
    yield found
    patch.undo()


def _texts(node: Any) -> Iterator[str]:
    """Give every text of a figure that a reader sees: titles, labels, ticks, hover, annotations."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for name, value in node.items():
            if name not in ("color", "family", "hovertemplate", "texttemplate", "colorscale"):
                yield from _texts(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _texts(value)


def _wrong(name: str, figure: Any) -> list[str]:
    """Return the rules a figure breaks, in words."""
    plain = figure.to_plotly_json()
    layout, traces, meta = plain["layout"], plain["data"], plain["layout"]["meta"]
    wrong = [
        *_message(meta, has_unit=not name.startswith(_LIVES)),
        *_axes(layout, traces),
        *_labels(layout, traces),
    ]
    wrong += [*_colours(figure), *_order(traces)]
    wrong += [f"a {trace['type']}" for trace in traces if trace.get("type") in _FORBIDDEN]
    if layout["separators"] != ",\u202f":
        wrong.append("separators")
    if layout["font"]["family"] != template.FONT:
        wrong.append("font")
    if layout.get("title", {}).get("text"):
        wrong.append("a title inside the card")
    return wrong


def _message(meta: dict[str, str], *, has_unit: bool) -> Iterator[str]:
    title, subtitle = meta["title"], meta["subtitle"]
    if not title.strip():
        yield "no title"
    if has_unit and not _UNITS.search(subtitle):
        yield f"no unit: {subtitle}"
    if not _DATE.search(subtitle + title):
        yield f"no date: {subtitle}"
    if not meta["alt"].startswith(title):
        yield "alternative text"
    for text in (title, subtitle, meta["alt"]):
        yield from _words(text)


def _words(text: str) -> Iterator[str]:
    bare = re.sub(r"<[^>]+>", " ", text)
    if _NO_VALUE.search(bare):
        yield f"no value: {text}"
    if _ENGLISH_NUMBER.search(bare):
        yield f"English number: {text}"


def _axes(layout: dict[str, Any], traces: Any) -> Iterator[str]:
    for name, axis in layout.items():
        if not re.fullmatch(r"[xy]axis\d*", name):
            continue
        if axis.get("overlaying"):
            yield f"{name}: a second axis"
        if len(axis.get("tickvals") or ()) > 14:
            yield f"{name}: {len(axis['tickvals'])} ticks"
    for trace in traces:
        if trace.get("type") == "bar" and trace.get("base") is None:
            side = "x" if trace.get("orientation") == "h" else "y"
            place = str(trace.get(f"{side}axis") or side).replace(side, f"{side}axis")
            span = layout.get(place, {}).get("range")
            if span and not min(span) <= 0 <= max(span):
                yield f"bars from {span}"


def _labels(layout: dict[str, Any], traces: Any) -> Iterator[str]:
    seen = [{name: trace.get(name) for name in ("text", "hovertext", "name")} for trace in traces]
    for text in _texts([*seen, layout.get("annotations") or []]):
        yield from _words(text)


def _colours(figure: Any) -> Iterator[str]:
    text = figure.to_json()
    known = {colour.upper() for colour in KNOWN}
    used = {colour.upper() for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", text)}
    for colour in used - known:
        yield f"colour {colour}"
    shades = {tuple(int(code[at : at + 2], 16) for at in (1, 3, 5)) for code in known}
    for red, green, blue, opacity in re.findall(
        r"rgba?\((\d+), ?(\d+), ?(\d+)(?:, ?([\d.]+))?\)", text
    ):
        shade = (int(red), int(green), int(blue))
        if shade not in shades and opacity not in ("0", "0.0"):
            yield f"colour rgb{shade}"


def _order(traces: Any) -> Iterator[str]:
    """Ageing colours, where a figure has several, stand in their order."""
    colours = [
        str((trace.get("marker") or {}).get("color")).upper()
        for trace in traces
        if trace.get("type") == "bar"
    ]
    for count in (5, 6):
        ageing = [colour.upper() for colour in aging_colours(count)]
        found = [colour for colour in colours if colour in ageing]
        if len(set(found)) > 2 and set(colours) <= set(ageing):
            places = [ageing.index(colour) for colour in found]
            if places != sorted(places):
                yield f"buckets {places}"
            return


@pytest.mark.parametrize("name", list(_PAGES))
def test_page_runs(walk: Walk, name: str) -> None:
    title, markdown, errors = walk.said[name]
    assert title == TITLES[name]
    assert errors == []
    assert definitions_text(name, "fr") in markdown


def test_every_figure_keeps_the_rules(walk: Walk) -> None:
    broken = {
        name: wrong
        for name, figure in walk.figures.items()
        if (wrong := _wrong(name.split(" · ")[1], figure))
    }
    assert not broken, "\n".join(f"{name}: {wrong}" for name, wrong in broken.items())


def test_every_figure_gives_its_data_in_words(walk: Walk) -> None:
    sheets = {name: chart_sheet(figure, "fr") for name, figure in walk.figures.items()}
    assert [name for name, sheet in sheets.items() if not sheet.count_rows] == []
    broken = {
        name: text
        for name, sheet in sheets.items()
        for column in sheet.columns
        if column.kind == "text"
        for text in column.values
        if _NO_VALUE.search(text) or "%{" in text or "<br" in text
    }
    assert broken == {}


def test_every_function_that_draws_is_walked(walk: Walk) -> None:
    texts = "\n".join(path.read_text() for path in (ROOT / "arlib" / "charts").glob("*.py"))
    every = set(re.findall(r"^def ([a-z_]+_figure)\(", texts, re.MULTILINE))
    missed = every - walk.functions - ON_A_CLICK
    assert missed == set(), missed
    assert len(walk.figures) >= 40
