"""Closings kept, in the history: keep one, what was restated since, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

import arlib
from arlib.i18n import MISSING, formats, translator
from arlib.i18n.closings import cause_words, measure_words, value_words
from arlib.i18n.companies import company_name
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.reports.listing import ListColumn, Listing, list_workbook
from arlib.ui import controls
from arlib.ui.cards import card
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small
from arlib.views import closings

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio
    from arlib.views.closings import Restated
    from arlib.workspace import Closing

_DAY: Final = "closing_day"
_CHOSEN: Final = "closing_chosen"
_FOUND: Final = "closing_found"
_SAID: Final = "closing_said"
_SHOWN: Final = 15


def block(portfolio: Portfolio) -> None:
    """Draw the closings kept, the button that keeps one, and one compared with now."""
    _ = translator(language())
    known = workspace().closings()
    subtitle = _(
        "The figures of a date, as they were known when it was kept, with the files behind"
    )
    with card(_title(len(known)), subtitle):
        _outcome()
        _keep(portfolio)
        if known.empty:
            st.markdown(f":gray[{_('No closing was kept.')}]")
            return
        _listed(known)
        chosen = _choice(known)
        if chosen is not None:
            _compare(portfolio, chosen)


def _title(count: int) -> str:
    _ = translator(language())
    if not count:
        return _("No closing kept")
    words = _.ngettext("{n} closing kept", "{n} closings kept", count)
    return words.format(n=formats(language()).integer(count))


def _outcome() -> None:
    """Say what the button did: whether it is done, and the sentence."""
    said = st.session_state.pop(_SAID, None)
    if said is not None:
        is_done, sentence = said
        (st.success if is_done else st.error)(sentence)


def _keep(portfolio: Portfolio) -> None:
    _ = translator(language())
    info = portfolio.info
    if info.is_empty:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(
            _("Date of the closing"),
            value=controls.current(info).as_of,
            format="DD/MM/YYYY",
            key=_DAY,
            width=160,
        )
        st.button(
            _("Keep this closing"),
            key="closing_keep",
            icon=":material/bookmark_add:",
            on_click=_kept,
            args=(portfolio,),
            help=_(
                "The whole book, company by company: aged balance, overdue, disputes, DSO, overruns, provisions"
            ),
        )


def _kept(portfolio: Portfolio) -> None:
    _, f, book = translator(language()), formats(language()), workspace()
    day, policy = st.session_state[_DAY], book.policy()
    try:
        figures = closings.figures(portfolio, day, policy)
        book.keep_closing(figures, day, (policy.version, arlib.__version__), author())
    except UserError as error:
        st.session_state[_SAID] = (False, error_sentence(error, language()))
        return
    sentence = _("The closing of {date} is kept.").format(date=f.date(day))
    st.session_state[_SAID] = (True, sentence)


def _listed(known: pd.DataFrame) -> None:
    _, f = translator(language()), formats(language())
    columns: list[tuple[str, Any]] = [
        (_("As of"), "left"),
        (_("Kept on"), "left"),
        (_("By"), "left"),
        (_("Policy"), "left"),
        (_("Program"), "left"),
        (_("Files"), "right"),
    ]
    lines = [
        [
            f.date(row["as_of"]),
            f.date_time(row["kept_at"]),
            str(row["kept_by"]),
            str(row["policy_version"]),
            str(row["program_version"]),
            f.integer(row["count_files"]),
        ]
        for row in known.head(_SHOWN).to_dict("records")
    ]
    html_table(columns, lines, alt=_title(len(known)))


def _choice(known: pd.DataFrame) -> str | None:
    """Draw the choice of the closing to compare; nothing is computed before it is chosen."""
    _, f = translator(language()), formats(language())
    words = _("{date}, kept on {when}")
    names = {
        row["closing_id"]: words.format(date=f.date(row["as_of"]), when=f.date_time(row["kept_at"]))
        for row in known.to_dict("records")
    }
    chosen: str | None = st.selectbox(
        _("What was restated since"),
        list(names),
        index=None,
        format_func=lambda code: names.get(code, code),
        placeholder=_("Choose a closing"),
        key=_CHOSEN,
    )
    return chosen


def _compare(portfolio: Portfolio, closing_id: str) -> None:
    _, f = translator(language()), formats(language())
    closing = workspace().closing(closing_id)
    found = _restated(portfolio, closing)
    changed, day = found.changed, f.date(closing.as_of)
    if changed.empty:
        words = _("Closing of {date}: nothing was restated since.").format(date=day)
        st.markdown(f"**{plain(words)}**")
    else:
        words = _.ngettext(
            "Closing of {date}: {n} figure restated",
            "Closing of {date}: {n} figures restated",
            len(changed),
        ).format(date=day, n=f.integer(len(changed)))
        st.markdown(f"**{plain(words)}**")
        _differences(portfolio, changed, words)
    _why(found.causes)
    st.download_button(
        _("Download (Excel)"),
        data=lambda: _workbook(closing, found),
        file_name=f"encours_arrete_{closing.as_of:%Y-%m-%d}.xlsx",
        icon=":material/download:",
        on_click="ignore",
        key="download_closing",
    )


def _restated(portfolio: Portfolio, closing: Closing) -> Restated:
    """Return the closing against now, computed once a state of the book."""
    policy = workspace().policy()
    state = (closing.closing_id, portfolio.info.data_version, policy.version)
    known = st.session_state.get(_FOUND)
    if known is not None and known[0] == state:
        return known[1]  # type: ignore[no-any-return]  # what was put there below
    found = closings.restated(
        closing.figures,
        closings.figures(portfolio, closing.as_of, policy),
        closing.as_of,
        closing.since,
        programs=(closing.program_version, arlib.__version__),
    )
    st.session_state[_FOUND] = (state, found)
    return found


def _differences(portfolio: Portfolio, changed: pd.DataFrame, alt: str) -> None:
    _, lang = translator(language()), language()
    names = {item.company_id: item.name for item in portfolio.info.companies}
    columns: list[tuple[str, Any]] = [
        (_("Company"), "left"),
        (_("Figure"), "left"),
        (_("Kept"), "right"),
        (_("Now"), "right"),
        (_("Difference"), "right"),
    ]
    lines = [
        [
            company_name(names.get(row["company_id"], row["company_id"]), lang),
            measure_words(row["measure"], row["bucket"], lang),
            *(value_words(row, side, lang) for side in ("then", "now", "difference")),
        ]
        for row in changed.to_dict("records")
    ]
    html_table(columns, lines, alt=alt)


def _why(causes: pd.DataFrame) -> None:
    """Draw what was done to the book since, the latest first."""
    _, f, lang = translator(language()), formats(language()), language()
    if causes.empty:
        st.markdown(small(_("Nothing was done to the book since it was kept.")))
        return
    columns: list[tuple[str, Any]] = [
        (_("Date"), "left"),
        (_("Done since"), "left"),
        (_("What"), "left"),
        (_("Customer"), "left"),
        (_("By"), "left"),
    ]
    latest = causes.iloc[::-1].head(_SHOWN)
    lines = [
        [
            f.date_time(row["at"]) if pd.notna(row["at"]) else MISSING,
            cause_words(row["kind"], lang),
            *(_text(row[name]) for name in ("subject", "customer_id", "made_by")),
        ]
        for row in latest.to_dict("records")
    ]
    html_table(columns, lines, alt=_("Done since"))
    if len(causes) > _SHOWN:
        note = _("The latest {n} of {all} are shown.")
        st.markdown(small(note.format(n=f.integer(_SHOWN), all=f.integer(len(causes)))))


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value else MISSING


def _workbook(closing: Closing, found: Restated) -> bytes:
    """Return every figure, kept and now, with what the closing rests on and what was done since."""
    lang = language()
    _, f = translator(lang), formats(lang)
    rows = found.figures.to_dict("records")
    told = found.figures.assign(
        figure=[measure_words(row["measure"], row["bucket"], lang) for row in rows],
        why=[_missing(row, lang) for row in rows],
    )
    columns = (
        ListColumn("company_id", _("Company"), "text", width=16),
        ListColumn("figure", _("Figure"), "text", width=34),
        ListColumn("currency", _("Currency"), "text"),
        ListColumn("then_minor", _("Kept (amount)"), "amount", "currency"),
        ListColumn("now_minor", _("Now (amount)"), "amount", "currency"),
        ListColumn("difference_minor", _("Difference (amount)"), "amount", "currency"),
        ListColumn("then_number", _("Kept (days, count)"), "number"),
        ListColumn("now_number", _("Now (days, count)"), "number"),
        ListColumn("why", _("Why missing"), "text", width=30),
    )
    was = closing.files.loc[closing.files["was_live"].astype(bool)]
    context = {
        _("Policy"): _("policy {version}").format(version=closing.policy_version),
        _("Program"): f"Encours {closing.program_version}",
        _("Kept on"): f"{f.date_time(closing.kept_at)}, {closing.kept_by}",
        _("Files"): ", ".join(
            f"{name} ({sha[:12]})"
            for name, sha in zip(was["file_name"], was["sha256"], strict=True)
        ),
    }
    notes = {
        f"{place}. {cause_words(row['kind'], lang)}": " · ".join(
            [f.date_time(row["at"]) if pd.notna(row["at"]) else MISSING]
            + [_text(row[name]) for name in ("subject", "customer_id", "made_by")]
        )
        for place, row in enumerate(found.causes.to_dict("records"), 1)
    }
    title = _("Closing of {date}, restated").format(date=f.date(closing.as_of))
    return list_workbook(Listing(title, closing.as_of, columns, told, context, notes), lang)


def _missing(row: dict[Any, Any], lang: str) -> str:
    """Return why a side of a figure is missing, empty when none is."""
    gone = [
        side
        for side in ("then", "now")
        if pd.isna(row[f"{side}_minor"]) and pd.isna(row[f"{side}_number"])
    ]
    return " · ".join(dict.fromkeys(value_words(row, side, lang) for side in gone))
