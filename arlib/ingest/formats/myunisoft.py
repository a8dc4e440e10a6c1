"""MyUnisoft entries (its import template): several tables in a sheet, Debit/Credit or Montant/Sens."""

from __future__ import annotations

from typing import Final

from arlib.ingest.ledger.declaration import LedgerFormat, offer

DECLARATION: Final = LedgerFormat(
    format_id="myunisoft",
    name="MyUnisoft entries",
    columns={
        "journal": "JournalCode",
        "posted_on": "EcritureDate",
        "account": "CompteNum",
        "account_label": "LibelleCompte",
        "label": "EcritureLib",
        "piece": "Piece 1",
        "entry": "Piece 2",
        "auxiliary": "Auxiliaire",
        "due_on": "DateEcheance",
        "lettering": "CodeLettrage",
        "reference": "",
    },
    signature=("JournalCode", "EcritureDate", "CompteNum", "Piece 1", "Auxiliaire|Piece 2"),
    titles=(r"(?i)mod[èe]le (sans|avec) analytique",),
)
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
