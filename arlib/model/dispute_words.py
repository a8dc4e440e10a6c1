"""Causes and outcomes of disputes as files write them, brought to the codes of the definitions (§14)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from arlib.model.followup import DISPUTE_CODES

# First that is found in the plain words of a cause; a code written as such comes before.
_CODES: Final = (
    ("DOUBLON", r"doubl|deux fois|duplicat|twice"),
    ("RFA", r"\brfa\b|fin d annee|ristourne|deduction|rebate|bonus"),
    ("TVA", r"\btva\b|\bvat\b|taux de taxe"),
    ("QTE", r"quantit|\bqte\b|\bqty\b"),
    ("QUALITE", r"qualit|malfacon|defaut|non conform|casse|defect|damage"),
    ("ADMIN", r"bon de commande|\bpo\b|adresse|non recue|pas recue|administrati|paperwork|address"),
    ("LIVRAISON", r"livr|transport|manquant|deliver|missing|shipping"),
    ("PRIX", r"prix|tarif|remise|price|discount"),
    ("COMMERCIAL", r"commercial|geste|negoci"),
    ("JURIDIQUE", r"juridique|contentieux|tribunal|avocat|legal|court"),
    ("AUTRE", r"^autres?( |$)|^other|divers"),
)
# The customer was right (a credit note follows), or was not (he pays).
_FOUNDED: Final = frozenset({"fonde", "fondee", "avoir", "founded", "credit note", "credit_note"})
_UNFOUNDED: Final = frozenset(
    {"infonde", "infondee", "paiement", "unfounded", "not founded", "payment"}
)


def dispute_code(words: object) -> str | None:
    """Return the code of a cause, None when nothing is said or nothing is recognised.

    >>> dispute_code("QUALITE"), dispute_code("Quantité livrée"), dispute_code("Bon de commande absent")
    ('QUALITE', 'QTE', 'ADMIN')
    >>> dispute_code("Voir avec Paul") is None
    True
    """
    if not isinstance(words, str):
        return None
    plain = _plain(words)
    if plain.upper() in DISPUTE_CODES:
        return plain.upper()
    return next((code for code, pattern in _CODES if re.search(pattern, plain)), None)


def verdict(outcome: object) -> str | None:
    """Return founded, unfounded, or None when the outcome does not say.

    >>> verdict("Fondé"), verdict("avoir"), verdict("paiement"), verdict("abandon")
    ('founded', 'founded', 'unfounded', None)
    """
    if not isinstance(outcome, str):
        return None
    word = _plain(outcome)
    return "founded" if word in _FOUNDED else "unfounded" if word in _UNFOUNDED else None


def _plain(words: str) -> str:
    """Return words in small letters, without accents or marks."""
    ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9_ ]+", " ", ascii_only).split())
