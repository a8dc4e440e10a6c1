"""The rows behind a figure are what it draws and what the pointer reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from arlib.charts.data import DRAWN, SERIES, chart_rows
from arlib.charts.template import Style, figure
from arlib.i18n.labels import bucket_label
from arlib.reports.chart_data import chart_sheet
from tests.charts.test_figures import BUCKETS, HOSTILE, NAMES, STYLE, figures

if TYPE_CHECKING:
    import plotly.graph_objects as go


@pytest.fixture(scope="module")
def drawn() -> dict[str, go.Figure]:
    return figures(STYLE)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_rows_in_words(drawn: dict[str, go.Figure], name: str) -> None:
    sheet = chart_sheet(drawn[name], "fr")
    assert sheet.count_rows > 0
    assert sheet.lines == (drawn[name].layout.meta["title"], drawn[name].layout.meta["subtitle"])
    texts = [text for column in sheet.columns if column.kind == "text" for text in column.values]
    assert not [text for text in texts if "%{" in text or "<br" in text or text == "nan"]


def test_stacks_give_every_month_of_every_bucket(drawn: dict[str, go.Figure]) -> None:
    rows = chart_rows(drawn["months"])
    named = rows[rows[SERIES] == bucket_label("90+", "fr")]
    assert len(rows) == 12 * (len(BUCKETS) + 1)
    assert named["said_1"].iloc[0] == "30/11/2025"
    assert named["said_2"].iloc[-1] == "24,0\u00a0k€"
    assert named[DRAWN].iloc[-1] == pytest.approx(24.0)


def test_names_are_whole_and_plain(drawn: dict[str, go.Figure]) -> None:
    rows = chart_rows(drawn["overruns"])
    assert rows["said_1"].tolist()[0] == HOSTILE
    assert len(rows) == 2  # two parts of a bar say the same: one row
    titles = [column.title for column in chart_sheet(drawn["overruns"], "en").columns]
    assert titles == ["Mark", "Value", "Detail", "Detail", "Detail"]


def test_squares_and_cells_say_where_they_stand(drawn: dict[str, go.Figure]) -> None:
    squares = chart_rows(drawn["recurrence"])
    assert len(squares) == 24
    assert squares[DRAWN].isna().all()  # a place in a list is no amount
    over = squares[squares["said_3"] == "Au moins un jour au-dessus de la limite"]
    assert over["said_1"].tolist() == ["sept. 2026", "oct. 2026", "nov. 2025"]
    cells = chart_rows(drawn["moves"])
    assert "Payeur fiable → À surveiller" in cells["said_1"].tolist()
    assert cells.loc[cells["said_2"] == "3 clients", DRAWN].tolist() == [1.0]


def test_guides_are_left_out_and_dates_are_written() -> None:
    chart = figure(Style("en"), title="T", subtitle="S, €", facts=[], height=90)
    chart.add_scatter(x=[0, 1], y=[5, 5], hoverinfo="skip")
    days = np.array(["2026-09-30", "2026-10-31"], dtype="datetime64[D]")
    chart.add_scatter(x=days, y=[1.25, np.nan], hovertemplate="%{x|%d/%m/%Y}<br>%{y:.1f}")
    rows = chart_rows(chart, "en")
    assert rows[["said_1", "said_2"]].to_numpy().tolist() == [["30/09/2026", "1.3"]]
    assert rows[DRAWN].tolist() == [1.25]
