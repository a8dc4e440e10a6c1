"""What every command shares: the common options, the book they point to, and the way out."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from arlib.cli.encode import json_text
from arlib.i18n import N_, formats, translator
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.workspace import Author, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from arlib.i18n import Formats
    from arlib.model.portfolio import Portfolio

_IMPORTED_LATER: Final = N_(
    "{value}: no file had been imported by that date, all the current ones are used."
)
_LATE: Final = timedelta(days=31)  # past it, a date after the data is no habit of month-ends
_DATA_STOP: Final = N_("The data stop on {date}: what came after is not in the book.")
DEFAULT_DATABASE: Final = Path(__file__).resolve().parents[2] / "data" / "encours.duckdb"


@dataclass(slots=True)
class Session:
    """The common options of one run, given before or after the command; the later wins."""

    db: Path | None = None
    as_of: str | None = None
    company: str | None = None
    currency: str | None = None
    convert: str | None = None
    policy: Path | None = None
    as_known: bool = False
    lang: str = "fr"
    json: bool = False
    wait: str | None = None
    _policy_version: str | None = field(default=None, init=False)

    def update(self, **given: Any) -> None:
        """Take the options that were given; absent ones (None, False) change nothing."""
        known = {item.name for item in fields(self)}
        for name, value in given.items():
            if name in known and value not in (None, False):
                setattr(self, name, value)

    # -- the book -------------------------------------------------------------------------------

    @property
    def book_path(self) -> Path:
        """Return the file of the book: ``--db``, else ``ARLIB_DB``, else the program's own."""
        return self.db or Path(os.environ.get("ARLIB_DB") or DEFAULT_DATABASE)

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """Open the book for the time of a command. Raises UserError when it is held past ``--wait``."""
        workspace = Workspace.open(self.book_path, wait=parse_wait(self.wait))
        try:
            yield workspace
        finally:
            workspace.close()

    def portfolio(self, workspace: Workspace) -> Portfolio:
        """Return the book at the date and under the filters asked for."""
        filters = Filters(
            company_id=self.company,
            currency=_iso(self.currency),
            convert=_iso(self.convert),
            knowledge="known_then" if self.as_known else "restated",
        )
        policy = self.active_policy(workspace)
        found = workspace.portfolio(parse_date(self.as_of), filters, policy)
        if found.info.imported_later:
            names = ", ".join(found.info.imported_later)
            self.warn(self.word(_IMPORTED_LATER, value=names))
        last = found.info.last_date
        if last is not None and found.as_of - last > _LATE:
            self.warn(self.word(_DATA_STOP, date=self.formats.date(last)))
        return found

    def active_policy(self, workspace: Workspace) -> Policy:
        """Return the policy of ``--policy``, else the book's."""
        policy = read_policy(self.policy) if self.policy else workspace.policy()
        self._policy_version = policy.version
        return policy

    # -- who and when ---------------------------------------------------------------------------

    def author(self) -> Author:
        """Return who signs a change, and now."""
        return Author(
            os.environ.get("ARLIB_USER") or getpass.getuser(), datetime.now().astimezone()
        )

    def today(self) -> date:
        """Return the day of the import, by the local clock."""
        return datetime.now().astimezone().date()

    # -- the way out ----------------------------------------------------------------------------

    def word(self, message: str, /, **parameters: object) -> str:
        """Return a message in the language asked for, its placeholders filled."""
        text = self.translate(message)
        return text.format(**parameters) if parameters else text

    @property
    def translate(self) -> Callable[[str], str]:
        """Return the catalogue of the language asked for."""
        return translator(self.lang)

    @property
    def formats(self) -> Formats:
        """Return the numbers and dates of the language asked for."""
        return formats(self.lang)

    def show(self, document: Any, text: Callable[[], str]) -> None:
        """Print the JSON document, or the text for people, on standard output.

        Figures at a date say which version of the policy made them; a letter, or the name of the
        file written, is left as it is.
        """
        version = self._policy_version
        has_version = bool(version) and isinstance(document, dict) and "as_of" in document
        if self.json:
            content = json_text({"policy_version": version} | document if has_version else document)
        else:
            content = text().rstrip("\n")
            if has_version and not {"path", "text"} & set(document):
                content += "\n\n" + self.word("Policy {version}", version=version)
        sys.stdout.write(content.rstrip("\n") + "\n")

    def unavailable(self, code: object) -> str:
        """Return the sentence that says why a figure cannot be told."""
        return self.word("Not available: {why}.", why=label("reason", code, self.lang))

    def warn_unconverted(self, currencies: Iterable[str]) -> None:
        """Say which currencies ``--convert`` had to leave as they are: no rate."""
        left = sorted({code for code in currencies if code != _iso(self.convert)})
        if self.convert and left:
            self.warn(self.word("No exchange rate for {value}.", value=", ".join(left)))

    def warn(self, sentence: str) -> None:
        """Print one sentence on standard error."""
        sys.stderr.write(sentence + "\n")


def parse_date(text: str | None) -> date | None:
    """Return an ISO date, None when nothing was given.

    Raises:
        UserError: ``as_of_unreadable``.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError("as_of_unreadable", value=text) from None


def parse_wait(text: str | None) -> timedelta | None:
    """Return a duration such as ``15m``, ``90s`` or ``1h`` (a bare number: seconds).

    >>> parse_wait("15m")
    datetime.timedelta(seconds=900)
    """
    if text is None:
        return None
    units = {"s": 1, "m": 60, "h": 3600}
    body, unit = (text[:-1], text[-1]) if text[-1:].lower() in units else (text, "s")
    if not body.isdecimal():
        raise UserError("usage", detail=f"--wait {text}")
    return timedelta(seconds=int(body) * units[unit.lower()])


def read_policy(path: Path) -> Policy:
    """Return the policy of a TOML file. Raises UserError ``file_not_found``, ``policy_…``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError("file_not_found", value=path.name) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("policy_unreadable", detail=str(error)) from None
    return Policy.from_toml(text)


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all. Raises UserError ``out_not_writable``."""
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise UserError(
            "out_not_writable", value=str(path), detail=error.strerror or str(error)
        ) from None
    return path


def _iso(currency: str | None) -> str | None:
    return currency.strip().upper() if currency else None
