"""Blocks of the settings: what differs from the built-in ones, a form by theme, the file, versions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import formats, translator
from arlib.i18n.issues import error_sentence
from arlib.i18n.settings import choice_word, section_name, setting_name
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.ui import policy_values as values
from arlib.ui.cards import card
from arlib.ui.navigation import page_file
from arlib.ui.numbers import number_box, read_needed
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small
from arlib.views import policy as views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.views.policy import PolicyVersion, PolicyView, SettingChange

_SAID: Final = "policy_said"
_FILE: Final = "policy_file"
_ROUND: Final = "policy_round"  # a new set of widgets, hence the values in force, after each save
_SHOWN: Final = 12
_LARGEST: Final = 10_000_000.0


def summary(view: PolicyView) -> None:
    """Say which version is in force, since when and by whom, and what it changes."""
    _, f = translator(language()), formats(language())
    said = st.session_state.pop(_SAID, None)
    if said:
        st.success(plain(said), icon=":material/check:")
    count = len(view.changes)
    title = _.ngettext(
        "{n} setting differs from the built-in ones", "{n} settings differ from the built-in ones", count
    ).format(n=f.integer(count))  # fmt: skip
    since = _("Version {version}, built in").format(version=view.policy.version)
    if view.versions:
        last = view.versions[0]
        since = _("Version {version}, fixed on {date} by {who}").format(
            version=last.version, date=f.date_time(last.set_at), who=last.set_by
        )
    with card(title, since):
        if view.changes:
            changes_table(view.changes, _("Built in"), _("In force"))
        st.markdown(
            small(plain(_("Every page, report and command says which version made its figures.")))
        )


def changes_table(changes: Sequence[SettingChange], before: str, after: str) -> None:
    """Draw settings that differ: theme, name, both values."""
    _, f, lang = translator(language()), formats(language()), language()
    lines = [
        [
            section_name(item.section, lang),
            setting_name(item.name, lang),
            _said(item.name, item.before),
            _said(item.name, item.after),
        ]
        for item in changes
    ]
    html_table(
        [(_("Theme"), "left"), (_("Setting"), "left"), (before, "left"), (after, "left")],
        lines[:_SHOWN],
        alt=_("Settings that differ"),
    )
    if len(lines) > _SHOWN:
        rest = len(lines) - _SHOWN
        more = _.ngettext("and {n} more", "and {n} more", rest).format(n=f.integer(rest))
        st.markdown(small(plain(more)))


def form(policy: Policy) -> None:
    """Draw the settings of one theme, what they would change, and the save."""
    speaks = language()
    _ = translator(speaks)
    with card(_("Change settings"), _("A change makes a new version; the former ones stay below")):
        section = st.selectbox(
            _("Theme"),
            list(Policy.sections()),
            format_func=lambda code: section_name(code, speaks),
            key="policy_section",
        )
        settings, wrong = _fields(policy, section)
        for sentence in wrong:
            st.error(plain(sentence), icon=":material/error:")
        _save_block(policy, settings, "policy_save", is_blocked=bool(wrong))


def file(policy: Policy) -> None:
    """Draw the policy as a file: taken away, or brought in after a look at what it changes."""
    _ = translator(language())
    with card(_("The policy as a file"), _("One readable text (TOML), to keep or to exchange")):
        st.download_button(
            _("Download the policy"),
            data=policy.to_toml(),
            file_name=f"politique_{policy.version}.toml",
            mime="application/toml",
            icon=":material/download:",
            on_click="ignore",
            key="policy_download",
        )
        given = st.file_uploader(
            _("Policy file"), type=["toml"], key=f"{_FILE}_{st.session_state.get(_ROUND, 0)}"
        )
        if given is None:
            return
        try:
            wanted = Policy.from_toml(given.getvalue().decode("utf-8-sig"))
        except UnicodeDecodeError:
            st.error(_("This file is not a text in UTF-8."), icon=":material/error:")
            return
        except UserError as error:
            st.error(plain(error_sentence(error, language())), icon=":material/error:")
            return
        _proposal(policy, wanted, "policy_save_file")


def versions(view: PolicyView) -> None:
    """Draw the versions stored, latest first, each with what it changed and its return."""
    _ = translator(language())
    if not view.versions:
        return
    with card(_("Versions"), _("Nothing is erased: taking one back stores it again")):
        for place, item in enumerate(view.versions[:_SHOWN]):
            _version(view, item, place)


def _version(view: PolicyView, item: PolicyVersion, place: int) -> None:
    _, f = translator(language()), formats(language())
    left, right = st.columns([5, 1.2], vertical_alignment="center")
    with left, st.container(gap=None):
        head = _("{version}, {date} by {who}").format(
            version=item.version, date=f.date_time(item.set_at), who=item.set_by
        )
        st.markdown(f"**{plain(head)}**")
        if item.changes is None:
            words = _("This version holds a setting that the program no longer knows.")
        else:
            words = "; ".join(
                _("{name}: {before} → {after}").format(
                    name=setting_name(change.name, language()),
                    before=_said(change.name, change.before),
                    after=_said(change.name, change.after),
                )
                for change in item.changes[:_SHOWN]
            ) or _("no change")
        st.markdown(small(plain(words)))
    if place and item.changes is not None and item.version != view.policy.version:
        with right:
            st.button(
                _("Take back"),
                icon=":material/undo:",
                key=f"policy_back_{place}",
                on_click=_store,
                args=(Policy.from_toml(item.text), view.policy.version),
            )


def _fields(policy: Policy, section: str) -> tuple[dict[str, Any], list[str]]:
    """Draw the settings of a theme; return what they hold and the sentences of what is wrong."""
    found: dict[str, Any] = {}
    wrong: list[str] = []
    places = st.columns(2)
    for place, name in enumerate(Policy.sections()[section]):
        with places[place % 2]:
            try:
                found[name] = _field(name, getattr(policy, name))
            except UserError as error:
                sentence = error_sentence(error, language())
                wrong.append(f"{setting_name(name, language())} · {sentence}")
    return found, wrong


def _field(name: str, value: Any) -> Any:
    speaks = language()
    _, kind = translator(speaks), values.kinds()[name]
    title, key = setting_name(name, speaks), f"set_{st.session_state.get(_ROUND, 0)}_{name}"
    if name in values.ELSEWHERE:
        st.page_link(page_file(values.ELSEWHERE[name]), label=title, icon=":material/open_in_new:")
        return value
    if kind == "switch":
        return st.toggle(title, value=value, key=key, help=name)
    if kind == "choice":
        options = list(values.choices(name))
        return st.selectbox(
            title, options, index=options.index(value), key=key, help=name,
            format_func=lambda code: choice_word(code, speaks),
        )  # fmt: skip
    if kind == "share":
        known = round(100 * value, 6)
        percent = read_needed(number_box(f"{title} (%)", known, key=key, about=name))
        return value if percent == known else round(percent / 100, 8)
    if kind == "whole":
        return int(st.number_input(title, value=value, step=1, format="%d", key=key, help=name))
    if kind == "number":
        return read_needed(number_box(title, value, key=key, about=name), least=-math.inf)
    shown = values.written(name, value, formats(language()), language())
    text = str(st.text_input(title, value=shown, key=key, help=name, placeholder=_hint(kind)) or "")
    return value if text == shown else values.typed(name, text)


def _hint(kind: str) -> str:
    _ = translator(language())
    hints = {"amounts": "500 EUR; 400 GBP", "list": "30; 60; 90", "map": _("name = value; …")}
    return hints.get(kind, "")


def _save_block(policy: Policy, settings: dict[str, Any], key: str, *, is_blocked: bool) -> None:
    try:
        wanted = policy.with_settings(**settings)
    except UserError as error:
        st.error(plain(error_sentence(error, language())), icon=":material/error:")
        return
    _proposal(policy, wanted, key, is_blocked=is_blocked)


def _proposal(policy: Policy, wanted: Policy, key: str, *, is_blocked: bool = False) -> None:
    """Draw what a policy would change of the one in force, and its save."""
    _ = translator(language())
    changes = views.compared(policy, wanted)
    if changes:
        changes_table(changes, _("Before"), _("After"))
    else:
        st.markdown(small(plain(_("Nothing changes yet."))))
    st.button(
        _("Save as a new version"),
        type="primary",
        icon=":material/save:",
        disabled=is_blocked or not changes,
        key=key,
        on_click=_store,
        args=(wanted, policy.version),
    )


def _store(wanted: Policy, expected: str) -> None:
    """Store a policy, unless somebody stored another one meanwhile."""
    state = st.session_state
    try:
        workspace().set_policy(wanted, author(), expected=expected)
    except UserError as error:
        state[_SAID] = error_sentence(error, language())
        return
    state[_ROUND] = state.get(_ROUND, 0) + 1
    _ = translator(language())
    state[_SAID] = _("Policy saved, version {version}").format(version=wanted.version)


def _said(name: str, value: Any) -> str:
    if values.kinds()[name] == "choice":
        return choice_word(value, language())
    return values.written(name, value, formats(language()), language()) or "–"
