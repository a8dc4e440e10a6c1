"""Liste de contrôle: the seven boxes, answered by the data or by the user, and what to do next."""

from __future__ import annotations

from arlib.i18n import N_
from arlib.ui import cache, checklist
from arlib.ui.frame import open_page

page = open_page(N_("Check list"))
view = cache.checklist(page.selection)
checklist.summary(page, view)
for box in view.boxes:
    checklist.box(page, view, box)
checklist.history(page)
