"""Words of cash simulations: the parts of a factored pool."""

from __future__ import annotations

from typing import Final

from arlib.i18n.catalogue import N_

PARTS: Final = {
    "intercompany": N_("Companies of our own group"),
    "collective": N_("Collective accounts"),
    "insolvent": N_("Insolvency proceedings"),
    "doubtful_account": N_("Account 416"),
    "retention": N_("Retention money"),
    "returned": N_("Payment returned"),
    "foreign": N_("Outside France"),
    "disputed": N_("In dispute"),
    "too_late": N_("Too late"),
    "credits": N_("Credits deducted"),
    "over_ceiling": N_("Beyond the ceiling of one debtor"),
    "pool": N_("Eligible for factoring"),
}
