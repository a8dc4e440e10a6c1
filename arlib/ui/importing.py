"""Bringing files in: dropped, read, shown, decided, loaded. Nothing is stored before the last step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import streamlit as st

from arlib.i18n import formats, translator
from arlib.i18n.issues import error_sentence
from arlib.model import mapping
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import UserError
from arlib.ui.navigation import page_file
from arlib.ui.session import SAMPLES, author, book, language, today
from arlib.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.files import ImportResult, ParsedFile

TYPES: Final = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "txt", "tsv", "zip", "json"]
Question = Literal["password", "mapping", "choice", "dates", "doubt", "limits"]
Key = tuple[str, str]
_STATE: Final = "import_draft"
_ROUND: Final = "import_round"
_REPORT: Final = "import_report"
_LOCKED: Final = frozenset({"file_protected", "password_wrong"})
_DATES: Final = frozenset({"day_month_undecidable", "day_month_swapped"})


@dataclass(frozen=True, slots=True)
class Part:
    """What came out of a dropped file: one of its companies, or the whole of it."""

    owner: str
    result: ImportResult

    @property
    def key(self) -> Key:
        """Return what tells this part from the others."""
        return self.result.parsed.file_name, self.result.parsed.company_id

    @property
    def question(self) -> Question | None:
        """Return what must be answered before it can be loaded; None when nothing can lift it."""
        parsed = self.result.parsed
        if parsed.refusal is not None and parsed.refusal.code in _LOCKED:
            return "password"
        if parsed.mapping is not None and (parsed.refusal is not None or not parsed.rows_kept):
            return "mapping"
        if self.result.status != "refused":
            return None
        if self.result.needs_choice:
            return "choice"
        if self.result.limits:
            return "limits"
        if parsed.doubt is None:
            return None
        return "dates" if parsed.doubt.code in _DATES else "doubt"


@dataclass(slots=True)
class Draft:
    """Files dropped and not loaded yet, with what the user said of each.

    ``reading`` is by dropped file (how to read it), ``loading`` by part (what to do with it).
    """

    files: list[FileInput]
    reading: dict[str, ImportOptions] = field(default_factory=dict)
    loading: dict[Key, dict[str, Any]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    is_read: bool = False

    def reading_of(self, name: str) -> ImportOptions:
        """Return how to read a dropped file."""
        return self.reading.get(name, ImportOptions(import_day=today()))

    def options_of(self, part: Part) -> ImportOptions:
        """Return everything the user said of a part."""
        return replace(self.reading_of(part.owner), **self.loading.get(part.key, {}))

    @property
    def parsed(self) -> list[ParsedFile]:
        """Return the files as they were read."""
        return [part.result.parsed for part in self.parts]


@dataclass(frozen=True, slots=True)
class Report:
    """What the last load did: whether each went well with a sentence, and what changed."""

    lines: tuple[tuple[bool, str], ...]
    changes: dict[str, object] = field(default_factory=dict)
    count_to_check: int = 0
    has_loaded: bool = False


def draft() -> Draft | None:
    """Return the files being imported in this session."""
    return cast("Draft | None", st.session_state.get(_STATE))


def drop_zone(*, go_to_import: bool = False, key: str = "uploader") -> None:
    """Draw the drop zone; files dropped are kept for the import page."""
    _ = translator(language())
    Workspace.warm_up()
    uploads = st.file_uploader(
        _("Files to import"),
        type=TYPES,
        accept_multiple_files=True,
        key=f"{key}_{st.session_state.get(_ROUND, 0)}",
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
    """Begin an import, or add files to the one in progress; a name dropped twice counts once.

    Archives are opened, so that each file in them has its own answers; a shared mapping of columns
    is remembered at once, it is no data.
    """
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state.pop(_REPORT, None)
    shared = [file for file in files if mapping.is_shared(file.content)]
    take_mappings(shared)
    others = [file for file in files if file not in shared]
    known = draft()
    if not others:
        if known is not None:
            known.is_read = False
        return
    with book().busy() as workspace:
        unpacked = workspace.unpack(others)
    by_name = {file.name: file for file in [*(known.files if known else []), *unpacked]}
    found = Draft(list(by_name.values()))
    if known is not None:
        found.reading, found.loading = known.reading, known.loading
    st.session_state[_STATE] = found


def take_mappings(files: Sequence[FileInput]) -> None:
    """Remember shared mappings of columns; say which could not be read."""
    _, lines = translator(language()), []
    for file in files:
        try:
            known = mapping.from_json(file.content, file.name)
            with book().busy() as workspace:
                workspace.remember_mapping(known.signature, known.fields, author())
            lines.append((True, _("{file}: mapping of columns remembered.").format(file=file.name)))
        except UserError as error:
            lines.append((False, error_sentence(error, language())))
    if lines:
        st.session_state[_REPORT] = Report(tuple(lines))


def cancel() -> None:
    """Forget the files dropped."""
    st.session_state.pop(_STATE, None)


def remove(name: str) -> None:
    """Forget one dropped file; the others stay."""
    known = draft()
    if known is None:
        return
    known.files = [file for file in known.files if file.name != name]
    known.is_read = False
    if not known.files:
        cancel()


def read_again(name: str, **choices: Any) -> None:
    """Keep how a dropped file is to be read, and read again."""
    known = draft()
    if known is not None:
        known.reading[name] = replace(known.reading_of(name), **choices)
        known.is_read = False


def decide(key: Key, **choices: Any) -> None:
    """Keep what is to be done with a part."""
    known = draft()
    if known is not None:
        known.loading[key] = {**known.loading.get(key, {}), **choices}
        known.is_read = False


def understand() -> Draft | None:
    """Return the draft, its files read and checked (once for each change of mind).

    Files about which nothing particular was said are read together: a list of limits then takes
    the company of the invoices it was dropped with.
    """
    found = draft()
    if found is None or found.is_read:
        return found
    _ = translator(language())
    bar = st.progress(0.0, text=_("Reading the files…"))
    with book().busy() as workspace:
        parsed: list[tuple[str, ParsedFile]] = []
        groups = _reading_groups(found)
        for place, (options, files) in enumerate(groups):
            names = ", ".join(file.name for file in files)
            bar.progress(place / len(groups), text=_("Reading {file}…").format(file=names))
            parsed += [(_owner(item, files), item) for item in workspace.read(files, options)]
        order = {file.name: place for place, file in enumerate(found.files)}
        parsed.sort(key=lambda pair: order[pair[0]])
        found.parts = _checked(workspace, found, parsed)
    bar.empty()
    found.is_read = True
    return found


def load(found: Draft) -> None:
    """Load what is ready, each file in its own transaction; what waits for an answer stays."""
    _ = translator(language())
    bar = st.progress(0.0, text=_("Loading…"))
    waiting = [part for part in found.parts if part.question is not None]
    done: list[ImportResult] = []
    with book().busy() as workspace:
        for place, part in enumerate(found.parts):
            if part in waiting:
                continue
            parsed = part.result.parsed
            name = parsed.file_name
            bar.progress(place / len(found.parts), text=_("Loading {file}…").format(file=name))
            result = workspace.load([parsed], found.options_of(part), author())[0]
            # a file loaded just before may have raised the question
            if Part(part.owner, result).question is not None:
                waiting.append(part)
            else:
                done.append(result)
        changes = workspace.changes_since_last_import()
    bar.progress(1.0, text=_("Loaded"))
    is_changed = any(item.status == "imported" for item in done)
    st.session_state[_REPORT] = Report(
        tuple(_lines(done)), changes if is_changed else {}, _count_to_check(done), bool(done)
    )
    _keep(found, {part.owner for part in waiting})
    forget_date()


def load_sample() -> None:
    """Load the template workbooks of the sample company, then show the overview."""
    paths = sorted(SAMPLES.glob("*_modele.xlsx"))
    if not paths:
        error = UserError("file_not_found", value="data/samples")
        st.error(error_sentence(error, language()))
        return
    found = Draft([FileInput(path.name, path.read_bytes()) for path in paths])
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


def report() -> Report | None:
    """Return what the last load did."""
    return cast("Report | None", st.session_state.get(_REPORT))


def say(is_done: bool, sentence: str) -> None:
    """Keep a sentence for the top of the import page, after the rerun."""
    st.session_state[_REPORT] = Report(((is_done, sentence),))


def _reading_groups(found: Draft) -> list[tuple[ImportOptions, list[FileInput]]]:
    """Return the files by how they are to be read."""
    groups: list[tuple[ImportOptions, list[FileInput]]] = []
    for file in found.files:
        options = found.reading_of(file.name)
        same = next((files for known, files in groups if known == options), None)
        if same is None:
            groups.append((options, [file]))
        else:
            same.append(file)
    return groups


def _owner(parsed: ParsedFile, files: Sequence[FileInput]) -> str:
    """Return the dropped file that a result comes from: its name, or the start of it."""
    starts = [file.name for file in files if parsed.file_name.startswith(file.name)]
    return max(starts, key=len, default=files[0].name)


def _checked(
    workspace: Workspace, found: Draft, parsed: Sequence[tuple[str, ParsedFile]]
) -> list[Part]:
    """Return what loading would do; files without particular answers are checked together."""
    at = author().at
    if not found.loading and not found.reading:
        options = found.reading_of("")
        results = workspace.check([item for _owned, item in parsed], options, at)
        return [Part(owner, item) for (owner, _one), item in zip(parsed, results, strict=True)]
    parts = []
    for owner, item in parsed:
        said = found.loading.get((item.file_name, item.company_id), {})
        options = replace(found.reading_of(owner), **said)
        parts += [Part(owner, result) for result in workspace.check([item], options, at)]
    return parts


def _keep(found: Draft, names: set[str]) -> None:
    """Leave in the draft the files that still wait for an answer."""
    found.files = [file for file in found.files if file.name in names]
    found.is_read = False
    if not found.files:
        cancel()


def _count_to_check(results: Sequence[ImportResult]) -> int:
    return sum(
        issue.severity in ("refused", "doubtful")
        for item in results
        if item.status == "imported"
        for issue in item.parsed.issues
    )


def _lines(results: Sequence[ImportResult]) -> list[tuple[bool, str]]:
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
