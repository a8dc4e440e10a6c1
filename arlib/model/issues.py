"""What was doubtful, ignored or refused in a file, and the closed list of its codes.

A problem in the user's data is a value with a place and an amount, never an exception.
The sentence a user reads is made from the code by ``arlib.i18n`` (message id = ``CODES[code]``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["refused", "doubtful", "ignored", "note"]

# code -> English message id; {value}, {column}, {row}, {detail} may be used. French: i18n/fr/*.po.
CODES: Final[dict[str, str]] = {
    # the whole file
    "file_empty": "The file is empty: nothing to import. Export it again from the accounting software.",
    "file_unreadable": "The file cannot be read ({detail}). Save it again as .xlsx or .csv and retry.",
    "file_type_unknown": "“{value}” is not a type of file that can be read. Accepted: xlsx, xls, xlsb, ods, csv, txt, zip.",
    "file_web_page": "“{value}” is a web page or an XML file under the name of a workbook. Open it in your spreadsheet program, save it as .xlsx and import that.",
    "file_too_large": "The file is larger than the limit ({detail}). Split it or export a shorter period.",
    "file_protected": "The workbook is protected by a password. Give it, or save a copy without password and retry.",
    "password_wrong": "This password does not open the workbook. Check capitals and retry.",
    "protection_unknown": "This protection by password cannot be opened here: save a copy without password (.xlsx) and retry.",
    "file_too_slow": "Reading the file was stopped after {detail} seconds. Export a shorter period, or save it as .csv.",
    "file_too_heavy": "Reading the file needs more memory than allowed ({detail} MB). Split it, or save it as .csv.",
    "reader_stopped": "Something unexpected in this file stopped its reading ({detail}): nothing was imported. Save it again as .xlsx or .csv and retry.",
    "file_definitions": "The workbook holds XML definitions that no spreadsheet writes: it was not opened. Save it again from Excel or LibreOffice.",
    "file_far_cells": "A cell stands far from the table ({value}): the sheet would hold {detail} cells. Delete what is beyond the table and save again.",
    "sheets_too_many": "The workbook holds more than {detail} sheets: keep those to import and retry.",
    "archive_nested": "“{value}” is an archive inside another: unpack it and drop its files.",
    "archive_empty": "The archive holds no file to read.",
    "archive_too_many": "The archive holds more than {detail} files: drop those to import by themselves.",
    "archive_protected": "The archive is protected by a password: unpack it and drop its files.",
    "format_unknown": "The columns of this file were not recognised. Headers found: {value}. Fill in the mapping form.",
    "columns_missing": "Columns needed and not found: {value}.",
    "no_rows": "The file was recognised but holds no line to import.",
    "no_customer_account": "The ledger was read, but none of its accounts is a customer's (411, 413, 416, 418 or 4191). Accounts found, with their balance: {value}. Number the customers' accounts 411 in the export, or import a list of their open invoices (customer, number, date, amount).",
    "suppliers_only": "The ledger was read, but all its accounts are suppliers' ({value}): nothing a customer owes. Export the customer ledger (411).",
    "day_month_undecidable": "Dates of column “{column}” can be read day/month or month/day: choose before loading.",
    "day_month_swapped": "{detail} of the dates of column “{column}” are later than the due date: day and month may be swapped.",
    "ledger_not_balanced": "Total debit and total credit differ by {value}: the ledger is incomplete.",
    "ledger_balance_tolerated": "Total debit and total credit differ by {value}, within the tolerance.",
    "entry_not_balanced": "Entry {value} is not balanced (difference {detail}).",
    "currency_unreadable": "The currency column “{column}” cannot be read ({value}).",
    "overlap_other_format": "This company already has a live file of another kind over the same period ({detail}). Choose: replace it or complete it.",
    "company_conflict": "The file names the company “{value}”, not {detail}.",
    "open_state_assumed": "The list says neither what is paid nor what is open: every line is taken as open.",
    "extraction_date_assumed": "No extraction date in the file: {value}, its latest date, is used.",
    "currency_assumed": "No currency in the file: {value} is used.",
    "company_assumed": "No company in the file: “{value}” is used.",
    "header_row_assumed": "The header was read on line {row}.",
    "encoding_assumed": "The text was read as {value}.",
    "decimal_point_read": "Amounts use a decimal point or spaces between thousands: read as {value}.",
    "amount_rounded": "{value} amounts of column “{column}” have more decimals than the currency: rounded (total difference {detail}).",
    "formulas_without_values": "{value} cells hold a formula without a value: open the workbook in Excel and save it.",
    "limits_contradict": "Limits of the file contradict limits fixed by hand ({value}: {detail}). Keep yours, or take those of the file.",
    # a line
    "limit_kept": "The limit of {value} in the file was not taken: the one fixed by hand stands.",
    "date_unreadable": "The date “{value}” of column “{column}” cannot be read.",
    "date_out_of_range": "The date {value} of column “{column}” is out of range.",
    "date_in_future": "The date {value} is later than the day of import.",
    "amount_unreadable": "The amount “{value}” of column “{column}” cannot be read.",
    "amount_missing": "The line has no amount.",
    "customer_missing": "The line names no customer.",
    "number_missing": "The line has no document number.",
    "invoice_date_missing": "The line has no invoice date.",
    "due_date_missing": "No due date: derived from the terms, or invoice date + default days.",
    "due_before_issue": "The due date {value} is earlier than the invoice date.",
    "customer_unknown": "Customer {value} is not in the sheet of customers: created.",
    "duplicate_line": "Identical line already read (same number, date and amount): dropped.",
    "duplicate_kept": "Identical line already read, but without a document number: kept.",
    "invoice_repeated": "Invoice repeated on one line for each payment: its amount is counted once.",
    "running_balance": "The balance runs on from line to line: it was not read as what remains of each.",
    "duplicate_number": "The number {value} is carried by several different lines: all kept.",
    "kind_unknown": "The type “{value}” is not known: read from the sign of the amount.",
    "invoice_negative": "The line says “invoice” with an amount in credit: read as a credit note.",
    "kind_assumed": "The kind of the line was deduced from its journal or side ({detail}).",
    "value_unknown": "“{value}” is not a value accepted in column “{column}”.",
    "rate_out_of_range": "The VAT rate {value} is out of range.",
    "allocation_unknown": "The allocation names a document that does not exist: {value}.",
    "document_unknown": "The line names a document that does not exist: {value}.",
    "allocation_excess": "The allocation is larger than what remains open on {value}.",
    "settlement_unallocated": "The settlement {value} is not allocated.",
    "name_differs": "Customer {value} carries several names: the commonest is shown.",
    "total_row": "Total or subtotal line: not an item.",
    "section_row": "Line that names the customer of the lines below: not an item.",
    "other_table": "Line of another table of the sheet: not read.",
    "other_company": "Line of another company: {value}.",
    "control_total_differs": "The total of column “{column}” says {value}; the lines it covers add up to {detail}.",
    "aged_summary": "The list gives one amount by age: exact at {value} only, due dates are placed inside each age.",
    "extraction_date_missing": "The list carries no date: say at which date it was drawn.",
    "bucket_total_differs": "The ages of customer {value} do not add up to the total: difference {detail}.",
    "hidden_rows_read": "{value} hidden rows of the sheet were read.",
    "hidden_columns_read": "{value} hidden columns of the sheet were read.",
    "merged_cells_filled": "{value} lines take the customer of a merged cell.",
    "payables_list": "“{value}” looks like a list of suppliers, not of customers.",
    "blank_row": "Blank line.",
    "title_row": "Line above the header or below the data.",
    "other_account": "Line of another account.",
    "not_posted": "Draft, cancelled or statistical document: not an item.",
    "not_receivable": "Account {value}: not a customer account.",
    "line_length": "The line has {detail} fields instead of those of the header.",
    "open_exceeds_amount": "What remains open is larger than the amount of the document: the open amount is kept.",
    "open_missing": "The line has no open amount although others do: its whole amount is taken as open.",
    "status_without_amount": "The status “{value}” says part-paid but no paid amount is given: open amount unknown.",
    "more_lines_alike": "{value} more lines carry this note ({detail}).",
    "bad_control_characters": "Control characters were removed from “{column}”.",
    # a pasted limit
    "pasted_customer_unknown": "No customer “{value}” in the book.",
    "pasted_name_ambiguous": "Several customers answer to “{value}” ({detail}): give the code.",
    "pasted_twice": "Customer {value} has several lines ({detail}): keep one.",
    "pasted_negative": "A limit cannot be negative ({value}).",
    "pasted_currency": "“{value}” is not the currency of the amount ({detail}).",
    "pasted_not_understood": "“{value}” is neither an amount, a currency nor a date: put the reason last, or name the columns.",
    "pasted_too_long": "The paste has {value} lines, {detail} at most: the others were not read.",
    "pasted_dates": "The limit ends before it begins ({value}).",
    # ledgers
    "lettering_unbalanced": "Lettering group {value} is not balanced: residue {detail}.",
    "lettering_recycled": "Lettering code {value} is used for several groups: split where it balances.",
    "auxiliary_missing": "No auxiliary account: the customer is the account {value}.",
    "collective_account": "Account {value} mixes customers: kept as one collective account, out of rankings and limits.",
    "opening_line": "Opening line read as a debt: its original date is {value}.",
    "opening_date_assumed": "Opening line without an original date: the day before the first day of the year is used.",
    "opening_unpaired": "Opening line without its document of last year: kept as it is.",
    "year_missing": "The files before {value} are missing: opening lines were not paired with an earlier year.",
    "piece_date_missing": "PieceDate is blank or later than the last posting: the posting date is used.",
    "doubtful_untraced": "Account 416: the invoice an item comes from was not found; its own date is used.",
    "no_lettering": "The ledger carries no lettering: balances are exact, ages and delays are estimated.",
    "company_id_invalid": "“{value}” is not a valid SIREN: the company is called “{detail}”.",
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem found in a file.

    ``row_number`` counts from 1 as the user sees it in the file (a workbook's row, a text file's line).
    ``amount_minor`` is the signed amount of the line, when it has one, in ``currency``.
    """

    code: str
    severity: Severity
    sheet: str | None = None
    row_number: int | None = None
    column: str | None = None
    value: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    detail: str | None = None

    def __post_init__(self) -> None:
        """Refuse a code that is not in the closed list: a programming error, not a user's."""
        if self.code not in CODES:
            message = f"unknown issue code {self.code!r}"
            raise ValueError(message)


class UserError(Exception):
    """A refusal the user can mend; ``code`` is a message id of ``CODES`` or of ``ERRORS``."""

    def __init__(self, code: str, **parameters: object) -> None:
        """Keep the code and the values its sentence quotes."""
        super().__init__(code)
        self.code = code
        self.parameters = parameters

    def message_id(self) -> str:
        """Return the English message id, with its placeholders."""
        return ERRORS.get(self.code) or CODES[self.code]


ERRORS: Final[dict[str, str]] = {
    "database_held": "The book is open in another program ({detail}). Close it and retry, or wait with --wait.",
    "database_newer": "The book was written by a newer version of Encours (schema {detail}). Update the program.",
    "database_damaged": "The book {value} cannot be opened: {detail}",
    "database_foreign": "This file is a database of another program ({detail}): nothing was written to it. Give another file.",
    "backup_damaged": "The backup {value} is damaged or was changed since it was made ({detail}). Nothing was restored.",
    "backup_unknown": "{value} is not a backup made by Encours.",
    "backup_onto_book": "{value} is the book itself: give another file.",
    "backup_exists": "{value} exists and is not a backup: give another file.",
    "backup_differs": "The copy {value} is not equal to the book: it was not kept. Retry.",
    "book_busy": "Somebody is reading the book and does not stop: nothing was changed. Retry in a minute.",
    "purge_reason_missing": "An erasure needs its reason.",
    "purge_reason_long": "The reason is too long ({value} letters, {detail} at most).",
    "purge_reason_names": "The reason is kept: it must not hold the name, the code or a number of what is erased.",
    "purge_anonymous": "{value} is what erasures left for others’ sake: it tells nobody.",
    "purge_linked": "{value} is another code of the customer {detail}: erase that one, or undo the link first.",
    "purge_changed": "The book changed since the preview: nothing was erased. Read the preview again.",
    "purge_code_differs": "The code typed is not “{value}”: nothing was erased.",
    "book_empty": "The book is empty. Import a file or load the sample company first.",
    "as_of_too_early": "The book cannot answer at {value}: its data begin on {detail}.",
    "forecast_not_whole": "Only a forecast of the whole book is kept: leave out filters and conversion.",
    "closing_not_whole": "Only a closing of the whole book is kept: leave out filters, conversion and another policy.",
    "closing_empty": "No company of the book can answer at {value}: nothing was kept.",
    "closing_not_found": "No closing “{value}” was kept.",
    "report_failed": "The report could not be made: {detail}.",
    "template_not_xlsx": "“{value}” is not an .xlsx workbook: open it in your spreadsheet program, save it as .xlsx and retry.",
    "template_macros": "“{value}” holds macros: save a copy as .xlsx (without macros) and retry.",
    "template_links": "“{value}” reads other workbooks: break these links in your spreadsheet program (replace them by their values) and retry.",
    "audience_unknown": "No report for “{value}”; audiences: {detail}.",
    "weeks_out_of_range": "A forecast covers 1 to {detail} weeks, not {value}.",
    "simulation_value_invalid": "This value cannot be simulated: {value} ({detail}).",
    "simulation_rule_invalid": "The rule “{value}” says nothing to simulate: an amount, a share, days or a multiple is missing.",
    "control_dates": "A period goes from a day ({value}) to that day or a later one ({detail}).",
    "migration_dates": "A migration goes from a date ({value}) to a later one ({detail}).",
    "as_of_unreadable": "“{value}” is not a date (expected YYYY-MM-DD).",
    "customer_not_found": "No customer “{value}” in the book.",
    "company_not_found": "No company “{value}” in the book.",
    "batch_not_found": "No import “{value}” in the book.",
    "batch_undone": "The import {value} is already set aside.",
    "batch_not_undone": "The import {value} is not set aside.",
    "change_not_found": "No limit change “{value}”.",
    "change_undone": "The limit change {value} was already undone.",
    "match_not_found": "No open payment and invoice of one customer under “{value}”.",
    "match_change_not_found": "No decision “{value}” on a proposed match.",
    "match_change_undone": "The decision {value} was already undone.",
    "link_self": "{value} cannot be linked to itself.",
    "link_cycle": "{detail} is already linked to {value}: linking them the other way round would go in a circle.",
    "link_not_found": "No link “{value}”.",
    "link_undone": "The link {value} is no longer in force.",
    "terms_unreadable": "The terms “{value}” are not understood. Write for instance “45 jours fin de mois”.",
    "terms_file_unreadable": "The table of terms {value} cannot be read (line {detail}): expected a customer, terms and a date.",
    "company_missing": "The book holds several companies: say which with --company.",
    "terms_change_not_found": "No change of terms “{value}”.",
    "terms_change_undone": "The change of terms {value} was already undone.",
    "letter_nothing": "Nothing to ask of {value} at level {detail}: no invoice to list once credits, disputes and promises are taken off.",
    "letter_level_unknown": "“{value}” is no level of letter: R0, R1, R2, R3 or R4.",
    "out_type_unknown": "“{value}” says no type of file that can be written: {detail}.",
    "text_unreadable": "The text {value} cannot be read ({detail}). Save it as plain text in UTF-8, 64 kB at most.",
    "text_subject_missing": "The text {value} has no subject: begin it with a line “Objet : …” (“Subject: …”).",
    "text_empty": "The text {value} has an empty paragraph or none: write at least one under the subject.",
    "text_placeholder_unknown": "The text {value} holds {detail}, which is no name of a value, or a table inside a sentence. Put a table alone in its paragraph; the names are listed in docs/letters.md.",
    "text_brace": "The text {value} holds a brace without its pair ({detail}).",
    "action_kind_unknown": "“{value}” is no kind of entry: note, call, cause, promise, reminder or review.",
    "action_text_missing": "A note needs words.",
    "action_text_long": "The text has {value} letters: {detail} at most.",
    "action_cause_unknown": "“{value}” is not in the list of causes of lateness.",
    "action_date_missing": "Give the date promised, or that of the review.",
    "action_dates": "The date promised is before the day the promise was made.",
    "action_amount_wrong": "Give the amount promised with its currency: it must be positive ({value}).",
    "action_amount_missing": "Give the amount promised, or the invoices it is for.",
    "action_review_past": "The next review cannot be on {value}, before the day of the entry.",
    "action_future": "An entry cannot have been said on {value}: that day has not come.",
    "action_document_unknown": "The book holds no document “{value}” of this customer.",
    "action_not_found": "No entry “{value}” in the follow-up.",
    "action_undone": "The entry {value} was already undone.",
    "action_outcome_unknown": "“{value}” is not in the list of outcomes of a call.",
    "action_level_unknown": "“{value}” is no level of reminder: R0 to R5.",
    "action_channel_unknown": "“{value}” is no way to send a reminder.",
    "plan_too_short": "A payment plan has at least two dated amounts: one alone is a promise.",
    "plan_too_long": "The plan has {value} instalments: {detail} at most.",
    "plan_dates": "Two instalments of the plan are on the same day: add them up.",
    "plan_unreadable": "The line “{value}” of the plan cannot be read: write a date, then an amount.",
    "dispute_code_unknown": "“{value}” is not in the list of causes of a dispute.",
    "dispute_outcome_unknown": "“{value}” is no outcome of a dispute: founded, not founded, credit note or payment.",
    "dispute_future": "A dispute cannot be opened or closed on {value}: that day has not come.",
    "dispute_target_early": "The target date {value} is before the day the dispute was opened.",
    "dispute_before_issue": "The dispute cannot be opened on {value}: its invoice was issued on {detail}.",
    "dispute_amount_one": "An amount is for one invoice: choose one, or leave it blank to contest all that is open.",
    "dispute_none_chosen": "Choose the dispute to close.",
    "dispute_invoice_missing": "Choose the invoice in dispute.",
    "dispute_nothing_open": "On {value} nothing is open on the invoice outside dispute.",
    "dispute_amount_wrong": "The amount in dispute must be positive ({value}).",
    "dispute_amount_high": "{value} is more than what is open on the invoice outside dispute: {detail}.",
    "dispute_not_found": "No dispute “{value}” in the book.",
    "dispute_closed": "The dispute {value} is already closed.",
    "dispute_closed_early": "The dispute cannot be closed on {value}: it was opened on {detail}.",
    "dispute_entry_not_found": "No entry “{value}” about a dispute.",
    "dispute_entry_undone": "The entry {value} about a dispute was already undone.",
    "override_segment_unknown": "“{value}” is not a segment that can be decided: reliable, watch or high_risk.",
    "override_reason_missing": "A segment decided by hand needs a reason.",
    "override_dates": "The decision expires before it begins.",
    "limit_amount_unreadable": "The amount “{value}” cannot be read. Write for instance 12 500 or 12 500,50.",
    "limit_amount_negative": "A limit cannot be negative ({value}).",
    "limit_changed": "The limit of {value} was changed meanwhile by {by}, on {at}, from {before} to {after}. Nothing was saved: read it again before deciding.",
    "limit_refused_amount": "A refusal of the insurer has no amount ({value}).",
    "limit_refused_source": "Only the insurer’s limit can be refused.",
    "limit_cover_ratio": "The covered share is between 0 and 100% ({value}).",
    "limit_set_undone": "Everything of the change {value} was already undone.",
    "limit_dates": "The limit ends before it begins.",
    "depreciation_kind": "“{value}” is no decision about a depreciation: accepted, refused or opening.",
    "depreciation_reason_missing": "A decision about a claim needs its reason.",
    "depreciation_reason_long": "The reason is too long ({value} letters, {detail} at most).",
    "depreciation_ratio": "The percentage of a depreciation is above 0 and 100% at most ({value}).",
    "depreciation_amount": "The balance of account 491 is an amount, 0 or more, in a currency ({value}).",
    "depreciation_claim_missing": "The document “{value}” is not in the book.",
    "depreciation_not_found": "No decision about a depreciation with the id {value}.",
    "depreciation_undone": "The decision {value} about a depreciation was already undone.",
    "group_change_not_found": "There is no change of groups {value}.",
    "group_change_undone": "This change of groups was already undone.",
    "answer_question_unknown": "The check list has no question “{value}”.",
    "answer_unknown": "“{value}” is not an answer: yes, partly or no.",
    "answer_comment_long": "The comment is too long ({value} letters, 1,000 at most).",
    "answer_not_found": "No answer with the id {value}.",
    "answer_undone": "The answer {value} was already undone.",
    "terms_period": "The first day of the year is later than the date of the figures ({value}).",
    "group_name_long": "The name of a group holds 120 letters at most ({value}).",
    "group_name_missing": "Give the group a name.",
    "group_not_found": "There is no group {value}.",
    "group_origin_unknown": "“{value}” is not a way to make a group.",
    "group_proposal_not_found": "There is no proposal {value}: ask for the list again.",
    "scope_missing": "Say for whom: a customer, a category, a group or all.",
    "policy_unreadable": "The policy file cannot be read: {detail}.",
    "policy_setting_unknown": "The policy file names an unknown setting: {value}.",
    "policy_changed": "Somebody changed the policy meanwhile (now {value}): nothing was saved. Open the form again.",
    "policy_value_invalid": "The setting {value} is out of range: {detail}.",
    "no_rate": "No exchange rate for {value}.",
    "file_not_found": "No file “{value}”.",
    "out_not_writable": "The file {value} cannot be written: {detail}.",
    "import_conflict": "The book changed while the file was being read. Retry.",
    "format_not_found": "No format is called “{value}”.",
    "mapping_unreadable": "{value} is not a mapping of columns made by Encours.",
    "mapping_field_unknown": "The mapping names a field that does not exist: {value}.",
    "mapping_not_found": "No mapping “{value}” is remembered.",
    "usage": "An option is missing, or was not understood: {detail}",
}
