"""The page of cash simulations: what is tried, what it rests on, and the block that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import N_
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.ui import cache, simulation_costs, simulation_offers, simulation_pool
from arlib.ui.numbers import number_box, read_share
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arlib.ui.frame import Page

_ERROR: Final = "simulation_settings_error"
_SETTINGS: Final = {
    "cost_of_money_ratio": N_("Own cost of money, % a year (0: not filled in)"),
    "margin_ratio": N_("Margin on sales excl. VAT, % (0: not filled in)"),
}
_SUBJECTS: Final[Mapping[str, tuple[str, Callable[[Page], None]]]] = {
    "discount": (N_("Discount"), simulation_offers.discount),
    "terms": (N_("Payment terms"), simulation_offers.terms),
    "factoring": (N_("Factoring"), simulation_pool.factoring),
    "cycle": (N_("Cash cycle"), simulation_pool.cycle),
    "lateness": (N_("Cost of lateness"), simulation_costs.lateness),
    "loss": (N_("Loss of a customer"), simulation_costs.loss),
}


def draw(page: Page) -> None:
    """Draw the choice of a simulation and the one chosen."""
    _ = page.words
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            _("Simulation"),
            list(_SUBJECTS),
            format_func=lambda code: _(_SUBJECTS[code][0]),
            default="discount",
            required=True,
            key="simulation_subject",
            label_visibility="collapsed",
            width="content",
        )
        _settings(page)
    _SUBJECTS[str(chosen or "discount")][1](page)


def _settings(page: Page) -> None:
    """Say the cost of money and the margin in force, and draw the button that changes them."""
    _, f = page.words, page.formats
    policy = cache.question(page.selection).policy
    missing = _("not filled in")
    money, margin = policy.cost_of_money_ratio, policy.margin_ratio
    words = _("Cost of money: {money} · margin: {margin}").format(
        money=f.percent(money, 2) if money else missing,
        margin=f.percent(margin) if margin else missing,
    )
    if st.button(plain(words), icon=":material/tune:", key="simulation_settings_open"):
        st.dialog(_("Cost of money and margin"))(_form)(page)


def _form(page: Page) -> None:
    _ = page.words
    policy = cache.question(page.selection).policy
    st.markdown(
        small(
            plain(
                _(
                    "Yours to fill in, nothing is supposed: the rate of your overdraft or of your bank loan, and the margin that a further sale leaves."
                )
            )
        )
    )
    with st.form("simulation_settings_form", border=False):
        for name, title in _SETTINGS.items():
            number_box(_(title), round(100 * getattr(policy, name), 4), key=f"simulation_{name}")
        is_asked = st.form_submit_button(_("Save the choices"), type="primary", on_click=_save)
    error = st.session_state.pop(_ERROR, None)
    if error:
        st.error(error, icon=":material/error:")
    elif is_asked:
        st.toast(_("The choices are kept in the policy."), icon=":material/check:")
        st.rerun()


def _save() -> None:
    """Keep both as a new version of the policy; what is wrong is said in the dialog."""
    state, held = st.session_state, workspace()
    try:
        found: dict[str, Any] = {
            name: read_share(state[f"simulation_{name}"]) for name in _SETTINGS
        }
        held.set_policy(held.policy().with_settings(**found), author())
    except UserError as error:
        state[_ERROR] = error_sentence(error, language())
