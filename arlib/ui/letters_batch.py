"""Several letters at once: the whole batch as one zip, made when it is clicked; nothing is sent."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.i18n.labels import label
from arlib.model.letter_settings import LETTER_LEVELS
from arlib.reports.letter import Asked
from arlib.reports.letter_batch import batch_zip
from arlib.reports.letter_texts import STATEMENT, texts_folder
from arlib.ui import cache
from arlib.ui.letters import panel
from arlib.ui.session import book, today
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from arlib.ui.frame import Page

Key = tuple[str, str]
MOST: Final = 200  # letters of one zip: about half a minute; the command line has no end
_OFFERED: Final = 500


def block(page: Page, rows: pd.DataFrame, asked: Asked) -> None:
    """Draw « Tout le lot » : the letters of several customers, of the kind, language and date chosen."""
    _, f = page.words, page.formats
    is_statement = asked.kind == STATEMENT
    with panel(
        _("The whole batch"), _("One zip, with a workbook that lists what each one asks for")
    ):
        level = "" if is_statement else _level(page, rows)
        chosen = _customers(page, rows)
        count = _count(page, rows, level, chosen, is_statement=is_statement)
        st.download_button(
            _.ngettext("Zip of {n} customer", "Zip of {n} customers", count).format(
                n=f.integer(min(count, MOST))
            ),
            data=partial(_made, page, asked, level, chosen or None),
            file_name=_name(page, asked.kind, level),
            icon=":material/folder_zip:",
            disabled=not count,
            on_click="ignore",
            width="stretch",
            key="letters_batch",
        )
        if count > MOST:
            st.markdown(small(plain(_too_many(page))))


def zip_button(page: Page, rows: pd.DataFrame) -> None:
    """Draw the button of the letters of a list: one a customer, at the level due for each."""
    _ = page.words
    keys = list(zip(rows["company_id"].astype(str), rows["customer_id"].astype(str), strict=True))
    asked = Asked("letter", "", page.style.language, today(), texts_folder(book().path, os.environ))
    note = _(
        "Zip of the letters of the rows shown, each at its level, and a workbook that lists them"
    )
    st.download_button(
        _("Letters (zip)"),
        data=partial(_made, page, asked, "", keys),
        file_name=_name(page, "letter", ""),
        icon=":material/folder_zip:",
        on_click="ignore",
        help=note if len(keys) <= MOST else f"{note}. {_too_many(page)}",
        key="worklist_letters",
    )


def _count(
    page: Page, rows: pd.DataFrame, level: str, chosen: Sequence[Key], *, is_statement: bool
) -> int:
    """Return how many customers the zip will hold: whoever has something open, or a step due."""
    keys = list(zip(rows["company_id"].astype(str), rows["customer_id"].astype(str), strict=True))
    if is_statement:
        blocks = cache.aging(page.selection).blocks
        open_keys = {
            key
            for block in blocks
            for key in zip(
                block.customers["company_id"], block.customers["customer_id"], strict=True
            )
        }
        return sum(key in open_keys for key in chosen or keys)
    if chosen and level:
        return len(chosen)
    wanted = (level,) if level else LETTER_LEVELS
    return sum(
        due in wanted and (not chosen or key in chosen)
        for key, due in zip(keys, rows["level"], strict=True)
    )


def _level(page: Page, rows: pd.DataFrame) -> str:
    """Draw the levels with how many customers are due at each; return the one chosen, empty for all."""
    _, f, lang = page.words, page.formats, page.style.language
    counts = rows["level"].value_counts()
    chosen: str = st.selectbox(
        _("Level"),
        ["", *LETTER_LEVELS],
        format_func=lambda code: (
            f"{label('reminder_level', code, lang)} · {f.integer(int(counts.get(code, 0)))}"
            if code
            else _("Each customer at the level due")
        ),
        key="letters_batch_level",
    )
    return chosen


def _customers(page: Page, rows: pd.DataFrame) -> list[Key]:
    """Draw the customers; return those chosen, none for all those due."""
    names = {
        (str(row["company_id"]), str(row["customer_id"])): f"{row['name']} ({row['customer_id']})"
        for row in rows.head(_OFFERED).to_dict("records")
    }
    return st.multiselect(
        page.words("Customers"),
        list(names),
        format_func=lambda key: names[key],
        placeholder=page.words("All those due"),
        key="letters_batch_customers",
    )


def _made(page: Page, asked: Asked, level: str, keys: Sequence[Key] | None) -> bytes:
    batch = cache.letter_batch(
        page.selection,
        level=level,
        keys=keys,
        is_statement=asked.kind == STATEMENT,
        most=MOST,
    )
    return batch_zip(batch, asked, page.style.language)


def _name(page: Page, kind: str, level: str) -> str:
    parts = ["encours", kind, level, f"{page.selection.as_of:%Y-%m-%d}"]
    return "_".join(part for part in parts if part) + ".zip"


def _too_many(page: Page) -> str:
    words = page.words("The first {n} only: the command line writes them all.")
    return words.format(n=page.formats.integer(MOST))
