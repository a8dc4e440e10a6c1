"""Figures of the DSO page: message, unit, palette, zero, and what they show."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arlib.charts import activity as activity_chart
from arlib.charts import dso as dso_chart
from arlib.charts import receipts as receipts_chart
from arlib.charts.palette import FAVOURABLE, KNOWN, UNFAVOURABLE
from arlib.charts.template import Style
from arlib.model.policy import Policy
from arlib.views import activity, dso, receipts
from arlib.views.dso import Change
from arlib.workspace import Workspace
from tests.support.books import load
from tests.support.worked import D, worked_book

STYLE = Style("fr", "light")
POLICY = Policy().with_settings(dso_target_days=60.0)


@pytest.fixture(scope="module")
def views() -> dict[str, Any]:
    workspace = Workspace.open(None)
    load(workspace, worked_book())
    portfolio = workspace.portfolio(D)
    found = {
        "dso": dso.build(portfolio, POLICY, period_months=6, series_months=36).blocks[0],
        "receipts": receipts.build(portfolio, POLICY).blocks[0],
        "activity": activity.build(portfolio, POLICY).blocks[0],
    }
    workspace.close()
    return found


def change(**contributions: float) -> Change:
    moved = sum(contributions.values())
    return Change(date(2025, 3, 31), D, 50.0, 50.0 + moved, contributions, None, 12, 12)


def figures(views: dict[str, Any], style: Style = STYLE) -> dict[str, Any]:
    moved = change(not_due=-2.4, late=4.6, disputed=-1.5, credits=-1.5, sales=5.6)
    block, cash, beside = views["dso"], views["receipts"], views["activity"]
    return {
        "series": dso_chart.series_figure(block, D, style),
        "parts": dso_chart.parts_figure(block, D, style),
        "change": dso_chart.change_figure(moved, style),
        "due": receipts_chart.due_figure(cash, D, style),
        "received": receipts_chart.received_figure(cash, D, style),
        "cohorts": receipts_chart.cohorts_figure(cash, D, style),
        "curves": receipts_chart.curves_figure(cash, D, style),
        "sales": activity_chart.sales_figure(beside, D, style),
        "basket": activity_chart.basket_figure(beside, D, style),
        "disputes": activity_chart.disputes_figure(beside, D, style),
    }


NAMES = ("series", "parts", "change", "due", "received", "cohorts", "curves", "sales", "basket", "disputes")  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_message_unit_date_and_palette(views: dict[str, Any], name: str, theme: str) -> None:
    chart = figures(views, Style("fr", theme))[name]
    meta = chart.layout.meta
    assert meta["title"]
    assert "30/06/2025" in meta["subtitle"]
    assert re.search(r"jours|%|€|Nombre", meta["subtitle"])
    colours = set(re.findall(r"#[0-9A-Fa-f]{6}", chart.to_json()))
    assert {colour.upper() for colour in colours} <= {colour.upper() for colour in KNOWN}


def test_series_draws_the_target_and_names_each_line(views: dict[str, Any]) -> None:
    chart = figures(views)["series"]
    texts = " ".join(note.text for note in chart.layout.annotations)
    assert "objectif 60" in texts
    for words in ("122,4", "129,8", "45,0"):
        assert words in texts
    places = [note.y for note in chart.layout.annotations if note.xshift == 8]
    assert np.diff(sorted(places)).min() > 5  # labels of 122 and 130 days do not touch


def test_parts_say_lateness_and_disputes(views: dict[str, Any]) -> None:
    chart = figures(views)["parts"]
    assert chart.layout.meta["title"] == (
        "129,8\u00a0j de DSO\u00a0: 45,0\u00a0j non échus, 41,0\u00a0j de retard, 48,3\u00a0j de litige,"
        " \u22124,6\u00a0j d’avoirs et règlements"
    )
    stacked = np.nansum([bar.y[-1] for bar in chart.data])
    assert stacked == pytest.approx(129.784, abs=5e-4)


def test_waterfall_runs_from_one_value_to_the_other(views: dict[str, Any]) -> None:
    chart = figures(views)["change"]
    bar = chart.data[0]
    assert bar.base[0] == bar.base[-1]
    assert bar.base[0] + bar.y[-1] == pytest.approx(54.8)
    assert list(bar.marker.color[1:-1]) == [
        FAVOURABLE, UNFAVOURABLE, FAVOURABLE, FAVOURABLE, UNFAVOURABLE,
    ]  # fmt: skip
    # each step stands on the level the one before left
    level = 50.0
    for base, height, moved in zip(
        bar.base[1:-1], bar.y[1:-1], (-2.4, 4.6, -1.5, -1.5, 5.6), strict=True
    ):
        assert min(level, level + moved) == pytest.approx(base)
        assert height == pytest.approx(abs(moved))
        level += moved
    assert "niveau des ventes" in chart.layout.meta["title"]
    assert "axe tronqué" in chart.layout.meta["subtitle"]


def test_waterfall_of_large_moves_starts_at_zero() -> None:
    chart = dso_chart.change_figure(change(not_due=-31.0, late=10.0, sales=5.0), STYLE)
    assert chart.layout.yaxis.range[0] == 0
    assert "tronqué" not in chart.layout.meta["subtitle"]
    assert "non échu" in chart.layout.meta["title"]
    still = dso_chart.change_figure(change(not_due=-3.0, late=3.0), STYLE)
    assert still.layout.meta["title"] == "Le DSO simple n’a pas bougé depuis le 31/03/2025"


def test_due_parts_make_the_whole(views: dict[str, Any]) -> None:
    chart = figures(views)["due"]
    total = np.nansum([bar.y for bar in chart.data], axis=0)
    net = views["receipts"].fallen_due["net_due_minor"].to_numpy()
    assert total[net > 0] == pytest.approx(1.0)


def test_received_parts_make_the_receipts(views: dict[str, Any]) -> None:
    chart = figures(views)["received"]
    euros = np.sum([bar.y for bar in chart.data], axis=0)
    receipts_ = views["receipts"].received["receipts_minor"].to_numpy()
    factor = receipts_.max() / euros.max()
    assert euros * factor == pytest.approx(receipts_)


def test_triangle_writes_the_cells_that_are_known(views: dict[str, Any]) -> None:
    chart = figures(views)["cohorts"]
    frame = views["receipts"].cohorts
    known = frame[[f"paid_{age}_ratio" for age in receipts.AGES]].notna().to_numpy().sum()
    assert len(chart.layout.annotations) == known > 0


def test_a_book_without_history_has_plain_titles(views: dict[str, Any]) -> None:
    block = views["receipts"]
    young = receipts.ReceiptsBlock(
        "EUR",
        block.fallen_due.head(0),
        block.received.head(0),
        block.cohorts.head(0),
        block.curves.assign(recent_ratio=np.nan, earlier_ratio=np.nan),
    )
    titles = [
        receipts_chart.due_figure(young, D, STYLE).layout.meta["title"],
        receipts_chart.received_figure(young, D, STYLE).layout.meta["title"],
        receipts_chart.cohorts_figure(young, D, STYLE).layout.meta["title"],
        receipts_chart.curves_figure(young, D, STYLE).layout.meta["title"],
    ]
    assert titles == [
        "Ce qui est arrivé à échéance et quand il a été encaissé",
        "Encaissements par mois",
        "Comment les factures de chaque mois ont été réglées",
        "Part réglée selon les jours depuis la facture",
    ]
    assert pd.notna(block.received["receipts_minor"]).all()
