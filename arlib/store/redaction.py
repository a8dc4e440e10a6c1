"""Take words out of free texts: what others' notes, labels and files' names say of who is erased.

A word counts when it stands alone, whatever its case. What is somebody else's own (his name, his
code, his numbers) is never touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from arlib.store import queries

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

MARK: Final = "[purge]"  # the same in both languages: it stands in data
# Shorter words are common ones; a number of four digits may be a year.
_SHORTEST: Final = {"name": 3, "code": 3, "number": 6, "document": 4}
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_TOKEN: Final = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_SIGN: Final = r"[^\W_]"  # a letter or a digit
# Free texts of one company, by the column that names it; of the whole book.
_OF_COMPANY: Final = (
    ("batches", "company_id", "file_name"),
    ("layer_documents", "company_id", "reference"),
    ("layer_limits", "company_id", "reason"),
    ("layer_disputes", "company_id", "reason"),
    ("layer_actions", "company_id", "text"),
    ("user_limits", "company_id", "reason"),
    ("user_terms", "company_id", "reason"),
    ("user_actions", "company_id", "text"),
    ("user_overrides", "company_id", "reason"),
    ("user_groups", "company_id", "reason"),
    ("user_disputes", "company_id", "text"),
    ("user_depreciations", "company_id", "reason"),
    ("user_closing_files", "company_id", "file_name"),
    ("customer_links", "company_id", "reason"),
)
_OF_BATCHES: Final = (("layer_issues", "value"), ("layer_issues", "detail"))
_OF_BOOK: Final = (("user_answers", "comment"), ("purges", "reason"))


@dataclass(frozen=True, slots=True)
class Words:
    """Words that tell who somebody is: ``phrases`` (names, codes, registrations), and ``numbers``."""

    phrases: frozenset[str]
    numbers: frozenset[str]

    def names(self, text: str) -> bool:
        """Return True when a text holds one of the words."""
        return _Redactor(self).redacted(text) != text


@dataclass(frozen=True, slots=True)
class Known:
    """The words found in the book, by kind, and those of them that others carry, by company."""

    words: frozenset[tuple[str, str]]
    kept: frozenset[tuple[str, str]]

    def words_of(self, company_id: str | None) -> Words:
        """Return what is taken out of the texts of a company (None: of the whole book)."""
        kept = {word for company, word in self.kept if company_id in (None, company)}
        left = [
            (kind, word) for kind, word in self.words if word not in kept and _is_told(kind, word)
        ]
        return Words(
            frozenset(word for kind, word in left if kind != "document"),
            frozenset(word.casefold() for kind, word in left if kind == "document"),
        )


def _is_told(kind: str, word: str) -> bool:
    if len(word.strip()) < _SHORTEST[kind]:
        return False
    if kind == "document":
        return any(sign.isdigit() for sign in word) and not _YEAR.fullmatch(word)
    return True


def gather(cursor: duckdb.DuckDBPyConnection) -> Known:
    """Return the words of those in ``t_purged``, before their rows go; others' are found by ``settle``."""
    rows = queries.run(cursor, "purge_words").fetchall()
    return Known(frozenset((kind, word) for kind, word in rows if word), frozenset())


def settle(cursor: duckdb.DuckDBPyConnection, known: Known) -> Known:
    """Return the words with those that the rows left still carry as their own."""
    cursor.register("purged_words", pa.table({"word": sorted({word for _, word in known.words})}))
    rows = queries.run(cursor, "purge_words_kept").fetchall()
    cursor.unregister("purged_words")
    return Known(known.words, frozenset((company, word) for company, word in rows))


def redact(cursor: duckdb.DuckDBPyConnection, known: Known, company_id: str) -> int:
    """Take the words out of every free text of the company and of the book; return how many changed."""
    own, whole = _Redactor(known.words_of(company_id)), _Redactor(known.words_of(None))
    count = 0
    for table, column, text in _OF_COMPANY:
        count += _rewrite(cursor, own, table, text, f"{column} = $company", company_id)
    within = "batch_id IN (SELECT batch_id FROM batches WHERE company_id = $company)"
    for table, text in _OF_BATCHES:
        count += _rewrite(cursor, own, table, text, within, company_id)
    for table, text in _OF_BOOK:
        count += _rewrite(cursor, whole, table, text, "$company IS NOT NULL", company_id)
    return count


def _rewrite(
    cursor: duckdb.DuckDBPyConnection,
    redactor: _Redactor,
    table: str,
    text: str,
    where: str,
    company_id: str,
) -> int:
    """Rewrite one column of texts; each distinct text is looked at once."""
    held = {"company": company_id}
    rows = cursor.execute(
        f'SELECT DISTINCT "{text}" FROM {table} WHERE "{text}" IS NOT NULL AND {where}',
        held,
    ).fetchall()
    changed = {
        before: after for (before,) in rows if (after := redactor.redacted(before)) != before
    }
    if not changed:
        return 0
    cursor.register(
        "redacted", pa.table({"before": list(changed), "after": list(changed.values())})
    )
    found = cursor.execute(
        f'UPDATE {table} SET "{text}" = r.after FROM redacted AS r'
        f' WHERE {table}."{text}" = r.before AND {where}',
        held,
    ).fetchall()
    cursor.unregister("redacted")
    return int(found[0][0])


class _Redactor:
    """Replaces words by the mark."""

    def __init__(self, words: Words) -> None:
        """Prepare the pattern of the few phrases; numbers, which may be many, are looked up."""
        patterns = sorted(map(_pattern, words.phrases), key=len, reverse=True)
        self._phrases = (
            re.compile(rf"(?<!{_SIGN})(?:{'|'.join(patterns)})(?!{_SIGN})", re.IGNORECASE)
            if patterns
            else None
        )
        self._numbers = words.numbers

    def redacted(self, text: str) -> str:
        """Return the text without the words."""
        if text.casefold() in self._numbers:
            return MARK
        found = text if self._phrases is None else self._phrases.sub(MARK, text)
        if not self._numbers:
            return found
        return _TOKEN.sub(self._number, found)

    def _number(self, token: re.Match[str]) -> str:
        return MARK if token[0].casefold() in self._numbers else token[0]


def _pattern(phrase: str) -> str:
    """Return a phrase as a pattern: any run of blanks between its words, or its digits' groups."""
    if sum(sign.isdigit() for sign in phrase) >= _SHORTEST["number"]:
        return r"\s?".join(re.escape(sign) for sign in phrase if not sign.isspace())
    return r"\s+".join(re.escape(word) for word in phrase.split())


def phrases(words: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Return words as names to take out."""
    return frozenset(("name", word) for word in words if word)
