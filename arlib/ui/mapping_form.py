"""The form for a file whose columns were not recognised: which header is which, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.i18n import N_, translator
from arlib.i18n.issues import issue_sentence
from arlib.ui import importing
from arlib.ui.cards import card
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from arlib.model.files import MappingProposal, ParsedFile

# What a list of invoices can tell, in the order of the form.
FIELDS: Final = {
    "customer_id": N_("Customer code"),
    "name": N_("Customer name"),
    "number": N_("Document number"),
    "kind": N_("Type of document"),
    "issued_on": N_("Invoice date"),
    "due_on": N_("Due date"),
    "amount": N_("Amount incl. VAT"),
    "open": N_("Open amount"),
    "paid_on": N_("Payment date"),
    "paid": N_("Amount paid"),
    "currency": N_("Currency"),
    "terms": N_("Payment terms"),
    "debit": N_("Debit"),
    "credit": N_("Credit"),
    "tax": N_("VAT amount"),
    "account": N_("Account"),
    "category": N_("Category"),
    "sector": N_("Sector"),
    "owner": N_("Owner"),
    "limit": N_("Credit limit"),
}


def show(parsed: ParsedFile, place: int) -> None:
    """Draw the form; the answer is remembered for files with the same headers."""
    _ = translator(language())
    proposal = parsed.mapping
    if proposal is None:
        return
    with card(_("Say which column is which"), _("Remembered for files with the same headers")):
        if parsed.refusal is not None:
            st.markdown(f":orange[{plain(issue_sentence(parsed.refusal, language()))}]")
        with st.form(f"mapping_{place}", border=False):
            answer = _fields(proposal, place)
            is_sent = st.form_submit_button(_("Read the file this way"), type="primary")
        if not is_sent:
            return
        missing = [name for name in proposal.required if name not in answer]
        if missing:
            names = ", ".join(_(FIELDS.get(name, name)) for name in missing)
            st.error(_("Columns still needed: {names}").format(names=names))
            return
        workspace().remember_mapping(proposal.signature, answer, author())
        importing.decide(parsed.file_name, mapping=answer)
        st.rerun()


def _fields(proposal: MappingProposal, place: int) -> dict[str, str]:
    """Draw one list a field; return field -> header chosen."""
    _ = translator(language())
    names = list(dict.fromkeys([*proposal.required, *FIELDS, *proposal.proposed]))
    answer: dict[str, str] = {}
    columns = st.columns(3)
    options = [None, *proposal.headers]
    for index, name in enumerate(names):
        guess = proposal.proposed.get(name)
        title = _(FIELDS.get(name, name)) + (" *" if name in proposal.required else "")
        with columns[index % 3]:
            chosen = st.selectbox(
                title,
                options,
                index=options.index(guess) if guess in options else 0,
                format_func=lambda header: _example(proposal, header),
                key=f"map_{place}_{name}",
            )
        if chosen is not None:
            answer[name] = chosen
    return answer


def _example(proposal: MappingProposal, header: str | None) -> str:
    """Return a header with its first values, so that it can be told from its neighbours."""
    if header is None:
        return "–"
    values = ", ".join(proposal.examples.get(header, ())[:2])
    return f"{header} ({values})" if values else header
