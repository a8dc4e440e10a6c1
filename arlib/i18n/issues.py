"""The sentence a user reads for a problem of a file or a refusal."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from arlib.i18n.catalogue import translator
from arlib.i18n.formats import formats
from arlib.model.issues import CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.model.files import Evidence
    from arlib.model.issues import Issue, UserError


def issue_sentence(issue: Issue, language: str = "fr") -> str:
    """Return what is wrong with a line or a file, in one sentence."""
    parameters = {
        "value": issue.value,
        "column": issue.column,
        "row": issue.row_number,
        "detail": issue.detail,
    }
    return _filled(CODES[issue.code], parameters, language)


def code_sentence(code: str, language: str = "fr") -> str:
    """Return the sentence of an issue code with its values left out: a heading for many lines."""
    return _filled(CODES.get(code, code), {}, language)


def error_sentence(error: UserError, language: str = "fr") -> str:
    """Return why something was refused, in one sentence."""
    return _filled(error.message_id(), error.parameters, language)


def evidence_sentences(evidence: Evidence, language: str = "fr") -> tuple[str, str]:
    """Return what was recognised in a file and why."""
    return (
        _filled(evidence.what, evidence.parameters, language),
        _filled(evidence.why, evidence.parameters, language),
    )


def _filled(message: str, parameters: Mapping[str, object], language: str) -> str:
    """Return a translated sentence with its values; a value that is absent is an ellipsis."""
    written = {name: _written(value, language) for name, value in parameters.items()}
    return translator(language)(message).format_map(defaultdict(lambda: "…", written))


def _written(value: object, language: str) -> str:
    """Return a parameter as the language writes it; words stay as they are."""
    if value is None:
        return "…"
    if isinstance(value, date):
        return formats(language).date(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return formats(language).integer(value)
    if isinstance(value, float):
        return formats(language).decimal(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return str(value)
