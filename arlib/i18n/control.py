"""The words of the internal control pack: kinds of changes, events, what stood before and after."""

from __future__ import annotations

from typing import Any, Final

from arlib.i18n.catalogue import N_, translator
from arlib.i18n.checklist import QUESTIONS
from arlib.i18n.formats import formats, is_missing
from arlib.i18n.labels import label
from arlib.i18n.purge import scope_word
from arlib.i18n.settings import choice_word, section_name, setting_name
from arlib.model.keys import number_of

KINDS: Final = {
    "limit": N_("Credit limit"),
    "policy": N_("Setting of the policy"),
    "segment": N_("Class by hand"),
    "group": N_("Group of customers"),
    "link": N_("Link of codes"),
    "terms": N_("Payment terms by hand"),
    "match": N_("Matching decision"),
    "dispute": N_("Dispute entry"),
    "followup": N_("Follow-up entry"),
    "depreciation": N_("Depreciation decision"),
    "answer": N_("Answer to the check list"),
    "import": N_("Import of a file"),
    "purge": N_("Erasure of data"),
}
EVENTS: Final = {
    "set": N_("entered"),
    "undone": N_("undone entry"),
    "refused": N_("proposal refused"),
    "opened": N_("dispute opened"),
    "closed": N_("dispute closed"),
    "imported": N_("imported"),
    "taken_back": N_("taken back"),
    "erased": N_("erased"),
}
_ANSWERS: Final = {"yes": N_("Yes"), "partly": N_("Partly"), "no": N_("No")}
_DECISIONS: Final = {
    "accepted": N_("accepted"),
    "refused": N_("turned down"),
    "undone": N_("undone"),
    "opening": N_("balance of account 491"),
    "opened": N_("dispute opened"),
    "closed": N_("dispute closed"),
}
_OF_DOCUMENTS: Final = frozenset({"match", "dispute", "followup", "depreciation"})
_BEFORE: Final = 4  # parts of a document's key that stand before its number
# What a code of each kind is a word of.
_CODES: Final = {
    "limit": "source",
    "group": "group_way",
    "match": "match_rule",
    "dispute": "dispute",
    "followup": "action",
}


def kind_word(kind: str, language: str = "fr") -> str:
    """Return the words of a kind of change."""
    return translator(language)(KINDS[kind])


def event_word(event: str, language: str = "fr") -> str:
    """Return the words of what was done."""
    return translator(language)(EVENTS[event])


def subject_words(row: dict[Any, Any], language: str = "fr") -> str:
    """Return what a change is about: the setting, the question, the documents, the file."""
    kind, subject, code = row["kind"], row["subject"], row["code"]
    if kind == "policy":
        if is_missing(subject):
            return ""
        return f"{section_name(code, language)} · {setting_name(subject, language)}"
    if kind == "answer":
        return translator(language)(QUESTIONS.get(subject, subject))
    parts = [] if is_missing(code) else [_code(kind, code, language)]
    parts += [] if is_missing(subject) else [_scope(kind, subject, language)]
    return " · ".join(parts)


def value_words(row: dict[Any, Any], side: str, language: str = "fr") -> str:
    """Return what stood ``before`` or ``after`` a change; empty when nothing did."""
    value, minor = row[side], row[f"{side}_minor"]
    currency = row["before_currency" if side == "before" else "currency"]
    parts = [] if is_missing(value) else [_value(row["kind"], str(value), language)]
    if not is_missing(minor):
        parts.append(formats(language).amount(int(minor), str(currency)))
    return " · ".join(parts)


def _code(kind: str, code: str, language: str) -> str:
    if kind == "purge":
        return scope_word(code, language)
    if kind == "depreciation":
        return translator(language)(_DECISIONS.get(code, code))
    return label(_CODES[kind], code, language) if kind in _CODES else code


def purge_words(value: str, language: str = "fr") -> str:
    """Return how much an erasure took: lines of files, then documents, as the control view tells them."""
    _, f = translator(language), formats(language)
    lines, documents = (f.integer(int(part)) for part in value.split())
    return _("{lines} lines of files, {documents} documents").format(
        lines=lines, documents=documents
    )


def _scope(kind: str, subject: str, language: str) -> str:
    if kind in _OF_DOCUMENTS:
        return _numbers(subject, " / " if kind == "match" else "\n")
    return label("limit_scope", subject, language) if kind == "limit" else subject


def _numbers(subject: str, sign: str) -> str:
    """Return the numbers of the documents that an entry names by their keys.

    >>> _numbers("T|receivable|C1|invoice|F12|2025-01-31 / T|receivable|C1|payment||2025-02-28", " / ")
    'F12 / T|receivable|C1|payment||2025-02-28'
    """
    told = (number_of(key) if key.count("|") >= _BEFORE else "" for key in subject.split(sign))
    return " / ".join(word or key for word, key in zip(told, subject.split(sign), strict=True))


def _value(kind: str, value: str, language: str) -> str:
    _ = translator(language)
    if kind == "segment":
        return label("segment", value, language)
    if kind == "answer":
        return _(_ANSWERS.get(value, value))
    if kind == "policy":
        return choice_word(value, language)
    if kind == "purge":
        return purge_words(value, language)
    if kind == "dispute" and value not in _DECISIONS:
        return label("dispute_outcome", value, language)
    if kind == "followup":
        return label("late_cause", value, language)
    word, _space, share = value.partition(" ")
    return f"{_(_DECISIONS[word])} {share}".strip() if word in _DECISIONS else value
