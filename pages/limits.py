"""Limites de crédit: which limits hold, who decided them, and fixing many at once."""

from __future__ import annotations

from arlib.i18n import N_
from arlib.ui import cache, limits_history, limits_page, limits_paste
from arlib.ui.frame import open_page

page = open_page(N_("Credit limits"))
view = cache.limits(page.selection)
limits_page.totals(page, view)
part = limits_page.choose_part(page)
if part == "common":
    limits_page.common(page, view)
elif part == "paste":
    limits_paste.show(page)
elif part == "history":
    limits_history.show(page)
elif view.limits.empty:
    limits_page.nothing_yet(page)
else:
    limits_page.limits_list(page, view)
