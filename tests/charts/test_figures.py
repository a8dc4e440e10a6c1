"""What every figure must hold: message, unit, palette, order, zero, no live text."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from arlib.charts import aging, behaviour, concentration, exposure, matching, segments, template
from arlib.charts.palette import KNOWN, SEGMENT_ORDER, aging_colours, contrast, ink
from arlib.charts.template import Style
from arlib.views.aging import AgingBlock
from arlib.views.concentration import ConcentrationBlock
from arlib.views.matching import MatchingBlock
from arlib.views.overview import OverviewBlock
from arlib.views.risk import RiskView
from arlib.views.segments import SegmentsBlock

AS_OF = date(2026, 10, 31)
STYLE = Style("fr", "light")
BUCKETS = ("not_due", "1-30", "31-60", "61-90", "90+")
HOSTILE = '<b>Zoé</b> & Cie <a href="http://x">'


def concentration_block(count: int = 15) -> ConcentrationBlock:
    amounts = np.arange(count, 0, -1) * 100_000
    shares = amounts / amounts.sum()
    customers = pd.DataFrame(
        {
            "company_id": "S",
            "customer_id": [f"C{i}" for i in range(count)],
            "name": [HOSTILE, *[f"Client {i}" for i in range(1, count)]],
            "amount_minor": amounts,
            "share_ratio": shares,
            "cumulative_ratio": shares.cumsum(),
        }
    )
    pareto = int((shares.cumsum() < 0.8).sum()) + 1
    return ConcentrationBlock(
        "EUR", int(amounts.sum()), count, pd.DataFrame(), 0.8, pareto, None, None, None, None,
        customers, None,
    )  # fmt: skip


def months_block() -> OverviewBlock:
    ends = pd.date_range("2025-11-30", periods=12, freq="ME")
    frame = pd.DataFrame({"month_end": ends})
    for place, bucket in enumerate(BUCKETS):
        frame[f"{bucket}_minor"] = (np.arange(12) + 1) * 1_000_000 // (place + 1)
    frame["unallocated_minor"] = -50_000
    frame["late_over_30_ratio"] = np.linspace(0.05, 0.12, 12)
    return OverviewBlock("EUR", (), BUCKETS, frame, concentration_block())


def share_block() -> AgingBlock:
    totals = {f"{bucket}_minor": 1_000_000 * (5 - i) for i, bucket in enumerate(BUCKETS)}
    totals |= {"overdue_minor": 10_000_000, "unallocated_minor": 0}
    return AgingBlock(
        "EUR", BUCKETS, ("due_0-30",), pd.DataFrame(), totals, 0.6667, None, 40.0, None
    )


def risk_view() -> RiskView:
    customers = pd.DataFrame(
        {
            "company_id": "S",
            "customer_id": ["A", "B"],
            "name": [HOSTILE, "Client au nom vraiment beaucoup trop long pour un axe"],
            "tested_minor": [9_000_000, 2_000_000],
            "limit_minor": pd.array([5_000_000, 0], dtype="Int64"),
            "overrun_minor": pd.array([4_000_000, 2_000_000], dtype="Int64"),
            "limit_currency": "EUR",
            "utilisation_ratio": [1.8, np.nan],
            "overrun_since": [pd.Timestamp("2026-10-20"), pd.NaT],
            "overrun_days_12m": pd.array([30, 12], dtype="Int64"),
            "is_over": True,
            "is_recurrent": True,
            "is_first_row": True,
        }
    )
    overruns = pd.DataFrame({"currency": ["EUR"], "count_over": [2], "overrun_minor": [6_000_000]})
    months = pd.DataFrame(
        {
            "company_id": "S",
            "customer_id": ["A", "A", "B"],
            "month_on": pd.to_datetime(["2026-10-01", "2026-09-01", "2025-11-01"]),
            "days_over": [11, 3, 2],
        }
    )
    counts = {"all": 2, "over": 2, "near": 0, "recurrent": 2, "without_limit": 0}
    return RiskView(
        AS_OF, "E1", 2, customers, pd.DataFrame(), overruns, counts, months, pd.DataFrame(), {}, ()
    )


def segments_block() -> SegmentsBlock:
    totals = pd.DataFrame(
        {
            "segment": list(SEGMENT_ORDER),
            "count": [10, 5, 2, 1],
            "outstanding_minor": [5_000_000, 3_000_000, 2_000_000, 0],
        }
    )
    moves = pd.DataFrame(
        {"from_segment": ["reliable", "watch"], "to_segment": ["watch", "watch"], "count": [3, 2]}
    )
    return SegmentsBlock("EUR", pd.DataFrame(), totals, moves)


def matching_block(unallocated: int = 300_000) -> MatchingBlock:
    rules = pd.DataFrame(
        {
            "rule": ["source", "amount", "fifo", "reference"],
            "confidence": [1.0, 0.85, 0.3, 1.0],
            "count": [40, 10, 2, 1],
            "amount_minor": [9_000_000, 500_000, 200_000, 90_000],
            "cash_minor": [9_000_000, 500_000, 200_000, 90_000],
            "amount_ratio": [0.92, 0.05, 0.02, 0.01],
            "is_counted": [True, True, False, True],
        }
    )
    cash = 9_790_000 + unallocated
    totals = {
        "receipts_minor": cash,
        "allocated_minor": 9_790_000,
        "counted_minor": 9_590_000,
        "unallocated_minor": unallocated,
    }
    return MatchingBlock(
        "EUR", rules, totals, 9_790_000 / cash, 0.95, None, pd.DataFrame(), pd.DataFrame()
    )


def monthly() -> pd.DataFrame:
    months = pd.date_range("2025-11-01", periods=12, freq="MS")
    return pd.DataFrame(
        {
            "month_on": months,
            "weighted_delay_days": [5.0, np.nan, 6, 7, 8, 9, 12, 15, 18, 21, 24, 27],
            "count_payments": [3, 0, *[4] * 10],
        }
    )


def figures(style: Style) -> dict[str, Any]:
    return {
        "months": aging.months_figure(months_block(), style),
        "share": aging.share_figure(share_block(), AS_OF, style),
        "pareto": concentration.pareto_figure(concentration_block(), AS_OF, style),
        "overruns": exposure.overruns_figure(risk_view(), "EUR", style),
        "recurrence": exposure.recurrence_figure(risk_view(), style),
        "segments": segments.share_figure(segments_block(), AS_OF, style),
        "moves": segments.moves_figure(segments_block(), date(2026, 9, 30), AS_OF, style),
        "delay": behaviour.delay_figure(monthly(), AS_OF, style),
        "matching": matching.rules_figure(matching_block(), AS_OF, style),
    }


NAMES = sorted(figures(STYLE))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_message_unit_and_date(name: str, theme: str) -> None:
    meta = figures(Style("fr", theme))[name].layout.meta
    assert meta["title"]
    assert re.search("€|k€|%|jours|mois|Clients par segment", meta["subtitle"], re.IGNORECASE)
    assert "31/10/2026" in meta["subtitle"]
    assert meta["title"] in meta["alt"]
    assert meta["subtitle"] in meta["alt"]


@pytest.mark.parametrize("name", NAMES)
def test_colours_are_those_of_the_palette(name: str) -> None:
    found = set(re.findall(r"#[0-9A-Fa-f]{6}\b", figures(STYLE)[name].to_json()))
    assert {colour.upper() for colour in found} <= {colour.upper() for colour in KNOWN}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_never_live(name: str) -> None:
    chart = figures(STYLE)[name].update_layout(meta=None)  # the alternative text is never drawn
    text = chart.to_json()
    assert "<b>Zoé" not in text.replace("\\u003c", "<")
    assert "<a href" not in text.replace("\\u003c", "<")


@pytest.mark.parametrize("name", ["months", "share", "pareto", "overruns", "segments"])
def test_bars_start_at_zero(name: str) -> None:
    chart = figures(STYLE)[name]
    axis = chart.layout.yaxis if name == "months" else chart.layout.xaxis
    assert axis.range[0] <= 0 <= axis.range[1]
    assert all(trace.base is None for trace in chart.data if trace.type == "bar")


def test_buckets_keep_their_order_and_colours() -> None:
    chart = aging.months_figure(months_block(), STYLE)
    bars = [trace for trace in chart.data if trace.type == "bar"]
    assert [bar.marker.color for bar in bars[:5]] == list(aging_colours(5))
    assert [bar.name for bar in bars[:5]] == [
        "Non échu", "1–30\u00a0j", "31–60\u00a0j", "61–90\u00a0j", ">\u00a090\u00a0j"
    ]  # fmt: skip
    assert bars[5].name == "Non affecté"
    assert chart.layout.separators == ",\u202f"


def test_last_column_labels_never_touch() -> None:
    chart = aging.months_figure(months_block(), STYLE)
    places = sorted(note.y for note in chart.layout.annotations)
    top = chart.layout.yaxis.tickvals[-1]
    assert min(np.diff(places)) >= 0.08 * top - 1e-9
    assert places[-1] <= top


def test_message_of_the_months() -> None:
    title = aging.months_figure(months_block(), STYLE).layout.meta["title"]
    assert "12,0\u00a0%" in title
    assert "5,0\u00a0%" in title
    assert "nov. 2025" in title


def test_overrun_says_how_much_and_since_when() -> None:
    chart = exposure.overruns_figure(risk_view(), "EUR", STYLE)
    assert [note.text for note in chart.layout.annotations] == [
        "<b>+40</b> · 12\u00a0j",
        "<b>+20</b>",
    ]
    ticks = next(trace for trace in chart.data if trace.type == "scatter")
    assert list(ticks.x) == [50.0, 0.0]


def test_recurrence_fills_the_right_months() -> None:
    chart = exposure.recurrence_figure(risk_view(), STYLE)
    colours = np.array(chart.data[0].marker.color).reshape(2, 12)
    assert [list(np.flatnonzero(row == "#C44E00")) for row in colours] == [[10, 11], [0]]


def test_pareto_cuts_to_ten_and_sums_the_rest() -> None:
    chart = concentration.pareto_figure(concentration_block(15), AS_OF, STYLE)
    assert len(chart.data[0].x) == 11
    assert chart.data[0].x[-1] == pytest.approx(sum(range(1, 6)) * 1.0)
    assert chart.layout.yaxis.ticktext[-1] == "Autres (5)"


def test_names_too_long_are_cut_in_the_middle() -> None:
    cut = template.short_name("Client au nom vraiment beaucoup trop long pour un axe", 20)
    assert len(cut) <= 20
    assert "…" in cut
    assert cut.startswith("Client")


def test_unit_follows_the_largest_amount() -> None:
    assert template.amount_scale(999_999, "EUR", 2, STYLE).unit == "€"
    assert template.amount_scale(1_000_000, "EUR", 2, STYLE).unit == "k€"
    assert template.amount_scale(1_000_000_000, "EUR", 2, STYLE).unit == "M€"
    assert template.amount_scale(10_000, "XOF", 0, STYLE).unit == "kF\u202fCFA"


def test_plotly_speaks_french() -> None:
    settings = template.config("fr")
    assert settings["locales"]["fr"]["format"]["shortMonths"][1] == "févr."
    assert "locales" not in template.config("en")


def test_delay_message_follows_the_slope() -> None:
    slower = behaviour.delay_figure(monthly(), AS_OF, STYLE).layout.meta["title"]
    assert "se dégrade" in slower
    flat = monthly().assign(weighted_delay_days=10.0)
    assert "stable" in behaviour.delay_figure(flat, AS_OF, STYLE).layout.meta["title"]


def test_matching_says_what_is_left_and_greys_what_behaviour_leaves_out() -> None:
    drawn = matching.rules_figure(matching_block(), AS_OF, STYLE)
    assert "97,0\u00a0%" in drawn.layout.meta["title"]
    assert list(drawn.layout.yaxis.ticktext) == [
        "Lettrage du fichier",
        "Même montant (85\u00a0%)",
        "Plus anciennes d’abord (30\u00a0%)",
        "Numéro de facture dans le libellé (acceptée)",
        "Non affecté",
    ]
    colours = drawn.data[0].marker.color
    assert colours[0] == colours[1] == colours[3] != colours[2]


def test_matching_is_said_whole_only_when_nothing_is_left() -> None:
    almost = matching.rules_figure(matching_block(100), AS_OF, STYLE).layout.meta["title"]
    assert "99,9\u00a0%" in almost
    whole = matching.rules_figure(matching_block(0), AS_OF, STYLE).layout.meta["title"]
    assert "Chaque encaissement" in whole


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cells_of_a_map_are_read_on_their_tint(theme: str) -> None:
    chart = segments.moves_figure(segments_block(), date(2025, 10, 31), AS_OF, Style("fr", theme))
    cells, shade = chart.data[0], ink(theme)
    assert [colour for _stop, colour in cells.colorscale] == list(shade.heat)
    assert contrast(shade.heat[0], shade.page) < 1.2  # nothing is the surface of the page
    written = {(note.x, note.y): note.font.color for note in chart.layout.annotations}
    assert written[1, 0] == written[1, 1] == shade.heat_text(1.0)
    for share in np.linspace(0, 1, 26):
        low, high = (
            np.array([int(end[at : at + 2], 16) for at in (1, 3, 5)]) for end in shade.heat
        )
        tint = "#" + "".join(f"{round(part):02X}" for part in low + (high - low) * share)
        assert contrast(tint, shade.heat_text(float(share))) > (4.5 if theme == "dark" else 3.8)
