"""One sample company, and the two dates at which its reports are compared with their views."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Final

from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import Author, Workspace

SAMPLE: Final = Path(__file__).resolve().parents[2] / "data" / "samples" / "armor_modele.xlsx"
SAMPLE_DATES: Final = (date(2026, 10, 31), date(2026, 6, 30))
_BY: Final = Author("tests", datetime(2026, 11, 21, 9, 0))  # noqa: DTZ001 - the book keeps naive times


def sample_workspace(path: Path) -> Workspace:
    """Return a book that holds the sample company."""
    workspace = Workspace.open(path)
    options = ImportOptions()
    files = [FileInput(SAMPLE.name, SAMPLE.read_bytes())]
    workspace.load(workspace.read(files, options), options, _BY)
    return workspace
