"""Every layout the sample book can be written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.generator.exports import (
    bc_ledger,
    de_list,
    dolibarr,
    ebp_due,
    ebp_invoices,
    erpnext_ar,
    odoo_aged,
    odoo_invoices,
    odoo_moves,
    pennylane,
    qbo_aging,
    qbo_summary,
    sage_aged,
    sage_due,
    sap_fbl5n,
    xero_aged,
    xero_summary,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.generator.exports.variant import Variant

# format id -> its files: the plain one first, then variants (language, text or workbook).
LAYOUTS: Final[Mapping[str, tuple[Variant, ...]]] = {
    "odoo_moves": odoo_moves.VARIANTS,
    "odoo_aged": odoo_aged.VARIANTS,
    "odoo_invoices": odoo_invoices.VARIANTS,
    "sap_fbl5n": sap_fbl5n.VARIANTS,
    "bc_ledger": bc_ledger.VARIANTS,
    "qbo_aging": qbo_aging.VARIANTS,
    "qbo_summary": qbo_summary.VARIANTS,
    "xero_aged": xero_aged.VARIANTS,
    "xero_summary": xero_summary.VARIANTS,
    "dolibarr": dolibarr.VARIANTS,
    "pennylane": pennylane.VARIANTS,
    "sage_aged": sage_aged.VARIANTS,
    "sage_due": sage_due.VARIANTS,
    "ebp_due": ebp_due.VARIANTS,
    "ebp_invoices": ebp_invoices.VARIANTS,
    "erpnext_ar": erpnext_ar.VARIANTS,
    "de_list": de_list.VARIANTS,
}
