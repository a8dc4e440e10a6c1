"""A batch of letters as files: one or two a customer, and the workbook that lists them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

import arlib
from arlib.i18n import N_, translator
from arlib.i18n.labels import label
from arlib.reports.letter import EMAIL, compose
from arlib.reports.letter_docx import letter_docx
from arlib.reports.letter_pdf import letter_pdf
from arlib.reports.letter_text import letter_text
from arlib.reports.letter_texts import STATEMENT
from arlib.reports.letter_values import drawn
from arlib.reports.letter_warnings import warnings_of
from arlib.reports.listing import ListColumn, Listing, list_workbook
from arlib.reports.zipped import zipped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.reports.letter import Asked
    from arlib.views.letter_batch import LetterBatch
    from arlib.views.letters import LettersView

INDEX: Final = "index.xlsx"
_LONGEST: Final = 40  # signs of a code in a file's name
_WHY: Final = {
    "not_due": N_("No letter: no reminder is due today."),
    "case_file": N_("No letter: level R5, the case file is the next step."),
    "insolvency": N_("No letter: insolvency proceedings, declare the debt instead."),
    "nothing_asked": N_("No letter: credits, disputes and promises leave nothing to ask for."),
    "nothing_open": N_("No statement: nothing is open."),
    "beyond": N_("No letter: beyond the largest batch, make another one."),
}
_COLUMNS: Final = [
    "company_id", "customer_id", "name", "level", "currency", "asked_minor", "interest_minor",
    "indemnity_minor", "indemnity_currency", "file", "remark",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """What a batch is made of: ``files`` by name, the index first; ``rows``: the lines of the index.

    Columns of ``rows``: ``company_id, customer_id, name, level, currency, asked_minor`` (principal; of a
    statement what is outstanding; NA: no letter), ``interest_minor`` (NA: rate not known, or not asked),
    ``indemnity_minor, indemnity_currency, file`` (its first file), ``files`` (all, one a line),
    ``remark`` (what to check, or why there is no letter), one row a customer and currency.
    """

    files: Mapping[str, bytes]
    rows: pd.DataFrame


def batch_zip(batch: LetterBatch, asked: Asked, lang: str = "fr") -> bytes:
    """Return the zip of a batch; the same batch always gives the same bytes.

    Raises:
        UserError: those of ``compose`` about texts that the user edited.
    """
    return zipped(batch_files(batch, asked, lang).files)


def batch_files(batch: LetterBatch, asked: Asked, lang: str = "fr") -> BatchFiles:
    """Return the files of a batch: a letter is a Word document and a text, an e-mail a text, a statement a PDF.

    ``asked`` says kind, language, date and texts; each letter its own level. ``lang``: of the index.
    """
    several = len({view.company_id for view, _level in batch.letters}) > 1
    files: dict[str, bytes] = {}
    lines: list[dict[str, Any]] = []
    taken: set[str] = set()
    for view, level in batch.letters:
        stem = _stem(view, level or STATEMENT, taken, with_company=several)
        made = _rendered(view, replace(asked, level=level), stem)
        files |= made
        lines += _lines(view, level, list(made), lang)
    lines += [
        {"company_id": one.company_id, "customer_id": one.customer_id, "name": one.name,
         "level": one.level, "remark": translator(lang)(_WHY[one.reason])}
        for one in batch.left_out
    ]  # fmt: skip
    rows = pd.DataFrame(lines, columns=[*_COLUMNS, "files"])
    for name in ("asked_minor", "interest_minor", "indemnity_minor"):
        rows[name] = rows[name].astype("Int64")
    return BatchFiles({INDEX: _index(batch, rows, lang), **files}, rows)


def _rendered(view: LettersView, asked: Asked, stem: str) -> dict[str, bytes]:
    letter = compose(view, asked)
    if asked.kind == STATEMENT:
        return {f"{stem}.pdf": letter_pdf(letter)}
    text = {f"{stem}.txt": letter_text(letter).encode("utf-8-sig")}
    return text if asked.kind == EMAIL else {f"{stem}.docx": letter_docx(letter), **text}


def _stem(view: LettersView, kind: str, taken: set[str], *, with_company: bool) -> str:
    """Return a name that no other file has, on any disk: plain letters, digits, dashes."""
    parts = [kind, *([view.company_id] if with_company else []), view.customer_id]
    first = "_".join(_safe(part) for part in parts)
    found, place = first, 1
    while found.casefold() in taken:
        place += 1
        found = f"{first}_{place}"
    taken.add(found.casefold())
    return found


def _safe(text: str) -> str:
    kept = "".join(s if s.isascii() and (s.isalnum() or s in "-_") else "_" for s in text)
    return kept[:_LONGEST]


def _lines(view: LettersView, level: str, names: list[str], lang: str) -> list[dict[str, Any]]:
    """Return the lines of one customer, one a currency that the letter asks for."""
    remark = " ".join(warnings_of(view, lang)) if level else ""
    claims = view.claims_of(level) if level else view.claims
    return [
        {
            "company_id": view.company_id,
            "customer_id": view.customer_id,
            "name": view.name,
            "level": level,
            "currency": claim.currency,
            "asked_minor": claim.asked_minor(level) if level else claim.outstanding_minor,
            "interest_minor": claim.charges.interest_minor,
            "indemnity_minor": claim.charges.indemnity_minor,
            "indemnity_currency": claim.charges.indemnity_currency,
            "file": names[0],
            "files": "\n".join(names),
            "remark": remark,
        }
        for claim in claims
    ]


def _index(batch: LetterBatch, rows: pd.DataFrame, lang: str) -> bytes:
    _ = translator(lang)
    shown = rows.assign(
        name=[drawn(name) for name in rows["name"]],
        level=[label("reminder_level", code, lang) if code else "" for code in rows["level"]],
    )
    columns = [
        ListColumn("company_id", _("Company"), "text", width=14),
        ListColumn("customer_id", _("Customer code"), "text", width=14),
        ListColumn("name", _("Customer"), "text", width=34),
        ListColumn("level", _("Level"), "text", width=26),
        ListColumn("asked_minor", _("Amount asked for"), "amount", "currency", is_summed=True),
        ListColumn("interest_minor", _("Late payment interest"), "amount", "currency"),
        ListColumn("indemnity_minor", _("Fixed indemnity"), "amount", "indemnity_currency"),
        ListColumn("file", _("File"), "text", width=34),
        ListColumn("remark", _("Remark"), "text", width=70),
    ]
    versions = {view.policy_version for view, _level in batch.letters}
    context = {
        _("Policy"): ", ".join(_("policy {version}").format(version=v) for v in sorted(versions)),
        _("Program"): f"Encours {arlib.__version__}",
    }
    title = _("Letters of the batch")
    return list_workbook(Listing(title, batch.as_of, columns, shown, context, {}), lang)
