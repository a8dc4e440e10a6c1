"""Alertes: one list of what the policy says to look at."""

from __future__ import annotations

from arlib.i18n import N_
from arlib.ui import alerts, cache
from arlib.ui.frame import open_page

page = open_page(N_("Alerts"))
view = cache.alerts(page.selection)
alerts.cards(page, view)
rows = alerts.choose(page, view)
alerts.table(page, view, rows)
alerts.rules(page, view)
