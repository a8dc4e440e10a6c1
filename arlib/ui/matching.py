"""Blocks of cash application: what each rule attached, what is left, what may be accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
import streamlit as st

from arlib.charts.matching import rule_name, share_words
from arlib.i18n import MISSING, N_
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.ui import customers
from arlib.ui.cards import card, heading, metric
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small
from arlib.views.common import sum_by_currency
from arlib.workspace import MatchDecision

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.matching import MatchingBlock, MatchingView

Decision = Literal["accepted", "refused"]
_ROUND: Final = "matching_round"  # renews the grid after a decision, so that nothing stays ticked
_SHOWN: Final = 8
_EXPLAINED: Final = {
    "source": N_("The ledger letters both sides together, or the list says when each was paid."),
    "reference": N_("The label of the payment names the invoice; surer when the amounts agree."),
    "amount": N_("One open invoice has this very amount; less sure when several have."),
    "zero_balance": N_("The customer’s balance comes back to zero: all before it is settled."),
    "combination": N_("Up to five open items add up to the payment, in one way alone."),
    "tolerance": N_("The difference is within the tolerance of the policy or a known discount."),
    "fifo": N_("The oldest invoices first: for ages alone, never for behaviour."),
    "inferred": N_("Open in one extraction, absent from the next: settled in between."),
}
_CONFIDENCE: Final = {
    "source": "1",
    "reference": "0.95 · 0.8",
    "amount": "0.85 · 0.6",
    "zero_balance": "0.8",
    "combination": "0.75 · 0.6",
    "tolerance": "0.7",
    "fifo": "0.3",
    "inferred": "0.6",
}


def cards(page: Page, view: MatchingView, block: MatchingBlock) -> None:
    """Draw four figures: received, attached, what behaviour relies on, what is left."""
    _, f, totals = page.words, page.formats, block.totals
    places = st.columns(4)
    with places[0]:
        metric(
            _("Cash received"),
            f.compact(totals["receipts_minor"], block.currency),
            note=_("to {date}").format(date=f.date(view.as_of)),
        )
    with places[1]:
        metric(
            _("Set against invoices"),
            _share(page, block, block.allocated_ratio),
            note=f.amount0(totals["allocated_minor"], block.currency),
        )
    with places[2]:
        metric(
            _("Relied on by behaviour"),
            _share(page, block, block.counted_ratio),
            about=_(
                "Settlements attached with at least the confidence of the policy ({share})."
            ).format(share=f.percent(view.min_confidence, 0)),
            note=_("behaviour computed on {share} of the cash").format(
                share=_share(page, block, block.counted_ratio)
            ),
        )
    with places[3]:
        count = len(block.receipts)
        metric(
            _("Not allocated"),
            f.compact(totals["unallocated_minor"], block.currency),
            note=_.ngettext("{n} settlement", "{n} settlements", count).format(n=f.integer(count)),
        )


def explanation(page: Page, view: MatchingView) -> None:
    """Draw what each rule does and how far it is trusted, in the order they are tried."""
    _ = page.words
    columns: list[tuple[str, Any]] = [
        (_("Rule"), "left"),
        (_("What it does"), "left"),
        (_("Confidence"), "right"),
    ]
    rows = [
        [label("match_rule", rule, page.style.language), _(words), _confidence(page, rule)]
        for rule, words in _EXPLAINED.items()
    ]
    heading(
        _("How settlements find their invoices"),
        _("Never across customers; below {share}, behaviour leaves it out").format(
            share=page.formats.percent(view.min_confidence, 0)
        ),
    )
    html_table(columns, rows, alt=_("How settlements find their invoices"))


def receipts(page: Page, block: MatchingBlock) -> None:
    """Draw the settlements that no invoice explains, the largest first; a tick opens the file."""
    _, f, rows = page.words, page.formats, block.receipts
    title = _.ngettext(
        "{n} settlement not allocated", "{n} settlements not allocated", len(rows)
    ).format(n=f.integer(len(rows)))
    with card(
        title,
        _("Cash received that is set against no invoice, {currency}").format(
            currency=block.currency
        ),
    ):
        if rows.empty:
            st.markdown(f":gray[{_('Every settlement is set against an invoice')}]")
            return
        bar = st.container(horizontal=True, vertical_alignment="center")

        def told(found: pd.DataFrame) -> pd.DataFrame:
            pairs = zip(found["number"], found["reference"], strict=True)
            return found.assign(label_text=[_piece(*pair) for pair in pairs])

        columns = [
            Column("name", _("Customer"), 220),
            Column("label_text", _("Piece and label"), 285),
            Column("issued_on", _("Received"), 92, f.date),
            Column("age_days", _("Age"), 70, f.days0),
            Column("amount_minor", _("Amount"), 115, f.amount, "currency"),
            Column("open_minor", _("Not allocated"), 115, f.amount, "currency"),
        ]
        ticked = grid(
            told(rows.head(SHOWN_ROWS)),
            columns,
            key=f"receipts_{block.currency}",
            select="single",
            height=320,
            alt=title,
        )
        cut_note(page, len(rows))
        with bar:
            customers.open_button(page, rows.iloc[ticked], f"receipt_open_{block.currency}")
            name = f"receipts_{block.currency}"
            list_button(page, name, title, columns, lambda: told(rows))


def proposals(page: Page, block: MatchingBlock) -> None:
    """Draw what may be accepted or refused; rows of one proposal go together."""
    _, f, rows = page.words, page.formats, block.proposals.reset_index(drop=True)
    count = int(rows["proposal_no"].nunique())
    title = _("No proposal to judge")
    if count:
        title = _.ngettext("{n} proposal to judge", "{n} proposals to judge", count).format(
            n=f.integer(count)
        )
    with card(
        title,
        _(
            "Not sure enough for behaviour: accept, it counts as certain; refuse, it is not offered again"
        ),
    ):
        if rows.empty:
            st.markdown(f":gray[{_('Nothing is proposed.')}]")
            return
        bar = st.container(horizontal=True, vertical_alignment="center")
        ticked = _proposal_grid(page, block, rows)
        cut_note(page, len(rows))
        chosen = rows[rows["proposal_no"].isin(rows["proposal_no"].iloc[ticked])]
        with bar:
            _proposal_buttons(page, chosen)
            list_button(
                page,
                f"proposals_{block.currency}",
                title,
                _proposal_columns(page),
                lambda: _proposals_told(page, rows),
            )


def decisions(page: Page, view: MatchingView) -> None:
    """Draw what was accepted and refused, each with its undo."""
    _, f = page.words, page.formats
    rows = view.decisions[
        (view.decisions["decision"] != "undone") & view.decisions["undoes"].isna()
    ]
    if rows.empty:
        return
    with card(_("Decisions"), _("Latest first; nothing is erased, an undo is a further entry")):
        for place, row in enumerate(_records(rows)[:_SHOWN]):
            left, right = st.columns([5, 1], vertical_alignment="center")
            with left, st.container(gap=None):
                said = _("accepted") if row["decision"] == "accepted" else _("refused by hand")
                state = f" · {_('undone')}" if row["is_undone"] else ""
                st.markdown(f"**{plain(row['name'])}** · {said}{state}")
                words = _("{credit} against {debit}, {amount}; {date} by {who}").format(
                    credit=row["credit_number"] or MISSING,
                    debit=row["debit_number"] or MISSING,
                    amount=_("all that both allow")
                    if pd.isna(row["amount_minor"])
                    else f.amount(row["amount_minor"], row["currency"]),
                    date=f.date_time(row["recorded_at"]),
                    who=row["recorded_by"],
                )
                st.markdown(small(plain(words)))
            with right:
                if not row["is_undone"]:
                    st.button(
                        _("Undo"),
                        icon=":material/undo:",
                        key=f"match_undo_{place}",
                        on_click=_undo,
                        args=(row["change_id"],),
                    )


def _share(page: Page, block: MatchingBlock, ratio: float | None) -> str:
    if ratio is None:
        return f"{MISSING} ({reason(page, block.ratio_reason)})"
    return share_words(ratio, page.style.language)


def _confidence(page: Page, rule: str) -> str:
    f = page.formats
    return " · ".join(f.percent(float(part), 0) for part in _CONFIDENCE[rule].split(" · "))


def _piece(number: Any, reference: Any) -> str:
    """Return a document's number and its label, whichever is there."""
    parts = [str(part) for part in (number, reference) if isinstance(part, str) and part]
    return " · ".join(dict.fromkeys(parts)) or MISSING


def _records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return rows.head(SHOWN_ROWS).to_dict("records")


def _proposal_grid(page: Page, block: MatchingBlock, rows: pd.DataFrame) -> list[int]:
    return grid(
        _proposals_told(page, rows.head(SHOWN_ROWS)),
        _proposal_columns(page),
        key=f"proposals_{block.currency}_{st.session_state.get(_ROUND, 0)}",
        select="multi",
        height=400,
        alt=page.words("Proposals to judge"),
    )


def _proposals_told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Return proposals with both pieces and the rule in words."""
    drawn = rows.to_dict("records")
    return rows.assign(
        credit_text=[_piece(row["credit_number"], row["credit_reference"]) for row in drawn],
        debit_text=[_piece(row["debit_number"], None) for row in drawn],
        rule_text=[_rule_text(page, row) for row in drawn],
    )


def _proposal_columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    return [
        Column("name", _("Customer"), 160),
        Column("credit_text", _("Settlement"), 170),
        Column("paid_on", _("Received"), 88, f.date),
        Column("debit_text", _("Invoice"), 98),
        Column("due_on", _("Due"), 88, f.date),
        Column("amount_minor", _("Amount"), 98, f.amount, "currency"),
        Column("rule_text", _("Rule"), 205),
    ]


def _rule_text(page: Page, row: dict[Any, Any]) -> str:
    """Return the rule of a proposal, and whether the book holds it already for ages alone."""
    words = rule_name(row["rule"], row["confidence"], page.style.language)
    return f"{words} · {page.words('in the book')}" if row["is_allocated"] else words


def _proposal_buttons(page: Page, chosen: pd.DataFrame) -> None:
    """Draw the two answers, each opening its confirmation."""
    _, f = page.words, page.formats
    count = int(chosen["proposal_no"].nunique())
    sums = sum_by_currency(chosen, "amount_minor")
    amount = " + ".join(f.amount(value, code) for code, value in sums.items())
    words = _("Tick the proposals to accept or refuse.")
    if count:
        words = _.ngettext("{n} ticked, {amount}", "{n} ticked, {amount}", count).format(
            n=f.integer(count), amount=amount
        )
    st.markdown(f"**{plain(words)}**", width="content")
    st.space("stretch")
    if st.button(_("Refuse"), disabled=not count, icon=":material/close:", key="match_refuse"):
        _confirm(page, chosen, "refused")
    if st.button(
        _("Accept"), type="primary", disabled=not count, icon=":material/check:", key="match_accept"
    ):
        _confirm(page, chosen, "accepted")


def _confirm(page: Page, chosen: pd.DataFrame, decision: Decision) -> None:
    _ = page.words
    title = _("Accept these settlements") if decision == "accepted" else _("Refuse these proposals")
    st.dialog(title, width="medium")(_body)(page, chosen, decision)


def _body(page: Page, chosen: pd.DataFrame, decision: Decision) -> None:
    """Draw what will be decided and the button that says it."""
    _, f = page.words, page.formats
    rows = [
        [
            str(row["name"]),
            _piece(row["credit_number"], None),
            _piece(row["debit_number"], None),
            f.amount(row["amount_minor"], row["currency"]),
        ]
        for row in _records(chosen)[:_SHOWN]
    ]
    if len(chosen) > _SHOWN:
        rest = chosen.iloc[_SHOWN:]
        sums = sum_by_currency(rest, "amount_minor")
        others = " + ".join(f.amount(value, code) for code, value in sums.items())
        rows.append([_("Others ({n})").format(n=f.integer(len(rest))), "", "", others])
    total = sum_by_currency(chosen, "amount_minor")
    columns: list[tuple[str, Any]] = [
        (_("Customer"), "left"),
        (_("Settlement"), "left"),
        (_("Invoice"), "left"),
        (_("Amount"), "right"),
    ]
    html_table(
        columns,
        rows,
        total=[
            _("Total"),
            "",
            "",
            " + ".join(f.amount(value, code) for code, value in total.items()),
        ],
        alt=_("What will change"),
    )
    st.markdown(small(_("Kept with the author and the time; can be undone.")))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), key="match_cancel"):
            st.rerun()
        count = len(chosen)
        words = (
            _.ngettext("Accept {n} settlement", "Accept {n} settlements", count)
            if decision == "accepted"
            else _.ngettext("Refuse {n} proposal", "Refuse {n} proposals", count)
        )
        if st.button(words.format(n=f.integer(count)), type="primary", key="match_save"):
            _save(page, chosen, decision)


def _save(page: Page, chosen: pd.DataFrame, decision: Decision) -> None:
    found = [
        MatchDecision(
            company_id=row["company_id"],
            debit_document_id=row["debit_document_id"],
            credit_document_id=row["credit_document_id"],
            amount_minor=int(row["amount_minor"]),
            rule=row["rule"],
            decision=decision,
        )
        for row in chosen.to_dict("records")
    ]
    try:
        workspace().decide_matches(found, author())
    except UserError as error:
        st.error(plain(error_sentence(error, language())))
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.toast(page.words("Saved."))
    st.rerun()


def _undo(change_id: str) -> None:
    try:
        workspace().undo_match(change_id, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())))
