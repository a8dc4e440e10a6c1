"""The customers of a list: their names, their attributes, their limits."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from arlib.model.tables import conform

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

    from arlib.ingest.lines import Lines

ATTRIBUTES: Final = (
    "terms",
    "payment_method",
    "category",
    "sector",
    "owner",
    "group_id",
    "siren",
    "vat_number",
    "country",
    "address",
    "postal_code",
    "city",
)
_SIREN: Final = re.compile(r"(\d{9})(\d{5})?")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


def customer_tables(lines: Lines, customer_id: pa.Array, company_id: str) -> dict[str, pa.Table]:
    """Return ``customers`` and ``customer_names``; several names of one customer are listed.

    Of several values of one attribute the commonest is kept, the first of equals.
    """
    import pandas as pd

    ids = pd.Series(customer_id.unique().to_pylist(), dtype="str", name="customer_id")
    frame = pd.DataFrame({"customer_id": ids})
    names = None
    if "customer_name" in lines.text:
        names = _counted(customer_id, lines.text["customer_name"])
        _report_names(lines, names)
        frame["name"] = frame["customer_id"].map(_commonest(names))
    for name in ATTRIBUTES:
        if name in lines.text:
            seen = _commonest(_counted(customer_id, lines.text[name]))
            frame[name] = frame["customer_id"].map(_checked(name, seen))
    frame.insert(0, "company_id", company_id)
    tables = {"customers": conform("customers", _arrow(frame))}
    if names is not None:
        names = names.rename(columns={"value": "name", "count": "count_rows"})
        names.insert(0, "company_id", company_id)
        tables["customer_names"] = conform("customer_names", _arrow(names))
    return tables


def limit_table(
    lines: Lines,
    customer_id: pa.Array,
    company_id: str,
    *,
    currency: str,
    decided_on: dt.date,
    origin_id: str,
) -> pa.Table | None:
    """Return one internal limit a customer, valid without a date; None when no limit is filled."""
    import pandas as pd
    import pyarrow as pa

    if "limit" not in lines.amounts:
        return None
    frame = pd.DataFrame(
        {
            "scope_id": customer_id.to_pandas(),
            "amount_minor": lines.amounts["limit"].to_pandas().astype("Int64"),
        }
    )
    if lines.currency is not None:
        frame["currency"] = lines.currency.to_pandas()
    else:
        frame["currency"] = currency
    frame["currency"] = frame["currency"].fillna(currency)
    frame = frame.dropna(subset=["scope_id", "amount_minor"]).drop_duplicates(
        "scope_id", keep="last"
    )
    if frame.empty:
        return None
    frame = frame.assign(
        company_id=company_id,
        change_id=origin_id + "|" + frame["scope_id"],
        scope="customer",
        source="internal",
        decided_at=pd.Timestamp(dt.datetime.combine(decided_on, dt.time())),
        origin="file",
    )
    return conform("limits", pa.Table.from_pandas(frame, preserve_index=False))


def _arrow(frame: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def _counted(customer_id: pa.Array, values: pa.Array) -> pd.DataFrame:
    """Return customer, value and count of lines, commonest first within a customer."""
    import pyarrow as pa

    table = pa.table({"customer_id": customer_id, "value": values}).drop_null()
    # One thread keeps the order of the file among equal counts.
    grouped = table.group_by(["customer_id", "value"], use_threads=False)
    counted: pd.DataFrame = grouped.aggregate([([], "count_all")]).to_pandas()
    counted = counted.rename(columns={"count_all": "count"})
    return counted.sort_values("count", ascending=False, kind="stable")


def _commonest(counted: pd.DataFrame) -> pd.Series[str]:
    first = counted.drop_duplicates("customer_id")
    return first.set_index("customer_id")["value"]


def _report_names(lines: Lines, names: pd.DataFrame) -> None:
    several = names["customer_id"].value_counts()
    for customer in several.index[several > 1].sort_values():
        lines.findings.add_file("name_differs", "note", value=str(customer))


def _checked(name: str, values: pd.Series[str]) -> Mapping[str, str | None] | pd.Series[str]:
    """Return the values of an attribute that has a form, others dropped."""
    if name == "siren":
        return values.map(siren)
    if name == "country":
        return values.map(lambda text: text if _COUNTRY.fullmatch(text) else None)
    return values


def siren(text: str) -> str | None:
    """Return the nine digits of a valid SIREN or SIRET, else None.

    >>> siren("732 829 320"), siren("73282932000074"), siren("123456789")
    ('732829320', '732829320', None)
    """
    from stdnum.fr import siren as checker

    match = _SIREN.fullmatch(re.sub(r"\D", "", text))
    return match[1] if match and checker.is_valid(match[1]) else None
