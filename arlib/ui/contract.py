"""The terms of the insurance contract, filled in by the user: they are settings of the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.i18n.insurance import SETTINGS, word
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.model.money import major_text
from arlib.ui import cache
from arlib.ui.numbers import number_box, read_share
from arlib.ui.session import author, language, workspace
from arlib.workspace import parse_amount

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.ui.frame import Page

_RATIOS = ("insurance_cover_ratio", "insurance_unnamed_cover_ratio", "insurance_vat_ratio")
_DAYS = (
    "insurance_extension_days",
    "insurance_declaration_days",
    "insurance_waiting_days",
    "insurance_max_terms_days",
    "insurance_stop_days",
    "insurance_unnamed_max_days_late",
    "insurance_unnamed_min_months",
)
_MOST = 3650
_ERROR = "contract_error"
_CODE = 3  # letters of a currency


def button(page: Page) -> None:
    """Draw the button that opens the terms of the contract."""
    _ = page.words
    if st.button(_("Terms of the contract"), icon=":material/contract:", key="contract_open"):
        st.dialog(_("Terms of the insurance contract"), width="large")(_body)(page)


def _body(page: Page) -> None:
    _ = page.words
    policy = cache.question(page.selection).policy
    st.markdown(
        f":small[:gray[{_('Copy them from your contract: 0 or blank means not filled in, nothing is supposed.')}]]"
    )
    with st.form("contract_form", border=False):
        _fields(policy)
        st.text_input(
            _("Ceiling of unnamed buyers, one amount a currency (e.g. 5000 EUR; 4000 GBP)"),
            value=ceiling_text(policy),
            key="contract_ceiling",
        )
        st.segmented_control(
            word(SETTINGS, "insurance_base", language()),
            ["TTC", "HT"],
            default=policy.insurance_base,
            format_func=lambda code: _("excl. VAT") if code == "HT" else _("incl. VAT"),
            required=True,
            key="contract_base",
        )
        is_asked = st.form_submit_button(_("Save the contract"), type="primary", on_click=_save)
    error = st.session_state.pop(_ERROR, None)
    if error:
        st.error(error, icon=":material/error:")
    elif is_asked:
        st.toast(_("The contract is kept."), icon=":material/check:")
        st.rerun()


def _fields(policy: Policy) -> None:
    """Draw the shares and the days."""
    places = st.columns(3)
    for place, name in enumerate(_RATIOS):
        with places[place]:
            number_box(
                f"{word(SETTINGS, name, language())} (%)",
                round(100 * getattr(policy, name), 4),
                key=f"contract_{name}",
            )
    places = st.columns(3)
    for place, name in enumerate(_DAYS):
        with places[place % 3]:
            st.number_input(
                word(SETTINGS, name, language()),
                min_value=0,
                max_value=_MOST,
                value=getattr(policy, name),
                step=1,
                key=f"contract_{name}",
            )


def ceiling_text(policy: Policy) -> str:
    """Return the ceilings as they are typed."""
    ceilings = policy.insurance_unnamed_ceiling_minor
    return "; ".join(f"{major_text(minor, code)} {code}" for code, minor in ceilings.items())


def read_ceilings(text: str) -> dict[str, int]:
    """Return ceilings by currency from what was typed, one amount and one currency a part.

    Raises:
        UserError: ``limit_amount_unreadable``.
    """
    found: dict[str, int] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        amount, _, code = part.rpartition(" ")
        currency = code.upper()
        is_code = currency.isalpha() and len(currency) == _CODE
        minor = parse_amount(amount, currency) if is_code else None
        if minor is None or minor < 0:
            raise UserError("limit_amount_unreadable", value=part)
        found[currency] = minor
    return found


def _save() -> None:
    """Keep what the form says as a new version of the policy; what is wrong is said in the dialog."""
    state, held = st.session_state, workspace()
    found: dict[str, Any] = {name: int(state[f"contract_{name}"]) for name in _DAYS}
    found["insurance_base"] = state["contract_base"] or "TTC"
    try:
        found |= {name: read_share(state[f"contract_{name}"]) for name in _RATIOS}
        found["insurance_unnamed_ceiling_minor"] = read_ceilings(state["contract_ceiling"])
        held.set_policy(held.policy().with_settings(**found), author())
    except UserError as error:
        state[_ERROR] = error_sentence(error, language())
