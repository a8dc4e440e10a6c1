"""Limits of a file that contradict limits fixed by hand: shown, and asked about, before loading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import formats, translator
from arlib.i18n.labels import label
from arlib.ui import importing
from arlib.ui.session import language
from arlib.ui.tables import html_table
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from arlib.model.files import LimitConflict
    from arlib.ui.importing import Part

_SHOWN: Final = 20


def table(part: Part) -> None:
    """Draw each limit fixed by hand (who, when) beside that of the file."""
    _, f, found = translator(language()), formats(language()), part.result.limits
    columns: list[tuple[str, Any]] = [
        (_("For whom"), "left"),
        (_("Source"), "left"),
        (_("Fixed by hand"), "right"),
        (_("By whom, when"), "left"),
        (_("In the file"), "right"),
        (_("From"), "left"),
    ]
    rows = [_row(item) for item in found[:_SHOWN]]
    if len(found) > _SHOWN:
        rows.append([_("Others ({n})").format(n=f.integer(len(found) - _SHOWN)), *[""] * 5])
    html_table(columns, rows, alt=_("Limits that contradict those fixed by hand"))


def buttons(part: Part, place: int) -> None:
    """Draw the two answers."""
    _ = translator(language())
    _answer(part, _("Keep mine"), f"keep_limits_{place}", "keep")
    _answer(part, _("Take those of the file"), f"take_limits_{place}", "take")


def decided(part: Part, place: int) -> None:
    """Say which were chosen, with the other answer at hand."""
    _, count = translator(language()), len(part.result.limits)
    is_kept = any(issue.code == "limit_kept" for issue in part.result.parsed.issues)
    words = (
        _.ngettext("{n} limit fixed by hand stands.", "{n} limits fixed by hand stand.", count)
        if is_kept
        else _.ngettext(
            "{n} limit of the file replaces one fixed by hand.",
            "{n} limits of the file replace some fixed by hand.",
            count,
        )
    )
    told = words.format(n=formats(language()).integer(count))
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/speed: {plain(told)}")
        if is_kept:
            _answer(part, _("Take those of the file"), f"take_limits_{place}", "take")
        else:
            _answer(part, _("Keep mine"), f"keep_limits_{place}", "keep")


def _answer(part: Part, words: str, key: str, answer: str) -> None:
    st.button(
        words, key=key, on_click=importing.decide, args=(part.key,), kwargs={"limits": answer}
    )


def _row(item: LimitConflict) -> list[str]:
    _, f = translator(language()), formats(language())
    who = item.scope_id or label("limit_scope", item.scope, language())
    none = _("removed")
    return [
        who,
        label("source", item.source, language()),
        none if item.before_minor is None else f.amount(item.before_minor, item.before_currency),
        f"{item.by}, {f.date_time(item.at)}",
        none if item.after_minor is None else f.amount(item.after_minor, item.currency),
        f.date(item.valid_from),
    ]
