"""Bringing files in: dropped, read, shown, decided, loaded. Nothing is stored before the last step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

import streamlit as st

from arlib.i18n import formats, translator
from arlib.i18n.issues import error_sentence
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import UserError
from arlib.ui.navigation import page_file
from arlib.ui.session import SAMPLES, author, book, language, today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.files import ImportResult, ParsedFile

TYPES: Final = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "txt", "tsv"]
_STATE: Final = "import_draft"
_ROUND: Final = "import_round"
_REPORT: Final = "import_report"


@dataclass(slots=True)
class Draft:
    """Files dropped and not loaded yet, with what the user said of each."""

    files: list[FileInput]
    options: dict[str, ImportOptions] = field(default_factory=dict)
    parsed: list[ParsedFile] = field(default_factory=list)
    results: list[ImportResult] = field(default_factory=list)
    is_read: bool = False

    def options_of(self, name: str) -> ImportOptions:
        """Return what the user said of a file."""
        return self.options.get(name, ImportOptions(import_day=today()))


def draft() -> Draft | None:
    """Return the files being imported in this session."""
    return cast("Draft | None", st.session_state.get(_STATE))


def drop_zone(*, go_to_import: bool = False) -> None:
    """Draw the drop zone; files dropped are kept for the import page."""
    _ = translator(language())
    key = f"uploader_{st.session_state.get(_ROUND, 0)}"
    uploads = st.file_uploader(
        _("Files to import"),
        type=TYPES,
        accept_multiple_files=True,
        key=key,
        label_visibility="collapsed",
    )
    if not uploads:
        return
    start([FileInput(upload.name, upload.getvalue()) for upload in uploads])
    if go_to_import:
        st.switch_page(page_file("imports"))
    st.rerun()


def sample_button() -> None:
    """Draw the button that loads the invented company."""
    _ = translator(language())
    if st.button(
        _("Load the sample company"),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        key="load_sample",
    ):
        load_sample()


def start(files: Sequence[FileInput]) -> None:
    """Begin an import, or add files to the one in progress; a name dropped twice counts once."""
    known = draft()
    by_name = {file.name: file for file in [*(known.files if known else []), *files]}
    st.session_state[_STATE] = Draft(list(by_name.values()), known.options if known else {})
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state.pop(_REPORT, None)


def cancel() -> None:
    """Forget the files dropped."""
    st.session_state.pop(_STATE, None)


def decide(name: str, **choices: Any) -> None:
    """Keep what the user said of one file and read all again."""
    known = draft()
    if known is not None:
        known.options[name] = replace(known.options_of(name), **choices)
        known.is_read = False


def understand() -> Draft | None:
    """Return the draft, its files read and checked (once for each change of mind)."""
    found = draft()
    if found is None or found.is_read:
        return found
    _ = translator(language())
    bar = st.progress(0.0, text=_("Reading the files…"))
    parsed: list[ParsedFile] = []
    results: list[ImportResult] = []
    with book().busy() as workspace:
        for place, file in enumerate(found.files):
            bar.progress(place / len(found.files), text=_("Reading {file}…").format(file=file.name))
            options = found.options_of(file.name)
            read = workspace.read([file], options)
            parsed += read
            results += workspace.check(read, options, author().at)
    bar.empty()
    found.parsed, found.results = parsed, results
    found.is_read = True
    return found


def load(found: Draft) -> list[ImportResult]:
    """Load the files one after the other, each in its own transaction, showing progress."""
    _ = translator(language())
    bar = st.progress(0.0, text=_("Loading…"))
    results: list[ImportResult] = []
    with book().busy() as workspace:
        for place, parsed in enumerate(found.parsed):
            name = parsed.file_name
            bar.progress(place / len(found.parsed), text=_("Loading {file}…").format(file=name))
            results += workspace.load([parsed], found.options_of(name), author())
    bar.progress(1.0, text=_("Loaded"))
    st.session_state[_REPORT] = _report(results)
    cancel()
    forget_date()
    return results


def load_sample() -> None:
    """Load the template workbooks of the sample company, then show the overview."""
    _ = translator(language())
    paths = sorted(SAMPLES.glob("*_modele.xlsx"))
    if not paths:
        error = UserError("file_not_found", value="data/samples")
        st.error(error_sentence(error, language()))
        return
    files = [FileInput(path.name, path.read_bytes()) for path in paths]
    found = Draft(files)
    st.session_state[_STATE] = found
    try:
        understand()
        load(found)
    except UserError as error:
        cancel()
        st.error(error_sentence(error, language()))
        return
    st.switch_page(page_file("overview"))


def forget_date() -> None:
    """Go back to the book's default date: what was imported may be later than the date chosen."""
    st.session_state.pop("as_of", None)


def report() -> list[tuple[bool, str]]:
    """Return what the last load did: whether it went well, and a sentence, for each file."""
    return cast("list[tuple[bool, str]]", st.session_state.get(_REPORT, []))


def say(is_done: bool, sentence: str) -> None:
    """Keep a sentence for the top of the import page, after the rerun."""
    st.session_state[_REPORT] = [(is_done, sentence)]


def _report(results: Sequence[ImportResult]) -> list[tuple[bool, str]]:
    _, f = translator(language()), formats(language())
    words = {
        "imported": _("{file}: {n} lines imported."),
        "unchanged": _("{file}: already imported, nothing changed."),
        "refused": _("{file}: refused, nothing was imported."),
    }
    return [
        (
            item.status != "refused",
            words[item.status].format(
                file=item.parsed.file_name, n=f.integer(item.parsed.rows_kept)
            ),
        )
        for item in results
    ]
