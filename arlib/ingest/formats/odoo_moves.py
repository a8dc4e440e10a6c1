"""Odoo, journal items (account.move.line) exported with labels in English or French, or field names.

A ledger lettered by its matching numbers, with the due dates that a FEC lacks. Labels and field
names come from the product's public translations and tests.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.ingest.columns import normalise
from arlib.ingest.ledger.declaration import LedgerFormat, offer
from arlib.model.issues import Issue

if TYPE_CHECKING:
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

_PARTNER: Final = "Partenaire|Partner|partner_id|partner_id/name|partner_id/display_name|partner_name|Partenaire/Nom|Partner/Name"
DECLARATION: Final = LedgerFormat(
    format_id="odoo_moves",
    name="Odoo journal items",
    columns={
        "account": "Compte|Account|account_id|account_id/code|account_id/display_name|Account/Code|Compte/Code|Code du compte",
        # Without the partner's reference, his name is his code.
        "auxiliary": "partner_id/ref|Partner/Reference|Partenaire/Référence|partner_ref|Référence du partenaire|" + _PARTNER,
        "auxiliary_label": _PARTNER,
        "journal": "Journal|journal_id|journal_id/code|Journal/Code|journal_id/name|Journal/Nom",
        "posted_on": "Date|date|Date comptable|Accounting Date",
        "piece": "Pièce comptable|Journal Entry|Écriture comptable|move_name|move_id|move_id/name|Numéro|Number",
        "label": "Libellé|Label|name|Name|Nom",
        "reference": "Référence|Reference|ref",
        "due_on": "Date d'échéance|Due Date|date_maturity|Date maturity",
        "debit": "Débit|Debit|debit",
        "credit": "Crédit|Credit|credit",
        "lettering": "Lettrage|Matching|Matching #|Matching Number|matching_number|Numéro de lettrage|Lettrage #|Full Reconcile|full_reconcile_id|full_reconcile_id/name|Rapprochement",
    },
    signature=(
        "Pièce comptable|Journal Entry|Écriture comptable|move_name|move_id|move_id/name",
        _PARTNER,
        "Débit|Debit|debit",
        "Crédit|Credit|credit",
        "Lettrage|Matching|Matching #|Matching Number|matching_number|Numéro de lettrage|Lettrage #|full_reconcile_id|full_reconcile_id/name|Montant résiduel|Residual Amount|amount_residual|Date d'échéance|Due Date|date_maturity",
    ),
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, _extract = offer(DECLARATION)
_STATES: Final = frozenset(
    map(normalise, ("parent_state", "Status", "Statut", "State", "État", "Journal Entry/Status"))
)
_NOT_POSTED: Final = re.compile(r"(?i)\s*(draft|cancel|brouillon|annul)")


def extract(source: Source, options: ImportOptions) -> ParsedFile:
    """Return the ledger understood; lines of drafts and of cancelled entries are set aside."""
    posted, numbers = _posted_alone(source)
    parsed = _extract(posted, options)
    if not numbers:
        return parsed
    aside = [Issue("not_posted", "ignored", row_number=number) for number in numbers]
    others = [issue for issue in parsed.issues if issue.code != "blank_row"]
    return replace(parsed, file_name=source.name, sha256=source.sha256, issues=(*others, *aside))


def _posted_alone(source: Source) -> tuple[Source, list[int]]:
    """Return the file with the lines that are not posted blanked, and their numbers."""
    from arlib.ingest.ledger.headers import find_headers
    from arlib.ingest.one_payment_a_line import rewritten
    from arlib.ingest.reading import read_sheet

    found = find_headers(source, DECLARATION)
    keys = [normalise(title) for title in found[0].layout.headers] if found else []
    place = next((n for n, key in enumerate(keys) if key in _STATES), None)
    if place is None:
        return source, []
    layout = found[0].layout
    sheet = read_sheet(source, layout)
    columns = [sheet.columns[n].text.to_pylist() for n in range(len(keys))]
    rows = [list(row) for row in zip(*columns, strict=True)]
    numbers = sheet.row_numbers.tolist()
    aside = [
        number for number, row in zip(numbers, rows, strict=True) if _NOT_POSTED.match(row[place])
    ]
    if not aside:
        return source, []
    kept = [[""] * len(row) if _NOT_POSTED.match(row[place]) else row for row in rows]
    return rewritten(source, layout.row, layout.headers, kept, numbers), aside
