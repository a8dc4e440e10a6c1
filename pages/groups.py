"""Groupes de clients: which customers are one debtor, and what they owe together."""

from __future__ import annotations

from arlib.i18n import N_
from arlib.ui import cache
from arlib.ui import groups as blocks
from arlib.ui.frame import open_page

page = open_page(N_("Customer groups"))
view = cache.groups(page.selection)
blocks.cards(page, view)
blocks.basis(page, view)
blocks.proposals(page, view)
blocks.groups(page, view)
blocks.decisions(page)
