"""Figures inside a page that stands alone: the drawing program once, each figure as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from arlib.charts.template import config

if TYPE_CHECKING:
    import plotly.graph_objects as go


def drawing_program() -> str:
    """Return the program that draws the figures, whole: nothing is fetched."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def figure_data(chart: go.Figure, language: str) -> str:
    """Return a figure as JSON that may stand inside a page: no text of it can close the element."""
    found: dict[str, Any] = json.loads(chart.to_json())
    found["layout"].pop("meta", None)
    found["config"] = config(language) | {"responsive": True}
    text = json.dumps(found, ensure_ascii=False, sort_keys=True)
    return text.replace("<", "\\u003c").replace("\u2028", "").replace("\u2029", "")
