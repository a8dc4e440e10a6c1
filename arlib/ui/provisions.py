"""Blocks of the provisions page: the matrix, the candidates, what moved, proposed entries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.formats import is_missing
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import bucket_label
from arlib.i18n.provisions import (
    STANDINGS,
    STEPS,
    base_words,
    evidence,
    method_words,
    total_title,
)
from arlib.model.issues import UserError
from arlib.ui import cache, customers, provision_decisions
from arlib.ui.cards import heading, metric
from arlib.ui.download import list_button
from arlib.ui.frame import companies_words, reason
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small
from arlib.views.common import previous_closing

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.provisions import ProvisionsBlock, ProvisionsView

_ROWS: Final = 420


def read(page: Page) -> ProvisionsView | None:
    """Return provisions against the closing chosen; None, once the reason is said, when there are none."""
    as_of = page.selection.as_of
    firsts = [item.first_as_of for item in page.info.companies if item.first_as_of]
    closing = previous_closing(as_of)
    chosen: date | None = st.date_input(
        page.words("Last closing"),
        value=closing,
        min_value=min([*firsts, closing]),
        max_value=as_of - timedelta(days=1),
        format="DD/MM/YYYY",
        key=f"provisions_since_{as_of.isoformat()}",
        width=180,
    )
    since = None if chosen in (None, closing) else chosen
    try:
        return cache.provisions(page.selection, since=since)
    except UserError as error:
        st.error(error_sentence(error, page.style.language), icon=":material/error:")
        return None


def cards(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> None:
    """Draw the total, what the insurer would pay of it, what is proposed claim by claim."""
    _, f = page.words, page.formats
    found, code = block.provision, block.currency
    places = st.columns(4)
    with places[0]:
        metric(
            total_title(found.rates.measure, view.buckets, page.style.language),
            MISSING if found.total_minor is None else f.compact(found.total_minor, code),
            note=_total_note(page, view, block),
        )
    with places[1]:
        insured = found.insured_minor
        net = ""
        if insured is not None and found.total_minor is not None:
            net = _("net of cover: {amount}").format(
                amount=f.compact(found.total_minor - insured, code)
            )
        metric(
            _("Of it, insured"),
            MISSING if insured is None else f.compact(insured, code),
            note=net or _("nobody is insured in the files"),
            about=_(
                "Shown apart: it is deducted only when the cover is part of the terms of the sale."
            ),
        )
    with places[2]:
        count = len(block.with_event)
        words = _.ngettext("{n} candidate with an event", "{n} candidates with an event", count)
        metric(
            _("Depreciation to justify"),
            MISSING if block.proposed_minor is None else f.compact(block.proposed_minor, code),
            note=words.format(n=f.integer(count)),
            about=_("Excl. VAT, by the percentages of the policy: a proposal, never booked."),
        )
    with places[3]:
        metric(
            _("Late and nothing else"),
            MISSING if block.lateness_minor is None else f.compact(block.lateness_minor, code),
            note=_("VAT not known: excl. VAT is not known")
            if block.lateness_minor is None
            else _("not enough to depreciate: look for an event"),
            about=_("What the same percentages would give for claims that are only late."),
        )


def _total_note(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> str:
    found = block.provision
    if found.total_minor is None:
        return reason(page, found.total_reason)
    return page.words("base {base}, {amount}").format(
        base=base_words(view.base, page.style.language),
        amount=page.formats.compact(int(found.matrix["base_minor"].sum()), block.currency),
    )


def notes(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> None:
    """Say where the rates come from and what deserves a doubt."""
    _, f = page.words, page.formats
    found, code = block.provision, block.currency
    rates = found.rates
    said = [
        method_words(
            rates.method,
            (rates.first_on, rates.last_on),
            (view.base, view.factor, view.loss_ratio),
            page.style.language,
        )
    ]
    if rates.measure != "loss":
        said.append(
            _(
                "No loss is known: these are not losses but what is expected to stay unpaid beyond {days} days. Fill in the loss on the last bucket to have one."
            ).format(days=view.buckets[-1])
        )
    if found.doubtful_minor:
        said.append(
            _("Assessed one by one and out of the matrix (account 416): {amount}.").format(
                amount=f.amount0(found.doubtful_minor, code)
            )
        )
    if found.intercompany_minor:
        said.append(
            _("Of it, companies of our own group: {amount}.").format(
                amount=f.amount0(found.intercompany_minor, code)
            )
        )
    if view.left_out:
        said.append(
            _("Ledger without lettering, left out: {names}.").format(
                names=companies_words(page, view.left_out)
            )
        )
    st.markdown(small(plain(" ".join(said))))
    for words in _warnings(page, view, block):
        st.markdown(f":orange[:material/warning: {plain(words)}]")


def _warnings(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> list[str]:
    _, f = page.words, page.formats
    found = block.provision
    said = []
    if not found.rates.is_monotone:
        said.append(_("A rate falls with age: rates should never fall, check them."))
    if found.no_tax_minor:
        amount = f.amount0(found.no_tax_minor, block.currency)
        words = _("VAT not known on {amount}: counted incl. VAT.")
        if view.vat_ratio:
            words = _("VAT not known on {amount}: counted at the rate of the policy.")
        said.append(words.format(amount=amount))
    return said


def matrix(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> None:
    """Draw the matrix: open, base, rate, loss and movement by bucket."""
    _, f, language = page.words, page.formats, page.style.language
    found, code = block.provision, block.currency
    heading(
        _("Open debits × rate, bucket by bucket"),
        _("Credits are not deducted; movement since {date}").format(date=f.date(view.since)),
    )
    title = total_title(found.rates.measure, view.buckets, language)
    columns: list[tuple[str, Any]] = [
        (_("Bucket"), "left"),
        (_("Open, incl. VAT"), "right"),
        (_("Base {base}").format(base=base_words(view.base, language)), "right"),
        (_("Rate"), "right"),
        (title, "right"),
        *((words, "right") for words in _moves(page, found.rates.measure)),
    ]

    def amount(value: Any) -> str:
        return MISSING if is_missing(value) else f.amount0(int(value), code)

    moves = block.movement
    nothing = [MISSING] * len(found.matrix)
    charges = nothing if moves is None else [amount(value) for value in moves["charge_minor"]]
    reversals = nothing if moves is None else [amount(value) for value in moves["reversal_minor"]]
    rows = [
        [
            bucket_label(row["bucket"], language),
            amount(row["open_minor"]),
            amount(row["base_minor"]),
            f.percent(row["rate_ratio"], 2),
            amount(row["loss_minor"]),
            charge,
            reversal,
        ]
        for row, charge, reversal in zip(
            found.matrix.to_dict("records"), charges, reversals, strict=True
        )
    ]
    has_sum = moves is not None and not moves["charge_minor"].isna().any()
    total = [
        _("Total"),
        amount(found.open_minor),
        amount(found.matrix["base_minor"].sum()),
        "",
        amount(found.total_minor),
        amount(moves["charge_minor"].sum()) if moves is not None and has_sum else MISSING,
        amount(moves["reversal_minor"].sum()) if moves is not None and has_sum else MISSING,
    ]
    html_table(columns, rows, total=total, alt=_("Open debits × rate, bucket by bucket"))
    drawn = [
        Column("bucket_text", _("Bucket"), 100),
        Column("open_minor", _("Open, incl. VAT"), 120, f.amount, "currency"),
        Column(
            "base_minor",
            _("Base {base}").format(base=base_words(view.base, language)),
            120,
            f.amount,
            "currency",
        ),
        Column("own_rate_ratio", _("Rate before the factor"), 100, f.percent),
        Column("rate_ratio", _("Rate"), 100, f.percent),
        Column("loss_minor", title, 120, f.amount, "currency"),
    ]
    rows_of = found.matrix.assign(
        currency=code, bucket_text=[bucket_label(name, language) for name in found.matrix["bucket"]]
    )
    list_button(page, f"provisions_matrix {code}", _("Provision matrix"), drawn, rows_of)


def _moves(page: Page, measure: str) -> tuple[str, str]:
    """Return the titles of more and less: what is no loss is neither charged nor reversed."""
    _ = page.words
    return (_("Charge"), _("Reversal")) if measure == "loss" else (_("Rise"), _("Fall"))


def candidates(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> None:
    """Draw the claims to look at, with the evidence and what would be proposed."""
    _, f, code = page.words, page.formats, block.currency
    rows = block.candidates
    ages = ", ".join(
        _("> {days}: {share}").format(days=f.days0(age), share=f.percent(share, 0))
        for age, share in view.ages
    )
    title = _.ngettext(
        "{n} claim to look at, {events} with an event",
        "{n} claims to look at, {events} with an event",
        len(rows),
    ).format(n=f.integer(len(rows)), events=f.integer(len(block.with_event)))
    heading(
        title,
        _(
            "Candidates, to be justified one by one: being late is never enough. Percentages by age, a convention of the policy: {ages}"
        ).format(ages=ages or _("none")),
    )
    if rows.empty:
        st.markdown(
            small(plain(_("No claim is old enough, in dispute, returned or in account 416.")))
        )
        return
    columns = [
        Column("standing_text", _("Ground"), 150),
        Column("name", _("Customer"), 150),
        Column("number", _("Document"), 88),
        Column("days_late", _("Days late"), 94, f.days0),
        Column("open_minor", _("Open, incl. VAT"), 92, f.amount0, "currency"),
        Column("ht_minor", _("Excl. VAT"), 68, f.amount0, "currency"),
        Column("proposed_ratio", _("Percentage"), 86, f.percent),
        Column("proposed_minor", _("Proposed"), 74, f.amount0, "currency"),
        Column("retained_minor", _("Retained"), 104, f.amount0, "currency"),
        Column("evidence", _("What is known"), 420),
        Column(
            "vat_by",
            _("VAT to claim by"),
            110,
            f.date,
            about=_("31 December of the second year after the judgment that opens a liquidation."),
        ),
        Column(
            "limitation_on",
            _("Limitation (estimate)"),
            110,
            f.date,
            about=_(
                "Five years after delivery, else the invoice, between professionals; what interrupts it is not known here."
            ),
        ),
    ]

    def told(found: pd.DataFrame) -> pd.DataFrame:
        return found.assign(
            standing_text=[_(STANDINGS[word]) for word in found["standing"]],
            evidence=[evidence(row, page.style.language) for row in found.to_dict("records")],
            decided=provision_decisions.told(page, found),
        )

    if block.decided:
        columns.insert(8, Column("decided", _("Decision"), 260))
    if block.no_tax_minor:
        columns.insert(
            8, Column("proposed_ttc_minor", _("On incl. VAT, too high"), 120, f.amount0, "currency")
        )
        words = _(
            "VAT not known on {amount}: excl. VAT is not known, nothing is proposed there; the column on incl. VAT is too high by the VAT and summed nowhere. Fill in a VAT rate in the choices of the matrix."
        )
        amount = f.amount0(block.no_tax_minor, code)
        st.markdown(f":orange[:material/warning: {plain(words.format(amount=amount))}]")
    shown = told(rows.head(SHOWN_ROWS))
    ticked = grid(
        shown,
        columns,
        key=f"provisions_candidates_{code}",
        select="single",
        height=_ROWS,
        alt=title,
    )
    cut_note(page, len(rows))
    with st.container(horizontal=True):
        provision_decisions.buttons(page, shown.iloc[ticked])
        customers.open_button(page, shown.iloc[ticked], "provisions_open")
        list_button(
            page,
            f"provisions_candidates {code}",
            _("Candidates for depreciation"),
            columns,
            lambda: told(rows),
        )


def movement(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> None:
    """Draw what is proposed claim by claim against the closing."""
    _, f, code = page.words, page.formats, block.currency
    rows = block.claim_moves
    charge, reversal = (int(rows[f"{name}_minor"].sum()) for name in ("charge", "reversal"))
    heading(
        _("Claim by claim: {charge} more, {reversal} less").format(
            charge=f.compact(charge, code), reversal=f.compact(reversal, code)
        ),
        _("Retained now against {date}, excl. VAT; claims with an event or accepted").format(
            date=f.date(view.since)
        )
        if view.has_movement
        else _("The book does not go back to {date}: all that is proposed is new").format(
            date=f.date(view.since)
        ),
    )
    columns = [
        Column("name", _("Customer"), 170),
        Column("number", _("Document"), 100),
        Column("before_minor", _("Before"), 100, f.amount0, "currency"),
        Column("now_minor", _("Now"), 100, f.amount0, "currency"),
        Column("charge_minor", _("Charge"), 100, f.amount0, "currency"),
        Column("reversal_minor", _("Reversal"), 100, f.amount0, "currency"),
    ]
    if rows.empty:
        st.markdown(small(plain(_("No claim is retained, now or at that closing."))))
    else:
        grid(rows, columns, key=f"provisions_moves_{code}", height=260, alt=_("Movement by claim"))
        cut_note(page, len(rows))
        list_button(page, f"provisions_moves {code}", _("Movement by claim"), columns, rows)
    provision_decisions.openings(page, view, block)


def entries(page: Page, view: ProvisionsView, block: ProvisionsBlock) -> None:
    """Draw proposed entries, a list to take away: nothing is booked."""
    del view
    _, f, code = page.words, page.formats, block.currency
    rows = block.entries
    basis = _(
        "Claims with an event or accepted. Depreciation moves from what the last closing would have retained, not from your account 491: type its balance above"
    )
    if len(block.openings):
        basis = _(
            "Claims with an event or accepted. Depreciation moves from the balance typed of account 491, in one line a company"
        )
    heading(_("Proposed entries, nothing is booked"), basis)
    columns = [
        Column("step_text", _("Entry"), 190),
        Column("account", _("Account"), 70),
        Column("name", _("Customer"), 170),
        Column("number", _("Document"), 100),
        Column("debit_minor", _("Debit"), 100, f.amount, "currency"),
        Column("credit_minor", _("Credit"), 100, f.amount, "currency"),
    ]

    if rows.empty:
        st.markdown(small(plain(_("No claim is retained: there is no entry to propose."))))
        return

    def told(found: pd.DataFrame) -> pd.DataFrame:
        return found.assign(step_text=[_(STEPS[step]) for step in found["step"]])

    grid(
        told(rows.head(SHOWN_ROWS)),
        columns,
        key=f"provisions_entries_{code}",
        height=260,
        alt=_("Proposed entries, nothing is booked"),
    )
    cut_note(page, len(rows))
    list_button(
        page, f"provisions_entries {code}", _("Proposed entries"), columns, lambda: told(rows)
    )


def law(page: Page) -> None:
    """Draw what the law asks for, as information."""
    _ = page.words
    with st.expander(_("What the law asks for (information, not advice)")):
        for words in (
            _(
                "A depreciation is deductible when the loss is precise, probable and follows from events under way at the closing, and is booked (CGI, art. 39-1-5; BOI-BIC-PROV-40-20). Non-payment at the due date, or a flat rate, is not enough."
            ),
            _(
                "VAT of an unpaid invoice is claimed back once it is definitely irrecoverable, or from the judgment that opens a liquidation, with a corrective invoice sent to the customer, by 31 December of the second year after the event (CGI, art. 272-1). Nothing to claim where VAT is due on collection."
            ),
            _(
                "Wording of the corrective invoice: unpaid for the net price and for its VAT, which cannot be deducted (article 272 of the CGI)."
            ),
            _(
                "Between professionals a claim is barred after five years (Code de commerce, art. L.110-4); against a consumer, after two."
            ),
            _(
                "A claim you accept as doubtful is moved to account 416 in your accounts; the next import then takes its customer out of the matrix."
            ),
        ):
            st.markdown(f"- {plain(words)}")
