"""Sage 100, balance âgée: one line a customer, one column an age, no document.

Each filled age is one item; only the day of the balance is exact. No public sample was found: the
layout is the one described in the product's manuals, other products' balances in French read alike.
"""

from __future__ import annotations

from typing import Final

from arlib.ingest.declaration import Bucket, ListFormat, offer

_NOT_DUE: Final = "Non échu|Non échue|Non échues|A échoir|À échoir|Pas échu|Pas encore échu|Encours non échu|Solde non échu"
_THIRTY: Final = "0 à 30 jours|1 à 30 jours|De 1 à 30 jours|De 0 à 30 jours|0-30 jours|1-30 jours|0-30|1-30|- de 30 jours|Moins de 30 jours|< 30 jours|30 jours|0 à 30 j|1 à 30 j|Échu 0-30 jours|Échu 1-30 jours|Échu < 30 jours|Retard 1-30 jours|- 30 jours"
_SIXTY: Final = "31 à 60 jours|30 à 60 jours|31-60 jours|30-60 jours|31-60|30-60|60 jours|31 à 60 j|30 à 60 j|Échu 31-60 jours|De 31 à 60 jours|De 30 à 60 jours|Retard 31-60 jours"
_NINETY: Final = "61 à 90 jours|60 à 90 jours|61-90 jours|60-90 jours|61-90|60-90|90 jours|61 à 90 j|60 à 90 j|Échu 61-90 jours|De 61 à 90 jours|De 60 à 90 jours|Retard 61-90 jours"
_HUNDRED: Final = (
    "91 à 120 jours|90 à 120 jours|91-120 jours|90-120 jours|91-120|91 à 120 j|De 91 à 120 jours"
)
_MORE: Final = "+ de 90 jours|Plus de 90 jours|> 90 jours|>90|90 jours et plus|90 jours et +|Au-delà de 90 jours|+ 90 jours|> 90 j|+ de 90 j|Échu > 90 jours|Échu + de 90 jours|Supérieur à 90 jours"
_MOST: Final = "+ de 120 jours|Plus de 120 jours|> 120 jours|>120|120 jours et plus|Au-delà de 120 jours|+ 120 jours|> 120 j|+ de 120 j"


def _days(spelled: str) -> str:
    """Return the spellings that name days in words."""
    return "|".join(
        name for name in spelled.split("|") if name.rstrip(" +").endswith(("jours", "plus", "j"))
    )


DECLARATION: Final = ListFormat(
    format_id="sage_aged",
    columns={
        "customer_id": "N° compte tiers|Numéro compte tiers|Numéro de compte tiers|Compte tiers|Numéro de compte|N° client|Numéro client|Compte client|N° compte|Numéro compte|Compte|Code tiers|Tiers|Code client|N° tiers|Code|Compte auxiliaire|Auxiliaire",
        "customer_name": "Intitulé|Intitulé du compte|Intitulé du tiers|Intitulé tiers|Nom|Nom du client|Client|Raison sociale|Libellé|Libellé du compte|Libellé compte|Nom du tiers|Nom client|Libellé du tiers|Libellé tiers|Dénomination",
        "open": "Solde|Total|Solde total|Total dû|Total solde|Total général|Encours|Total échu et non échu",
        "account": "",
        "amount": "",
    },
    # Ages in French words: bare bounds (“31-60”) are those of any product.
    signature=(
        _days(_SIXTY),
        _days(_NINETY),
        f"{_NOT_DUE}|{_days(_THIRTY)}",
        _days(f"{_MORE}|{_HUNDRED}|{_MOST}"),
    ),
    required=(("customer_id", "customer_name", "customer"),),
    titles=(r"(?i)balance [âa]g[ée]e",),
    buckets=(
        Bucket(_NOT_DUE, None, 0),
        Bucket(_THIRTY, 1, 30),
        Bucket(_SIXTY, 31, 60),
        Bucket(_NINETY, 61, 90),
        Bucket(_HUNDRED, 91, 120),
        Bucket(_MORE, 91, None),
        Bucket(_MOST, 121, None),
    ),
    signs="signed",
    level="C",
)  # fmt: skip
FORMAT_ID: Final = DECLARATION.format_id
identify, extract = offer(DECLARATION)
