"""Relances du jour: whom to call first, why, and what was said."""

from __future__ import annotations

from arlib.i18n import N_
from arlib.ui import cache, worklist, worklist_dialog, worklist_lists, worklist_totals
from arlib.ui.frame import open_page

page = open_page(N_("Calls of the day"))
view = cache.worklist(page.selection)
worklist_dialog.said(page)
worklist.cards(page, view)
part = worklist.choose_part(page, view)
if part == "due_soon":
    worklist_lists.due_soon(page, view)
elif part == "to_complete":
    worklist_lists.to_complete(page, view)
else:
    rows = worklist.choose(page, view, part)
    worklist.table(page, view, part, rows)
worklist_totals.totals(page, view)
worklist_totals.method(page, view)
