"""The one row of controls that drives every page: date, company, category, owner, sector, search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.i18n import N_, formats, translator
from arlib.model.portfolio import Filters
from arlib.ui import cache
from arlib.ui.session import language
from arlib.ui.texts import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from arlib.model.portfolio import BookInfo

_FIELDS: Final = {
    "category": (N_("Category"), N_("All categories")),
    "owner": (N_("Owner"), N_("All owners")),
    "sector": (N_("Sector"), N_("All sectors")),
}
_KEYS: Final = {
    name: f"filter_{name}" for name in ("company", "category", "owner", "sector", "search")
}
_DATE: Final = "as_of"
_KNOWN: Final = "known_then"


@dataclass(frozen=True, slots=True)
class Selection:
    """What every page is asked for: a date and filters."""

    as_of: date
    filters: Filters


def current(info: BookInfo) -> Selection:
    """Return the selection of the session, the book's default date at first.

    A date the book cannot answer (an import was undone) falls back to the default one.
    """
    state = st.session_state
    as_of = state.get(_DATE)
    if as_of is None or (info.first_as_of and as_of < info.first_as_of):
        as_of = info.default_as_of
    company = state.get(_KEYS["company"])
    known = {item.company_id for item in info.companies} if len(info.companies) > 1 else set()
    filters = Filters(
        company_id=company if company in known else None,
        category=state.get(_KEYS["category"]) or None,
        owner=state.get(_KEYS["owner"]) or None,
        sector=state.get(_KEYS["sector"]) or None,
        search=(state.get(_KEYS["search"]) or "").strip() or None,
        knowledge="known_then" if state.get(_KNOWN) else "restated",
    )
    return Selection(as_of, filters)  # type: ignore[arg-type]  # never asked of an empty book


def header(info: BookInfo) -> None:
    """Draw the as-of date, what was known then or is now, and the company, right of the title."""
    _ = translator(language())
    state = st.session_state
    state[_DATE] = current(info).as_of
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.markdown(f":small[:gray[{_('As of')}]]", width="content")
        st.date_input(
            _("As-of date"),
            key=_DATE,
            min_value=info.first_as_of,
            max_value=_last_day(info),
            format="DD/MM/YYYY",
            label_visibility="collapsed",
            width=136,
            persist_state="session",
        )
        st.toggle(
            _("As known then"),
            key=_KNOWN,
            width="content",
            persist_state="session",
        )
        _company(info)


def row(info: BookInfo, last: Callable[[], None] | None = None) -> None:
    """Draw the filters in one row; a list without values is greyed; ``last`` draws at its end."""
    _ = translator(language())
    choices = cache.filter_choices(info.data_version)
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, (title, everything) in _FIELDS.items():
            _drop_unknown(_KEYS[name], choices[name])
            st.selectbox(
                _(title),
                ["", *choices[name]],
                format_func=partial(_choice, _(everything)),
                key=_KEYS[name],
                disabled=not choices[name],
                label_visibility="collapsed",
                width=172,
                persist_state="session",
            )
        st.text_input(
            _("Search"),
            key=_KEYS["search"],
            placeholder=_("Customer or invoice number"),
            icon=":material/search:",
            label_visibility="collapsed",
            width=236,
            persist_state="session",
        )
        if last is not None:
            st.space("stretch")
            last()
    _active(info)


def describe(selection: Selection, info: BookInfo) -> list[str]:
    """Return the active filters in words, for a page or a report (not escaped)."""
    _ = translator(language())
    filters = selection.filters
    found = []
    names = {item.company_id: item.name for item in info.companies}
    if filters.company_id:
        found.append(_("company {value}").format(value=names.get(filters.company_id)))
    for words, value in (
        (_("category {value}"), filters.category),
        (_("owner {value}"), filters.owner),
        (_("sector {value}"), filters.sector),
        (_("search “{value}”"), filters.search),
    ):
        if value:
            found.append(words.format(value=value))
    if filters.knowledge == "known_then":
        found.append(_("as it was known then"))
    return found


def clear() -> None:
    """Forget every filter; the date stays."""
    for key in _KEYS.values():
        st.session_state[key] = ""


def _active(info: BookInfo) -> None:
    """Say what is filtered, with a way out."""
    _ = translator(language())
    chosen = current(info)
    # the switch shows itself: it is described in reports, not repeated here
    shown = replace(chosen, filters=replace(chosen.filters, knowledge="restated"))
    active = describe(shown, info)
    if not active:
        return
    words = plain(_("Filtered: {filters}").format(filters=", ".join(active)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":orange-badge[:material/filter_alt: {words}]", width="content")
        st.button(_("Show all"), on_click=clear, type="tertiary", icon=":material/close:")


def _company(info: BookInfo) -> None:
    _ = translator(language())
    names = {item.company_id: item.name for item in info.companies}
    everything = _("All companies ({n})").format(n=formats(language()).integer(len(names)))
    options = ["", *names] if len(names) > 1 else list(names)
    _drop_unknown(_KEYS["company"], list(names))
    st.selectbox(
        _("Company"),
        options,
        format_func=lambda key: names[key] if key else everything,
        key=_KEYS["company"],
        label_visibility="collapsed",
        width=200,
        persist_state="session",
    )


def _choice(everything: str, value: str) -> str:
    return value or everything


def _drop_unknown(key: str, known: list[str]) -> None:
    """Forget a choice that the book does not offer any more; say it again in a new language."""
    if st.session_state.get(key, "") not in ("", *known):
        del st.session_state[key]
    said = f"{key}_said_in"
    if st.session_state.get(said, language()) != language():
        # a box shows the words it was drawn with until its value is set anew
        st.session_state[key] = st.session_state.get(key, "")
    st.session_state[said] = language()


def _last_day(info: BookInfo) -> date | None:
    """Return the last day offered: items go on ageing after the data, so one year beyond."""
    last = info.last_date or info.default_as_of
    return last.replace(year=last.year + 1, day=min(last.day, 28)) if last else None
