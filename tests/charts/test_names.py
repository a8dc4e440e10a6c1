"""Names of points: written where there is room, on the free side, left out otherwise."""

from __future__ import annotations

import numpy as np

from arlib.charts.names import Spot, free_spots
from arlib.charts.template import Style, figure, short_name


def test_a_name_goes_left_when_a_point_stands_right() -> None:
    xs, ys = np.array([200.0, 230.0]), np.array([50.0, 52.0])
    assert free_spots(xs, ys, ["Durand", "x"], [0], width=400, most=3) == [Spot(0, "left")]


def test_a_name_between_two_points_is_left_out() -> None:
    xs, ys = np.array([170.0, 200.0, 230.0]), np.array([50.0, 50.0, 50.0])
    assert free_spots(xs, ys, ["a", "Durand", "b"], [1], width=400, most=3) == []


def test_names_do_not_cover_one_another_nor_leave_the_plot() -> None:
    xs, ys = np.array([100.0, 180.0, 390.0]), np.array([50.0, 55.0, 150.0])
    names = ["Menuiserie du Moulin", "Librairie", "Plomberie"]
    found = free_spots(xs, ys, names, [0, 1, 2], width=400, most=3)
    assert found == [Spot(1, "right"), Spot(2, "left")]


def test_no_more_than_asked_in_the_order_asked() -> None:
    xs, ys = np.array([10.0, 10.0, 10.0]), np.array([0.0, 50.0, 100.0])
    found = free_spots(xs, ys, ["a", "b", "c"], [2, 0, 1], width=400, most=2)
    assert [spot.place for spot in found] == [2, 0]


def test_the_alternative_text_has_names_as_they_are_written() -> None:
    facts = [f"{short_name('Durand & Fils')} 9 %"]
    drawn = figure(Style("fr"), title="Retard", subtitle="k€", facts=facts, height=100)
    assert drawn.layout.meta["alt"] == "Retard. k€. Durand & Fils 9 %"
