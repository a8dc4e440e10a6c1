"""Who the customer is: identifiers checked, group, outside scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.labels import label
from arlib.i18n.measures import measure_value
from arlib.model.followup import EXTERNAL_SCORE, STALE_MONTHS
from arlib.ui.cards import card
from arlib.ui.tables import html_table
from arlib.ui.texts import small
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from arlib.model.identifiers import Identity
    from arlib.ui.frame import Page
    from arlib.views.customer_file import CustomerFile

_CHECKS = {
    "valid": N_("✓ well formed"),
    "invalid": N_("▲ wrong: its key does not match"),
    "missing": N_("not given"),
    "unchecked": N_("not checked: no public key for this country"),
}
_FIELDS = (
    ("category", N_("Category")),
    ("sector", N_("Sector")),
    ("owner", N_("In charge")),
    ("country", N_("Country")),
    ("payment_method", N_("Payment method")),
    ("payment_regime", N_("Legal ceiling")),
)


def identity(page: Page, file: CustomerFile) -> None:
    """Draw what identifies the customer, each identifier with what its key says."""
    _, f, view = page.words, page.formats, file.customer
    known = view.attributes
    rows = [
        [_("Customer code"), view.customer_id],
        [_("SIREN"), _checked(page, known.get("siren"), file.identity.siren)],
        [_("VAT number"), _checked(page, known.get("vat_number"), file.identity.vat)],
        *(
            [_(title), str(known[name])]
            for name, title in _FIELDS
            if isinstance(known.get(name), str) and known[name]
        ),
        [_("Insolvency proceedings"), _insolvency(page, file)],
        [_("Customer since"), f.date(_day(known.get("first_issued_on")))],
        [_("Next review"), _review(page, file)],
    ]
    with card(
        _title(page, file),
        _("What the files say; identifiers are checked by their keys, nothing is looked up"),
    ):
        html_table([(_("Identity"), "left"), ("", "left")], rows, alt=_("Identity"))
        sentence = coherence(page, file.identity)
        if sentence:
            st.markdown(sentence)
        if known.get("is_natural_person") is True:
            st.markdown(
                small(
                    _("Natural person: keep to facts; the segment alone must not decide a refusal.")
                )
            )


def coherence(page: Page, identity: Identity) -> str:
    """Return the sentence on SIREN against VAT number, as Markdown; empty when it cannot be said."""
    _ = page.words
    if identity.is_coherent is None:
        return ""
    if identity.is_coherent:
        return f":blue[:material/check_circle: {_('SIREN and VAT number name the same company.')}]"
    words = _("The VAT number holds another SIREN: one of the two is not this customer’s.")
    return f":orange[:material/warning: {words}]"


def group(page: Page, file: CustomerFile) -> None:
    """Draw the customers of the group with what they owe; nothing without a group."""
    _, f = page.words, page.formats
    if file.group.empty:
        return
    name = str(file.group["group_id"].iloc[0])
    count = file.group[["company_id", "customer_id"]].drop_duplicates().shape[0]
    rows = [
        [
            f"{'▸ ' if row['is_himself'] else ''}{row['name']}",
            f.amount0(row["outstanding_minor"], row["currency"])
            if isinstance(row["currency"], str)
            else MISSING,
            f.amount0(row["overdue_minor"], row["currency"])
            if isinstance(row["currency"], str)
            else MISSING,
        ]
        for row in file.group.to_dict("records")
    ]
    sums = [
        " + ".join(
            f.amount0(value, code) for code, value in sum_by_currency(file.group, column).items()
        )
        for column in ("outstanding_minor", "overdue_minor")
    ]
    title = _.ngettext("Group {name}: {n} customer", "Group {name}: {n} customers", count)
    with card(title.format(name=name, n=f.integer(count)), _("What the whole group owes")):
        html_table(
            [(_("Customer"), "left"), (_("Outstanding"), "right"), (_("Overdue"), "right")],
            rows,
            total=[_("Total"), *(text or MISSING for text in sums)],
            alt=_("Group"),
        )


def financials(page: Page, file: CustomerFile) -> None:
    """Draw outside scores and ratios with their age; stale ones are marked."""
    _, f = page.words, page.formats
    rows = [
        [
            _("External score") if row["measure"] == EXTERNAL_SCORE else str(row["measure"]),
            measure_value(row, page.style.language),
            f.date(_day(row["measured_on"])),
            _age(page, row),
        ]
        for row in file.financials.to_dict("records")
    ]
    stale = int(file.financials["is_stale"].astype(bool).sum()) if rows else 0
    title = _("No outside score or ratio")
    if rows:
        title = _.ngettext("{n} outside score or ratio", "{n} outside scores and ratios", len(rows))
        title = title.format(n=f.integer(len(rows)))
    if stale:
        title += _.ngettext(", {n} out of date", ", {n} out of date", stale).format(
            n=f.integer(stale)
        )
    about = _("Imported, never computed; older than {n} months they no longer count in the score")
    with card(title, about.format(n=STALE_MONTHS)):
        if rows:
            columns: list[tuple[str, Any]] = [
                (_("Measure"), "left"),
                (_("Value"), "right"),
                (_("Date"), "left"),
                (_("Age"), "left"),
            ]
            html_table(columns, rows, alt=_("Outside scores and ratios"))
        else:
            st.markdown(
                small(_("The sheet “Scores et ratios” of the import workbook brings them in."))
            )


def _title(page: Page, file: CustomerFile) -> str:
    _ = page.words
    found = (file.identity.siren, file.identity.vat)
    if "invalid" in found or file.identity.is_coherent is False:
        return _("An identifier is wrong")
    if found == ("missing", "missing"):
        return _("Neither SIREN nor VAT number")
    return _("Identifiers are well formed")


def _checked(page: Page, value: object, check: str) -> str:
    words = page.words(_CHECKS[check])
    if not isinstance(value, str) or not value:
        return words
    mark, sign = (words[0], words[2:]) if words[0] in "✓▲" else ("", words)
    return f"{mark} {value} ({sign})".strip()


def _insolvency(page: Page, file: CustomerFile) -> str:
    _, f, known = page.words, page.formats, file.customer.attributes
    code = known.get("insolvency")
    if not isinstance(code, str) or code == "none":
        return _("none known")
    day = _day(known.get("insolvency_on"))
    since = _(", since {date}").format(date=f.date(day)) if day is not None else ""
    return f"▲ {label('insolvency', code, page.style.language)}{since}"


def _review(page: Page, file: CustomerFile) -> str:
    _, f = page.words, page.formats
    if file.review_on is None:
        return _("none fixed")
    words = f.date(file.review_on)
    return f"▲ {words} ({_('overdue')})" if file.is_review_late else words


def _age(page: Page, row: dict[Any, Any]) -> str:
    _, f = page.words, page.formats
    if pd.isna(row["age_days"]):
        return f"▲ {_('undated')}"
    words = f.days0(int(row["age_days"]))
    return f"▲ {words} ({_('out of date')})" if row["is_stale"] else words


def _day(value: object) -> Any:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload,arg-type]
