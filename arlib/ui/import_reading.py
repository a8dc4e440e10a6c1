"""What was read in a file: what it was recognised as, control totals, lines to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from arlib.i18n import MISSING, formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.issues import evidence_sentences, issue_sentence
from arlib.i18n.labels import TABLES, label
from arlib.ui.cards import card
from arlib.ui.session import language
from arlib.ui.tables import html_table
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from arlib.model.files import ParsedFile
    from arlib.model.issues import Issue

_SEVERITIES: Final = ("refused", "doubtful")
_SHOWN_LINES: Final = 12
_SURE: Final = 0.995
_LIST: Final = "flat"


def recognised(parsed: ParsedFile, *, is_mapped: bool = False) -> None:
    """Draw what the file was recognised as, and why; ``is_mapped``: the user gave its columns."""
    _, f = translator(language()), formats(language())
    name = label("format", parsed.format_id, language())
    if parsed.format_id == _LIST and parsed.scope == "reference":
        name = _("List of customers")
    sure = f.percent(min(parsed.confidence, _SURE) if parsed.confidence < 1 else 1, 0)
    rows = [
        [("▲ " if item.is_warning else "") + what, why]
        for item in parsed.evidence
        for what, why in [evidence_sentences(item, language())]
    ]
    rows.append(
        [
            _("Company"),
            f"{company_name(parsed.company_name, language())} ({parsed.company_currency})",
        ]
    )
    if parsed.level:
        rows.append([_("Level of data"), label("level", parsed.level, language())])
    title = _("{format} recognised, {share} sure").format(format=name, share=sure)
    subtitle = _("From the content of the file, not from its name")
    if is_mapped:
        title = _("{format}, columns as you said").format(format=name)
        subtitle = _("Remembered for the files with the same headers: it is asked once")
    with card(title, subtitle):
        columns: list[tuple[str, Literal["left", "right"]]] = [
            (_("What was recognised"), "left"),
            (_("Why"), "left"),
        ]
        html_table(columns, rows, alt=title)


def totals(parsed: ParsedFile) -> None:
    """Draw control totals: every line read is kept, ignored or refused, to the last one."""
    _, f = translator(language()), formats(language())
    gap = parsed.rows_read - parsed.rows_kept - parsed.rows_ignored - parsed.rows_refused
    refused = (
        "▲ "
        + _.ngettext("{n} refused", "{n} refused", parsed.rows_refused).format(
            n=f.integer(parsed.rows_refused)
        )
        if parsed.rows_refused
        else f"✓ {_('no line')}"
    )
    rows = [
        [_("Lines read"), f.integer(parsed.rows_read)],
        [_("Lines kept"), f.integer(parsed.rows_kept)],
        [_("Lines ignored (not customer items)"), f.integer(parsed.rows_ignored)],
        [_("Lines refused"), refused],
        [_("Lines unaccounted for"), f"✓ {f.integer(0)}" if not gap else f"▲ {f.integer(gap)}"],
    ]
    for currency, total in parsed.control_totals.items():
        rows.append(
            [
                _("Customer balance kept ({currency})").format(currency=currency),
                f.amount(total, currency),
            ]
        )
    if parsed.covers_from and parsed.covers_to:  # a list of customers or limits covers no period
        rows.append([_("Period"), f"{f.date(parsed.covers_from)} – {f.date(parsed.covers_to)}"])
    if parsed.extracted_on:
        rows.append([_("Extracted on"), f.date(parsed.extracted_on)])
    rows += [
        [label("table", name, language()), f.integer(count)]
        for name, count in parsed.count_rows.items()
        if name in TABLES
    ]
    title = (
        _("Control totals: {n} lines refused").format(n=f.integer(parsed.rows_refused))
        if parsed.rows_refused
        else _("Control totals: no line is lost")
    )
    with card(title, _("Read in the file, kept after reading")):
        html_table([("", "left"), (_("Value"), "right")], rows, alt=title)


def lines_to_check(parsed: ParsedFile) -> None:
    """Draw the doubtful and refused lines: like ones on one line, each with its amount."""
    _, f = translator(language()), formats(language())
    asked = {issue for issue in (parsed.doubt, parsed.refusal) if issue is not None}
    wanted = [i for i in parsed.issues if i.severity in _SEVERITIES and i not in asked]
    if not wanted:
        return
    frame = pd.DataFrame(
        [
            (
                i.severity,
                i.code,
                i.sheet or "",
                i.amount_minor,
                i.currency or parsed.company_currency,
            )
            for i in wanted
        ],
        columns=["severity", "code", "sheet", "amount", "currency"],
    )
    first = dict(zip(map(_group, reversed(wanted)), reversed(wanted), strict=True))
    rows = []
    for key, group in frame.groupby(["severity", "code", "sheet"], sort=False):
        rows.append(_line(first[key], group))  # type: ignore[index]
    rows.sort(key=lambda row: row[1] != _("line refused"))
    priced = frame.dropna(subset=["amount"])
    sums = sum_by_currency(priced.assign(amount=priced["amount"].abs()), "amount")
    amounts = " + ".join(f.compact(value, code) for code, value in sums.items())
    title = _.ngettext("{n} line to check", "{n} lines to check", len(wanted)).format(
        n=f.integer(len(wanted))
    )
    columns: list[tuple[str, Literal["left", "right"]]] = [
        (_("Line"), "right"),
        (_("Severity"), "left"),
        (_("What is wrong"), "left"),
        (_("Value read"), "left"),
        (_("What is done"), "left"),
        (_("Amount"), "right"),
    ]
    with card(
        f"{title}, {amounts}" if amounts else title,
        _("Nothing is corrected without being said; the workbook lists every line."),
    ):
        html_table(columns, rows[:_SHOWN_LINES], alt=title)


def _group(issue: Issue) -> tuple[str, str, str]:
    return issue.severity, issue.code, issue.sheet or ""


def _line(issue: Issue, group: pd.DataFrame) -> list[str]:
    """Return one row: the place of the first line, how many are like it, their amount."""
    _, f = translator(language()), formats(language())
    place = f.integer(issue.row_number) if issue.row_number else MISSING
    if len(group) > 1:
        place = _("{place} and {n} others").format(place=place, n=f.integer(len(group) - 1))
    if issue.sheet:
        place = f"{issue.sheet} · {place}"
    sums = sum_by_currency(group.dropna(subset=["amount"]), "amount")
    amount = " + ".join(f.amount(value, code) for code, value in sums.items())
    is_refused = issue.severity == "refused"
    return [
        place,
        _("line refused") if is_refused else f"▲ {_('line doubtful')}",
        issue_sentence(issue, language()),
        issue.value or MISSING,
        _("left out") if is_refused else _("loaded, marked"),
        amount or MISSING,
    ]
