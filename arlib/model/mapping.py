"""Which header of a file holds which field: what may be asked, what is needed, and a file to share it.

A mapping is field -> header. It is remembered for a *signature*, which identifies the set of
headers of a file (``arlib.ingest.columns.signature``), and travels from one book to another as a
small JSON file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

# Without one field of each group nothing can be loaded; the first of a group is the usual one.
NEEDED: Final = (
    ("customer_id", "customer_name", "account"),
    ("issued_on", "due_on"),
    ("amount", "open", "debit", "credit", "amount_local"),
)
# What else a list may tell, in the order of the form.
OPTIONAL: Final = (
    "number",
    "kind",
    "paid_on",
    "paid",
    "side",
    "currency",
    "terms",
    "lettering",
    "status",
    "disputed",
    "dispute_reason",
    "payment_method",
    "reference",
    "tax",
    "posted_on",
    "instalment",
    "company",
    "category",
    "sector",
    "owner",
    "limit",
    "group_id",
    "siren",
    "vat_number",
    "country",
    "address",
    "postal_code",
    "city",
)
FIELDS: Final = (*(name for group in NEEDED for name in group), *OPTIONAL)
SUFFIX: Final = ".encours.json"
_KIND: Final = "encours-mapping"
_VERSION: Final = 1
_LONGEST: Final = 200_000  # bytes of a shared file


@dataclass(frozen=True, slots=True)
class KnownMapping:
    """A mapping remembered: for which headers, which field is which header, since when, by whom."""

    signature: str
    fields: Mapping[str, str]
    recorded_at: datetime | None = None
    recorded_by: str | None = None


def missing(fields: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of fields of which none is there: without them nothing can be loaded.

    >>> missing({"customer_name": "Qui", "issued_on": "Quand"})
    (('amount', 'open', 'debit', 'credit', 'amount_local'),)
    """
    known = set(fields)
    return tuple(group for group in NEEDED if not known & set(group))


def to_json(known: KnownMapping) -> bytes:
    """Return a mapping as a file to share."""
    document = {
        "kind": _KIND,
        "version": _VERSION,
        "signature": known.signature,
        "fields": {name: known.fields[name] for name in sorted(known.fields)},
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def is_shared(content: bytes) -> bool:
    """Tell whether a file is a shared mapping, by what it holds."""
    head = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and _KIND.encode() in head


def from_json(content: bytes, name: str = "") -> KnownMapping:
    """Return the mapping of a shared file.

    Raises:
        UserError: ``mapping_unreadable`` when it is not one, ``mapping_field_unknown``.
    """
    try:
        found = json.loads(content.decode("utf-8-sig")) if len(content) <= _LONGEST else None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("kind") != _KIND:
        raise UserError("mapping_unreadable", value=name)
    fields, signature = found.get("fields"), found.get("signature")
    if (
        found.get("version") != _VERSION
        or not isinstance(signature, str)
        or not isinstance(fields, dict)
        or not fields
        or not all(isinstance(header, str) and header for header in fields.values())
    ):
        raise UserError("mapping_unreadable", value=name)
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise UserError("mapping_field_unknown", value=", ".join(unknown))
    return KnownMapping(signature, fields)
