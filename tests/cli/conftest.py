from __future__ import annotations

import io
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from arlib.cli.main import main
from arlib.workspace import Workspace
from tests.scenarios import worked_set
from tests.support.books import Book, load
from tests.support.worked import worked_book

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Runner:
    """Runs commands on one database and returns what they print."""

    database: Path
    capsys: pytest.CaptureFixture[str]

    def text(self, *arguments: str, status: int = 0) -> tuple[str, str]:
        """Return standard output and standard error of a command."""
        self.capsys.readouterr()
        found = main(["--db", str(self.database), *arguments])
        out, err = self.capsys.readouterr()
        assert found == status, (found, out, err)
        return out, err

    def json(self, *arguments: str, status: int = 0) -> Any:
        """Return the one JSON document a command prints."""
        return json.load(io.StringIO(self.text(*arguments, "--json", status=status)[0]))

    def load(self, *books: Book) -> None:
        """Put books into the database."""
        fill(self.database, *books)


def fill(database: Path, *books: Book) -> None:
    """Load books into a database."""
    workspace = Workspace.open(database)
    results = load(workspace, *books)
    workspace.close()
    assert [item.status for item in results] == ["imported"] * len(books)


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Runner:
    monkeypatch.setenv("ARLIB_USER", "camille")
    return Runner(tmp_path / "book.duckdb", capsys)


@pytest.fixture(scope="session")
def worked_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database holding the worked set, to copy."""
    database = tmp_path_factory.mktemp("worked") / "book.duckdb"
    fill(database, worked_book())
    return database


@pytest.fixture
def worked(run: Runner, worked_database: Path) -> Runner:
    """A runner on a book of one's own that holds the worked set."""
    shutil.copy(worked_database, run.database)
    return run


@pytest.fixture(scope="session")
def imported_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database into which the command line imported the workbook of the worked set."""
    folder = tmp_path_factory.mktemp("imported")
    file = folder / "worked.xlsx"
    file.write_bytes(worked_set.template_bytes())
    assert main(["--db", str(folder / "book.duckdb"), "import", str(file)]) == 0
    return folder / "book.duckdb"


@pytest.fixture
def read_worked(run: Runner, imported_database: Path) -> Runner:
    """A runner on the imported worked set, shared: for tests that only read."""
    run.database = imported_database
    return run
