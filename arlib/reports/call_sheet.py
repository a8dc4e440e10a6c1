"""One call sheet: what to have before one's eyes to call a customer, and what to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import arlib
from arlib.i18n import formats, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.labels import COMPANIES, label
from arlib.i18n.reminders import named, reason
from arlib.model.keys import number_of
from arlib.reports.sheet import Cell, Column, FrameColumns, Sheet
from arlib.reports.writer import Page, write

if TYPE_CHECKING:
    import pandas as pd

    from arlib.views.worklist import CallSheet

_Row = tuple[str, str, Cell, str | None]
_IDENTITY: Final = ("siren", "country", "category", "owner", "terms", "payment_method")
_SAID_INVOICES: Final = 5


def call_sheet_workbook(sheet: CallSheet, policy_version: str, lang: str = "fr") -> bytes:
    """Return the workbook, three sheets: what to say, the invoices, what was said before."""
    _, f = translator(lang), formats(lang)
    page = Page(
        title=_("Call sheet: {name} ({code})").format(name=sheet.name, code=sheet.customer_id),
        right=_("As of {date}").format(date=f.date(sheet.as_of)),
        footer=_("Confidential"),
        page_of=_("Page {page} of {pages}").format(page="&P", pages="&N"),
        created_on=sheet.as_of,
    )
    sheets = [_call(sheet, policy_version, lang), _invoices(sheet, lang), _before(sheet, lang)]
    return write(sheets, page, lang)


def words_to_say(sheet: CallSheet, lang: str = "fr") -> list[str]:
    """Return the sentences of the call, in order; empty when nothing is asked for."""
    _, f = translator(lang), formats(lang)
    rows = sheet.items.loc[sheet.items["to_collect_minor"] > 0]
    late = rows.loc[rows["is_overdue"]]
    hello = _("Hello, {company} here, about your account {code}.")
    if sheet.company_name in COMPANIES:  # nobody says on the phone that the company has no name
        hello = _("Hello, I am calling about your account {code}.")
    said = [hello.format(company=sheet.company_name, code=sheet.customer_id)]
    if sheet.row and "promise_broken" in str(sheet.row["reasons"]).split():
        amount = f.amount(sheet.row["broken_minor"], sheet.row["broken_currency"])
        said.append(
            _("You had promised us a payment; on {date} {amount} had not arrived.").format(
                date=f.date(sheet.row["broken_on"]), amount=amount
            )
        )
    if late.empty:
        return [*said, *_nothing(sheet, lang)] if sheet.row else []
    said += [_owed(late, lang), _oldest(late, lang)]
    if (sheet.items["disputed_minor"] > 0).any():
        said.append(_("I leave aside what you contest: my colleagues will answer you on it."))
    said.append(_by_level(str(late["level"].max()), lang))
    said.append(_("On which day, and for which amount, will the payment leave?"))
    return said


def _owed(late: pd.DataFrame, lang: str) -> str:
    _, f = translator(lang), formats(lang)
    sums = late.groupby("currency")["to_collect_minor"].sum()
    amount = " + ".join(f.amount(int(value), str(code)) for code, value in sums.items())
    words = _.ngettext(
        "{n} invoice is overdue, {amount} in all.",
        "{n} invoices are overdue, {amount} in all.",
        len(late),
    )
    return words.format(n=f.integer(len(late)), amount=amount)


def _oldest(late: pd.DataFrame, lang: str) -> str:
    _, f = translator(lang), formats(lang)
    oldest = late.sort_values(["days_late", "number"], ascending=[False, True])
    first = oldest.iloc[0]
    return _("The oldest, {number}, was due on {date}: {days} ago.").format(
        number=_known(first["number"]),
        date=f.date(first["due_on"]),
        days=f.days0(int(first["days_late"])),
    )


def _by_level(level: str, lang: str) -> str:
    """Return what the level reached adds to the call."""
    _ = translator(lang)
    if level == "R5":
        return _("Without a payment or a dated commitment, the file goes to litigation.")
    if level == "R4":
        return _("Without a payment, a formal notice will be sent to you by registered letter.")
    return _("Is anything missing for the payment: an invoice, an order number, an agreement?")


def _nothing(sheet: CallSheet, lang: str) -> list[str]:
    _ = translator(lang)
    if is_missing(sheet.row.get("suspended_by")):
        return [_("Nothing is overdue; speak of the orders pending and of the limit.")]
    return [_("Nothing is asked for today: {why}.").format(why=reason(sheet.row, lang))]


def _call(sheet: CallSheet, policy_version: str, lang: str) -> Sheet:
    """Return the first sheet: who, how much, what next, what to say, what to fill in."""
    _ = translator(lang)
    rows = [*_identity(sheet, lang), *_situation(sheet, lang)]
    words = _("What to say")
    rows += [
        (words, str(place), Cell(text), None)
        for place, text in enumerate(words_to_say(sheet, lang), start=1)
    ]
    blank = _("To fill in")
    fields = (
        _("Person spoken to"),
        _("Telephone"),
        _("Answer"),
        _("Amount promised"),
        _("Date promised"),
        _("Cause of lateness"),
    )
    rows += [
        (blank, title, Cell("........................................"), None) for title in fields
    ]
    method = _("policy {version}").format(version=policy_version)
    rows.append((_("Method"), f"Encours {arlib.__version__}", Cell(method), None))
    return Sheet(
        _("Call"),
        (
            Column(_("Subject"), "text", [row[0] for row in rows], width=18),
            Column(_("Item"), "text", [row[1] for row in rows], width=26),
            Column(_("Value"), "mixed", [row[2] for row in rows], width=70),
            Column(_("Remark"), "text", [row[3] for row in rows], width=30),
        ),
    )


def _identity(sheet: CallSheet, lang: str) -> list[_Row]:
    _ = translator(lang)
    subject, known = _("Identity"), sheet.who
    titles = {
        "siren": _("SIREN"),
        "country": _("Country"),
        "category": _("Category"),
        "owner": _("Owner"),
        "terms": _("Payment terms"),
        "payment_method": _("Payment method"),
    }
    rows: list[_Row] = [
        (subject, _("Name"), Cell(sheet.name), None),
        (subject, _("Customer code"), Cell(sheet.customer_id), None),
    ]
    return rows + [
        (subject, titles[name], Cell(str(known[name])), None)
        for name in _IDENTITY
        if not is_missing(known.get(name))
    ]


def _situation(sheet: CallSheet, lang: str) -> list[_Row]:
    _, f, row = translator(lang), formats(lang), sheet.row
    subject = _("Situation")
    if not row:
        return [(subject, _("Overdue"), Cell(_("Nothing is overdue at this date.")), None)]
    code = row["currency"]
    rows: list[_Row] = [
        (subject, _("Overdue"), Cell(row["overdue_minor"], "amount", code), None),
        (subject, _("In dispute"), Cell(row["disputed_minor"], "amount", code), None),
        (subject, _("Promised, not received"), Cell(row["promised_minor"], "amount", code), None),
        (subject, _("To ask for"), Cell(row["to_collect_minor"], "amount", code), None),
        (subject, _("Why on the list"), Cell(reason(row, lang)), None),
        (subject, _("Class"), Cell(label("segment", row["segment"], lang)), None),
        (subject, _("Level reached"), Cell(_known(row["level"])), None),
        (
            subject,
            _("Last action"),
            Cell(label("action", row["last_action_kind"], lang))
            if not is_missing(row["last_action_kind"])
            else Cell(_("none recorded")),
            f.date(row["last_action_on"]),
        ),
        (
            subject,
            _("Next step"),
            Cell(named("step", row["next_step"], lang) or _("none")),
            f.date(row["next_on"]),
        ),
    ]
    return rows


def _invoices(sheet: CallSheet, lang: str) -> Sheet:
    _, rows = translator(lang), sheet.items
    of = FrameColumns(rows)
    why = [named("suspended", code, lang) or None for code in rows["suspended_by"]]
    return Sheet(
        _("Invoices"),
        (
            of.text(_("Number"), "number", 18),
            of.words(_("Kind"), "kind", _kinds(rows, lang)),
            of.figure(_("Issued on"), "issued_on", "date"),
            of.figure(_("Due on"), "due_on", "date"),
            of.figure(_("Days late"), "days_late", "integer"),
            of.amount(_("Open"), "open_minor"),
            of.amount(_("In dispute"), "disputed_minor"),
            of.amount(_("Promised, not received"), "promised_minor"),
            of.amount(_("To ask for"), "to_collect_minor"),
            of.text(_("Level reached"), "level", 10),
            of.text(_("Last level"), "last_level", 10),
            of.figure(_("Last action"), "last_action_on", "date"),
            of.text(_("Next step"), "next_level", 10),
            of.figure(_("On"), "next_on", "date"),
            Column(_("Suspended"), "text", why, width=24),
            of.figure(_("Barred on (estimate)"), "limitation_on", "date"),
        ),
    )


def _before(sheet: CallSheet, lang: str) -> Sheet:
    """Return promises, disputes and the last entries, one list."""
    _ = translator(lang)
    rows = [*_promised(sheet, lang), *_contested(sheet, lang), *_noted(sheet, lang)]
    return Sheet(
        _("Follow-up"),
        (
            Column(_("Date"), "date", [row[0] for row in rows]),
            Column(_("Kind"), "text", [row[1] for row in rows], width=20),
            Column(_("Invoices"), "text", [row[2] for row in rows], width=28),
            Column(_("Amount"), "amount", [row[3] for row in rows], [row[4] for row in rows]),
            Column(_("For"), "date", [row[5] for row in rows]),
            Column(_("State"), "text", [row[6] for row in rows], width=18),
            Column(_("Text"), "text", [row[7] for row in rows], width=60),
            Column(_("Author"), "text", [row[8] for row in rows], width=20),
        ),
    )


def _promised(sheet: CallSheet, lang: str) -> list[tuple[Any, ...]]:
    kind = label("action", "promise", lang)
    return [
        (
            _plain(row["taken_on"]),
            kind,
            _numbers(row["document_ids"]),
            _plain(row["amount_minor"]),
            _plain(row["currency"]),
            _plain(row["due_on"]),
            label("promise", row["status"], lang),
            _plain(row["text"]),
            _plain(row["author"]),
        )
        for row in sheet.promises.to_dict("records")
    ]


def _contested(sheet: CallSheet, lang: str) -> list[tuple[Any, ...]]:
    _ = translator(lang)
    return [
        (
            _plain(row["opened_on"]),
            _("In dispute"),
            _known(row["number"]),
            _plain(row["amount_minor"]),
            _plain(row["currency"]),
            None,
            _("open"),
            _plain(row["reason"]),
            None,
        )
        for row in sheet.disputes.to_dict("records")
    ]


def _noted(sheet: CallSheet, lang: str) -> list[tuple[Any, ...]]:
    rows = sheet.notes.loc[sheet.notes["kind"] != "promise"]
    return [
        (
            _plain(row["taken_on"]),
            label("action", row["kind"], lang),
            _numbers(row["document_ids"]),
            None,
            None,
            _plain(row["due_on"]),
            label("late_cause", row["cause"], lang) if _plain(row["cause"]) else None,
            _plain(row["text"]),
            _plain(row["author"]),
        )
        for row in rows.to_dict("records")
    ]


def _kinds(rows: pd.DataFrame, lang: str) -> dict[Any, str]:
    return {code: label("kind", code, lang) for code in rows["kind"].unique()}


def _numbers(value: Any) -> str | None:
    if is_missing(value):
        return None
    found = [number_of(key) for key in str(value).split("\n")]
    shown = ", ".join(item for item in found[:_SAID_INVOICES] if item)
    return shown + (" …" if len(found) > _SAID_INVOICES else "")


def _plain(value: Any) -> Any:
    return None if is_missing(value) else value


def _known(value: Any) -> str:
    return "" if is_missing(value) else str(value)
