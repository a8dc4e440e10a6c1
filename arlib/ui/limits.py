"""The dialog that fixes credit limits: old → new → ratio before saving, told who changed one meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import translator
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import SOURCES
from arlib.model.issues import UserError
from arlib.ui import limit_form
from arlib.ui.limit_confirm import confirmation
from arlib.ui.limit_form import Target
from arlib.ui.session import author, language, workspace
from arlib.ui.texts import plain, small
from arlib.workspace import LimitChange

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from arlib.ui.frame import Page
    from arlib.ui.limit_form import Proposal
    from arlib.workspace import StandingLimit

ROUND: Final = "limits_round"  # renews the grid after saving, so that nothing stays ticked
_CLICKED: Final = "limit_cell"
_PREFIX: Final = "limit"

# source -> what stood for each target when the dialog opened
Seen = dict[str, list["StandingLimit"]]


def dialog(page: Page, rows: pd.DataFrame, count_over: int) -> None:  # noqa: ARG001 - counted anew
    """Open the dialog for customers (one row each, columns of the risk view)."""
    fix(page, targets_of(rows), _owed(page, rows))


def clicked(page: Page, rows: pd.DataFrame, place: int | None, key: str) -> None:
    """Open the dialog for the customer whose limit was clicked in a grid; once a click."""
    if place is None or place >= len(rows):
        st.session_state.pop(_CLICKED, None)
        return
    token = (key, place)
    if st.session_state.get(_CLICKED) != token:
        st.session_state[_CLICKED] = token
        dialog(page, rows.iloc[[place]], 0)


def fix(page: Page, targets: Sequence[Target], about: str = "") -> None:
    """Open the dialog for limits of any scope; filled in when there is one alone."""
    _ = page.words
    limit_form.forget(_PREFIX)
    has_limit = len(targets) == 1 and targets[0].has_limit
    title = _("Change the limit") if has_limit else _("Fix a credit limit")
    body = st.dialog(title, width="medium", on_dismiss=_let_go)(_body)
    body(page, list(targets), about, _standing(targets))


def _let_go() -> None:
    """Renew the grid whose cell was clicked: a click on it would only take its mark away."""
    if st.session_state.pop(_CLICKED, None) is not None:
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def targets_of(rows: pd.DataFrame) -> list[Target]:
    """Return what to fix for rows of the risk view, each customer once."""
    once = rows.drop_duplicates(["company_id", "customer_id"])
    return [_target(row) for row in once.to_dict("records")]


def saved(count: int) -> None:
    """Say how many limits were saved, and draw the page anew."""
    _ = translator(language())
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state.pop(_CLICKED, None)
    st.toast(_.ngettext("{n} limit saved", "{n} limits saved", count).format(n=count))
    st.rerun()


def save(changes: Sequence[LimitChange]) -> bool:
    """Record limits in one transaction; False, and say why, when the book refuses."""
    try:
        workspace().set_limits(changes, author())
    except UserError as error:
        st.error(plain(error_sentence(error, language())), icon=":material/sync_problem:")
        return False
    return True


def _target(row: dict[Any, Any]) -> Target:
    amount, end = row["limit_minor"], row.get("limit_valid_to")
    has_limit = not pd.isna(amount)
    return Target(
        company_id=str(row["company_id"]),
        scope="customer",
        scope_id=str(row["customer_id"]),
        name=str(row["name"]),
        amount_minor=int(amount) if has_limit else None,
        currency=_word(row["limit_currency"] if has_limit else row["currency"]),
        source=_word(row.get("limit_source")) if has_limit else None,
        valid_to=_day(end) if has_limit else None,
    )


def _word(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)


def _day(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _standing(targets: Sequence[Target]) -> Seen:
    """Return the decision that stands for each target and source, as the book holds it now.

    It is checked again when saving: somebody else may decide while the dialog is open.
    """
    found: Seen = {}
    for source in SOURCES:
        asked = [
            LimitChange(item.company_id, item.scope, item.scope_id, None, "EUR", source)
            for item in targets
        ]
        found[source] = workspace().standing_limits(asked)
    return found


def _body(page: Page, targets: list[Target], about: str, seen: Seen) -> None:
    _ = page.words
    if len(targets) == 1:
        st.markdown(f"**{plain(targets[0].name)}**")
    if about:
        st.markdown(plain(about))
    proposal = limit_form.fields(page, _PREFIX, targets)
    words = _save_words(page, len(targets))
    if proposal is None:
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(_("Cancel"), key="limit_cancel", on_click=_let_go):
                st.rerun()
            st.button(words, type="primary", disabled=True, key="limit_save_off")
        return
    changes = _changes(proposal, targets, seen)
    is_checked = confirmation(page, changes, _PREFIX)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), key="limit_cancel", on_click=_let_go):
            st.rerun()
        if st.button(words, type="primary", disabled=not is_checked, key="limit_save") and save(
            changes
        ):
            saved(len(changes))
    st.markdown(small(plain(_("Kept with the author, the time and the old value; can be undone."))))


def _changes(proposal: Proposal, targets: Sequence[Target], seen: Seen) -> list[LimitChange]:
    """Return the change of each target, with what stood when the dialog opened."""
    return [
        proposal.change(
            target,
            expected_known=True,
            expected_minor=now.amount_minor,
            expected_entry=now.entry or "",
        )
        for target, now in zip(targets, seen[proposal.source], strict=True)
    ]


def _owed(page: Page, rows: pd.DataFrame) -> str:
    """Return what several customers owe together; one alone is told by his name."""
    _, f = page.words, page.formats
    count = len(rows.drop_duplicates(["company_id", "customer_id"]))
    if count == 1:
        return ""
    sums = rows.groupby("currency")["exposure_minor"].sum()
    amount = " + ".join(f.amount0(int(value), str(code)) for code, value in sums.items())
    words = _("{n} customers, {amount} unpaid: the same limit for each.")
    return words.format(n=f.integer(count), amount=amount)


def _save_words(page: Page, count: int) -> str:
    _ = page.words
    return _.ngettext("Save {n} limit", "Save {n} limits", count).format(
        n=page.formats.integer(count)
    )
