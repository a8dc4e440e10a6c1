"""The sheets of a case file: who owes what to whom, since when, what was done, what it has cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.i18n import translator
from arlib.i18n.labels import label
from arlib.i18n.penalties import GROUNDS, STANDINGS, reckonings, word
from arlib.i18n.settings import setting_name
from arlib.model.followup import REMINDER_LEVELS
from arlib.model.reminder_settings import level_of
from arlib.reports.customer import lives_sheet, notes_sheet, payments_sheet
from arlib.reports.letter_values import BLANK, drawn
from arlib.reports.letter_warnings import notes_of, warnings_of
from arlib.reports.sheet import Cell, Column, FrameColumns, Sheet
from arlib.reports.tables import labelled

if TYPE_CHECKING:
    from arlib.views.case_file import CaseFile
    from arlib.views.letters import Claim

# A sheet, and its columns on paper: place, relative width.
Placed = tuple[Sheet, tuple[tuple[int, int], ...]]
_Line = tuple[str, str, Cell]
_KNOWN: Final = ("siren", "vat_number", "country", "category", "sector", "terms")
_CONTACTS: Final = ("reminder", "call")


def case_sheets(case: CaseFile, lang: str) -> list[Sheet]:
    """Return the sheets of the workbook: identity and sums, invoices, interest, what was done, notes."""
    return [
        _identity(case, lang),
        _invoices(case, lang),
        _interest(case, case.interest, lang),
        _contacts(case, lang),
        _promises(case, lang),
        _disputes(case, lang),
        lives_sheet(case.file, lang),
        payments_sheet(case.file, lang),
        notes_sheet(case.file, lang),
    ]


def paper_sheets(case: CaseFile, lang: str) -> list[Placed]:
    """Return what is printed: the same sheets, interest of the invoices still open alone."""
    still = case.interest.loc[case.interest["open_minor"] > 0].reset_index(drop=True)
    return [
        (_identity(case, lang), ((0, 3), (1, 6), (2, 6))),
        (
            _invoices(case, lang),
            ((0, 5), (1, 4), (2, 4), (3, 4), (4, 3), (5, 4), (6, 4), (7, 4), (8, 4)),
        ),
        (
            _interest(case, still, lang),
            ((0, 4), (1, 3), (2, 2), (3, 4), (5, 4), (6, 4), (8, 5), (10, 8)),
        ),
        (_contacts(case, lang), ((0, 3), (1, 3), (2, 6), (3, 4), (4, 9), (5, 4))),
        (_promises(case, lang), ((0, 3), (1, 3), (2, 4), (3, 4), (4, 3), (5, 8))),
        (_disputes(case, lang), ((0, 5), (1, 3), (2, 3), (3, 5), (4, 4), (5, 4), (6, 6))),
        (payments_sheet(case.file, lang), ((0, 3), (1, 4), (3, 5), (4, 3), (5, 3), (6, 5), (7, 3))),
    ]


def _identity(case: CaseFile, lang: str) -> Sheet:
    """Return creditor, debtor, sums by currency, and what to know."""
    _, view = translator(lang), case.letters
    creditor, debtor, remark = _("Creditor"), _("Debtor"), _("To know")
    lines: list[_Line] = [
        (
            creditor,
            setting_name(f"letters_{name}", lang),
            _text(" · ".join(view.sender[name]) or BLANK),
        )
        for name in ("name", "address", "legal", "contact", "bank", "clause")
    ]
    lines += [
        (debtor, _("Name"), _text(view.name)),
        (debtor, _("Customer code"), _text(view.customer_id)),
        *(
            (debtor, _(title), _text(view.attributes.get(name)))
            for name, title in _titles(lang).items()
        ),
        (debtor, _("Insolvency proceedings"), _text(view.insolvency or _("none known"))),
        (debtor, _("As of"), Cell(view.as_of, "date")),
    ]
    for claim in view.claims:
        lines += _sums(claim, lang)
    said = [*warnings_of(view, lang), *notes_of(view, lang)]
    lines += [(remark, "", _text(sentence)) for sentence in said]
    return Sheet(
        _("Identity and sums"),
        (
            Column(_("Subject"), "text", [line[0] for line in lines], width=20),
            Column(_("Item"), "text", [line[1] for line in lines], width=44),
            Column(_("Value"), "mixed", [line[2] for line in lines], width=60),
        ),
    )


def _titles(lang: str) -> dict[str, str]:
    _ = translator(lang)
    words = (_("SIREN"), _("VAT number"), _("Country"), _("Category"), _("Sector"), _("Terms"))
    return dict(zip(_KNOWN, words, strict=True))


def _sums(claim: Claim, lang: str) -> list[_Line]:
    """Return what is claimed in one currency, as in the letters."""
    _, code, charges = translator(lang), claim.currency, claim.charges
    subject = _("Claim in {currency}").format(currency=code)
    amounts = (
        (_("Overdue"), claim.overdue_minor),
        (_("In dispute"), claim.disputed_minor),
        (_("Promised, not due yet"), claim.promised_minor),
        (_("Overdue and to be claimed"), claim.claimed_minor),
        (_("Credits not allocated"), claim.credits_minor),
        (_("Principal"), claim.due_minor),
    )
    lines = [(subject, title, Cell(minor, "amount", code)) for title, minor in amounts]
    interest = Cell(charges.interest_minor, "amount", code)
    if charges.interest_minor is None:
        interest = Cell(_("to be stated"))
    lines.append((subject, _("Late payment interest"), interest))
    paid_in = charges.indemnity_currency
    indemnity = Cell(charges.indemnity_minor, "amount", paid_in)
    lines.append((subject, _("Fixed recovery compensation"), indemnity))
    for currency, minor in claim.totals.items():
        lines.append((subject, _("Total to be paid"), Cell(minor, "amount", currency)))
    lines.append(
        (subject, _("Balance of the account"), Cell(claim.outstanding_minor, "amount", code))
    )
    return lines


def _invoices(case: CaseFile, lang: str) -> Sheet:
    """Return every open item of the account, credits included."""
    _, rows = translator(lang), _stacked(case)
    of = FrameColumns(rows)
    return Sheet(
        _("Open items"),
        (
            of.text(_("Number"), "number", 18),
            of.words(_("Kind"), "kind", labelled("kind", rows["kind"], lang)),
            of.figure(_("Issued on"), "issued_on", "date"),
            of.figure(_("Due on"), "due_on", "date"),
            of.figure(_("Days late"), "days_late", "integer"),
            of.amount(_("Amount"), "amount_minor"),
            of.amount(_("Open"), "open_minor"),
            of.amount(_("In dispute"), "disputed_minor"),
            of.amount(_("To be claimed"), "to_collect_minor"),
            of.amount(_("Late payment interest"), "interest_minor"),
            of.text(_("Terms"), "terms", 22),
            of.text(_("File"), "file_name", 24),
        ),
    )


def _stacked(case: CaseFile) -> pd.DataFrame:
    frames = [claim.items for claim in case.letters.claims]
    if frames:
        return pd.concat(frames, ignore_index=True)
    items = case.file.customer.items.iloc[:0]
    return items.assign(to_collect_minor=[], interest_minor=[])


def _interest(case: CaseFile, rows: pd.DataFrame, lang: str) -> Sheet:
    """Return what each late invoice, paid since or not, would bear, with its reckoning."""
    _, told = translator(lang), _reckoned(case, rows, lang)
    of = FrameColumns(rows)
    return Sheet(
        _("Interest and compensation"),
        (
            of.text(_("Number"), "number", 18),
            of.figure(_("Due on"), "due_on", "date"),
            of.figure(_("Days late"), "days_late", "integer"),
            of.amount(_("Late amount"), "late_minor"),
            of.amount(_("Open"), "open_minor"),
            of.amount(_("Interest"), "interest_minor"),
            of.amount(_("Indemnity"), "indemnity_minor", currency="indemnity_currency"),
            of.words(
                _("Why"), "indemnity_ground", _words(rows["indemnity_ground"], GROUNDS, lang), 30
            ),
            of.words(_("Standing"), "standing", _words(rows["standing"], STANDINGS, lang), 34),
            of.figure(_("Limitation (estimate)"), "limitation_on", "date"),
            Column(_("Reckoning"), "text", told, width=70),
            of.amount(_("Interest in dispute"), "disputed_interest_minor"),
        ),
    )


def _reckoned(case: CaseFile, wanted: pd.DataFrame, lang: str) -> list[str | None]:
    """Return how the interest of each invoice is made, in its order."""
    told: dict[int, str] = {}
    for currency, rows in wanted.groupby("currency"):
        told |= reckonings(case.steps, str(currency), rows["invoice_key"], lang)
    return [told.get(key) for key in wanted["invoice_key"]]


def _contacts(case: CaseFile, lang: str) -> Sheet:
    """Return the reminders and calls, the latest first."""
    _, actions = translator(lang), case.file.actions
    rows = actions.loc[actions["kind"].isin(list(_CONTACTS))].reset_index(drop=True)
    rows = rows.assign(level=pd.Series(_levels(rows), index=rows.index, dtype="object"))
    of = FrameColumns(rows)
    return Sheet(
        _("Reminders and calls"),
        (
            of.figure(_("Date"), "taken_on", "date"),
            of.words(_("Kind"), "kind", labelled("action", rows["kind"], lang), 14),
            of.words(_("Level"), "level", labelled("reminder_level", rows["level"], lang), 30),
            of.words(_("How"), "channel", labelled("channel", rows["channel"], lang), 20),
            of.text(_("Text"), "text", 60),
            of.text(_("Author"), "author", 20),
        ),
    )


def _levels(rows: pd.DataFrame) -> list[str | None]:
    """Return the level of each reminder: its own, else what its words say."""
    found: list[str | None] = []
    for level, text in zip(rows["level"], rows["text"], strict=True):
        said = level_of(text) if isinstance(text, str) else None
        words = None if said is None else REMINDER_LEVELS[said]
        found.append(level if isinstance(level, str) else words)
    return found


def _promises(case: CaseFile, lang: str) -> Sheet:
    """Return the promises and what became of them."""
    _, rows = translator(lang), case.file.promises
    of = FrameColumns(rows)
    return Sheet(
        _("Promises"),
        (
            of.figure(_("Made on"), "taken_on", "date"),
            of.figure(_("For"), "due_on", "date"),
            of.amount(_("Amount"), "amount_minor"),
            of.amount(_("Received"), "received_minor"),
            of.words(_("State"), "status", labelled("promise", rows["status"], lang), 14),
            of.text(_("Text"), "text", 50),
        ),
    )


def _disputes(case: CaseFile, lang: str) -> Sheet:
    """Return the disputes, open ones first."""
    _, rows = translator(lang), case.disputes
    of = FrameColumns(rows)
    causes = [
        label("dispute", row["code"], lang) if isinstance(row["code"], str) else row["reason"]
        for row in rows.to_dict("records")
    ]
    return Sheet(
        _("Disputes"),
        (
            of.text(_("Number"), "number", 18),
            of.figure(_("Opened on"), "opened_on", "date"),
            of.figure(_("Closed on"), "closed_on", "date"),
            Column(_("Cause"), "text", causes, width=30),
            of.amount(_("In dispute at the start"), "opened_minor"),
            of.amount(_("In dispute"), "disputed_minor"),
            of.text(_("Outcome"), "outcome", 24),
        ),
    )


def _words(codes: pd.Series[Any], words: dict[str, str], lang: str) -> dict[str, str]:
    return {str(code): word(words, str(code), lang) for code in codes.dropna().unique()}


def _text(value: object) -> Cell:
    """Return words, empty when nothing is known."""
    return Cell(drawn(value) if isinstance(value, str) and value else None)
