"""The safety block: a copy of the book to take away, and a check that everything adds up."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from arlib.i18n import formats, translator
from arlib.i18n.checks import finding_sentence
from arlib.ui.cards import card
from arlib.ui.session import author, book, language, today
from arlib.ui.texts import plain, small


def block() -> None:
    """Draw the download of a backup, the check of the book, and how to restore."""
    _ = translator(language())
    with card(
        _("Backup and integrity"),
        _("A copy made by the database while others work, reopened and compared with the book"),
    ):
        with st.container(horizontal=True):
            st.download_button(
                _("Download a backup"),
                data=backup_bytes,
                file_name=f"encours_{today():%Y-%m-%d}.duckdb",
                mime="application/octet-stream",
                icon=":material/save:",
                on_click="ignore",
                key="backup",
            )
            is_asked = st.button(_("Check the book"), icon=":material/verified:", key="check_book")
        if is_asked:
            _check()
        words = _("To put a backup back, close Encours then run: {command}").format(
            command="python -m arlib restore …"
        )
        st.markdown(small(plain(words)))


def backup_bytes() -> bytes:
    """Return a proven backup of the book. Raises UserError when the copy differs."""
    with tempfile.TemporaryDirectory(prefix="encours-backup-") as folder, book().busy() as held:
        return held.backup(Path(folder) / "backup.duckdb", author()).path.read_bytes()


def _check() -> None:
    """Read the whole book and say what is not as it must be."""
    _, f = translator(language()), formats(language())
    with st.spinner(_("Reading the whole book…")), book().busy() as held:
        found = held.verify()
    if found.is_ok:
        count = f.integer(sum(found.tables.values()))
        words = _("The book is sound: {count} rows read, nothing to report.").format(count=count)
        st.success(plain(words), icon=":material/verified:")
        return
    for item in found.findings:
        st.warning(plain(finding_sentence(item, language())), icon=":material/warning:")
