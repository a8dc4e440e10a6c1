"""What the user decides about depreciation: a candidate accepted or refused, account 491 at a closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import N_, translator
from arlib.i18n.formats import is_missing
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.ui.frame import companies_words
from arlib.ui.numbers import number_box, read_share
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small
from arlib.workspace import Depreciation, parse_amount

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.provisions import ProvisionsBlock, ProvisionsView

_WORDS: Final = {"accepted": N_("Accept"), "refused": N_("Refuse")}
_ERROR: Final = "provision_error"
_SAID: Final = "provision_said"
_TOLD: Final = {"accepted": N_("Accepted"), "refused": N_("Refused")}


def told(page: Page, rows: pd.DataFrame) -> list[str]:
    """Return what was decided of each candidate, by whom; empty where nothing was."""
    return [_told(page, row) for row in rows.to_dict("records")]


def _told(page: Page, row: dict[Any, Any]) -> str:
    _, word = page.words, _TOLD.get(row["decision"])
    if word is None:
        return ""
    return _("{decision} by {author}: {reason}").format(
        decision=_(word), author=row["decided_by"], reason=row["decision_reason"]
    )


def buttons(page: Page, ticked: pd.DataFrame) -> None:
    """Draw what can be decided of the ticked candidate: accept, refuse, or undo what was."""
    _ = page.words
    rows = ticked.to_dict("records")
    row = rows[0] if rows else None
    for kind, title in _WORDS.items():
        if st.button(
            _(title),
            icon=":material/check:" if kind == "accepted" else ":material/close:",
            disabled=row is None,
            key=f"provision_{kind}",
        ):
            st.dialog(_("{title} this candidate").format(title=_(title)))(_body)(page, row, kind)
    if row is not None and row["decision"] in _TOLD:
        st.button(
            _("Undo the decision"),
            icon=":material/undo:",
            on_click=_undo,
            args=(str(row["decision_id"]),),
            key="provision_undo",
        )


def _body(page: Page, row: dict[Any, Any] | None, kind: str) -> None:
    if row is None:
        return
    _, f = page.words, page.formats
    with st.form("provision_decision", border=False):
        about = _("{name}, {number}: {amount} incl. VAT").format(
            name=row["name"],
            number=row["number"],
            amount=f.amount(int(row["open_minor"]), row["currency"]),
        )
        st.markdown(plain(about))
        if kind == "accepted":
            known = row["proposed_ratio"]
            number_box(
                _("Percentage of the price excl. VAT"),
                0.0 if is_missing(known) else round(float(known) * 100, 4),
                key="provision_ratio",
            )
        st.text_area(_("Reason (kept with your name)"), max_chars=500, key="provision_reason")
        is_asked = st.form_submit_button(
            _("Keep the decision"),
            type="primary",
            on_click=_decide,
            args=(row, kind, page.selection.as_of),
        )
    _close(is_asked=is_asked)


def _decide(row: dict[Any, Any], kind: str, on_date: date) -> None:
    """Keep what the form says of a candidate."""
    state = st.session_state
    try:
        ratio = read_share(state["provision_ratio"]) if kind == "accepted" else None
    except UserError as error:
        state[_ERROR] = error_sentence(error, language())
        return
    decision = Depreciation(
        kind,
        row["company_id"],
        on_date,
        customer_id=row["customer_id"],
        document_id=row["document_id"],
        ratio=ratio,
        reason=str(state["provision_reason"] or ""),
    )
    _keep(decision, "decision")


def _keep(decision: Depreciation, said: str) -> None:
    """Store it before the page is drawn; what is wrong is said in the dialog, which stays open."""
    _ = translator(language())
    try:
        workspace().decide_depreciations([decision], author())
    except UserError as error:
        st.session_state[_ERROR] = error_sentence(error, language())
        return
    st.session_state[_SAID] = _("Balance kept.") if said == "balance" else _("Decision kept.")


def _close(*, is_asked: bool) -> None:
    """Say in the dialog what is wrong, or close it once it is kept."""
    said = st.session_state.pop(_SAID, None)
    if said:
        st.toast(said, icon=":material/check:")
    error = st.session_state.pop(_ERROR, None)
    if error:
        st.error(plain(error), icon=":material/error:")
    elif is_asked:
        st.rerun()


def _undo(change_id: str) -> None:
    try:
        workspace().undo_depreciation(change_id, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))


def openings(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> None:
    """Draw account 491 at the closing: what was typed, what moves it, and a button to type it."""
    _, f, code = page.words, page.formats, block.currency
    for row in block.openings.to_dict("records"):
        is_known = row["now_minor_reason"] != row["now_minor_reason"]
        words = _("Account 491 of {company} on {date}: {amount} (typed by {author}).")
        if is_known:
            words = _(
                "Account 491 of {company}: {amount} on {date} (typed by {author}), {now} retained now: {charge} to charge, {reversal} to reverse."
            )
        amounts = {
            name: f.amount0(int(row[f"{name}_minor"]), code)
            for name in ("now", "charge", "reversal")
            if is_known
        }
        said = words.format(
            company=companies_words(page, [row["company_id"]]),
            date=f.date(view.since),
            amount=f.amount0(int(row["opening_minor"]), code),
            author=row["by"],
            **amounts,
        )
        if not is_known:
            said += " " + _("What is retained now is not known: a VAT or a percentage is missing.")
        st.markdown(plain(said))
    if st.button(
        _("Type the balance of account 491"), icon=":material/edit:", key="provision_opening"
    ):
        st.dialog(_("Account 491 at the last closing"))(_opening)(page, view, block)


def _opening(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> None:
    _, f = page.words, page.formats
    companies = {item.company_id: item.name for item in page.info.companies}
    st.markdown(
        small(
            plain(
                _(
                    "Credit balance on {date}, in {currency}: entries then move from it, in one line a company."
                ).format(date=f.date(view.since), currency=block.currency)
            )
        )
    )
    with st.form("provision_opening_form", border=False):
        st.selectbox(
            _("Company"),
            list(companies),
            format_func=lambda code: companies[code],
            key="provision_opening_company",
        )
        st.text_input(
            _("Balance"),
            placeholder=f.amount(123_456, block.currency),
            max_chars=40,
            key="provision_opening_amount",
        )
        is_asked = st.form_submit_button(
            _("Keep the balance"),
            type="primary",
            on_click=_open,
            args=(view.since, block.currency),
        )
    _close(is_asked=is_asked)


def _open(since: date, currency: str) -> None:
    """Keep the balance typed of account 491."""
    state = st.session_state
    typed = str(state["provision_opening_amount"] or "")
    minor = parse_amount(typed, currency)
    if minor is None:
        error = UserError("limit_amount_unreadable", value=typed)
        state[_ERROR] = error_sentence(error, language())
        return
    company = str(state["provision_opening_company"])
    _keep(Depreciation("opening", company, since, currency=currency, amount_minor=minor), "balance")
