"""Letters, statements and case files of one customer, written to files; nothing is sent."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from arlib.cli import letter_batch
from arlib.cli.commands import Command
from arlib.cli.encode import money, plain
from arlib.cli.letter_batch import texts_of
from arlib.cli.session import Session, parse_date, write_bytes
from arlib.model.issues import UserError
from arlib.model.letter_settings import LETTER_LEVELS

if TYPE_CHECKING:
    from arlib.reports.letter import Letter
    from arlib.views.letters import Claim, LettersView

Json = dict[str, Any]
_SUFFIXES: Final = (".docx", ".pdf", ".txt")
_Code = Annotated[str, typer.Argument(metavar="ID", help="Code of the customer.")]
_On = Annotated[
    str | None,
    typer.Option("--on", metavar="YYYY-MM-DD", help="Date of the letter (today by default)."),
]


def letter(
    session: Session,
    code: Annotated[
        str | None, typer.Argument(metavar="ID", help="Code of the customer (or --all).")
    ] = None,
    *,
    everybody: Annotated[
        bool, typer.Option("--all", help="Every customer whose step is due, as files.")
    ] = False,
    customer: Annotated[
        list[str] | None,
        typer.Option("--customer", metavar="ID", help="Customers of a batch (repeatable)."),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="R0-R4", help="Level (the one to write now by default)."),
    ] = None,
    kind: Annotated[
        Literal["letter", "email", "statement"],
        typer.Option("--kind", help="Letter, e-mail or, for a batch, statement."),
    ] = "letter",
    on: _On = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help="File to write: .docx, .pdf or .txt; of a batch: .zip or a folder.",
        ),
    ] = None,
) -> None:
    """Write a reminder letter or an e-mail of one customer, or those of a batch."""
    if everybody or customer:
        if code is not None or out is None:
            raise UserError("usage", detail="letter --all|--customer ID… --out PATH")
        letter_batch.write(session, customer, (kind, (level or "").upper()), on, out)
        return
    if code is None or kind == "statement":
        raise UserError("usage", detail="letter ID | letter --all --out PATH")
    view = _view(session, code)
    chosen = (level or _proposed(view)).upper()
    if chosen not in LETTER_LEVELS:
        raise UserError("letter_level_unknown", value=level or "")
    _deliver(session, view, (kind, chosen), on, out)


def statement(
    session: Session,
    code: _Code,
    on: _On = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="PATH", help="File to write: .docx, .pdf or .txt."),
    ] = None,
) -> None:
    """Write the statement of account of one customer."""
    _deliver(session, _view(session, code), ("statement", ""), on, out)


def case_file(
    session: Session,
    code: _Code,
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="Zip to write.")],
) -> None:
    """Write the case file of one customer: a zip of a PDF and a workbook."""
    from arlib.reports.case_file import case_file_zip
    from arlib.views import case_file as views

    with session.workspace() as book:
        policy = session.active_policy(book)
        portfolio = session.portfolio(book)
        case = views.build(portfolio, policy, customer_id=code, company_id=session.company)
    _warn(session, case.letters)
    path = write_bytes(out, case_file_zip(case, session.lang))
    document = {
        "path": str(path),
        "as_of": plain(case.letters.as_of),
        "missing": list(case.letters.missing),
        "claims": [claim_document(claim) for claim in case.letters.claims],
    }
    session.show(document, lambda: str(path))


def texts(
    session: Session,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Folder to write to (that of your texts by default)."
        ),
    ] = None,
) -> None:
    """Copy the texts of letters to a folder, to edit them; files that are there stay as they are."""
    from arlib.reports.letter_texts import shipped_files

    folder = out or texts_of(session)
    written: list[str] = []
    kept: list[str] = []
    for name, content in shipped_files().items():
        path = folder / name
        (kept if path.exists() else written).append(str(path))
        if not path.exists():
            write_bytes(path, content)
    document = {"folder": str(folder), "written": written, "kept": kept}
    session.show(document, lambda: "\n".join([str(folder), *written]))


def _view(session: Session, code: str) -> LettersView:
    from arlib.views import letters as views

    with session.workspace() as book:
        policy = session.active_policy(book)
        portfolio = session.portfolio(book)
        view = views.build(portfolio, policy, customer_id=code, company_id=session.company)
    _warn(session, view)
    return view


def _warn(session: Session, view: LettersView) -> None:
    """Say what makes a letter doubtful, on standard error."""
    from arlib.reports.letter_warnings import warnings_of

    for sentence in warnings_of(view, session.lang):
        session.warn(sentence)


def _proposed(view: LettersView) -> str:
    """Return the level to write: the step due, else the level reached, at most the formal notice."""
    found = view.proposed or view.reached or LETTER_LEVELS[0]
    return min(found, LETTER_LEVELS[-1])


def _deliver(
    session: Session, view: LettersView, which: tuple[str, str], on: str | None, out: Path | None
) -> None:
    """Compose a text, then write it to a file or print it."""
    from arlib.reports.letter import Asked, compose
    from arlib.reports.letter_text import letter_text

    day = parse_date(on) or session.today()
    asked = Asked(*which, session.lang, day, texts_of(session))
    made = compose(view, asked)
    if out is None:
        text = letter_text(made)
        session.show({**_document(view, made), "text": text}, lambda: text)
        return
    path = write_bytes(out, _rendered(made, out))
    session.show({"path": str(path), **_document(view, made)}, lambda: str(path))


def _rendered(made: Letter, out: Path) -> bytes:
    """Return the file that a name asks for. Raises UserError ``out_type_unknown``."""
    from arlib.reports.letter_docx import letter_docx
    from arlib.reports.letter_pdf import letter_pdf
    from arlib.reports.letter_text import letter_text

    suffix = out.suffix.lower()
    if suffix not in _SUFFIXES:
        raise UserError("out_type_unknown", value=out.name, detail=", ".join(_SUFFIXES))
    if suffix == ".txt":
        return letter_text(made).encode("utf-8-sig")
    return letter_docx(made) if suffix == ".docx" else letter_pdf(made)


def _document(view: LettersView, made: Letter) -> Json:
    level = made.asked.level
    claims = view.claims_of(level) if level else view.claims
    return {
        "customer_id": view.customer_id,
        "company_id": view.company_id,
        "as_of": plain(view.as_of),
        "dated": plain(made.asked.on),
        "kind": made.asked.kind,
        **({"level": level} if level else {}),
        "language": made.asked.language,
        "subject": made.subject,
        "is_own_text": made.is_edited,
        "missing": list(view.missing),
        "claims": [claim_document(claim) for claim in claims],
    }


def claim_document(claim: Claim) -> Json:
    """Return what one customer owes in one currency."""
    code, charges = claim.currency, claim.charges
    amounts = ("overdue", "disputed", "promised", "claimed", "credits", "due", "soon", "not_due")
    found: Json = {
        "currency": code,
        **{
            name: money(getattr(claim, f"{name}_minor"), code) for name in (*amounts, "outstanding")
        },
        "interest": money(charges.interest_minor, code),
        "indemnity": money(charges.indemnity_minor, charges.indemnity_currency),
        "indemnity_currency": charges.indemnity_currency,
        "count_indemnities": charges.count_indemnities,
        "totals": {key: money(minor, key) for key, minor in claim.totals.items()},
    }
    if charges.interest_minor is None:
        found["interest_reason"] = "no_rate"
        found["missing_half_years"] = list(charges.missing_half_years)
    return found


COMMANDS: Final = (
    Command(
        "letter",
        letter,
        "Write a reminder letter or an e-mail of one customer, or those of a batch.",
    ),
    Command("statement", statement, "Write the statement of account of one customer."),
    Command(
        "case-file",
        case_file,
        "Write the case file of one customer: a zip of a PDF and a workbook.",
    ),
    Command("letter-texts", texts, "Copy the texts of letters to a folder, to edit them."),
)
