"""Accounts of a ledger: which hold what customers owe, and which customer a line belongs to.

Prefixes are tested on the text (an account may hold letters after its root): ``4116…`` is a
customer account, ``416…`` the doubtful ones.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Texts = NDArray[np.object_]

# First match wins; 4117 is looked at before.
_CLASSES: Final = (
    ("411", "receivable"),
    ("413", "bill"),
    ("416", "doubtful"),
    ("4191", "advance"),
    ("4198", "accrued"),
    ("418", "accrued"),
)
_COLLECTIVE: Final = re.compile(r"(411|4117|413|416|418|4181|4188|4191|4198)0*")
_RETENTION: Final = re.compile(r"41170*")
COLLECTIVE_NAME: Final = "Compte collectif"
# Words that name no customer, in titles of accounts and in labels of entries.
_GENERIC_WORDS: Final = (
    "client clients clt clts compte comptes collectif divers diverse diverses autres vente ventes "
    "bien biens service services prestation prestations france export intra comm communautaire cee "
    "ue etranger particulier particuliers professionnel professionnels prof pro local locaux ttc ht "
    "euro euros eur exercice solde soldes collectifs groupe tiers usager usagers adherents "
    "facture factures fact fac avoir avoirs reglement reglements rglt reg regl vir virt vrt virement "
    "cheque cheques chq remise rem remises paiement paiements encaissement encaissements versement "
    "prelevement prlv cb carte bancaire especes effet effets lcr recette recettes caisse banque "
    "nouveau nouveaux report ventil ventilation lettrage ecart automatique solder acompte acomptes "
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
    "invoice payment mois annee total suivant selon votre notre pour sur par les des aux avec"
)
_GENERIC: Final = frozenset(_GENERIC_WORDS.split())
_MANY_NAMES: Final = 4
_LABELS_READ: Final = 2000
_SHORTEST_WORD: Final = 3


@dataclass(frozen=True, slots=True)
class Customers:
    """The customer of each line, and the accounts that stand for several.

    ``ids`` is the code a line; ``collective`` the accounts that mix customers.
    """

    ids: Texts
    collective: frozenset[str]


def account_class(account: str, label: str) -> str:
    """Return the account class, "" when the account holds nothing customers owe.

    >>> account_class("411600000", "Clients"), account_class("416000", ""), account_class("4197", "")
    ('receivable', 'doubtful', '')
    """
    is_withheld = bool(_RETENTION.fullmatch(account)) or "retenue" in words_of(label)
    if account.startswith("4117") and is_withheld:
        return "retention"
    return next((name for root, name in _CLASSES if account.startswith(root)), "")


def words_of(text: str) -> str:
    """Return lower-case words without accents, one space apart.

    >>> words_of("Retenue  de Garantie (É.)")
    'retenue de garantie e'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


def find_customers(accounts: Texts, titles: Texts, auxiliaries: Texts, labels: Texts) -> Customers:
    """Return the customer of each line: auxiliary, else its own account, else a collective one."""
    alone = auxiliaries == ""
    frame = pd.DataFrame(
        {"account": accounts[alone], "title": titles[alone], "label": labels[alone]}
    )
    doubtful = _doubtful_accounts(frame)
    its_labels = frame[frame["account"].isin(doubtful)].drop_duplicates(["account", "label"])
    mixed = {
        str(account)
        for account, lines in its_labels.groupby("account", sort=False)["label"]
        if _names_many(lines.tolist())
    }
    told = {account for account in frame["account"].unique() if _COLLECTIVE.fullmatch(account)}
    return Customers(np.where(alone, accounts, auxiliaries), frozenset(told | mixed))


def _doubtful_accounts(frame: pd.DataFrame) -> list[str]:
    """Return the accounts that neither their number nor a title says to be one customer's."""
    pairs = frame[["account", "title"]].drop_duplicates()
    is_number = ~pairs["account"].str.slice(3, 4).str.isalpha()
    pairs = pairs[is_number.to_numpy(dtype=bool)]
    names = pd.Series(
        {title: bool(_name_in(title)) for title in pairs["title"].unique()}, dtype=bool
    )
    is_named = pairs["title"].map(names).astype(bool).groupby(pairs["account"]).any()
    return [str(account) for account in is_named.index[~is_named.to_numpy(dtype=bool)]]


def _names_many(labels: Sequence[str]) -> bool:
    """Tell whether the labels of an account name several customers."""
    names = {name for label in labels[:_LABELS_READ] if (name := _name_in(label))}
    return len(names) >= _MANY_NAMES


def _name_in(text: str) -> str:
    """Return the first word of a text that may name somebody, "" when there is none."""
    words = words_of(text).split()
    return next(
        (w for w in words if len(w) >= _SHORTEST_WORD and w.isalpha() and w not in _GENERIC), ""
    )


def customer_names(
    customers: Customers, auxiliaries: Texts, auxiliary_names: Texts, titles: Texts
) -> pd.DataFrame:
    """Return ``customer_id``, ``name``, ``count_rows``: every spelling, the commonest first."""
    own = np.where(auxiliary_names != "", auxiliary_names, titles)
    names = np.where(auxiliaries != "", auxiliary_names, own)
    mixed = np.isin(customers.ids, list(customers.collective)) & (auxiliaries == "")
    ids: NDArray[Any] = customers.ids
    names = np.where(mixed, COLLECTIVE_NAME + " " + ids, names)
    frame = pd.DataFrame({"customer_id": ids, "name": names})
    counted = frame.groupby(["customer_id", "name"], sort=False).size().rename("count_rows")
    return counted.reset_index().sort_values(
        ["customer_id", "count_rows"], ascending=[True, False], kind="stable"
    )
