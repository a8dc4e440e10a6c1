"""Blocks of customer groups: those proposed, those in force with their limit, what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.ui import customers, exposure_levels, group_dialogs
from arlib.ui.cards import card, metric
from arlib.ui.download import list_button
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import Column, cut_note, grid
from arlib.ui.texts import plain, small
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.groups import GroupsView

_SHOWN_DECISIONS: Final = 8
_NAMED: Final = 3


def cards(page: Page, view: GroupsView) -> None:
    """Draw four figures: groups, what they owe together, those over their limit, proposals."""
    _, f, counts = page.words, page.formats, view.counts
    places = st.columns(4)
    with places[0]:
        customers_words = _.ngettext("{n} customer", "{n} customers", counts["customers"])
        metric(
            _("Groups"),
            f.integer(counts["groups"]),
            note=customers_words.format(n=f.integer(counts["customers"])),
        )
    with places[1]:
        metric(_("Owed by groups"), _owed(page, view), note=_share(page, view))
    with places[2]:
        with_limit = _.ngettext(
            "of {n} group that has a limit", "of {n} groups that have a limit", counts["limited"]
        ).format(n=f.integer(counts["limited"]))
        metric(_("Over the group limit"), f.integer(counts["over"]), note=with_limit)
    with places[3]:
        concerned = _.ngettext(
            "{n} customer concerned", "{n} customers concerned", counts["proposed"]
        )
        metric(
            _("Proposals to judge"),
            f.integer(counts["proposals"]),
            note=concerned.format(n=f.integer(counts["proposed"])),
        )


def basis(page: Page, view: GroupsView) -> None:
    """Say on what exposure everything below stands, and what else could be chosen."""
    words = exposure_levels.basis_words(page, view.exposure_basis, view.offered)
    st.markdown(small(plain(words)))


def proposals(page: Page, view: GroupsView) -> None:
    """Draw the sets of customers that look like one group; ticked ones are confirmed or refused."""
    _, f, count = page.words, page.formats, view.counts["proposals"]
    title = _.ngettext("{n} group proposed", "{n} groups proposed", count)
    title = title.format(n=f.integer(count)) if count else _("No group to propose")
    about = _("Same SIREN, same VAT number, like names. Nothing counts before you confirm it.")
    with card(title, about):
        if view.proposals.empty:
            words = _("No two customers outside a group share an identifier or a name.")
            st.markdown(f":gray[{words}]")
            return
        bar = st.container(horizontal=True, vertical_alignment="center")
        columns, rows = _proposal_columns(page), _proposal_rows(page, view)
        ticked = grid(rows, columns, key=_key("proposals"), select="multi", height=320, alt=title)
        cut_note(page, len(rows))
        with bar:
            _proposal_buttons(page, view, rows.iloc[ticked])
            list_button(page, "group_proposals", _("Groups proposed"), columns, rows)


def groups(page: Page, view: GroupsView) -> None:
    """Draw the groups in force, the one ticked with its customers below."""
    _, f, over = page.words, page.formats, view.counts["over"]
    title = _.ngettext("{n} group over its limit", "{n} groups over their limit", over)
    title = title.format(n=f.integer(over))
    if not over:
        title = _("No group over its limit") if view.counts["limited"] else _("Groups in force")
    with card(title, _("A group’s limit is tested on what all its customers owe together")):
        bar = st.container(horizontal=True, vertical_alignment="center")
        with bar:
            st.markdown(_("Tick a group to see its customers."), width="content")
            st.space("stretch")
            if st.button(_("New group"), icon=":material/add:", key="group_new"):
                group_dialogs.create(page)
        if view.groups.empty:
            words = _("No group yet: confirm a proposal, make one, or import the column “Groupe”.")
            st.markdown(f":gray[{words}]")
            return
        columns, rows = _group_columns(page), _group_rows(page, view)
        ticked = grid(rows, columns, key=_key("groups"), select="single", height=360, alt=title)
        cut_note(page, len(rows))
        list_button(page, "groups", _("Customer groups"), columns, rows, basis=view.exposure_basis)
    if ticked:
        _one(page, view, rows.iloc[ticked[0]])


def decisions(page: Page) -> None:
    """Draw what was decided about groups, latest first, each with its undo."""
    _ = page.words
    history = workspace().group_history(page.selection.filters.company_id)
    made = history.loc[history["undoes"].isna()]
    if made.empty:
        return
    sets = made["change_set"].drop_duplicates().head(_SHOWN_DECISIONS)
    with card(_("Decisions"), _("Latest first; nothing is erased, an undo is a further entry")):
        for name in sets:
            _decision(page, str(name), made.loc[made["change_set"] == name])


def _one(page: Page, view: GroupsView, row: pd.Series[Any]) -> None:
    """Draw the customers of one group and what may be done about it."""
    _, f = page.words, page.formats
    is_his = (view.members["company_id"] == row["company_id"]) & (
        view.members["group_id"] == row["group_id"]
    )
    rows = view.members.loc[is_his].reset_index(drop=True)
    rows["origin_text"] = [label("group_way", code, language()) for code in rows["origin"]]
    with card(str(row["group_id"]), _limit_words(page, row)):
        bar = st.container(horizontal=True, vertical_alignment="center")
        columns = [
            Column("name", _("Customer"), 230),
            Column("exposure_minor", _("Exposure"), 120, f.amount0, "currency"),
            Column("overdue_minor", _("Overdue"), 120, f.amount0, "currency"),
            Column("limit_minor", _("Own limit"), 120, f.amount0, "limit_currency"),
            Column("overrun_minor", _("Overrun"), 120, f.amount0, "limit_currency", mark="▲"),
            Column("origin_text", _("Why in the group"), 200),
        ]
        name = str(row["group_id"])
        ticked = grid(rows, columns, key=_key("members"), select="multi", height=320, alt=name)
        with bar:
            _group_buttons(page, view, row, rows.iloc[ticked])


def _group_buttons(page: Page, view: GroupsView, row: pd.Series[Any], ticked: pd.DataFrame) -> None:
    _ = page.words
    is_one = len(ticked.drop_duplicates(["company_id", "customer_id"])) == 1
    if st.button(_("Group limit"), type="primary", key="group_limit"):
        group_dialogs.limit(page, row)
    if st.button(_("Rename"), key="group_rename"):
        group_dialogs.rename(page, row)
    if st.button(_("Add customers"), key="group_add"):
        group_dialogs.add(page, view, row)
    if st.button(_("Take out"), disabled=ticked.empty, key="group_remove"):
        group_dialogs.take_out(page, row, ticked)
    if st.button(_("Open the file"), disabled=not is_one, key="group_open"):
        first = ticked.iloc[0]
        customers.open_file(first["company_id"], first["customer_id"])


def _proposal_buttons(page: Page, view: GroupsView, chosen: pd.DataFrame) -> None:
    _, f, count = page.words, page.formats, len(chosen)
    words = _("Tick one proposal to look at it, several to judge them at once.")
    if count:
        words = _.ngettext("{n} ticked", "{n} ticked", count).format(n=f.integer(count))
    st.markdown(f"**{plain(words)}**", width="content")
    st.space("stretch")
    if st.button(_("Refuse"), disabled=not count, icon=":material/close:", key="group_refuse"):
        group_dialogs.refuse(page, view, chosen)
    if st.button(
        _("Confirm"), type="primary", disabled=not count, icon=":material/check:", key="group_ok"
    ):
        group_dialogs.confirm(page, view, chosen)


def _proposal_columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    return [
        Column("names_text", _("Customers"), 285),
        Column("count_customers", _("Count"), 70, f.integer),
        Column("way_text", _("Why"), 175),
        Column("sure_text", _("Certainty"), 80),
        Column("group_text", _("Group"), 165),
        Column("amount_text", _("Exposure"), 110),
    ]


def _proposal_rows(page: Page, view: GroupsView) -> pd.DataFrame:
    _, f, rows = page.words, page.formats, view.proposals
    amounts = view.amounts.loc[view.amounts["exposure_minor"].notna()]
    written = [
        f.amount0(int(value), code)
        for value, code in zip(amounts["exposure_minor"], amounts["currency"], strict=True)
    ]
    texts = amounts.assign(text=written).groupby("proposal_id")["text"].agg(" + ".join)
    rest = rows["count_customers"] - _NAMED
    more = [
        _.ngettext("and {n} more", "and {n} more", n).format(n=f.integer(n)) if n > 0 else ""
        for n in rest.tolist()
    ]
    into = rows["target_group_id"].notna()
    return rows.assign(
        names_text=rows["names"].str.cat(more, sep=" ").str.strip(),
        way_text=[label("group_way", code, language()) for code in rows["way"]],
        sure_text=[label("sureness", code, language()) for code in rows["sureness"]],
        group_text=[
            _("joins {name}").format(name=name) if is_known else _("new: {name}").format(name=name)
            for name, is_known in zip(rows["suggested_name"], into, strict=True)
        ],
        amount_text=rows["proposal_id"].map(texts).fillna(MISSING),
    )


def _group_columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    company = [Column("company_name", _("Company"), 150)] if len(page.info.companies) > 1 else []
    return [
        Column("group_id", _("Group"), 112),
        *company,
        Column("count_customers", _("Customers"), 60, f.integer),
        Column("exposure_minor", _("Exposure"), 90, f.amount0, "currency"),
        Column("limit_minor", _("Group limit"), 104, f.amount0, "limit_currency"),
        Column("overrun_minor", _("Overrun"), 84, f.amount0, "limit_currency", mark="▲"),
        Column("utilisation_ratio", _("Use"), 70, f.percent),
        Column("members_limit_minor", _("Own limits"), 92, f.amount0, "members_currency"),
        Column("count_over", _("Customers over"), 96, f.integer),
        Column("overdue_minor", _("Overdue"), 70, f.amount0, "currency"),
    ]


def _group_rows(page: Page, view: GroupsView) -> pd.DataFrame:
    names = {company.company_id: company.name for company in page.info.companies}
    rows = view.groups.reset_index(drop=True)
    return rows.assign(company_name=rows["company_id"].map(names))


def _limit_words(page: Page, row: pd.Series[Any]) -> str:
    """Return the group's exposure against its limit, in one sentence."""
    _, f = page.words, page.formats
    if pd.isna(row["limit_minor"]):
        return _("No limit on the group")
    currency = row["limit_currency"]
    words = _("{owed} together, limit {limit}, use {use}").format(
        owed=f.amount0(row["tested_minor"], currency),
        limit=f.amount0(row["limit_minor"], currency),
        use=f.share(row["utilisation_ratio"], 1),
    )
    if row["overrun_minor"] > 0:
        over = _("over by {amount}").format(amount=f.amount0(row["overrun_minor"], currency))
        return f"▲ {words}, {over}"
    return words


def _decision(page: Page, name: str, rows: pd.DataFrame) -> None:
    """Draw what was decided together, and its undo."""
    _, f = page.words, page.formats
    is_undone = bool(rows["is_undone"].all())
    entering = rows.loc[rows["origin"] != "refused"]
    shown = entering if len(entering) else rows
    first = shown.iloc[0]
    names = [str(text) for text in shown["name"].drop_duplicates()]
    listed = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        rest = len(names) - _NAMED
        listed += " " + _.ngettext("and {n} more", "and {n} more", rest).format(n=f.integer(rest))
    left, right = st.columns([5, 1], vertical_alignment="center")
    with left, st.container(gap=None):
        state = f" · {_('undone')}" if is_undone else ""
        st.markdown(f"**{plain(_decided(page, entering))}**{plain(state)}")
        why = f" · {first['reason']}" if isinstance(first["reason"], str) else ""
        words = _("{names}; {date} by {who}").format(
            names=listed, date=f.date_time(first["at"]), who=first["by"]
        )
        st.markdown(small(plain(words + why)))
    with right:
        if not is_undone:
            st.button(
                _("Undo"),
                icon=":material/undo:",
                key=f"group_undo_{name}",
                on_click=_undo,
                args=(name,),
            )


def _decided(page: Page, entering: pd.DataFrame) -> str:
    """Return what a decision did; nobody entered or left a group: it refused a proposal."""
    _ = page.words
    if entering.empty:
        return _("Proposal refused")
    names = entering["group_id"].dropna().drop_duplicates()
    if len(names) > 1:
        count = _.ngettext("{n} group made", "{n} groups made", len(names))
        return count.format(n=page.formats.integer(len(names)))
    if len(names):
        return _("Put in the group {name}").format(name=names.iloc[0])
    first = entering.iloc[0]
    if isinstance(first["before_group_id"], str):
        return _("Taken out of the group {name}").format(name=first["before_group_id"])
    return _("Put in no group")


def _owed(page: Page, view: GroupsView) -> str:
    f, sums = page.formats, sum_by_currency(view.totals, "grouped_minor")
    first = [f.compact(value, code) for code, value in sums.items() if value][:2]
    return " + ".join(first) or MISSING


def _share(page: Page, view: GroupsView) -> str:
    rows = view.totals.dropna(subset=["grouped_ratio"])
    if rows.empty:
        return MISSING
    ratio = page.formats.share(float(rows["grouped_ratio"].iloc[0]), 1)
    return page.words("{share} of the exposure in {currency}").format(
        share=ratio, currency=rows["currency"].iloc[0]
    )


def _key(name: str) -> str:
    return f"groups_{name}_{st.session_state.get(group_dialogs.ROUND, 0)}"


def _undo(name: str) -> None:
    try:
        workspace().undo_group(name, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))
