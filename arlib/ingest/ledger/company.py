"""Whose ledger it is: the SIREN of the file name when valid, else what the user says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stdnum.fr import siren as siren_number

if TYPE_CHECKING:
    from arlib.ingest.ledger.report import Report

DEFAULT_COMPANY: Final = "default"
_NAME: Final = re.compile(r"(?<![0-9])([0-9]+)FEC[0-9]{8}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Company:
    """The company of a file; ``siren`` only when the file names a valid one."""

    company_id: str
    siren: str | None


def find_company(file_name: str, given: str | None, report: Report) -> Company:
    """Return the company: a valid SIREN of the file name, else ``given``, else ``default``.

    A number of the wrong length, or of nine zeros, is never taken for a SIREN.
    """
    match = _NAME.search(file_name)
    written = match[1] if match else ""
    if siren_number.is_valid(written) and len(written) == len("123456789") and int(written):
        if given and given != written:
            report.add("company_conflict", "doubtful", value=written, detail=given)
        return Company(written, written)
    company_id = given or DEFAULT_COMPANY
    if written:
        report.add("company_id_invalid", "note", value=written, detail=company_id)
    elif not given:
        report.add("company_assumed", "note", value=company_id)
    return Company(company_id, None)
