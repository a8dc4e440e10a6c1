"""What a limit is made of, as typed: amount read by our own parser, currency, source, dates, reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import SOURCES, label
from arlib.model.issues import UserError
from arlib.model.money import decimals, to_major
from arlib.ui.numbers import number_box, read_number
from arlib.ui.session import language
from arlib.ui.texts import plain, small
from arlib.workspace import LimitChange, parse_amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from arlib.ui.frame import Page

FIELDS: Final = (
    "amount", "currency", "source", "from", "to", "reason", "remove", "refused", "cover", "checked",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """One limit to fix: for whom, and what it is now (None: no limit in force)."""

    company_id: str
    scope: str
    scope_id: str | None
    name: str
    amount_minor: int | None = None
    currency: str | None = None
    source: str | None = None
    valid_to: date | None = None
    cover_ratio: float | None = None

    @property
    def has_limit(self) -> bool:
        """Return True when a limit of its own is in force."""
        return self.amount_minor is not None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was typed: the new amount (None removes the limit), its currency, source and dates."""

    amount_minor: int | None
    currency: str
    source: str
    valid_from: date | None
    valid_to: date | None
    reason: str
    is_refused: bool = False
    cover_ratio: float | None = None

    def change(self, target: Target, **seen: Any) -> LimitChange:
        """Return the change that the proposal makes of one limit; ``seen``: what stood before."""
        return LimitChange(
            company_id=target.company_id,
            scope=target.scope,
            scope_id=target.scope_id,
            amount_minor=self.amount_minor,
            currency=self.currency,
            source=self.source,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            cover_ratio=self.cover_ratio,
            reason=self.reason or None,
            is_refused=self.is_refused,
            **seen,
        )


def forget(prefix: str) -> None:
    """Empty the fields: a form begins with what is now, not with what was typed for another."""
    for name in FIELDS:
        st.session_state.pop(f"{prefix}_{name}", None)


def fields(page: Page, prefix: str, targets: Sequence[Target]) -> Proposal | None:
    """Draw the fields, filled in with the limit of a target alone; None while it cannot be saved."""
    speaks = language()
    _ = page.words
    known = targets[0] if len(targets) == 1 else None
    source = known.source if known and known.source in SOURCES else "internal"
    first, second = st.columns([1.2, 1, 1.4]), st.columns([1, 1, 1.4])
    with first[2]:
        source = st.selectbox(
            _("Origin"),
            list(SOURCES),
            index=list(SOURCES).index(source),
            format_func=lambda code: label("source", code, speaks),
            key=f"{prefix}_source",
        )
    with first[1]:
        currency = st.selectbox(
            _("Currency"),
            currencies(page, (item.currency for item in targets)),
            key=f"{prefix}_currency",
        )
    with first[0]:
        text = st.text_input(_("Amount"), value=_written(page, known), key=f"{prefix}_amount")
    with second[0]:
        start = st.date_input(
            _("Valid from"),
            value=page.selection.as_of,
            format="DD/MM/YYYY",
            key=f"{prefix}_from",
        )
    with second[1]:
        end = st.date_input(
            _("Valid to (included)"),
            value=_still(page, known),
            format="DD/MM/YYYY",
            key=f"{prefix}_to",
        )
    with second[2]:
        reason = st.text_input(_("Reason"), key=f"{prefix}_reason")
    hint = _("Amount: 1 234.56 or 1234.56. Zero: no credit. Tick below to remove the limit.")
    st.markdown(small(plain(hint)))
    is_refused, cover, wrong = False, None, None
    if source == "insurer":
        try:
            is_refused, cover = _insurer(page, prefix, known)
        except UserError as error:
            wrong = error
    is_removed = st.checkbox(
        _("Remove the limit"), key=f"{prefix}_remove", disabled=is_refused
    ) and not is_refused  # fmt: skip
    amount = None
    if wrong is not None:
        st.error(plain(error_sentence(wrong, language())), icon=":material/error:")
        return None
    if not is_removed and not is_refused:
        amount = _amount(text, currency)
        if amount is None:
            return None
    if end is not None and start is not None and end < start:
        _say("limit_dates")
        return None
    return Proposal(amount, currency, source, start, end, reason.strip(), is_refused, cover)


def currencies(page: Page, first: Iterable[str | None]) -> list[str]:
    """Return the currencies to choose from: those of the limits, then of the book."""
    return list(dict.fromkeys([*(code for code in first if code), *page.info.currencies]))


def as_frame(changes: Sequence[LimitChange]) -> pd.DataFrame:
    """Return changes as the preview reads them (``limit_preview.NEEDED``)."""
    columns = (
        "company_id", "scope", "scope_id", "source", "amount_minor", "currency", "valid_from",
        "valid_to", "is_refused", "cover_ratio",
    )  # fmt: skip
    frame = pd.DataFrame(
        {name: [getattr(change, name) for change in changes] for name in columns}
    ).astype({"amount_minor": "Int64", "is_refused": bool})
    for name in ("valid_from", "valid_to"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


def _insurer(page: Page, prefix: str, known: Target | None) -> tuple[bool, float | None]:
    """Draw what only an insurer's limit has: a refusal, the share covered.

    Raises:
        UserError: ``number_unreadable``, ``number_out_of_range``.
    """
    _ = page.words
    left, right = st.columns([1, 1.4], vertical_alignment="bottom")
    with left:
        cover = known.cover_ratio if known else None
        typed = number_box(
            _("Covered share (%)"),
            None if cover is None else round(cover * 100, 4),
            key=f"{prefix}_cover",
        )
    with right:
        is_refused = st.checkbox(_("The insurer refused"), key=f"{prefix}_refused")
    share = read_number(typed, most=100.0)
    return is_refused, None if share is None else round(share / 100, 8)


def _amount(text: str, currency: str) -> int | None:
    """Return the amount typed, None (and say why) when it cannot be read for certain."""
    if not text.strip():
        return None
    amount = parse_amount(text, currency)
    if amount is None:
        _say("limit_amount_unreadable", value=text)
    elif amount < 0:
        _say("limit_amount_negative", value=text)
        return None
    return amount


def _say(code: str, **values: object) -> None:
    st.error(plain(error_sentence(UserError(code, **values), language())))


def _written(page: Page, known: Target | None) -> str:
    """Return the amount of the limit as one would type it."""
    if known is None or known.amount_minor is None or known.currency is None:
        return ""
    digits = decimals(known.currency)
    major = to_major(known.amount_minor, known.currency)
    return page.formats.decimal(major, digits) if digits else str(major)


def _still(page: Page, known: Target | None) -> date | None:
    """Return the last day of the limit when it is not over yet."""
    if known is None or known.valid_to is None or known.valid_to < page.selection.as_of:
        return None
    return known.valid_to
