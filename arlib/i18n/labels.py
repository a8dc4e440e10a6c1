"""The words of the codes that views and tables carry: buckets, segments, reasons, kinds."""

from __future__ import annotations

import re
from typing import Final

from arlib.i18n.catalogue import N_, translator

SEGMENTS: Final = {
    "reliable": N_("Reliable payer"),
    "watch": N_("To watch"),
    "high_risk": N_("High risk"),
    "insufficient_history": N_("Insufficient history"),
}
REASONS: Final = {
    "no_history": N_("no settlement in the period"),
    "insufficient_history": N_("too few settlements"),
    "no_limit": N_("no limit"),
    "no_sales": N_("no sales in the period"),
    "no_open": N_("nothing open"),
    "no_rate": N_("no exchange rate"),
    "expired": N_("limit expired"),
    "no_cash_date": N_("no settlement date in the file"),
    "not_at_this_level": N_("the imported files do not tell it"),
    "not_over": N_("not over the limit"),
    "limit_zero": N_("the limit is zero"),
    "credit_balance": N_("the balance is in credit"),
    "not_applicable": N_("not applicable"),
    "as_of_too_early": N_("the book does not go back that far"),
}
RULES: Final = {
    "insolvency": N_("Insolvency proceedings"),
    "old_amount": N_("Old unpaid invoices"),
    "delay": N_("Mean payment delay"),
    "utilisation": N_("Use of the limit"),
    "overdue_ratio": N_("Share overdue"),
    "oldest": N_("Oldest open invoice"),
    "trend": N_("Payment getting slower"),
    "few_invoices": N_("Too few paid invoices"),
    "none": N_("No warning"),
}
KINDS: Final = {
    "invoice": N_("Invoice"),
    "credit_note": N_("Credit note"),
    "payment": N_("Payment"),
    "deposit": N_("Deposit"),
    "refund": N_("Refund"),
    "bounce": N_("Bounced payment"),
    "bill": N_("Bill"),
    "opening": N_("Opening balance"),
    "write_off": N_("Write-off"),
    "adjustment": N_("Adjustment"),
}
CLASSES: Final = {
    "receivable": N_("Customers (411)"),
    "doubtful": N_("Doubtful (416)"),
    "retention": N_("Retentions (4117)"),
    "bill": N_("Bills (413)"),
    "advance": N_("Advances received (4191)"),
    "accrued": N_("Accrued income (418)"),
}
TRENDS: Final = {
    "worse": N_("getting worse"),
    "stable": N_("stable"),
    "better": N_("getting better"),
}
PARTS: Final = {
    "invoices": N_("Invoices"),
    "credit_notes": N_("Credit notes not allocated"),
    "payments": N_("Payments not allocated"),
    "other": N_("Other items"),
    "total": N_("Unpaid amount"),
    "bills": N_("Bills not due"),
    "discounted_bills": N_("Discounted bills"),
    "deliveries": N_("Delivered, not invoiced"),
    "orders": N_("Orders"),
    "deposits": N_("Deposits received"),
}
SOURCES: Final = {
    "internal": N_("Internal decision"),
    "insurer": N_("Credit insurer"),
    "guarantee": N_("Guarantee"),
}
LEVELS: Final = {
    "A": N_("invoices and settlements, matched"),
    "D": N_("lettered ledger"),
    "B": N_("invoices with payment date"),
    "E": N_("ledger without lettering"),
    "C": N_("open invoices alone"),
}
FORMATS: Final = {
    "template": N_("Encours workbook"),
    "flat": N_("List of invoices"),
    "fec": N_("FEC"),
    "odoo_moves": N_("Odoo journal items"),
    "odoo_invoices": N_("Odoo invoices"),
    "odoo_aged": N_("Odoo aged receivable"),
    "sap_fbl5n": N_("SAP customer line items (FBL5N)"),
    "bc_ledger": N_("Business Central customer ledger entries"),
    "qbo_aging": N_("QuickBooks A/R aging detail"),
    "qbo_summary": N_("QuickBooks A/R aging summary"),
    "xero_summary": N_("Xero aged receivables summary"),
    "xero_aged": N_("Xero aged receivables detail"),
    "dolibarr": N_("Dolibarr invoices"),
    "pennylane": N_("Pennylane invoices"),
    "sage_aged": N_("Sage 100 aged balance"),
    "sage_due": N_("Sage 100 list of due dates"),
    "ebp_due": N_("EBP list of due dates"),
    "ebp_invoices": N_("EBP list of invoices"),
    "erpnext_ar": N_("ERPNext accounts receivable"),
    "de_list": N_("German list of open invoices"),
    "sage_ledger": N_("Sage 100 customer ledger"),
    "cegid_ledger": N_("Cegid customer ledger"),
    "quadra_ledger": N_("Quadra customer ledger"),
    "ebp_ledger": N_("EBP ledger"),
    "myunisoft": N_("MyUnisoft entries"),
    "ledger": N_("General or customer ledger"),
}
CAUSES: Final = {
    "posted_elsewhere": N_("issued and posted on different sides of the date"),
    "opening_unpaired": N_("opening lines that repeat no line of the year before"),
}

TABLES: Final = {
    "customers": N_("Customers"),
    "customer_names": N_("Spellings of names"),
    "documents": N_("Documents"),
    "allocations": N_("Allocations"),
    "open_items": N_("Open items"),
    "disputes": N_("Disputes"),
    "limits": N_("Credit limits"),
    "commitments": N_("Commitments"),
    "sales": N_("Sales by month"),
    "rates": N_("Exchange rates"),
    "actions": N_("Notes, promises and reminders"),
}
LIMIT_ORIGINS: Final = {
    "manual": N_("by hand"),
    "file": N_("from a file"),
    "undo": N_("undo"),
}

MATCH_RULES: Final = {
    "source": N_("Lettering of the file"),
    "reference": N_("Invoice number in the label"),
    "amount": N_("Same amount"),
    "zero_balance": N_("Balance back to zero"),
    "combination": N_("Sum of several invoices"),
    "tolerance": N_("Amount within the tolerance"),
    "fifo": N_("Oldest first"),
    "inferred": N_("Gone between two extractions"),
}

_ALL: Final = {
    "match_rule": MATCH_RULES,
    "table": TABLES,
    "origin": LIMIT_ORIGINS,
    "segment": SEGMENTS,
    "reason": REASONS,
    "rule": RULES,
    "kind": KINDS,
    "class": CLASSES,
    "trend": TRENDS,
    "part": PARTS,
    "source": SOURCES,
    "level": LEVELS,
    "format": FORMATS,
    "cause": CAUSES,
}


def label(subject: str, code: object, language: str = "fr") -> str:
    """Return the words of a code; the code itself when it is not known, ``–`` when missing.

    ``subject``: segment, reason, rule, kind, class, trend, part, source, level, format, cause, table, origin.
    """
    if code is None or code != code:  # noqa: PLR0124 - NaN is not itself
        return "–"
    text = _ALL[subject].get(str(code))
    return translator(language)(text) if text else str(code)


def bucket_label(bucket: str, language: str = "fr") -> str:
    r"""Return the words of a bucket: ``1-30`` is “1–30 j”, ``90+`` is “> 90 j”.

    >>> bucket_label("90+", "en"), bucket_label("not_due", "en"), bucket_label("due_0-30", "en")
    ('>\xa090\xa0d', 'Not due', 'due in 0–30\xa0d')
    """
    _ = translator(language)
    if bucket == "not_due":
        return _("Not due")
    if bucket == "unallocated":
        return _("Not allocated")
    bare = bucket.removeprefix("due_")
    unit = _("d")
    if bare.endswith("+"):
        text = f">\u00a0{bare[:-1]}\u00a0{unit}"
    else:
        text = f"{re.sub('-', '–', bare)}\u00a0{unit}"
    return _("due in {days}").format(days=text) if bucket.startswith("due_") else text
