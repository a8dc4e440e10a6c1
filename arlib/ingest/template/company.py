"""The sheet Société: whose book the file is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stdnum.fr import siren as siren_number

from arlib.ingest.template.rows import Rows, read_rows
from arlib.model.issues import Issue
from arlib.model.money import DEFAULT_CURRENCY
from arlib.model.template import COMPANY

if TYPE_CHECKING:
    import datetime as dt

    from arlib.model.files import ImportOptions


_DEFAULT_COMPANY: Final = "default"


@dataclass(frozen=True, slots=True)
class Company:
    """The line of the sheet Société, checked."""

    company_id: str
    name: str
    siren: str | None
    currency: str
    extracted_on: dt.date | None
    issues: tuple[Issue, ...]
    refusal: Issue | None


def read_company(cells: list[list[Any]], options: ImportOptions) -> Company:
    """Return who the book belongs to: valid SIREN, else the name, else what the user said."""
    rows = read_rows(COMPANY, cells, DEFAULT_CURRENCY)
    line = rows.frame.iloc[0].to_dict() if len(rows.frame) else {}
    written = "".join(str(line.get("siren") or "").split())
    siren = written if siren_number.is_valid(written) else None
    name = str(line.get("name") or siren or options.company_id or _DEFAULT_COMPANY)
    company_id = siren or line.get("name") or options.company_id or _DEFAULT_COMPANY
    issues = list(rows.issues)
    if written and siren is None:
        issues.append(
            Issue(
                "company_id_invalid", "doubtful", COMPANY.title, 2, value=written, detail=company_id
            )
        )
    return Company(
        company_id,
        name,
        siren,
        str(line.get("currency") or DEFAULT_CURRENCY),
        options.extracted_on or line.get("extracted_on"),
        tuple(issues),
        _company_refusal(rows, str(company_id), name, options),
    )


def _company_refusal(
    rows: Rows, company_id: str, name: str, options: ImportOptions
) -> Issue | None:
    """Refuse a second company in the file, and a file of another company than the one asked."""
    if len(rows.frame) > 1:
        second = rows.frame.iloc[1]
        return Issue(
            "company_conflict", "refused", COMPANY.title, int(second["row_number"]),
            value=str(second["name"] or second["siren"]), detail=name,
        )  # fmt: skip
    asked = options.company_id
    if len(rows.frame) and asked is not None and asked not in {company_id, name}:
        return Issue("company_conflict", "refused", COMPANY.title, 2, value=name, detail=asked)
    return None
