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
    "short_year": N_("less than twelve months of sales"),
    "no_open": N_("nothing open"),
    "no_rate": N_("no exchange rate"),
    "expired": N_("limit expired"),
    "no_cash_date": N_("no settlement date in the file"),
    "not_at_this_level": N_("the imported files do not tell it"),
    "not_over": N_("not over the limit"),
    "limit_zero": N_("the limit is zero"),
    "credit_balance": N_("the balance is in credit"),
    "not_applicable": N_("not applicable"),
    "no_dated_dispute": N_("no dated dispute in the files"),
    "no_promise": N_("no promise recorded"),
    "stale": N_("older than 12 months"),
    "scale_unknown": N_("scale not known"),
    "not_supplied": N_("not supplied"),
    "intercompany": N_("customer of our own group"),
    "starter_not_set": N_("too little history: no starter ceiling in the policy"),
    "no_change": N_("no change in the months looked at"),
    "as_of_too_early": N_("the book does not go back that far"),
    "not_filled": N_("no imported file fills this field"),
    "not_reached": N_("half of the invoices are not paid yet"),
    "no_opening": N_("the opening balance is not known"),
    "nothing_collectable": N_("nothing was there to collect"),
    "no_target": N_("the policy has no target"),
    "no_dates": N_("the files give no date of delivery or sending"),
    "no_disputes": N_("the files hold no dispute"),
    "nothing_due": N_("nothing fell due"),
    "no_cover_ratio": N_("the share insured is not filled in"),
    "no_tax": N_("the VAT is not known"),
    "unnamed_condition": N_("the conditions of unnamed cover are not met"),
    "too_recent": N_("its days have not passed yet"),
    "first_import": N_("one import only: nothing to compare with"),
    "disputed": N_("in dispute: nobody knows when"),
    "promised": N_("promised: the date given counts"),
    "not_predictable": N_("not foreseeable: more likely unpaid in 180 days"),
    "beyond_horizon": N_("beyond 180 days"),
    "invoices_not_enough": N_("all open invoices together would not be enough"),
    "to_judge": N_("younger than the first age of the policy: to be judged"),
    "not_irrecoverable": N_("not definitely irrecoverable"),
    "no_cost_of_money": N_("the cost of money is not filled in"),
    "no_margin": N_("the margin is not filled in"),
    "not_typed": N_("to be typed"),
    "no_recovery": N_("neither typed nor in the policy: nothing deducted"),
    "not_insured": N_("not insured"),
    "nothing_sooner": N_("nothing comes sooner"),
    "no_judgment_date": N_("the date of the judgment is not known"),
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
    "few_factors": N_("Too few factors known"),
    "none": N_("No warning"),
    "score": N_("Score"),
    "hysteresis": N_("Score, margin to improve not reached"),
    "returned_payment": N_("Returned payment"),
    "old_invoice": N_("Old unpaid invoice"),
    "over_limit": N_("Far over the limit"),
    "early_warning": N_("Early warning"),
    "intercompany": N_("Company of the group, not scored"),
    "manual": N_("Fixed by hand"),
}
FACTORS: Final = {
    "late_probability": N_("Probability of a delay over 15 days"),
    "late_share": N_("Amounts paid over 15 days late"),
    "mean_delay": N_("Mean delay, recent amounts first"),
    "oldest_overdue": N_("Oldest overdue invoice, undisputed"),
    "overdue_share": N_("Share of the balance overdue, undisputed"),
    "early_warning": N_("Payments getting slower"),
    "disputes": N_("Invoices in dispute"),
    "broken_promises": N_("Broken promises"),
    "limit_use": N_("Use of the limit"),
    "external": N_("Outside score"),
    "financials": N_("Financial ratios"),
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
# How a customer came into a group, or would.
GROUP_WAYS: Final = {
    "siren": N_("Same SIREN"),
    "vat_number": N_("Same VAT number"),
    "name": N_("Same name"),
    "core": N_("Same name but for the place or the activity"),
    "spelling": N_("Nearly the same spelling"),
    "manual": N_("By hand"),
    "file": N_("From the files"),
    "refused": N_("Refused"),
    "undo": N_("Undone"),
}
SURENESS: Final = {
    "sure": N_("Sure"),
    "likely": N_("Likely"),
    "possible": N_("To check"),
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
    "commitments": N_("List of orders, deliveries and bills"),
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
    "financials": N_("Outside scores and ratios"),
}
LIMIT_ORIGINS: Final = {
    "manual": N_("by hand"),
    "file": N_("from a file"),
    "undo": N_("undo"),
    "paste": N_("pasted list"),
    "kept": N_("line of a file set aside"),
}
LIMIT_STATES: Final = {
    "in_force": N_("in force"),
    "expiring": N_("expires within 30 days"),
    "to_come": N_("to come"),
    "expired": N_("expired"),
    "removed": N_("removed"),
}
LIMIT_SCOPES: Final = {
    "customer": N_("One customer"),
    "category": N_("Category"),
    "group": N_("Group of customers"),
    "all": N_("All customers"),
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

OUTCOMES: Final = {
    "paid": N_("Paid"),
    "credit_note": N_("Credit note"),
    "write_off": N_("Write-off"),
    "other": N_("Settled otherwise"),
}

INSOLVENCY: Final = {
    "sauvegarde": N_("safeguard proceedings"),
    "redressement": N_("receivership"),
    "liquidation": N_("compulsory liquidation"),
}
ALERTS: Final = {
    "none": N_("no change"),
    "to_confirm": N_("to be confirmed"),
    "worse": N_("pays later than usual"),
    "better": N_("pays sooner than usual"),
}
ACTION_KINDS: Final = {
    "note": N_("Note"),
    "call": N_("Call"),
    "cause": N_("Cause of lateness"),
    "promise": N_("Promise"),
    "plan": N_("Payment plan"),
    "dispute": N_("Dispute"),
    "review": N_("Review"),
    "declaration": N_("Declared to the insurer"),
    "reminder": N_("Reminder"),
}
LATE_CAUSES: Final = {
    "cash_shortage": N_("Short of cash"),
    "awaits_payment": N_("Waits to be paid himself"),
    "approval_circuit": N_("Approval or booking circuit"),
    "invoice_not_received": N_("Invoice not received or incomplete"),
    "invoice_contested": N_("Invoice contested"),
    "credit_note_awaited": N_("Credit note awaited"),
    "terms_contested": N_("Due date contested"),
    "payment_run": N_("Pays on fixed dates"),
    "payment_incident": N_("Payment incident"),
    "insolvency": N_("Insolvency proceedings"),
    "seasonal": N_("Seasonal activity"),
    "oversight": N_("Oversight"),
    "other": N_("Other cause"),
}
PROMISE_STATUS: Final = {
    "kept": N_("kept as promised"),
    "partial": N_("partly kept"),
    "pending": N_("still pending"),
    "broken": N_("promise broken"),
}

EVIDENCES: Final = {
    "enough": N_("enough settlements"),
    "estimated": N_("estimated settlements"),
    "insufficient_history": N_("too few settlements"),
    "no_history": N_("no settlement in the period"),
}
BEHAVIOUR_LEVELS: Final = {
    "portfolio": N_("Whole book"),
    "group": N_("Group"),
    "category": N_("Category"),
    "sector": N_("Sector"),
    "owner": N_("Owner"),
    "customer": N_("Customer"),
    "segment": N_("Segment"),
}
# Causes of a dispute by code (definitions §14); files also write them in words, shown as they are.
DISPUTES: Final = {
    "PRIX": N_("Price"),
    "QTE": N_("Quantity"),
    "QUALITE": N_("Quality"),
    "LIVRAISON": N_("Delivery"),
    "ADMIN": N_("Paperwork"),
    "TVA": N_("VAT"),
    "RFA": N_("Rebate or deduction"),
    "DOUBLON": N_("Duplicate"),
    "COMMERCIAL": N_("Commercial"),
    "JURIDIQUE": N_("Legal"),
    "AUTRE": N_("Other cause"),
    "none": N_("No cause given"),
}
# Outcomes of a dispute, without accents; files also write them in words, shown as they are.
DISPUTE_OUTCOMES: Final = {
    "fonde": N_("founded: the customer was right"),
    "infonde": N_("not founded"),
    "avoir": N_("credit note made"),
    "paiement": N_("paid by the customer"),
}
CALL_OUTCOMES: Final = {
    "will_pay": N_("will pay"),
    "contests": N_("contests the invoice"),
    "to_call_back": N_("to call back"),
    "message_left": N_("message left"),
    "no_answer": N_("no answer"),
    "wrong_contact": N_("wrong contact"),
    "other": N_("other outcome"),
}
REMINDER_LEVELS: Final = {
    "R0": N_("R0 · courtesy, before the due date"),
    "R1": N_("R1 · first reminder"),
    "R2": N_("R2 · second reminder"),
    "R3": N_("R3 · telephone"),
    "R4": N_("R4 · formal notice, registered"),
    "R5": N_("R5 · legal action, insurer"),
}
CHANNELS: Final = {
    "email": N_("by e-mail"),
    "letter": N_("by letter"),
    "registered": N_("by registered letter"),
    "phone": N_("by telephone"),
    "sms": N_("by text message"),
    "other": N_("otherwise"),
}
PROMISE_COUNTS: Final = {
    "kept": N_("Promises kept"),
    "partial": N_("Promises partly kept"),
    "pending": N_("Promises pending"),
    "broken": N_("Promises broken"),
}
FORECAST_METHODS: Final = {
    "hazard": N_("Encours model"),
    "customer_mean": N_("Due date + customer’s mean delay"),
    "customer_median": N_("Due date + customer’s median delay"),
    "due_date": N_("Due date"),
}
DELAY_SOURCES: Final = {
    "customer": N_("his own settlements"),
    "segment": N_("those of his segment"),
    "portfolio": N_("those of the whole book"),
    "default": N_("the policy’s default"),
}
SCENARIOS: Final = {
    "base": N_("Model"),
    "simple": N_("Due date + usual delay"),
    "optimistic": N_("Optimistic: at the due date"),
    "pessimistic": N_("Pessimistic"),
}

COMPANIES: Final = {"default": N_("Unnamed company")}  # the code of a file that names none
_ALL: Final = {
    "company": COMPANIES,
    "method": FORECAST_METHODS,
    "delay_source": DELAY_SOURCES,
    "scenario": SCENARIOS,
    "dispute": DISPUTES,
    "dispute_outcome": DISPUTE_OUTCOMES,
    "call_outcome": CALL_OUTCOMES,
    "reminder_level": REMINDER_LEVELS,
    "channel": CHANNELS,
    "behaviour_evidence": EVIDENCES,
    "behaviour_level": BEHAVIOUR_LEVELS,
    "action": ACTION_KINDS,
    "alert": ALERTS,
    "insolvency": INSOLVENCY,
    "late_cause": LATE_CAUSES,
    "promise": PROMISE_STATUS,
    "promises": PROMISE_COUNTS,
    "outcome": OUTCOMES,
    "match_rule": MATCH_RULES,
    "table": TABLES,
    "origin": LIMIT_ORIGINS,
    "limit_state": LIMIT_STATES,
    "limit_scope": LIMIT_SCOPES,
    "segment": SEGMENTS,
    "reason": REASONS,
    "rule": RULES,
    "factor": FACTORS,
    "kind": KINDS,
    "class": CLASSES,
    "trend": TRENDS,
    "part": PARTS,
    "source": SOURCES,
    "group_way": GROUP_WAYS,
    "sureness": SURENESS,
    "level": LEVELS,
    "format": FORMATS,
    "cause": CAUSES,
}


def label(subject: str, code: object, language: str = "fr") -> str:
    """Return the words of a code; the code itself when it is not known, ``–`` when missing.

    ``subject``: segment, reason, rule, kind, class, trend, part, source, level, format, cause, table, origin,
    action, late_cause, promise…
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
