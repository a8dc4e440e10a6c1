"""The mappings of columns that are remembered: to read, share or forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from arlib.i18n import formats, translator
from arlib.i18n.issues import error_sentence
from arlib.model.files import FileInput
from arlib.model.issues import UserError
from arlib.model.mapping import FIELDS, to_json
from arlib.ui import importing
from arlib.ui.cards import card
from arlib.ui.mapping_form import field_title
from arlib.ui.mapping_preview import header_title
from arlib.ui.session import language, workspace
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.model.mapping import KnownMapping


def remembered() -> None:
    """Draw the mappings remembered, each with its download and its way out; nothing without any."""
    _, f = translator(language()), formats(language())
    known = workspace().mappings()
    if not known:
        return
    title = _.ngettext(
        "{n} mapping of columns remembered", "{n} mappings of columns remembered", len(known)
    ).format(n=f.integer(len(known)))
    with card(title, _("Used for every file with the same headers; shareable as a file")):
        for place, one in enumerate(known):
            _line(one, place)


def load_button() -> None:
    """Draw what loads a shared mapping: it can also be dropped with the files."""
    _ = translator(language())
    with st.popover(_("Load a mapping of columns"), icon=":material/upload:", width="stretch"):
        words = _("A .json file downloaded from the form; it can also be dropped with the files.")
        st.markdown(small(plain(words)))
        state = f"mapping_uploader_{len(workspace().mappings())}"
        upload = st.file_uploader(
            _("Mapping of columns (.json)"), type=["json"], key=state, label_visibility="collapsed"
        )
    if upload is not None:
        importing.take_mappings([FileInput(upload.name, upload.getvalue())])
        st.rerun()


def _line(one: KnownMapping, place: int) -> None:
    _, f = translator(language()), formats(language())
    left, right = st.columns([4, 1.4], vertical_alignment="center")
    with left, st.container(gap=None):
        pairs = ", ".join(
            f"{field_title(name)} = {header_title(one.fields[name])}"
            for name in FIELDS
            if name in one.fields
        )
        st.markdown(plain(pairs))
        words = _("Since {date}, by {who}").format(
            date=f.date_time(one.recorded_at),
            who=one.recorded_by,
        )
        st.markdown(small(plain(words)))
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        st.download_button(
            _("Download"),
            data=to_json(one),
            file_name=f"correspondance-{one.signature[:6]}.encours.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key=f"mapping_save_{place}",
        )
        st.button(
            _("Forget"),
            icon=":material/delete:",
            key=f"mapping_forget_{place}",
            on_click=_forget,
            args=(one.signature,),
        )


def _forget(signature: str) -> None:
    _ = translator(language())
    try:
        workspace().forget_mapping(signature)
    except UserError as error:
        importing.say(False, error_sentence(error, language()))
        return
    importing.say(True, _("The mapping of columns is forgotten."))
