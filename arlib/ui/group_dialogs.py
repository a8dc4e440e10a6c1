"""Dialogs about groups: confirm or refuse, make, rename, add, take out, fix the group's limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.ui import limits
from arlib.ui.limit_form import Target
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small
from arlib.views.common import sum_by_currency
from arlib.workspace import GroupChange, group_confirmation, group_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arlib.ui.frame import Page
    from arlib.views.groups import GroupsView

ROUND: Final = "groups_round"  # renews the grids after a decision, so that nothing stays ticked
_TICKED: Final = 25  # customers of a proposal that can be unticked one by one
_SHOWN: Final = 10


def confirm(page: Page, view: GroupsView, chosen: pd.DataFrame) -> None:
    """Open what confirms proposals: one with its customers to untick, several as they stand."""
    body = _one_proposal if len(chosen) == 1 else _several_proposals
    st.dialog(page.words("Confirm as a group"), width="large")(body)(page, view, chosen)


def refuse(page: Page, view: GroupsView, chosen: pd.DataFrame) -> None:
    """Open what refuses proposals."""
    st.dialog(page.words("Refuse these groups"), width="medium")(_refusal)(page, view, chosen)


def create(page: Page) -> None:
    """Open what makes a group by hand."""
    st.dialog(page.words("New group"), width="medium")(_creation)(page)


def rename(page: Page, row: pd.Series[Any]) -> None:
    """Open what gives a group another name."""
    st.dialog(page.words("Rename the group"))(_renaming)(page, row)


def add(page: Page, view: GroupsView, row: pd.Series[Any]) -> None:
    """Open what puts more customers in a group."""
    st.dialog(page.words("Add customers"), width="medium")(_adding)(page, view, row)


def take_out(page: Page, row: pd.Series[Any], ticked: pd.DataFrame) -> None:
    """Open what takes customers out of a group."""
    st.dialog(page.words("Take out of the group"))(_taking_out)(page, row, ticked)


def limit(page: Page, row: pd.Series[Any]) -> None:
    """Open what fixes the limit of a group."""
    _, f = page.words, page.formats
    is_known = pd.notna(row["limit_minor"])
    target = Target(
        company_id=str(row["company_id"]),
        scope="group",
        scope_id=str(row["group_id"]),
        name=str(row["group_id"]),
        amount_minor=int(row["limit_minor"]) if is_known else None,
        currency=str(row["limit_currency"] if is_known else row["currency"]),
    )
    owed = f.amount0(row["exposure_minor"], row["currency"])
    count = int(row["count_customers"])
    words = _.ngettext("{amount} owed by {n} customer", "{amount} owed by {n} customers", count)
    limits.fix(page, [target], words.format(amount=owed, n=f.integer(count)))


def _one_proposal(page: Page, view: GroupsView, chosen: pd.DataFrame) -> None:
    """Draw the customers of one proposal, each with its reason and a tick; then the name."""
    _, first = page.words, chosen.iloc[0]
    rows = view.proposed.loc[view.proposed["proposal_id"] == first["proposal_id"]]
    into = first["target_group_id"] if isinstance(first["target_group_id"], str) else None
    name = into or st.text_input(_("Name of the group"), first["suggested_name"], key="group_name")
    if into:
        st.markdown(plain(_("They join the group {name}.").format(name=into)))
    kept: dict[str, str] = {}
    if len(rows) <= _TICKED:
        for row in rows.to_dict("records"):
            if st.checkbox(_proposed_words(page, view, row), value=True, key=_tick_key(row)):
                kept[row["customer_id"]] = row["way"]
    else:
        kept = dict(zip(rows["customer_id"], rows["way"], strict=True))
        words = _("{n} customers, all of them; some can be taken out of the group afterwards.")
        st.markdown(plain(words.format(n=page.formats.integer(len(rows)))))
    st.markdown(small(_("Customers unticked will not be proposed with the others again.")))
    fewest = 1 if into else 2
    dropped = [code for code in rows["customer_id"] if code not in kept]
    if _answer(page, _("Confirm the group"), disabled=len(kept) < fewest or not name.strip()):
        inside = _codes(view, first["company_id"], into)
        changes = group_confirmation(first["company_id"], name, kept, dropped, inside)
        _save(page, lambda: workspace().set_groups(changes, author()))


def _several_proposals(page: Page, view: GroupsView, chosen: pd.DataFrame) -> None:
    """Draw what will be made of several proposals."""
    _ = page.words
    _proposal_table(page, chosen)
    if _answer(page, _("Confirm {n} groups").format(n=page.formats.integer(len(chosen)))):
        changes = []
        for row in chosen.to_dict("records"):
            rows = view.proposed.loc[view.proposed["proposal_id"] == row["proposal_id"]]
            kept = dict(zip(rows["customer_id"], rows["way"], strict=True))
            changes += group_confirmation(row["company_id"], row["suggested_name"], kept)
        _save(page, lambda: workspace().set_groups(changes, author()))


def _refusal(page: Page, view: GroupsView, chosen: pd.DataFrame) -> None:
    _ = page.words
    _proposal_table(page, chosen)
    reason = st.text_input(_("Reason"), key="group_reason")
    st.markdown(small(_("Their customers will not be proposed together again; can be undone.")))
    if _answer(page, _("Refuse")):
        changes = []
        for row in chosen.to_dict("records"):
            rows = view.proposed.loc[view.proposed["proposal_id"] == row["proposal_id"]]
            into = row["target_group_id"] if isinstance(row["target_group_id"], str) else None
            inside = _codes(view, row["company_id"], into)
            apart = rows["customer_id"].tolist()
            changes.append(group_refusal(row["company_id"], apart, inside, reason))
        _save(page, lambda: [workspace().set_groups(item, author()) for item in changes])


def _creation(page: Page) -> None:
    _ = page.words
    name = st.text_input(_("Name of the group"), key="group_name")
    chosen = _choice(page)
    if _answer(page, _("Make the group"), disabled=not (name.strip() and chosen)):
        changes = [GroupChange(company, code, name) for company, code in chosen]
        _save(page, lambda: workspace().set_groups(changes, author()))


def _adding(page: Page, view: GroupsView, row: pd.Series[Any]) -> None:
    company, group = row["company_id"], row["group_id"]
    chosen = _choice(page, _codes(view, company, group), company)
    if _answer(page, page.words("Add"), disabled=not chosen):
        changes = [GroupChange(owner, code, group) for owner, code in chosen]
        _save(page, lambda: workspace().set_groups(changes, author()))


def _renaming(page: Page, row: pd.Series[Any]) -> None:
    _ = page.words
    name = st.text_input(_("Name of the group"), row["group_id"], key="group_name")
    words = _("Its limit follows. A name that another group has makes one group of both.")
    st.markdown(small(plain(words)))
    is_same = name.strip() in {"", row["group_id"]}
    if _answer(page, _("Rename"), disabled=is_same):
        company, before = row["company_id"], row["group_id"]
        _save(page, lambda: workspace().rename_group(company, before, name, author()))


def _taking_out(page: Page, row: pd.Series[Any], ticked: pd.DataFrame) -> None:
    _ = page.words
    once = ticked.drop_duplicates(["company_id", "customer_id"])
    listed = ", ".join(str(name) for name in once["name"].head(_SHOWN))
    words = _("No longer in the group {name}, whatever the files say: {customers}.")
    st.markdown(plain(words.format(name=row["group_id"], customers=listed)))
    reason = st.text_input(_("Reason"), key="group_reason")
    if _answer(page, _("Take out")):
        changes = [
            GroupChange(company, code, None, reason=reason)
            for company, code in zip(once["company_id"], once["customer_id"], strict=True)
        ]
        _save(page, lambda: workspace().set_groups(changes, author()))


def _choice(
    page: Page, taken: Sequence[str] = (), company: str | None = None
) -> list[tuple[str, str]]:
    """Draw the choice of customers among those that are not in the group."""
    who = workspace().portfolio(page.selection.as_of, page.selection.filters).customers()
    if company is not None:
        who = who.loc[(who["company_id"] == company) & ~who["customer_id"].isin(list(taken))]
    keys = list(zip(who["company_id"], who["customer_id"], strict=True))
    names = dict(zip(keys, who["name"], strict=True))
    chosen = st.multiselect(
        page.words("Customers"),
        keys,
        format_func=lambda key: f"{names[key]} ({key[1]})",
        key="group_customers",
    )
    return [(str(owner), str(code)) for owner, code in chosen]


def _proposed_words(page: Page, view: GroupsView, row: dict[Any, Any]) -> str:
    """Return a customer of a proposal in one line: who, why, how sure, what he owes."""
    _, f = page.words, page.formats
    is_his = (view.held["company_id"] == row["company_id"]) & (
        view.held["customer_id"] == row["customer_id"]
    )
    sums = sum_by_currency(view.held.loc[is_his], "exposure_minor")
    owed = " + ".join(f.amount0(value, code) for code, value in sums.items()) or MISSING
    why = label("group_way", row["way"], language())
    other = _("as {name}").format(name=f"{row['matched_name']} ({row['matched_customer_id']})")
    sure = label("sureness", row["sureness"], language())
    now = row["current_group_id"]
    inside = " · " + _("now in {name}").format(name=now) if isinstance(now, str) else ""
    words = f"{row['name']} ({row['customer_id']}) · {owed} · {why} {other} · {sure}{inside}"
    if isinstance(row["member_name"], str) and row["member_name"] != row["matched_name"]:
        way = label("group_way", row["member_way"], language())
        tie = _("tied to the group: {why} as {name}").format(why=way, name=row["member_name"])
        words += f" · {tie}"
    return plain(words)


def _proposal_table(page: Page, chosen: pd.DataFrame) -> None:
    _, f = page.words, page.formats
    rows = [
        [str(row["names_text"]), str(row["group_text"]), str(row["way_text"])]
        for row in chosen.head(_SHOWN).to_dict("records")
    ]
    if len(chosen) > _SHOWN:
        rows.append([_("Others ({n})").format(n=f.integer(len(chosen) - _SHOWN)), "", ""])
    columns: list[tuple[str, Any]] = [
        (_("Customers"), "left"),
        (_("Group"), "left"),
        (_("Why"), "left"),
    ]
    html_table(columns, rows, alt=_("What will change"))


def _codes(view: GroupsView, company_id: str, group_id: str | None) -> list[str]:
    """Return the codes of the customers in a group."""
    rows = view.members
    is_his = (rows["company_id"] == company_id) & (rows["group_id"] == group_id)
    return rows.loc[is_his, "customer_id"].drop_duplicates().tolist()


def _tick_key(row: dict[Any, Any]) -> str:
    return f"group_tick_{row['proposal_id']}_{row['customer_id']}"


def _answer(page: Page, words: str, *, disabled: bool = False) -> bool:
    """Draw Cancel and the button that does it; return whether the latter was clicked."""
    _ = page.words
    st.markdown(small(_("Kept with the author and the time; can be undone.")))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), key="group_cancel"):
            st.rerun()
        return st.button(words, type="primary", disabled=disabled, key="group_save")


def _save(page: Page, write: Callable[[], object]) -> None:
    try:
        write()
    except UserError as error:
        st.error(plain(error_sentence(error, language())))
        return
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    for name in ("group_name", "group_customers", "group_reason"):
        st.session_state.pop(name, None)
    st.toast(page.words("Saved."))
    st.rerun()
