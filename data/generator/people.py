"""Invented customers: names, sectors, terms, and the ways they pay."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from data.generator.model import Customer

if TYPE_CHECKING:
    from random import Random

_TRADES: Final = (
    ("Menuiserie", "Bâtiment"), ("Charpentes", "Bâtiment"), ("Maçonnerie", "Bâtiment"),
    ("Plomberie", "Bâtiment"), ("Électricité", "Bâtiment"), ("Peintures", "Bâtiment"),
    ("Boulangerie", "Agroalimentaire"), ("Conserverie", "Agroalimentaire"),
    ("Fromagerie", "Agroalimentaire"), ("Brasserie", "Agroalimentaire"),
    ("Imprimerie", "Industrie"), ("Mécanique", "Industrie"), ("Fonderie", "Industrie"),
    ("Plasturgie", "Industrie"), ("Câblerie", "Industrie"), ("Transports", "Transport"),
    ("Messageries", "Transport"), ("Hôtel", "Hôtellerie"), ("Auberge", "Hôtellerie"),
    ("Librairie", "Commerce"), ("Quincaillerie", "Commerce"), ("Pépinières", "Commerce"),
    ("Jardinerie", "Commerce"), ("Cabinet", "Services"), ("Agence", "Services"),
    ("Clinique vétérinaire", "Santé"), ("Laboratoire", "Santé"), ("Serrurerie", "Bâtiment"),
)  # fmt: skip
_PLACES: Final = (
    "de l’Orvanne", "du Val Perdu", "des Trois Chênes", "de la Pointe Noire", "d’Aubrelles",
    "Kerivoal", "de Saint-Aubrac", "du Gué-Morin", "des Hautes Vignes", "de l’Étang Bleu",
    "Bréchemont", "de la Côte d’Émeraude Nouvelle", "du Haut-Pré", "des Quatre Vents",
    "de Noirlac-Neuf", "Montferroux", "d’Isle-Perrin", "du Vieux Lavoir", "de Grandvoisin",
    "des Sablières", "de la Font-Claire", "Tréogan-Bihan", "du Moulin Brûlé", "d’Écotay-le-Petit",
)  # fmt: skip
_FORMS: Final = ("SARL", "SAS", "SA", "EURL", "& Fils", "")
_PEOPLE: Final = (
    "Zoé Térébois", "Aurélien Fauchemin", "Maëlle d’Ortigny", "Côme Vaubrun", "Inès Larquetou",
    "Noël Brisecourt",
)  # fmt: skip
OWNERS: Final = ("C. Delorme", "F. Nguyen-Barat", "A. L’Hostis", "M. Sabatié")
# Terms in words with their weight: the mean is a little under forty days.
_TERMS: Final = (
    ("30 jours", 30), ("30 jours fin de mois", 20), ("45 jours fin de mois", 18), ("60 jours", 14),
    ("45 jours", 10), ("30 jours fin de mois le 15", 4), ("à réception", 4),
)  # fmt: skip
_METHODS: Final = (("virement", 70), ("prélèvement", 14), ("chèque", 12), ("traite", 4))
_ARCHETYPES: Final = (
    ("reliable", 68), ("slow", 12), ("seasonal", 6), ("deteriorating", 6), ("improving", 4), ("failing", 4),
)  # fmt: skip
_ON_RECEIPT: Final = "à réception"  # paid one by one: a monthly run would make them all late
_OFTEN: Final = 0.5  # invoices a month
_FOREIGN: Final = (("BE", "Bruxelles"), ("DE", "Köln"), ("IT", "Torino"), ("ES", "Bilbao"))


def pick(random: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    """Return one of the words, by weight."""
    return random.choices([word for word, _ in weighted], [weight for _, weight in weighted])[0]


def invent(random: Random, count: int, prefix: str, rate: float) -> list[Customer]:
    """Return ``count`` customers; ``rate`` invoices a month on average."""
    names = _names(random, count)
    archetypes = _spread(random, count)
    customers = [
        _customer(random, f"{prefix}{n + 1:04d}", name, sector, archetypes[n], rate)
        for n, (name, sector) in enumerate(names)
    ]
    for customer, person in zip(customers[8:14], _PEOPLE, strict=True):
        customer.name, customer.is_natural_person = f"{person} (EI)", True
        customer.category, customer.scale = "Particulier", customer.scale // 4
    for customer, (country, town) in zip(customers[16:20], _FOREIGN, strict=True):
        customer.country, customer.tax_permille = country, 0
        customer.name = f"{customer.name.split(' ')[0]} {town} {prefix}"
    for n, customer in enumerate(customers[22:28]):
        customer.group_id = ("Groupe Orvanne", "Groupe Kerivoal")[n // 3]
    for customer in customers[28:32]:
        customer.has_instalments, customer.run_day = True, None
        customer.scale, customer.rate = customer.scale * 2, min(0.5, customer.rate)
    return customers


def _names(random: Random, count: int) -> list[tuple[str, str]]:
    pairs = [(trade, place) for trade in _TRADES for place in _PLACES]
    random.shuffle(pairs)
    return [
        (f"{trade[0]} {place} {random.choice(_FORMS)}".strip(), trade[1])
        for trade, place in pairs[:count]
    ]


def _spread(random: Random, count: int) -> list[str]:
    """Return archetypes in the shares wanted, shuffled."""
    total = sum(weight for _, weight in _ARCHETYPES)
    words = [word for word, weight in _ARCHETYPES for _ in range(round(count * weight / total))]
    words = (words + ["reliable"] * count)[:count]
    random.shuffle(words)
    return words


def _customer(
    random: Random, code: str, name: str, sector: str, archetype: str, rate: float
) -> Customer:
    change_on = {
        "deteriorating": dt.date(2026, 1, 1) + dt.timedelta(days=random.randrange(0, 150)),
        "improving": dt.date(2025, 1, 1) + dt.timedelta(days=random.randrange(0, 240)),
        "failing": dt.date(2026, 5, 15) + dt.timedelta(days=random.randrange(0, 80)),
    }.get(archetype)
    rate *= min(4.0, random.lognormvariate(-0.3, 0.8))
    # Those billed often are billed less each time: no second giant.
    scale = min(600_000, int(random.lognormvariate(11.9, 0.6) / max(0.7, rate) ** 0.5))
    # Those billed often pay once a month, everything together.
    pays_in_runs = random.random() < (1.0 if rate > _OFTEN else 0.7)
    terms = pick(random, _TERMS)
    return Customer(
        customer_id=code,
        name=name,
        archetype=archetype,
        terms=terms,
        category="Grand compte" if scale > 260_000 else "PME",  # noqa: PLR2004 - cents
        sector=sector,
        owner=random.choice(OWNERS),
        method=pick(random, _METHODS),
        rate=max(0.15, rate),
        scale=scale,
        tax_permille=random.choices((200, 100, 55), (88, 8, 4))[0],
        change_on=change_on,
        run_day=random.choice((5, 10, 15, 25)) if pays_in_runs and terms != _ON_RECEIPT else None,
    )
