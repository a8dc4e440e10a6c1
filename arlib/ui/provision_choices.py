"""What provisions are made from, chosen by the user: settings of the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import N_, translator
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import bucket_label
from arlib.model.issues import UserError
from arlib.ui import cache
from arlib.ui.numbers import number_box, read_needed, read_share
from arlib.ui.session import author, language, workspace

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.provisions import ProvisionsView

_ERROR: Final = "provision_choices_error"
_BUCKETS: Final = "provision_choices_buckets"
_WAYS: Final = {
    "roll": N_("Own roll rates"),
    "vintage": N_("Own closed cohorts"),
    "typed": N_("Rates typed below"),
}
_SHARES: Final = {
    "ecl_loss_ratio": N_("Loss on the last bucket, % (0: not known)"),
    "ecl_vat_ratio": N_("VAT where a document says none, % (0: not known)"),
}


def button(page: Page, view: ProvisionsView) -> None:
    """Draw the button that opens the choices."""
    _ = page.words
    if st.button(_("Choices of the matrix"), icon=":material/tune:", key="provision_choices_open"):
        st.dialog(_("Choices of the provision matrix"), width="large")(_body)(page, view)


def _body(page: Page, view: ProvisionsView) -> None:
    _ = page.words
    policy = cache.question(page.selection).policy
    names = list(view.blocks[0].provision.matrix["bucket"]) if view.blocks else []
    st.session_state[_BUCKETS] = len(names)
    with st.form("provision_choices_form", border=False):
        st.segmented_control(
            _("Where rates come from"),
            list(_WAYS),
            default="typed" if policy.ecl_rates else policy.ecl_method,
            format_func=lambda code: _(_WAYS[code]),
            required=True,
            key="provision_way",
        )
        st.segmented_control(
            _("Base"),
            ["HT", "TTC"],
            default=policy.ecl_base,
            format_func=lambda code: _("excl. VAT") if code == "HT" else _("incl. VAT"),
            required=True,
            key="provision_base",
        )
        _rates(names, policy.ecl_rates)
        _shares({name: getattr(policy, name) for name in _SHARES}, policy.ecl_forward_factor)
        is_asked = st.form_submit_button(_("Save the choices"), type="primary", on_click=_save)
    error = st.session_state.pop(_ERROR, None)
    if error:
        st.error(error, icon=":material/error:")
    elif is_asked:
        st.toast(_("The choices are kept in the policy."), icon=":material/check:")
        st.rerun()


def _rates(names: list[str], known: tuple[float, ...]) -> None:
    """Draw one typed rate a bucket."""
    places = st.columns(max(len(names), 1))
    for place, name in enumerate(names):
        with places[place]:
            number_box(
                f"{bucket_label(name, language())} (%)",
                round(100 * known[place], 4) if known else 0.0,
                key=f"provision_rate_{place}",
            )


def _shares(known: dict[str, Any], factor: float) -> None:
    """Draw the loss on the last bucket, the rate of VAT and the forward factor."""
    places = st.columns(3)
    words = translator(language())
    for place, (name, title) in zip(places, _SHARES.items(), strict=False):
        with place:
            number_box(words(title), round(100 * known[name], 4), key=f"provision_{name}")
    with places[2]:
        number_box(
            words("Forward factor (1: the future like the past)"),
            float(factor),
            key="provision_factor",
        )


def _save() -> None:
    """Keep what the form says as a new version of the policy; what is wrong is said in the dialog."""
    state, held = st.session_state, workspace()
    way = state["provision_way"] or "roll"
    found: dict[str, Any] = {"ecl_base": state["provision_base"] or "HT"}
    if way != "typed":
        found["ecl_method"] = way
    try:
        typed = tuple(
            read_share(state[f"provision_rate_{place}"]) for place in range(state[_BUCKETS])
        )
        found["ecl_rates"] = typed if way == "typed" else ()
        found["ecl_forward_factor"] = read_needed(state["provision_factor"], least=0.01, most=10.0)
        found |= {name: read_share(state[f"provision_{name}"]) for name in _SHARES}
        held.set_policy(held.policy().with_settings(**found), author())
    except UserError as error:
        state[_ERROR] = error_sentence(error, language())
