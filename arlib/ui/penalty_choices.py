"""Rates of half-years typed by the user and choices of late payment interest: settings of the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.i18n.penalties import CREDIT_NOTES, MODES, half_year_words, word
from arlib.model.issues import UserError
from arlib.model.late_settings import half_year_code, half_year_of
from arlib.ui import cache
from arlib.ui.numbers import number_box, read_number
from arlib.ui.session import author, language, workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.ui.frame import Page
    from arlib.views.late_interest import LateView

_ERROR: Final = "penalty_choices_error"
_CODES: Final = "penalty_choices_codes"
_HELD: Final = "penalty_choices_held"
_MAPS: Final = ("late_ecb_ratios", "late_legal_ratios")


def button(page: Page, view: LateView) -> None:
    """Draw the button that opens the rates and the choices, in colour when a rate is asked for."""
    _ = page.words
    if st.button(
        _("Rates and choices"),
        icon=":material/tune:",
        type="primary" if view.missing else "secondary",
        key="penalty_choices_open",
    ):
        st.dialog(_("Rates of half-years and choices"), width="large")(_body)(page, view)


def _body(page: Page, view: LateView) -> None:
    speaks = language()
    _ = page.words
    policy = cache.question(page.selection).policy
    codes = asked(view)
    st.session_state[_CODES] = codes
    st.session_state[_HELD] = {
        (name, item.code): ratio
        for item in view.rates
        for name, ratio in zip(_MAPS, (item.ecb_ratio, item.legal_ratio), strict=True)
    }
    with st.form("penalty_choices_form", border=False):
        st.markdown(
            _(
                "Rates in percent, as the ECB and the ministry publish them each half-year (blank: not known). What you type stands before the rates of the program."
            )
        )
        _rates(page, view, codes)
        st.segmented_control(
            _("Rate that counts"),
            list(MODES),
            default=policy.late_rate_mode,
            format_func=lambda code: word(MODES, code, speaks),
            required=True,
            key="penalty_mode",
        )
        st.segmented_control(
            _("A credit note lowers the base"),
            list(CREDIT_NOTES),
            default=policy.late_credit_notes,
            format_func=lambda code: word(CREDIT_NOTES, code, speaks),
            required=True,
            key="penalty_credit_notes",
        )
        number_box(
            _(
                "Rate of your terms of sale, % (0: ECB + 10 points); a customer’s own stands before it"
            ),
            round(100 * policy.late_contract_ratio, 6),
            key="penalty_contract",
        )
        is_asked = st.form_submit_button(_("Save the choices"), type="primary", on_click=_save)
    error = st.session_state.pop(_ERROR, None)
    if error:
        st.error(error, icon=":material/error:")
    elif is_asked:
        st.toast(_("The choices are kept in the policy."), icon=":material/check:")
        st.rerun()


def asked(view: LateView) -> list[str]:
    """Return the half-years to type: those that lack, to confirm or typed, and the next one."""
    known = {item.code: item for item in view.rates}
    following = half_year_code(half_year_of(view.as_of) + 1)
    wanted = {code for code, item in known.items() if item.is_typed or not item.is_confirmed}
    return sorted({*wanted, *view.missing, following})


def _rates(page: Page, view: LateView, codes: list[str]) -> None:
    """Draw the two rates of each half-year asked for, and whether one to confirm was read."""
    _ = page.words
    known = {item.code: item for item in view.rates}
    policy = cache.question(page.selection).policy
    for code in codes:
        item = known.get(code)
        typed = [getattr(policy, name).get(code) for name in _MAPS]
        held = [item.ecb_ratio, item.legal_ratio] if item else typed
        places = st.columns([1, 2, 2, 2], vertical_alignment="bottom")
        places[0].markdown(f"**{half_year_words(code, language())}**")
        titles = (_("ECB rate, %"), _("Legal interest rate, professionals, %"))
        for place, title, name, ratio in zip(places[1:3], titles, _MAPS, held, strict=True):
            with place:
                number_box(
                    title,
                    None if ratio is None else round(100 * ratio, 6),
                    key=f"penalty_{name}_{code}",
                )
        with places[3]:
            if item is not None and not item.is_confirmed:
                st.checkbox(_("I have read the official text"), key=f"penalty_read_{code}")


def _kept(name: str, codes: list[str], before: Mapping[str, float]) -> dict[str, float]:
    """Return the rates typed: those changed, typed already, or read in the official text.

    Raises:
        UserError: ``number_unreadable``, ``number_out_of_range``.
    """
    state = st.session_state
    known = state[_HELD]
    found = dict(before)
    for code in codes:
        value = read_number(state[f"penalty_{name}_{code}"], least=-5.0, most=50.0)
        found.pop(code, None)
        ratio = None if value is None else round(value / 100, 8)
        is_own = code in before or state.get(f"penalty_read_{code}", False)
        if ratio is not None and (is_own or ratio != known.get((name, code))):
            found[code] = ratio
    return dict(sorted(found.items()))


def _save() -> None:
    """Keep what the form says as a new version of the policy; what is wrong is said in the dialog."""
    state, held = st.session_state, workspace()
    policy = held.policy()
    found: dict[str, Any] = {
        "late_rate_mode": state["penalty_mode"] or "per_semester",
        "late_credit_notes": state["penalty_credit_notes"] or "own_date",
    }
    try:
        contract = read_number(state["penalty_contract"], most=50.0) or 0.0
        found["late_contract_ratio"] = round(contract / 100, 8)
        found |= {name: _kept(name, state[_CODES], getattr(policy, name)) for name in _MAPS}
        held.set_policy(policy.with_settings(**found), author())
    except UserError as error:
        state[_ERROR] = error_sentence(error, language())
