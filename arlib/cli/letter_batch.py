"""Letters, e-mails or statements of several customers at once, as a zip or a folder; nothing is sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from arlib.cli.encode import plain, rows
from arlib.cli.session import Session, parse_date, write_bytes
from arlib.i18n import translator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from arlib.reports.letter import Asked
    from arlib.reports.letter_batch import BatchFiles
    from arlib.views.letter_batch import LetterBatch

Json = dict[str, Any]
_NAMES: Final = {
    "company_id": "company_id",
    "customer_id": "customer_id",
    "name": "name",
    "level": "level",
    "currency": "currency",
    "asked_minor": "asked",
    "interest_minor": "interest",
    "indemnity_minor": "indemnity",
    "indemnity_currency": "indemnity_currency",
}


def texts_of(session: Session) -> Path:
    """Return the folder of the user's own texts, beside the book."""
    from arlib.reports.letter_texts import texts_folder

    return texts_folder(session.book_path, os.environ)


def write(
    session: Session,
    codes: Sequence[str] | None,
    which: tuple[str, str],
    on: str | None,
    out: Path,
) -> None:
    """Write the letters of a batch: ``which`` is kind and level (empty: that due for each)."""
    from arlib.cli.links import company_of
    from arlib.reports.letter import Asked
    from arlib.reports.letter_batch import batch_files
    from arlib.views.letter_batch import build_batch

    kind, level = which
    with session.workspace() as book:
        keys = None if codes is None else [(company_of(session, book, one), one) for one in codes]
        batch = build_batch(
            session.portfolio(book),
            session.active_policy(book),
            level=level,
            keys=keys,
            is_statement=kind == "statement",
        )
    day = parse_date(on) or session.today()
    asked = Asked(kind, level, session.lang, day, texts_of(session))
    made = batch_files(batch, asked, session.lang)
    path = _deliver(made, out)
    session.show(_document(batch, made, asked, path), lambda: _text(session, batch, made, path))


def _deliver(made: BatchFiles, out: Path) -> Path:
    """Write the zip, or every file in a folder."""
    from arlib.reports.zipped import zipped

    if out.suffix.lower() == ".zip":
        return write_bytes(out, zipped(made.files))
    for name, content in made.files.items():
        write_bytes(out / name, content)
    return out


def _document(batch: LetterBatch, made: BatchFiles, asked: Asked, path: Path) -> Json:
    is_made = made.rows["files"].notna()
    found = made.rows[is_made].reset_index(drop=True)
    letters = [
        {**line, "files": files.split("\n")}
        for line, files in zip(rows(found, names=_NAMES), found["files"], strict=True)
    ]
    left = [
        {
            name: getattr(one, name)
            for name in ("company_id", "customer_id", "name", "level", "reason")
        }
        for one in batch.left_out
    ]
    return {
        "path": str(path),
        "as_of": plain(batch.as_of),
        "dated": plain(asked.on),
        "kind": asked.kind,
        "language": asked.language,
        "count_letters": len(batch.letters),
        "count_left_out": len(left),
        "letters": letters,
        "left_out": left,
    }


def _text(session: Session, batch: LetterBatch, made: BatchFiles, path: Path) -> str:
    words, shown = translator(session.lang), session.formats
    said = words.ngettext("{n} letter", "{n} letters", len(batch.letters))
    lines = [f"{path}: {said.format(n=shown.integer(len(batch.letters)))}"]
    left = made.rows[made.rows["files"].isna()]
    lines += [
        f"{row['customer_id']} {row['name']}: {row['remark']}" for row in left.to_dict("records")
    ]
    return "\n".join(lines)
