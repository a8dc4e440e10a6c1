"""Every layout of a ledger the sample book can be written in, the FEC's variants included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports import (
    cegid_ledger,
    ebp_ledger,
    fec_variants,
    myunisoft,
    plain_ledger,
    quadra_ledger,
    sage_ledger,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.generator.exports.ledger_book import LedgerVariant

# format id -> its files: the plain one first.
LEDGERS: Final[Mapping[str, tuple[LedgerVariant, ...]]] = {
    "sage_ledger": sage_ledger.VARIANTS,
    "cegid_ledger": cegid_ledger.VARIANTS,
    "quadra_ledger": quadra_ledger.VARIANTS,
    "ebp_ledger": ebp_ledger.VARIANTS,
    "myunisoft": myunisoft.VARIANTS,
    "ledger": plain_ledger.VARIANTS,
    "fec": fec_variants.VARIANTS,
}
