"""Simulations de trésorerie: discount, terms, factoring, cycle, cost of lateness, loss of a customer."""

from __future__ import annotations

from arlib.i18n import N_
from arlib.ui import simulations
from arlib.ui.frame import open_page

page = open_page(N_("Cash simulations"))
simulations.draw(page)
