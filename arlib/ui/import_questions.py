"""What a file asks before it is loaded, and what the user may correct of its reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import N_, formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.issues import issue_sentence
from arlib.i18n.labels import FORMATS, label
from arlib.ui import import_limits, importing, mapping_form
from arlib.ui.session import language, workspace
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.importing import Draft, Part

_ORDERS: Final = {
    "": N_("As the file shows"),
    "day_first": N_("Day first (31/12)"),
    "month_first": N_("Month first (12/31)"),
}


def password(part: Part, place: int) -> None:
    """Ask the password of a protected workbook; it is kept in memory for the reading alone."""
    _, refusal = translator(language()), part.result.parsed.refusal
    with st.container(border=True):
        if refusal is not None:
            st.warning(plain(issue_sentence(refusal, language())), icon=":material/lock:")
        with (
            st.form(f"password_form_{place}", border=False),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            given = st.text_input(
                _("Password of the workbook"),
                type="password",
                key=f"password_{place}",
                width=320,
                autocomplete="off",
            )
            is_sent = st.form_submit_button(
                _("Open the workbook"), type="primary", icon=":material/lock_open:"
            )
        st.markdown(small(_("Used to read the file, never stored.")))
    if is_sent and given:
        importing.read_again(part.owner, password=given)
        st.rerun()


def choices(part: Part, place: int, *, is_added: bool = False) -> None:
    """Draw the question of a part and one button an answer: overlap, order of dates, a doubt.

    ``is_added``: the user chose to keep the earlier imports of the same kind beside this one.
    """
    _, result = translator(language()), part.result
    if result.status == "unchanged":
        st.info(
            _("This file is already in the book: importing it again changes nothing."),
            icon=":material/check_circle:",
        )
    if result.supersedes:
        count = len(result.supersedes)
        words = _.ngettext(
            "It replaces {n} earlier import over the same period.",
            "It replaces {n} earlier imports over the same period.",
            count,
        )
        with st.container(border=True):
            st.info(words.format(n=formats(language()).integer(count)), icon=":material/layers:")
            _decision(_("Add it without replacing"), part, f"add_{place}", replace="add")
    elif is_added:
        with st.container(border=True):
            st.info(_("It is added beside the earlier imports."), icon=":material/layers:")
            _decision(_("Replace the earlier imports"), part, f"auto_{place}", replace="auto")
    if result.status == "imported" and result.limits:
        import_limits.decided(part, place)
    problem = result.reason or result.parsed.doubt
    if result.status != "refused" or problem is None:
        return
    with st.container(border=True):
        st.warning(plain(issue_sentence(problem, language())), icon=":material/help:")
        if part.question == "limits":
            import_limits.table(part)
        with st.container(horizontal=True):
            _buttons(part, place)


def assumptions(part: Part, place: int) -> None:
    """Draw what had to be assumed (company, extraction date, terms), each to be put right here."""
    _, parsed = translator(language()), part.result.parsed
    codes = {issue.code: issue for issue in parsed.issues}
    asked = [code for code in _ASKED if code in codes]
    if not asked:
        return
    with st.container(border=True):
        for code in asked:
            left, right = st.columns([2.2, 1], vertical_alignment="center")
            with left:
                sentence = plain(issue_sentence(codes[code], language()))
                st.markdown(f":orange[:material/help:] {sentence}")
            with right:
                _ASKED[code](part, place)


def corrections(draft: Draft, part: Part, place: int) -> None:
    """Draw what the user may put right of the reading, folded in a button."""
    _ = translator(language())
    with st.container(horizontal=True):
        with (
            st.popover(_("Correct the reading"), icon=":material/edit:"),
            st.form(f"reading_{place}", border=False),
        ):
            answer = _reading_fields(draft, part, place)
            if st.form_submit_button(_("Read the file this way"), type="primary"):
                importing.read_again(part.owner, **answer)
                st.rerun()
        if part.result.parsed.mapping is not None:
            st.button(
                _("Correct the columns"),
                icon=":material/view_column:",
                key=f"columns_{place}",
                on_click=mapping_form.want,
                args=(part,),
            )


def _buttons(part: Part, place: int) -> None:
    """Draw the answers to the question of a part."""
    _, result = translator(language()), part.result
    if part.question == "choice":
        _decision(_("Replace the other file"), part, f"replace_{place}", replace="replace")
        _decision(
            _("Complete it (due dates, terms, disputes)"),
            part,
            f"complete_{place}",
            replace="complete",
        )
    elif part.question == "limits":
        import_limits.buttons(part, place)
    elif part.question == "dates":
        _reading(_("Day first (31/12)"), part, f"day_{place}", date_order="day_first")
        _reading(_("Month first (12/31)"), part, f"month_{place}", date_order="month_first")
    if result.parsed.doubt is not None and part.question in ("dates", "doubt"):
        _decision(_("Import it all the same"), part, f"accept_{place}", accept_doubtful=True)


def _decision(words: str, part: Part, key: str, **said: Any) -> None:
    st.button(words, key=key, on_click=importing.decide, args=(part.key,), kwargs=said)


def _reading(words: str, part: Part, key: str, **said: Any) -> None:
    st.button(words, key=key, on_click=importing.read_again, args=(part.owner,), kwargs=said)


def _ask_date(part: Part, place: int) -> None:
    _, key = translator(language()), f"extracted_{place}"
    st.date_input(
        _("Extraction date"),
        value=part.result.parsed.extracted_on,
        format="DD/MM/YYYY",
        key=key,
        on_change=_answered,
        args=(part.owner, "extracted_on", key),
    )


def _ask_company(part: Part, place: int) -> None:
    _, key = translator(language()), f"company_{place}"
    st.selectbox(
        _("Company"),
        _companies(part),
        index=None,
        placeholder=_("Choose or type a name"),
        format_func=_company_name,
        accept_new_options=True,
        key=key,
        on_change=_answered,
        args=(part.owner, "company_id", key),
    )


def _ask_terms(part: Part, place: int) -> None:
    _, key = translator(language()), f"terms_{place}"
    st.text_input(
        _("Terms where the file has none"),
        placeholder=_("for instance 30 days end of month"),
        key=key,
        on_change=_answered,
        args=(part.owner, "terms", key),
    )


def _answered(owner: str, name: str, key: str) -> None:
    """Keep an answer as soon as it is given."""
    value = st.session_state.get(key)
    if isinstance(value, str):
        value = value.strip() or None
    importing.read_again(owner, **{name: value})


_ASKED: Final = {
    "company_assumed": _ask_company,
    "extraction_date_assumed": _ask_date,
    "due_date_missing": _ask_terms,
}


def _companies(part: Part) -> list[str]:
    """Return the companies of the book, and the one chosen for this part."""
    own = part.result.parsed.company_id
    return list(dict.fromkeys([*(item.company_id for item in workspace().info().companies), own]))


def _company_name(company_id: str) -> str:
    names = {item.company_id: item.name for item in workspace().info().companies}
    return company_name(names.get(company_id, company_id), language())


def _reading_fields(draft: Draft, part: Part, place: int) -> dict[str, Any]:
    """Draw the fields of the correction; return the reading options they say."""
    speaks = language()
    _, known = translator(language()), draft.reading_of(part.owner)
    automatic = _("Recognised by its content")
    kinds = ["", *FORMATS]
    kind = st.selectbox(
        _("Format"),
        kinds,
        index=kinds.index(known.format_id or ""),
        format_func=lambda code: label("format", code, speaks) if code else automatic,
        key=f"read_format_{place}",
    )
    companies = ["", *_companies(part)]
    company = st.selectbox(
        _("Company"),
        companies,
        index=companies.index(known.company_id) if known.company_id in companies else 0,
        format_func=lambda code: _company_name(code) if code else _("As the file says"),
        accept_new_options=True,
        key=f"read_company_{place}",
    )
    extracted = st.date_input(
        _("Extraction date"),
        value=known.extracted_on,
        format="DD/MM/YYYY",
        key=f"read_extracted_{place}",
    )
    order = st.selectbox(
        _("Order of dates"),
        list(_ORDERS),
        index=list(_ORDERS).index(known.date_order or ""),
        format_func=lambda code: _(_ORDERS[code]),
        key=f"read_order_{place}",
    )
    terms = st.text_input(
        _("Terms where the file has none"), value=known.terms or "", key=f"read_terms_{place}"
    )
    return {
        "format_id": kind or None,
        "company_id": (company or "").strip() or None,
        "extracted_on": extracted,
        "date_order": order or None,
        "terms": terms.strip() or None,
    }
