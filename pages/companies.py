"""Sociétés du groupe: the companies of the book side by side, with the figures of their overviews."""

from __future__ import annotations

from arlib.i18n import N_
from arlib.ui import companies
from arlib.ui.frame import open_page

page = open_page(N_("Companies of the group"))
companies.show(page)
