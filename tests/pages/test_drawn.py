"""A grid is drawn as pandas' own Styler would draw it, cell by cell."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import pytest
from streamlit.elements.lib.pandas_styler_utils import marshall_styler
from streamlit.proto.ArrowData_pb2 import ArrowData

from arlib.i18n import MISSING, formats
from arlib.ui.drawn import drawn
from arlib.ui.session import style
from arlib.ui.tables import Column

F = formats("fr")
NAMES = ["late", "when", "count", "who", "light"]
COLUMNS = [
    Column("late", "Late", 90, F.amount, "currency", mark="▲"),
    Column("when", "When", 90, F.date),
    Column("count", "Count", 90, lambda value: f"{value:.1f} j", tint="#102030"),
    Column("who", "Who", 90),
    Column("light", "Light", 90, fills={"red": "background-color:#fee;color:#900"}),
]
SHOWN = pd.DataFrame(
    {
        "late": [12_345.0, -5.0, float("nan"), 700.0, 0.0],
        "when": pd.to_datetime(pd.Series(["2026-01-31", None, "2025-12-01", "2026-01-31", None])),
        "count": [1.0, 3.0, float("nan"), 0.0, 2.5],
        "who": ["A < B", "▲ C", "nan", "", "É"],
        "light": ["red", "green", "red", "–", "red"],
        "currency": ["EUR", "JPY", "EUR", None, "EUR"],
    }
)


def _plain(*, is_total: bool) -> Any:
    """Return the same grid as pandas makes it: a format and a rule for each cell."""
    data, ink = SHOWN[NAMES], style().ink
    found: Any = data.style
    found = found.format(F.date, subset=["when"]).format(COLUMNS[2].write, subset=["count"])
    for row, code in enumerate(SHOWN["currency"]):
        write = partial(_amount, code if isinstance(code, str) else None)
        found = found.format(write, subset=(data.index[[row]], ["late"]))
    orange = f"color:{ink.orange_text};font-weight:600"
    found = found.map(lambda value: orange if value > 0 else "", subset=["late"])
    found = found.map(lambda value: orange if value.startswith("▲") else "", subset=["who"])
    tint = "background-color:rgba(16,32,48,{:.2f})"
    found = found.map(
        lambda value: tint.format(0.1 + 0.35 * value / 3.0) if value > 0 else "", subset=["count"]
    )
    red = "background-color:#fee;color:#900"
    found = found.map(lambda word: red if word == "red" else "", subset=["light"])
    return found.set_properties(**{"font-weight": "650"}) if is_total else found


def _amount(code: str | None, value: float) -> str:
    if code is None:
        return MISSING
    return f"▲ {F.amount(value, code)}" if value > 0 else F.amount(value, code)


def _sent(styler: Any) -> tuple[str, pd.DataFrame]:
    """Return the CSS and the texts that a browser is sent."""
    import pyarrow as pa

    proto = ArrowData()
    styler.set_uuid("x")
    marshall_styler(proto, styler, "x")
    texts = pa.ipc.open_stream(proto.styler.display_values).read_all().to_pandas()
    return proto.styler.styles, texts


@pytest.mark.parametrize("is_total", [False, True])
def test_texts_and_colours_are_those_of_pandas(is_total: bool) -> None:
    codes = [SHOWN["currency"] if column.currency else None for column in COLUMNS]
    css, texts = _sent(drawn(SHOWN[NAMES], COLUMNS, codes, key="k", is_total=is_total))
    wanted_css, wanted = _sent(_plain(is_total=is_total))
    pd.testing.assert_frame_equal(texts, wanted)
    assert css.splitlines() == wanted_css.splitlines()
    assert texts["late"].tolist()[3] == MISSING
    assert texts["late"].tolist()[0].startswith("▲ ")


def test_the_same_grid_bears_the_same_name_at_each_run() -> None:
    names = {_named("k") for _ in range(2)}
    assert len(names) == 1
    assert names != {_named("l")}


def _named(key: str) -> str:
    return str(drawn(SHOWN[["who"]], [COLUMNS[3]], [None], key=key).uuid)
