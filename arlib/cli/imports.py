"""Getting data in: import, undo, template, demo."""

from __future__ import annotations

import os
from collections import Counter
from io import BytesIO
from itertools import chain
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli.commands import Command
from arlib.cli.encode import money, plain
from arlib.cli.mappings import read_mapping
from arlib.cli.session import DEFAULT_DATABASE, Session, parse_date, write_bytes
from arlib.cli.text import DASH, pairs
from arlib.i18n import N_
from arlib.i18n.companies import company_name
from arlib.i18n.issues import code_sentence, error_sentence, issue_sentence
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import Issue, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arlib.model.files import ImportResult, LimitConflict, ParsedFile

SAMPLES: Final = DEFAULT_DATABASE.parent / "samples"
_SHOWN_ISSUES: Final = 10

ReplaceOption = Literal["auto", "add", "replace", "complete"]
LimitsOption = Literal["keep", "take", "ask"]


def import_files(
    session: Session,
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to load together.")],
    format_id: Annotated[
        str | None, typer.Option("--format", metavar="ID", help="Format (recognised by default).")
    ] = None,
    extracted_on: Annotated[
        str | None, typer.Option("--extracted-on", metavar="DATE", help="Date of the extraction.")
    ] = None,
    terms: Annotated[
        str | None, typer.Option("--terms", metavar="TEXT", help="Terms where the file has none.")
    ] = None,
    replace: Annotated[
        ReplaceOption, typer.Option("--replace", help="What becomes of the live files it overlaps.")
    ] = "auto",
    accept_doubtful: Annotated[
        bool, typer.Option("--accept-doubtful", help="Load in spite of a doubt on the whole file.")
    ] = False,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="Mapping of the columns, made by Encours."),
    ] = None,
    password: Annotated[
        str | None,
        typer.Option(
            "--password", envvar="ARLIB_PASSWORD", help="Password of a protected workbook."
        ),
    ] = None,
    limits: Annotated[
        LimitsOption,
        typer.Option(
            "--limits",
            help="Limits of the file that contradict limits fixed by hand: keep those by hand, take the file’s, or refuse the file (ask).",
        ),
    ] = "keep",
) -> None:
    """Recognise, check and load files."""
    options = {
        "mapping": read_mapping(mapping).fields if mapping else None,
        "format_id": format_id,
        "company_id": session.company,
        "terms": terms,
        "replace": replace,
        "accept_doubtful": accept_doubtful,
        "password": password,
        "limits": limits,
    }
    load(session, files, options, extracted_on=extracted_on)


def load(
    session: Session,
    files: Sequence[Path],
    options: Mapping[str, Any],
    *,
    extracted_on: str | None = None,
) -> None:
    """Load files, print what became of each; exit with status 1 when one was refused."""
    try:
        chosen = ImportOptions(
            **options, extracted_on=parse_date(extracted_on), import_day=session.today()
        )
        results = _load(session, read_files(files), chosen)
    except UserError as error:
        if not session.json:
            raise
        sentence = error_sentence(error, session.lang)
        session.warn(sentence)
        session.show([_refused(path.name, error.code, sentence) for path in files], str)
        raise typer.Exit(1) from None
    session.show([encode(item, session.lang) for item in results], lambda: _text(session, results))
    for item in results:
        if item.status == "refused":
            session.warn(f"{item.parsed.file_name}: {_reason(item, session.lang)}")
    if any(item.status == "refused" for item in results):
        raise typer.Exit(1)


def read_files(paths: Sequence[Path]) -> list[FileInput]:
    """Return the bytes of the files, a folder standing for the files it holds.

    Raises:
        UserError: ``file_not_found`` (an empty folder too), ``file_unreadable``.
    """
    found = []
    for path in chain.from_iterable(map(_of_folder, paths)):
        try:
            found.append(FileInput(path.name, path.read_bytes()))
        except (FileNotFoundError, IsADirectoryError):
            raise UserError("file_not_found", value=path.name) from None
        except OSError as error:
            raise UserError("file_unreadable", detail=error.strerror or str(error)) from None
    return found


def _of_folder(path: Path) -> list[Path]:
    """Return the files of a folder by name, without hidden ones and those of an open spreadsheet."""
    if not path.is_dir():
        return [path]
    held = [item for item in path.iterdir() if item.is_file()]
    return sorted(item for item in held if not item.name.startswith((".", "~$"))) or [path]


def encode(result: ImportResult, lang: str) -> dict[str, Any]:
    """Return what became of one file as a JSON object (fields of ``docs/command_line.md``)."""
    parsed = result.parsed
    found: dict[str, Any] = {
        "file": parsed.file_name,
        "status": result.status,
        "format": parsed.format_id or None,
        "scope": parsed.scope or None,
        "level": parsed.level,
        "confidence": plain(parsed.confidence),
        "company_id": parsed.company_id or None,
        "batch_id": result.batch_id,
        "supersedes": list(result.supersedes),
        "extracted_on": plain(parsed.extracted_on),
        "covers_from": plain(parsed.covers_from),
        "covers_to": plain(parsed.covers_to),
        "rows_read": parsed.rows_read,
        "rows_kept": parsed.rows_kept,
        "rows_ignored": parsed.rows_ignored,
        "rows_refused": parsed.rows_refused,
        "tables": {name: count for name, count in parsed.count_rows.items() if name != "issues"},
        "control_totals": {
            currency: money(total, currency) for currency, total in parsed.control_totals.items()
        },
        "limit_conflicts": [_conflict(item) for item in result.limits],
        "issues": [_issue(item, lang) for item in parsed.issues],
    }
    if result.status == "refused":
        found["reason"] = _reason(result, lang)
        found["reason_code"] = _refusal(result).code
    return found


def undo(
    session: Session,
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="Import to set aside.")],
) -> None:
    """Set an import aside."""
    with session.workspace() as book:
        done = book.undo(batch, session.author())
    document = {
        "batch_id": done.batch_id,
        "status": done.status,
        "restored": list(done.restored),
    }
    session.show(
        document,
        lambda: session.word(
            "Import {batch} set aside; live again: {restored}.",
            batch=done.batch_id,
            restored=", ".join(done.restored) or DASH,
        ),
    )


def template(
    session: Session,
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="Workbook to write.")],
) -> None:
    """Write the blank import workbook."""
    from arlib.reports.template import write_template

    content = BytesIO()
    write_template(content, language=session.lang)
    path = write_bytes(out, content.getvalue())
    session.show({"path": str(path)}, lambda: str(path))


def demo(session: Session) -> None:
    """Load the invented sample company."""
    files = sorted(SAMPLES.glob("*_modele.xlsx"))
    if not files:
        raise UserError("file_not_found", value=os.path.join("data", "samples"))  # noqa: PTH118 - words, not a path
    load(session, files, {})


def _load(session: Session, files: list[FileInput], options: ImportOptions) -> list[ImportResult]:
    with session.workspace() as book:
        return book.load(book.read(files, options), options, session.author())


def _refusal(result: ImportResult) -> Issue:
    """Return why a file was refused: the result's own reason, else the file's."""
    parsed = result.parsed
    return result.reason or parsed.refusal or parsed.doubt or Issue("no_rows", "refused")


def _reason(result: ImportResult, lang: str) -> str:
    return issue_sentence(_refusal(result), lang)


def _refused(file: str, code: str, sentence: str) -> dict[str, Any]:
    return {
        "file": file,
        "status": "refused",
        "reason": sentence,
        "reason_code": code,
        "issues": [],
    }


def _issue(issue: Issue, lang: str) -> dict[str, Any]:
    return {
        "code": issue.code,
        "severity": issue.severity,
        "sheet": issue.sheet,
        "row": plain(issue.row_number),
        "column": issue.column,
        "value": issue.value,
        "amount": money(issue.amount_minor, issue.currency),
        "currency": issue.currency,
        "message": issue_sentence(issue, lang),
    }


def _conflict(item: LimitConflict) -> dict[str, Any]:
    """Return a limit of the file that contradicts one fixed by hand."""
    return {
        "company_id": item.company_id,
        "scope": item.scope,
        "scope_id": item.scope_id,
        "source": item.source,
        "by_hand": money(item.before_minor, item.before_currency),
        "by_hand_currency": item.before_currency,
        "by": item.by,
        "at": plain(item.at),
        "file": money(item.after_minor, item.currency),
        "file_currency": item.currency,
        "valid_from": plain(item.valid_from),
        "valid_to": plain(item.valid_to),
    }


def _text(session: Session, results: Sequence[ImportResult]) -> str:
    return "\n\n".join(_file_text(session, item) for item in results)


def _company(parsed: ParsedFile, lang: str) -> str:
    """Return the company of a file, its code where it has a name."""
    name = company_name(parsed.company_name, lang)
    return name if name != parsed.company_name else f"{name} ({parsed.company_id})"


def _file_text(session: Session, result: ImportResult) -> str:
    """Return what became of one file for people: counts, totals, the first problems."""
    word, shown, parsed = session.word, session.formats, result.parsed
    totals = [shown.amount(total, code) for code, total in parsed.control_totals.items()]
    lines = [
        f"{parsed.file_name} : {word(_STATUS[result.status])}",
        pairs(
            [
                (word("Format"), f"{parsed.format_id} ({shown.percent(parsed.confidence, 0)})"),
                (word("Company"), _company(parsed, session.lang)),
                (word("Import no."), result.batch_id or DASH),
                (word("Extracted on"), shown.date(parsed.extracted_on)),
                (word("Lines read"), shown.integer(parsed.rows_read)),
                (word("kept"), shown.integer(parsed.rows_kept)),
                (word("ignored"), shown.integer(parsed.rows_ignored)),
                (word("refused"), shown.integer(parsed.rows_refused)),
                (word("Net amount kept"), ", ".join(totals) or DASH),
            ]
        ),
    ]
    return "\n".join([*lines, *_problems(session, parsed.issues)])


def _problems(session: Session, issues: Sequence[Issue]) -> list[str]:
    """Return the first problem of each kind, the count of the others."""
    counts = Counter(item.code for item in issues)
    first = {item.code: item for item in reversed(issues)}
    lines = [
        f"  {counts[code]} × {_said(session, item, counts[code])}" for code, item in first.items()
    ]
    hidden = len(lines) - _SHOWN_ISSUES
    more = [session.word("  … and {count} other kinds", count=hidden)] if hidden > 0 else []
    return lines[:_SHOWN_ISSUES] + more


def _said(session: Session, item: Issue, count: int) -> str:
    """Return the sentence of one problem; of several, what they are and the first of them."""
    sentence = issue_sentence(item, session.lang)
    if count == 1:
        return sentence
    heading = code_sentence(item.code, session.lang).rstrip(".")
    if heading == sentence.rstrip("."):
        return sentence
    return session.word("{heading}; the first: {sentence}", heading=heading, sentence=sentence)


_STATUS: Final = {
    "imported": N_("imported"),
    "unchanged": N_("unchanged"),
    "refused": N_("not imported"),
}

COMMANDS: Final = (
    Command("import", import_files, "Recognise, check and load files."),
    Command("undo", undo, "Set an import aside."),
    Command("template", template, "Write the blank import workbook."),
    Command("demo", demo, "Load the invented sample company."),
)
