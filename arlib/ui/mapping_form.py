"""The form for a file whose columns were not recognised: which header is which, checked live.

What is still missing is said in a sentence after each choice, and the first lines are shown as they
would be read; the answer is remembered for files with the same headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING, N_, formats, translator
from arlib.i18n.issues import issue_sentence
from arlib.model.mapping import FIELDS, NEEDED, KnownMapping, missing, to_json
from arlib.ui import importing, mapping_preview
from arlib.ui.cards import card
from arlib.ui.mapping_preview import examples, header_title
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from arlib.model.files import DateOrder, MappingProposal
    from arlib.ui.importing import Draft, Part

TITLES: Final = {
    "customer_id": N_("Customer code"),
    "customer_name": N_("Customer name"),
    "account": N_("Account"),
    "issued_on": N_("Invoice date"),
    "due_on": N_("Due date"),
    "amount": N_("Amount incl. VAT"),
    "open": N_("Open amount"),
    "debit": N_("Debit"),
    "credit": N_("Credit"),
    "amount_local": N_("Amount in the company’s currency"),
    "number": N_("Document number"),
    "kind": N_("Type of document"),
    "paid_on": N_("Payment date"),
    "paid": N_("Amount paid"),
    "side": N_("Side (D/C)"),
    "currency": N_("Currency"),
    "terms": N_("Payment terms"),
    "lettering": N_("Lettering"),
    "status": N_("Status (open, paid)"),
    "disputed": N_("Disputed"),
    "dispute_reason": N_("Cause of the dispute"),
    "payment_method": N_("Means of payment"),
    "reference": N_("Label"),
    "tax": N_("VAT amount"),
    "posted_on": N_("Posting date"),
    "instalment": N_("Instalment number"),
    "company": N_("Company"),
    "category": N_("Category"),
    "sector": N_("Sector"),
    "owner": N_("Owner"),
    "limit": N_("Credit limit"),
    "group_id": N_("Group"),
    "siren": N_("SIREN"),
    "vat_number": N_("VAT number"),
    "country": N_("Country"),
    "address": N_("Address"),
    "postal_code": N_("Postal code"),
    "city": N_("Town"),
}
_NEEDS: Final = (
    N_("the customer (code or name)"),
    N_("a date (invoice or due)"),
    N_("an amount (incl. VAT, open, or debit and credit)"),
)
_ORDERS: Final = {
    "": N_("As the file shows"),
    "day_first": N_("Day first (31/12)"),
    "month_first": N_("Month first (12/31)"),
}
_MAIN: Final = ("customer_id", "customer_name", "issued_on", "due_on", "amount", "open")
_STARRED: Final = frozenset(_MAIN[::2])
_CUSTOMER: Final = frozenset({"customer_id", "customer_name", "account"})
_USUAL: Final = frozenset({"number", "kind", "debit", "credit"})
_WANTED: Final = "mapping_wanted"


def is_wanted(part: Part) -> bool:
    """Tell whether the user asked to correct the columns of a part that was recognised."""
    return part.result.parsed.mapping is not None and st.session_state.get(_WANTED) == part.key


def want(part: Part | None) -> None:
    """Show the form of a part, or of none any more."""
    st.session_state[_WANTED] = None if part is None else part.key


def show(draft: Draft, part: Part, place: int) -> None:
    """Draw the form of a part; its answer is remembered for files with the same headers."""
    _, parsed = translator(language()), part.result.parsed
    with card(
        _("Say which column is which"),
        _("Remembered for the files with the same headers: it is asked once"),
    ):
        if parsed.refusal is not None:
            st.markdown(f":orange[{plain(issue_sentence(parsed.refusal, language()))}]")
        st.fragment(_body)(draft, part, place)


def field_title(name: str) -> str:
    """Return the words of a field."""
    return translator(language())(TITLES[name]) if name in TITLES else name


def _body(draft: Draft, part: Part, place: int) -> None:
    """Draw the fields beside the live check and the preview; each choice draws them again."""
    proposal = part.result.parsed.mapping
    if proposal is None:
        return
    left, right = st.columns([1.25, 1])
    with left:
        answer = _fields(draft, part, proposal, place)
    with right:
        order, extracted = _reading(draft, part, place)
        lacking = _check(answer)
        if lacking:
            mapping_preview.headers(proposal)
        else:
            mapping_preview.show(draft, part, answer, order, extracted)
        _buttons(part, proposal, answer, order, extracted, place, is_complete=not lacking)


def _fields(draft: Draft, part: Part, proposal: MappingProposal, place: int) -> dict[str, str]:
    """Draw one list a field, the needed and the likely ones first; return field -> header chosen."""
    _, f = translator(language()), formats(language())
    given = {**proposal.proposed, **(draft.reading_of(part.owner).mapping or {})}
    answer: dict[str, str] = {}
    _first_choices(proposal, given, place)
    likely = [name for name in FIELDS if name not in _MAIN and (name in given or name in _USUAL)]
    others = [name for name in FIELDS if name not in _MAIN and name not in likely]
    st.markdown(f"**{_('Needed')}** {small(_('one of each pair at least'))}")
    _pairs(_MAIN, proposal, answer, place)
    st.markdown(f"**{_('Useful')}**")
    _pairs(likely, proposal, answer, place)
    title = _("{n} other columns").format(n=f.integer(len(others)))
    with st.expander(title, key=f"optional_{place}"):
        _pairs(others, proposal, answer, place)
    return answer


def _first_choices(proposal: MappingProposal, given: Mapping[str, str], place: int) -> None:
    """Choose in each list what is given, once for each file: a list that may be changed elsewhere.

    A list that also had a first choice of its own would be told two values at a time.
    """
    state, source = st.session_state, f"map_of_{place}"
    shown = (proposal.signature, tuple(proposal.headers), tuple(sorted(given.items())))
    is_same = state.get(source) == shown
    state[source] = shown
    for name in FIELDS:
        key, guess = f"map_{place}_{name}", given.get(name)
        if not is_same or key not in state:
            state[key] = guess if guess in proposal.headers else None


def _pairs(
    names: Sequence[str], proposal: MappingProposal, answer: dict[str, str], place: int
) -> None:
    """Draw fields two a line."""
    for pair in (names[start : start + 2] for start in range(0, len(names), 2)):
        for where, name in zip(st.columns(2), pair, strict=False):
            with where, st.container(gap="xxsmall"):
                _field(proposal, name, answer, place)


def _field(proposal: MappingProposal, name: str, answer: dict[str, str], place: int) -> None:
    """Draw one field: its list of headers, and beneath it values of the header chosen."""
    chosen = st.selectbox(
        field_title(name) + (" *" if name in _STARRED else ""),
        [None, *proposal.headers],
        format_func=lambda header: MISSING if header is None else header_title(header),
        placeholder=MISSING,
        key=f"map_{place}_{name}",
        on_change=_taken,
        args=(place, name),
    )
    if chosen is None:
        return
    answer[name] = chosen
    st.markdown(small(plain(examples(proposal, chosen) or MISSING)))


def _taken(place: int, name: str) -> None:
    """Take a header away from the field that held it: one column says one thing.

    A code may be the name too: many files have one column for both.
    """
    header = st.session_state.get(f"map_{place}_{name}")
    for other in FIELDS:
        key = f"map_{place}_{other}"
        if other == name or {other, name} <= _CUSTOMER:
            continue
        if header is not None and st.session_state.get(key) == header:
            st.session_state[key] = None


def _reading(draft: Draft, part: Part, place: int) -> tuple[DateOrder | None, date | None]:
    """Draw what is said of the whole file: order of dates, day of extraction."""
    _, known = translator(language()), draft.reading_of(part.owner)
    one, two = st.columns(2)
    with one:
        order: Any = st.selectbox(
            _("Order of dates"),
            list(_ORDERS),
            index=list(_ORDERS).index(known.date_order or ""),
            format_func=lambda code: _(_ORDERS[code]),
            key=f"map_order_{place}",
        )
    with two:
        extracted = st.date_input(
            _("Extraction date"),
            value=known.extracted_on,
            format="DD/MM/YYYY",
            key=f"map_extracted_{place}",
        )
    return order or None, extracted


def _check(answer: dict[str, str]) -> list[str]:
    """Write what is still missing, or that all is there; return what is missing."""
    _ = translator(language())
    groups = missing(answer)
    lacking = [_(words) for group, words in zip(NEEDED, _NEEDS, strict=True) if group in groups]
    if lacking:
        words = _("Still needed: {names}.").format(names=" ; ".join(lacking))
        st.markdown(f":orange[:material/pending: {plain(words)}]")
    else:
        st.markdown(f":blue[:material/check_circle: {_('All that is needed is there.')}]")
    return lacking


def _buttons(
    part: Part,
    proposal: MappingProposal,
    answer: dict[str, str],
    order: DateOrder | None,
    extracted: date | None,
    place: int,
    *,
    is_complete: bool,
) -> None:
    _ = translator(language())
    with st.container(horizontal=True):
        if st.button(
            _("Read the file this way"),
            type="primary",
            disabled=not is_complete,
            key=f"map_send_{place}",
        ):
            _send(part, proposal, answer, order, extracted)
        st.download_button(
            _("Download this mapping"),
            data=to_json(KnownMapping(proposal.signature, answer)),
            file_name="correspondance.encours.json",
            mime="application/json",
            icon=":material/download:",
            disabled=not is_complete,
            on_click="ignore",
            key=f"map_save_{place}",
        )


def _send(
    part: Part,
    proposal: MappingProposal,
    answer: dict[str, str],
    order: DateOrder | None,
    extracted: date | None,
) -> None:
    """Remember the answer and read the file again with it."""
    workspace().remember_mapping(proposal.signature, answer, author())
    importing.read_again(part.owner, mapping=answer, date_order=order, extracted_on=extracted)
    want(None)
    st.rerun(scope="app")
