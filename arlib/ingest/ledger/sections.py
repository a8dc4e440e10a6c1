"""Rows of a printed ledger that are not lines: the customer above his lines, totals, balances forward."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arlib.ingest.ledger.accounts import account_class, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYWORD: Final = re.compile(
    r"^\s*(?:n[°o]\s*)?(?P<what>compte|client|tiers|auxiliaire|code|cpte)s?"
    r"(?:\s+(?:compte|client|tiers|auxiliaire|collectif|g[ée]n[ée]ral|du|de|n[°o]))*\s*(?:[:.]|n[°o])?\s*",
    re.IGNORECASE,
)
_CUSTOMER: Final = re.compile(r"client|tiers|auxiliaire", re.IGNORECASE)
_GENERAL: Final = re.compile(r"collectif|g[ée]n[ée]ral", re.IGNORECASE)
_CODE_NAME: Final = re.compile(
    r"(?P<code>[0-9A-Z][0-9A-Za-z_./&+*-]*)(?P<mark>\s+[-–—:]\s+|\s*[–—:]\s*|\s+|$)(?P<name>.*)",
    re.DOTALL,
)
_NOISE: Final = re.compile(
    r"\b(page|edite|imprime|tirage|periode|exercice|societe|dossier|grand livre|devise|tenue de compte|"
    r"du \d|au \d|date|siret|siren|telephone|tel|adresse|filtre|critere|sage|cegid|ebp|quadra)\b"
)
_TOTAL: Final = re.compile(
    r"^(sous )?tot(aux|al)?\b|^cumuls?\b|^soldes?\b|^mouvements?\b|\btotal (general|compte|client|tiers)\b"
)
_GRAND: Final = re.compile(r"\bgeneral|\bgeneraux|grand total|total clients\b")
_OPENING: Final = re.compile(
    r"^(report )?(a|an|ran|des|de|du|soldes?|solde des|balance) ?a? ?nouveaux?\b|^a nouveaux?\b|"
    r"^(solde|cumul|report|total)s? (anterieur|precedent|initial|d ouverture|ouverture|a nouveau)|"
    r"^report (a nouveau|an|solde)|^solde (au )?debut|^ran\b|^ouverture\b|^bilan d ouverture"
)
# Cheap to look for: the words of every label are not worth taking apart.
_HINT: Final = re.compile(
    r"nouv|ant[ée]r|pr[ée]c[ée]d|init|ouvert|report|d[ée]but|^a\.?n\b|ran\b", re.IGNORECASE
)
_CARRIED: Final = re.compile(r"^(a )?report(er)?( page.*)?$|^suite$|^report suite$")
_ACCOUNT: Final = re.compile(r"[1-9]\d{2}\w*")
_DATE: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_MOST_CELLS: Final = 4


@dataclass(frozen=True, slots=True)
class Section:
    """What a section row names: an account, a customer code, a name; any may be ""."""

    account: str
    auxiliary: str
    name: str


def is_total(text: str) -> bool:
    """Tell a row of totals from its words.

    >>> is_total("Total compte 411DUPONT"), is_total("Solde"), is_total("Facture totale")
    (True, True, False)
    """
    return bool(_TOTAL.search(words_of(text)))


def is_grand_total(text: str) -> bool:
    """Tell the total of the whole ledger."""
    return bool(_GRAND.search(words_of(text)))


def is_opening(text: str) -> bool:
    """Tell a balance carried from the year before, which is part of what the customer owes.

    >>> is_opening("Solde à nouveau"), is_opening("Report à nouveau"), is_opening("Report")
    (True, True, False)
    """
    return bool(_HINT.search(text)) and bool(_OPENING.search(words_of(text)))


def is_carried(text: str) -> bool:
    """Tell a sum carried from one page to the next, which is no line."""
    return bool(_CARRIED.search(words_of(text)))


def read_section(cells: Sequence[str], *, is_followed: bool = True) -> Section | None:
    """Return the account or customer that a row without amounts names, None when it is a title.

    ``is_followed``: a line comes next, without which a row of words alone is a title.

    >>> read_section(["Compte : 411DUPONT – Dupont SA"])
    Section(account='411DUPONT', auxiliary='', name='Dupont SA')
    >>> read_section(["CDUPONT", "Dupont SA"])
    Section(account='', auxiliary='CDUPONT', name='Dupont SA')
    """
    if not cells or len(cells) > _MOST_CELLS or _DATE.search(" ".join(cells)):
        return None
    keyword = _KEYWORD.match(cells[0])
    if keyword and keyword.end() and not _is_word(cells[0], keyword.end()):
        rest = [cells[0][keyword.end() :], *cells[1:]]
        rest = [cell for cell in rest if cell.strip(" :-")]
        said = cells[0][: keyword.end()]
        if rest:
            is_general = bool(_GENERAL.search(said))
            return _named(rest, is_general=is_general, is_customer=bool(_CUSTOMER.search(said)))
    if _NOISE.search(words_of(" ".join(cells))):
        return None
    has_code = (
        any(char.isdigit() for char in cells[0].split()[0]) and len(" ".join(cells).split()) > 1
    )
    return _named(cells, is_general=False, is_customer=False) if has_code or is_followed else None


def _is_word(text: str, end: int) -> bool:
    """Tell whether the keyword is only the beginning of a longer word (“Clientèle”)."""
    return end < len(text) and text[end - 1].isalpha() and text[end].isalpha()


def _named(cells: Sequence[str], *, is_general: bool, is_customer: bool) -> Section:
    """Return the code and the name in the cells of a section row.

    Words all in capitals in one cell are a name: a code stands apart from it, holds a figure, or is
    in capitals before a name that is not.
    """
    match = _CODE_NAME.fullmatch(cells[0].strip())
    whole = " ".join(cells).strip(" -–—:")
    if match is None:
        return Section("", "", whole)
    code, name = match["code"].rstrip("-"), " ".join([match["name"], *cells[1:]]).strip(" -–—:")
    is_apart = not match["name"] or bool(match["mark"].strip()) or not name.isupper()
    has_figure = any(char.isdigit() for char in code)
    if not has_figure and not (code.isupper() and is_apart and name):
        return Section("", "", whole)
    if is_general and not code[0].isdigit():
        return Section("", "", name)
    is_account = _ACCOUNT.fullmatch(code) and not (is_customer and not account_class(code, name))
    return Section(code, "", name) if is_account else Section("", code, name)


def settle_sections(sections: Sequence[Section]) -> list[Section]:
    """Return the sections with numeric codes read as accounts only where the file has customer accounts.

    “100234 Dupont” above its lines is a customer in a ledger of customers, an account in a general one.
    """
    has_accounts = any(account_class(section.account, "") for section in sections)
    if has_accounts:
        return list(sections)
    return [
        Section("", section.account, section.name)
        if section.account and not section.account.startswith("4")
        else section
        for section in sections
    ]
