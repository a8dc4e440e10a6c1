"""The form of the credit grid: edited in place, old → new shown, then stored with its author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.terms import parse_terms
from arlib.ui.grid import row_words
from arlib.ui.numbers import number_box, read_number
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small
from arlib.views.grid import GridRow, grid_rows, with_rows
from arlib.workspace import parse_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.model.policy import Policy
    from arlib.ui.frame import Page

_OPEN: Final = "grid_open_form"  # the policy that the form was opened on
_SAID: Final = "grid_said"
_WIDTHS: Final = (1.15, 1, 1.3, 0.8, 2.2)
_LONGEST: Final = 200


def is_open() -> bool:
    """Return whether the form is open."""
    return _OPEN in st.session_state


def opening(page: Page) -> None:
    """Draw the button that opens the form, and say what was saved."""
    _ = page.words
    if said := st.session_state.pop(_SAID, None):
        st.markdown(f":blue[:material/check_circle: {plain(said)}]")
    if st.button(_("Change the grid"), icon=":material/edit:", key="grid_edit"):
        st.session_state[_OPEN] = workspace().policy()
        st.rerun()


def form(page: Page) -> None:
    """Draw the fields, what will change, and the buttons."""
    _ = page.words
    policy: Policy = st.session_state[_OPEN]
    currency = _currency(page, policy)
    before = grid_rows(policy)
    _titles(page, currency)
    read = [_row(page, row, currency) for row in before]
    errors = [error for _row_read, found in read for error in found]
    for error in errors:
        st.error(plain(error))
    after = tuple(row for row, _found in read)
    changes = _changes(page, before, after)
    _confirm(page, changes)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), key="grid_cancel"):
            _close()
        is_ready = bool(changes) and not errors
        if st.button(_("Save the grid"), type="primary", disabled=not is_ready, key="grid_save"):
            _save(page, policy, after)


def _currency(page: Page, policy: Policy) -> str:
    """Draw the choice of the currency of the ceilings; one currency: no choice to make."""
    known = list(dict.fromkeys(item.currency for item in page.info.companies))
    fixed = [code for row in policy.grid_ceiling_minor.values() for code in row]
    options = list(dict.fromkeys([*known, *page.info.currencies, *fixed]))
    if len(options) == 1:
        return options[0]
    return str(
        st.selectbox(
            page.words("Currency of the ceilings"), options, key="grid_currency", width=220
        )
    )


def _titles(page: Page, currency: str) -> None:
    _ = page.words
    titles = (
        _("Class"),
        _("Limit up to ({currency})").format(currency=currency),
        _("Payment terms"),
        _("Deposit, %"),
        _("What to do"),
    )
    for place, title in zip(st.columns(_WIDTHS), titles, strict=True):
        place.markdown(small(plain(title)))


def _row(page: Page, row: GridRow, currency: str) -> tuple[GridRow, list[str]]:
    """Draw the fields of a class; return what was typed and what cannot be read of it."""
    _, f, segment = page.words, page.formats, row.segment
    places = st.columns(_WIDTHS, vertical_alignment="center")
    name = label("segment", segment, page.style.language)
    places[0].markdown(f"**{plain(name)}**")
    standing = row.ceiling_minor.get(currency)
    shown = "" if standing is None else f.amount(standing, currency)
    ceiling = _text(places[1], _("Limit up to"), shown, f"grid_ceiling_{segment}_{currency}")
    terms = _text(places[2], _("Payment terms"), row.terms or "", f"grid_terms_{segment}")
    with places[3]:
        deposit = number_box(
            _("Deposit"),
            None if row.deposit_ratio is None else round(row.deposit_ratio * 100, 4),
            key=f"grid_deposit_{segment}",
            is_bare=True,
        )
    action = _text(places[4], _("What to do"), row.action or "", f"grid_action_{segment}")
    amount = parse_amount(ceiling, currency) if ceiling else None
    wrong = []
    if ceiling and (amount is None or amount < 0):
        wrong.append(_("{name}: “{value}” is not an amount").format(name=name, value=ceiling))
        amount = standing
    if terms and parse_terms(terms) is None:
        wrong.append(
            _("{name}: the terms “{value}” are not understood").format(name=name, value=terms)
        )
    ratio = row.deposit_ratio
    try:
        percent = read_number(deposit, most=100.0)
        ratio = None if percent is None else round(percent / 100, 6)
    except UserError as error:
        sentence = error_sentence(error, language())
        wrong.append(_("{name}: {value}").format(name=name, value=sentence))
    others = {code: value for code, value in row.ceiling_minor.items() if code != currency}
    ceilings = others if amount is None else {**others, currency: amount}
    return GridRow(segment, ceilings, terms or None, ratio, action or None), wrong


def _text(place: Any, title: str, value: str, key: str) -> str:
    found = place.text_input(
        title, value=value, key=key, max_chars=_LONGEST, label_visibility="collapsed"
    )
    return str(found or "").strip()


def _changes(
    page: Page, before: tuple[GridRow, ...], after: tuple[GridRow, ...]
) -> list[list[str]]:
    """Return class, setting, old and new words of everything that changes."""
    _ = page.words
    titles = (_("Limit up to"), _("Payment terms"), _("Deposit"), _("What to do"))
    found = []
    for old, new in zip(before, after, strict=True):
        name = label("segment", old.segment, page.style.language)
        pairs = zip(titles, row_words(page, old), row_words(page, new), strict=True)
        found += [[name, title, was, will] for title, was, will in pairs if was != will]
    return found


def _confirm(page: Page, changes: list[list[str]]) -> None:
    _ = page.words
    if not changes:
        said = _(
            "Nothing changes yet. Empty: not fixed, so not tested. Terms as “30 jours fin de mois”."
        )
        st.markdown(small(plain(said)))
        return
    columns: list[tuple[str, Any]] = [
        (_("Class"), "left"),
        (_("Setting"), "left"),
        (_("Before"), "left"),
        (_("After"), "left"),
    ]
    html_table(columns, changes, alt=_("What will change"))


def _save(page: Page, policy: Policy, rows: tuple[GridRow, ...]) -> None:
    """Store the policy; refuse when somebody stored another one since the form was opened."""
    try:
        wanted = with_rows(policy, rows)
        workspace().set_policy(wanted, author(), expected=policy.version)
    except UserError as error:
        st.error(plain(error_sentence(error, language())))
        return
    st.session_state[_SAID] = page.words("Grid saved, policy {version}").format(
        version=wanted.version
    )
    _close()


def _close() -> None:
    """Close the form and forget what was typed."""
    state: Mapping[Any, Any] = st.session_state
    for key in [name for name in state if str(name).startswith("grid_") and name != _SAID]:
        del st.session_state[key]
    st.rerun()
