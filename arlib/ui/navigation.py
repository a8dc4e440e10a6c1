"""The menu: which pages there are, under which French titles, with the count of overruns."""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.i18n import LANGUAGES, N_, translator
from arlib.model.issues import UserError
from arlib.ui import cache, controls, css
from arlib.ui.session import ROOT, book, language

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_WIDTH: Final = 246  # the badge is cut to “…” in a narrower menu

# name of the script -> (title, icon). The address is the name too, see ``ensure_frame``. The first
# one is the default page.
_PAGES: Final = {
    "overview": (N_("Overview"), ":material/dashboard:"),
    "risk": (N_("Credit risk"), ":material/shield:"),
    "alerts": (N_("Alerts"), ":material/notifications:"),
    "worklist": (N_("Calls of the day"), ":material/call:"),
    "disputes": (N_("Disputes and promises"), ":material/gavel:"),
    "letters": (N_("Letters and statements"), ":material/mail:"),
    "penalties": (N_("Late payment interest"), ":material/percent:"),
    "terms": (N_("Payment terms"), ":material/event:"),
    "checklist": (N_("Check list"), ":material/checklist:"),
    "simulations": (N_("Cash simulations"), ":material/tune:"),
    "policy": (N_("Settings"), ":material/settings:"),
    "forecast": (N_("Cash forecast"), ":material/trending_up:"),
    "reliability": (N_("Reliability of forecasts"), ":material/rule:"),
    "sales": (N_("Sales desk"), ":material/storefront:"),
    "limits": (N_("Credit limits"), ":material/speed:"),
    "suggestions": (N_("Suggested limits"), ":material/lightbulb:"),
    "grid": (N_("Credit policy"), ":material/grid_on:"),
    "insurance": (N_("Credit insurance"), ":material/health_and_safety:"),
    "provisions": (N_("Provisions"), ":material/savings:"),
    "groups": (N_("Customer groups"), ":material/account_tree:"),
    "concentration": (N_("Concentration"), ":material/donut_large:"),
    "companies": (N_("Companies of the group"), ":material/corporate_fare:"),
    "aging": (N_("Aged balance"), ":material/bar_chart:"),
    "behaviour": (N_("Payment behaviour"), ":material/schedule:"),
    "dso": (N_("DSO and receipts"), ":material/payments:"),
    "warnings": (N_("Early warning"), ":material/notifications_active:"),
    "segments": (N_("Segmentation"), ":material/category:"),
    "migration": (N_("Migrations"), ":material/swap_vert:"),
    "customer": (N_("Customer file"), ":material/domain:"),
    "matching": (N_("Matching"), ":material/join_inner:"),
    "imports": (N_("Import"), ":material/upload_file:"),
    "quality": (N_("Data quality"), ":material/fact_check:"),
    "history": (N_("History of imports"), ":material/history:"),
    "reports": (N_("Reports"), ":material/description:"),
}
# The page that is drawn inside its frame: of this run alone, so never in the session's state.
_DRAWN: Final[ContextVar[str | None]] = ContextVar("page_drawn", default=None)
_SECTIONS: Final = {
    N_("Follow"): ("overview", "risk", "alerts", "aging", "customer", "forecast", "sales"),
    N_("Act"): ("worklist", "disputes", "letters", "penalties", "terms", "checklist"),
    N_("Decide"): (
        "limits",
        "suggestions",
        "grid",
        "insurance",
        "provisions",
        "simulations",
        "groups",
    ),
    N_("Understand"): (
        "behaviour",
        "dso",
        "warnings",
        "segments",
        "migration",
        "concentration",
        "companies",
        "reliability",
    ),
    N_("Data"): ("imports", "quality", "matching", "history", "reports", "policy"),
}


def page_file(name: str) -> str:
    """Return the script of a page, for ``st.switch_page`` and ``st.page_link``."""
    return str(ROOT / "pages" / f"{name}.py")


def current_page() -> str:
    """Return the name of the page that is drawn, that of its script."""
    return _DRAWN.get() or next(iter(_PAGES))


def run() -> None:
    """Draw the frame every page shares, then run the page asked for."""
    st.set_page_config(
        page_title="Encours",
        page_icon=str(ROOT / "static" / "icon.png"),
        layout="wide",
        initial_sidebar_state=_WIDTH,
    )
    _ = translator(language())
    css.apply(
        button=_("Choose files"),
        hint=_("or drop them here: xlsx, xls, xlsb, ods, csv, txt (FEC), zip"),
    )
    is_dark = st.context.theme.type == "dark" if st.context.theme else False
    st.logo(str(ROOT / "static" / f"logo-{'dark' if is_dark else 'light'}.png"), size="large")
    with book().used():
        page = st.navigation(_menu(_badge()), expanded=True)
        _sidebar()
        before = _DRAWN.set(page.url_path or next(iter(_PAGES)))  # the default page has no address
        try:
            page.run()
        finally:
            _DRAWN.reset(before)


def ensure_frame() -> None:
    """Draw the frame when a page was asked for by its address on a server just started.

    Until ``st.navigation`` has run once, Streamlit runs the script of ``pages/`` by itself (and
    opens a “Page not found” dialog for an address that is not a script's name): such a run is
    handed over to the frame.
    """
    if _DRAWN.get() is None:
        run()
        st.stop()


def _menu(badge: int) -> dict[str, list[StreamlitPage]]:
    """Return the pages by section, the count of customers over limit beside the risk page."""
    _ = translator(language())
    menu: dict[str, list[StreamlitPage]] = {}
    for section, names in _SECTIONS.items():
        menu[_(section)] = []
        for name in filter(_is_there, names):
            title, icon = _PAGES[name]
            words = _(title)
            if name == "risk" and badge:
                words = f"{words} :orange-badge[{badge}]"
            page = st.Page(
                page_file(name),
                title=words,
                icon=icon,
                url_path=name,
                default=name == "overview",
            )
            menu[_(section)].append(page)
    return menu


def _is_there(name: str) -> bool:
    return Path(page_file(name)).exists()


def _badge() -> int:
    """Return the customers over their limit at the date and filters chosen; 0 when none can be."""
    try:
        info = book().workspace().info()
        return 0 if info.is_empty else cache.over_limit_count(controls.current(info))
    except UserError:
        return 0  # the page says why


def _sidebar() -> None:
    """Draw what stands under the menu: where the data are, and the language."""
    _ = translator(language())
    with st.sidebar:
        st.markdown(f":small[:gray[{_('Confidential, data kept on this computer')}]]")
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=lambda code: LANGUAGES[code],
            key="language",
            required=True,
            label_visibility="collapsed",
        )
        css.spoken(language())
