"""Politique de crédit: the grid by class, edited in place, and who stands outside it."""

from __future__ import annotations

from arlib.i18n import N_
from arlib.ui import cache, grid, grid_form
from arlib.ui.cards import card
from arlib.ui.frame import open_page

page = open_page(N_("Credit policy"))
view = cache.grid(page.selection)
with card(
    page.words("What each class is allowed"), page.words("Fixed by the policy, class by class")
):
    if grid_form.is_open():
        grid_form.form(page)
    else:
        grid.policy_table(page, view)
        grid_form.opening(page)
grid.exceptions(page, view)
grid.law(page, view)
