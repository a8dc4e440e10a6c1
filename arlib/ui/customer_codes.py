"""The codes of one customer: codes that changed or are duplicated, linked and undone at will."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import N_
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.ui import cache, customers
from arlib.ui.cards import card
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.customer import CustomerView

_WHY: Final = {
    "siren": N_("same SIREN"),
    "vat_number": N_("same VAT number"),
    "name": N_("same name"),
    "succession": N_("one begins when the other ends"),
}
_SHOWN: Final = 500  # the list is searched by typing; more is slow to open
_SUGGESTED: Final = 4


def links(page: Page, view: CustomerView) -> None:
    """Draw the codes linked to this customer, those that look like him, and a way to link one."""
    _ = page.words
    company, code = view.company_id, view.customer_id
    known = workspace().links(company)
    own = known[(known["main_customer_id"] == code) | (known["customer_id"] == code)]
    in_force = own[own["is_in_force"]]
    count = len(in_force)
    title = _("Codes of this customer")
    if count:
        title = _.ngettext("{n} code linked", "{n} codes linked", count).format(
            n=page.formats.integer(count)
        )
    with card(
        title, _("A code that changed or a duplicate: what it owes counts here; undone at will")
    ):
        for place, row in enumerate(in_force.to_dict("records")):
            _linked(page, row, place)
        _suggestions(page, company, code)
        with st.popover(_("Link another code"), icon=":material/link:"):
            _form(page, view)


def _linked(page: Page, row: dict[Any, Any], place: int) -> None:
    """Draw one link in force and its undo."""
    _, f = page.words, page.formats
    left, right = st.columns([3.2, 1], vertical_alignment="center")
    with left, st.container(gap=None):
        st.markdown(f"**{plain(row['customer_id'])}** {plain(row['name'])}")
        words = _("Counted with {main} since {date}, by {who}").format(
            main=row["main_customer_id"], date=f.date_time(row["at"]), who=row["by"]
        )
        if isinstance(row["reason"], str) and row["reason"]:
            words = f"{words} ({row['reason']})"
        st.markdown(small(plain(words)))
    with right:
        st.button(
            _("Unlink"),
            icon=":material/link_off:",
            key=f"unlink_{place}",
            on_click=_unlink,
            args=(row["change_id"],),
        )


def _suggestions(page: Page, company: str, code: str) -> None:
    """Draw the codes that look like this customer, each with why and its button."""
    _, found = page.words, _suggested(company, code)
    for place, row in enumerate(found.head(_SUGGESTED).to_dict("records")):
        is_main = row["main_customer_id"] == code
        other = row["customer_id"] if is_main else row["main_customer_id"]
        name = row["name"] if is_main else row["main_name"]
        left, right = st.columns([3.2, 1], vertical_alignment="center")
        with left, st.container(gap=None):
            st.markdown(f":material/lightbulb: **{plain(other)}** {plain(name)}")
            words = _("Looks like this customer: {why}").format(why=_(_WHY.get(row["why"], "")))
            st.markdown(small(plain(words)))
        with right:
            st.button(
                _("Link"),
                icon=":material/link:",
                key=f"link_{place}",
                on_click=_link,
                args=(company, row["customer_id"], row["main_customer_id"], None),
            )


def _suggested(company: str, code: str) -> pd.DataFrame:
    found = workspace().link_suggestions(company)
    return found[(found["customer_id"] == code) | (found["main_customer_id"] == code)]


def _form(page: Page, view: CustomerView) -> None:
    """Draw the choice of another code: it will count with this customer."""
    _, rows = page.words, cache.risk(page.selection).customers
    here = rows[(rows["company_id"] == view.company_id) & rows["is_first_row"]]
    names = {
        row["customer_id"]: f"{row['name']} ({row['customer_id']})"
        for row in here.head(_SHOWN).to_dict("records")
        if row["customer_id"] != view.customer_id
    }
    with st.form("link_form", border=False, clear_on_submit=True):
        chosen = st.selectbox(
            _("Code that is this customer too"),
            list(names),
            index=None,
            placeholder=_("Choose a customer"),
            format_func=lambda code: names[code],
            key="link_code",
        )
        reason = st.text_input(_("Reason"), key="link_reason")
        if st.form_submit_button(_("Link this code"), type="primary") and chosen:
            _link(view.company_id, chosen, view.customer_id, reason.strip() or None)
            st.rerun()


def _link(company: str, code: str, main: str, reason: str | None) -> None:
    try:
        workspace().link(company, code, main, reason, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))
        return
    st.session_state[customers.CHOSEN] = (company, main)


def _unlink(change_id: str) -> None:
    try:
        workspace().unlink(change_id, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))
