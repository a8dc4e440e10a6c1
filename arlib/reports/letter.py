"""One letter, e-mail or statement as blocks: who writes to whom, words and tables, values put in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from arlib.i18n import translator
from arlib.model.issues import UserError
from arlib.reports.letter_tables import TABLES
from arlib.reports.letter_texts import STATEMENT, fill, read_text
from arlib.reports.letter_values import BLANK, blanks, drawn, values_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from arlib.i18n import Translator
    from arlib.reports.letter_tables import Table
    from arlib.reports.letter_texts import Part, Text
    from arlib.views.letters import LettersView

EMAIL: Final = "email"
_POSTAL: Final = 5  # digits of a French postal code
_SHORT: Final = 14  # signs of the blank of a place: the date follows on its line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of words that stand together."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which text to write: ``kind`` letter, email or statement; its level; its language; its date.

    ``folder``: the user's own texts, ours where it has none.
    """

    kind: str
    level: str
    language: str
    on: date
    folder: Path | None = None

    @property
    def text_name(self) -> str:
        """Return the name of its text."""
        return STATEMENT if self.kind == STATEMENT else f"{self.kind}_{self.level}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A text ready to print: every line is plain text, never markup.

    ``sender, recipient, dateline, sending, signature`` are empty where the kind has none; ``missing``:
    what the policy does not say, left as a blank line; ``is_edited``: made from the user's own text.
    """

    asked: Asked
    as_of: date
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    dateline: str
    sending: str
    reference: str
    subject: str
    body: tuple[Paragraph | Table, ...]
    signature: tuple[str, ...]
    missing: tuple[str, ...]
    is_edited: bool


def compose(view: LettersView, asked: Asked) -> Letter:
    """Return the letter, e-mail or statement of a customer.

    Raises:
        UserError: ``letter_nothing`` when nothing may be asked at the level, and those of ``read_text``.
    """
    if asked.kind != STATEMENT and not view.asks(asked.level):
        raise UserError("letter_nothing", value=view.name, detail=asked.level)
    text = read_text(asked.text_name, asked.language, asked.folder)
    values = values_of(view, asked)
    heads = _heads(view, asked, values)
    return replace(
        heads,
        subject=_line(text.subject, values),
        sending=_line(text.sending, values),
        body=_body(view, asked, text, values),
        is_edited=text.is_edited,
    )


def _heads(view: LettersView, asked: Asked, values: dict[str, str]) -> Letter:
    """Return a letter without its words: the blocks around them."""
    _ = translator(asked.language)
    is_email = asked.kind == EMAIL
    return Letter(
        asked=asked,
        as_of=view.as_of,
        sender=() if is_email else _sender(view, _),
        recipient=() if is_email else _recipient(view, _),
        dateline="" if is_email else _dateline(view, values, _),
        sending="",
        reference=""
        if is_email
        else _("Our reference: account {code}").format(code=drawn(view.customer_id)),
        subject="",
        body=(),
        signature=_signature(view, asked, _),
        missing=view.missing,
        is_edited=False,
    )


def _body(
    view: LettersView, asked: Asked, text: Text, values: dict[str, str]
) -> tuple[Paragraph | Table, ...]:
    found: list[Paragraph | Table] = []
    for part in text.parts:
        if not part.stands(values):
            continue
        block = part.block
        if block is not None and block in TABLES:
            found += TABLES[block](view, asked.level, asked.language)
        elif block == "bank":
            found.append(Paragraph(_bank(view, translator(asked.language))))
        else:
            found.append(Paragraph(_lines(part, values)))
    return tuple(found)


def _lines(part: Part, values: dict[str, str]) -> tuple[str, ...]:
    return tuple(_line(line, values) for line in part.words.split("\n"))


def _line(words: str, values: dict[str, str]) -> str:
    return fill(words, {**values, **blanks(values)})


def _sender(view: LettersView, _: Translator) -> tuple[str, ...]:
    """Return the head of the letter, a visible blank where the policy says nothing."""
    said = view.sender
    blank = {
        "name": _("Company name: {blank}"),
        "address": _("Address: {blank}"),
        "legal": _("Legal mentions: {blank}"),
        "contact": _("Contact: {blank}"),
    }
    lines: list[str] = []
    for name, words in blank.items():
        lines += [drawn(line) for line in said[name]] or [words.format(blank=BLANK)]
    return tuple(lines)


def _recipient(view: LettersView, _: Translator) -> tuple[str, ...]:
    """Return whom the letter is for; what no file says of his address is left to write."""
    siren = view.attributes.get("siren")
    lines = [drawn(view.name)]
    if isinstance(siren, str) and siren:
        lines.append(_("SIREN {number}").format(number=drawn(siren)))
    street, town = _address(view)
    blank = _("Address: {blank}").format(blank=BLANK)
    return (*lines, *(street or (blank,)), town or BLANK, *_abroad(view))


def _address(view: LettersView) -> tuple[tuple[str, ...], str]:
    """Return the lines of the street and that of the town, empty where no file says them."""
    street = _told(view, "address").splitlines()
    code, city = drawn(_told(view, "postal_code")), drawn(_told(view, "city"))
    if code.isdigit() and _told(view, "country") == "FR":
        code = code.zfill(_POSTAL)  # spreadsheets drop the zero of 01 to 09
    lines = tuple(line for line in map(drawn, street) if line)
    return lines, " ".join(part for part in (code, city) if part)


def _abroad(view: LettersView) -> tuple[str, ...]:
    """Return the country of a foreign address, as the file writes it; nothing without an address."""
    country = drawn(_told(view, "country"))
    is_told = any(_told(view, name) for name in ("address", "city"))
    return (country,) if is_told and country not in {"", "FR"} else ()


def _told(view: LettersView, name: str) -> str:
    said = view.attributes.get(name)
    return said.strip() if isinstance(said, str) else ""


def _dateline(view: LettersView, values: dict[str, str], _: Translator) -> str:
    place = " ".join(drawn(line) for line in view.sender["place"]) or BLANK[:_SHORT]
    return _("{place}, {date}").format(place=place, date=values["date"])


def _signature(view: LettersView, asked: Asked, _: Translator) -> tuple[str, ...]:
    if asked.kind == STATEMENT:
        return ()
    said = view.sender
    who = [drawn(line) for line in (*said["signatory"], *said["title"])]
    if not said["signatory"]:
        who.insert(0, _("Name and position of the signatory: {blank}").format(blank=BLANK))
    if asked.kind != EMAIL:
        return tuple(who)
    company = [drawn(line) for line in said["name"]] or [
        _("Company name: {blank}").format(blank=BLANK)
    ]
    return (*who, *company, *(drawn(line) for line in said["contact"]))


def _bank(view: LettersView, _: Translator) -> tuple[str, ...]:
    lines = tuple(drawn(line) for line in view.sender["bank"])
    reference = _("Please quote account {code} with your payment.").format(
        code=drawn(view.customer_id)
    )
    if not lines:
        return (_("Bank details (IBAN, BIC): {blank}").format(blank=BLANK), reference)
    return (_("Bank details: {line}").format(line=lines[0]), *lines[1:], reference)
