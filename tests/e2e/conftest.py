"""A real server and a real browser: what only a browser can prove.

Without Chromium the tests are skipped, except when ``CI`` is set: nothing may be skipped there.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

import openpyxl
import pytest

from arlib.model.files import FileInput, ImportOptions
from arlib.ui.tables import HEADER_HEIGHT, ROW_HEIGHT
from arlib.workspace import Author, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
WORKBOOK = "armor_modele.xlsx"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT = 30_000
_CALM = """ms => {
    const d = document.querySelector('[data-testid="stApp"]')?.dataset
    const busy = !d || d.testScriptState !== 'notRunning' || d.testConnectionState !== 'CONNECTED'
    const now = performance.now()
    if (busy || !window.__calm) window.__calm = busy ? 0 : now
    return window.__calm && now - window.__calm > ms }"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and skip them where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def loaded_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that holds the sample workbook, closed, to copy."""
    path = tmp_path_factory.mktemp("loaded") / "book.duckdb"
    workspace = Workspace.open(path)
    options = ImportOptions()
    files = [FileInput(WORKBOOK, (SAMPLES / WORKBOOK).read_bytes())]
    author = Author("essai", datetime(2026, 11, 21, 9, 0))  # noqa: DTZ001 - the book keeps naive times
    results = workspace.load(workspace.read(files, options), options, author)
    workspace.close()
    assert [item.status for item in results] == ["imported"]
    return path


@pytest.fixture
def loaded(loaded_book: Path, tmp_path: Path) -> None:
    """Begin with the sample workbook imported; to be asked for by ``usefixtures``, before ``page``."""
    shutil.copy(loaded_book, tmp_path / "book.duckdb")


@pytest.fixture
def just_started(tmp_path: Path) -> Iterator[str]:
    """Start the application as a user does, on an empty book of the test."""
    port = _free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"),
        f"--server.port={port}", "--server.headless=true", "--server.address=127.0.0.1",
    ]  # fmt: skip
    log = tmp_path / "server.log"
    environment = _environment(tmp_path / "book.duckdb")
    with _started(command, environment, port, log):
        yield f"http://127.0.0.1:{port}"
    assert "Traceback" not in log.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Served:
    """One application for all the tests of a process: what a start costs is paid once."""

    address: str
    log: Path
    process: subprocess.Popen[str]

    def turn_to(self, book: Path) -> None:
        """Point the application to the book of a test; what it logs from there on follows its name."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{book}\n")
        self.process.stdin.flush()
        while f"{book}\n" not in self.log.read_text(encoding="utf-8"):
            assert self.process.poll() is None
            time.sleep(0.02)

    def logged(self, book: Path) -> str:
        """Return what was logged since the application was pointed to a book."""
        return self.log.read_text(encoding="utf-8").split(f"{book}\n", 1)[1]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Start the application once."""
    folder = tmp_path_factory.mktemp("served")
    port, log = _free_port(), folder / "server.log"
    command = [sys.executable, str(Path(__file__).with_name("serve.py")), str(port)]
    with _started(command, _environment(folder / "book.duckdb"), port, log) as process:
        yield Served(f"http://127.0.0.1:{port}", log, process)


@pytest.fixture
def server(served: Served, tmp_path: Path) -> Iterator[str]:
    """Give the application on the book of the test (empty, but for ``loaded``); its log must hold no traceback."""
    book = tmp_path / "book.duckdb"
    served.turn_to(book)
    yield served.address
    assert "Traceback" not in served.logged(book)


@pytest.fixture
def page(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a French browser page; at the end no request may have left the machine."""
    context = browser.new_context(
        locale="fr-FR",
        timezone_id="Europe/Paris",
        viewport={"width": 1280, "height": 1400},
        accept_downloads=True,
    )
    context.add_init_script("delete window.showSaveFilePicker")
    tab = context.new_page()
    outside: list[str] = []
    failures: list[str] = []
    allowed = (server, server.replace("http", "ws"), "data:", "blob:")
    tab.on(
        "request",
        lambda request: None if request.url.startswith(allowed) else outside.append(request.url),
    )
    tab.on("pageerror", lambda error: failures.append(str(error)))
    # the first page alone is half the work of all: a book already loaded opens where little is drawn
    tab.goto(f"{server}/history" if "loaded" in request.fixturenames else server)
    quiet(tab)
    yield tab
    context.close()
    assert outside == []
    assert failures == []


def quiet(page: Page, milliseconds: int = 700) -> None:
    """Wait until the script has not run for a while: before a click at a place or a download."""
    page.evaluate("window.__calm = 0")  # what was calm before the last gesture does not count
    page.wait_for_function(_CALM, arg=milliseconds, timeout=2 * TIMEOUT)


def drop(page: Page, *names: str, **contents: bytes) -> None:
    """Drop sample files on the drop zone, as a hand does; ``contents``: files made by the test."""
    made = {name.replace("__", "."): content for name, content in contents.items()}
    given = {**{name: (SAMPLES / name).read_bytes() for name in names}, **made}
    files = [[base64.b64encode(content).decode(), name] for name, content in given.items()]
    transfer = page.evaluate_handle(
        """files => {
            const d = new DataTransfer()
            for (const [b64, name] of files) {
                const bytes = Uint8Array.from(atob(b64), c => c.charCodeAt(0))
                d.items.add(new File([bytes], name)) }
            return d }""",
        files,
    )
    zone = page.get_by_test_id("stFileUploaderDropzone").first
    for event in ("dragenter", "dragover", "drop"):
        zone.dispatch_event(event, {"dataTransfer": transfer})


def credit_report(page: Page, folder: Path) -> list[str]:
    """Ask for the credit report on the page Rapports; return the sheets of the workbook given."""
    go_to(page, "Rapports")
    page.get_by_role("button", name="Préparer le rapport").click()
    made = page.get_by_role("button", name=re.compile("Télécharger encours_rapport_credit"))
    made.wait_for(timeout=60_000)
    with page.expect_download(timeout=60_000) as download:
        made.click()
    path = folder / "rapport.xlsx"
    download.value.save_as(path)
    return [str(name) for name in openpyxl.load_workbook(path).sheetnames]


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a list by its words, with the keyboard."""
    field = page.get_by_label(label, exact=True).first
    field.click()
    field.press_sequentially(option)
    page.get_by_role("option", name=option, exact=True).wait_for()
    field.press("Enter")
    quiet(page)


def go_to(page: Page, title: str) -> None:
    """Click an entry of the menu and wait for its page."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).first.click()
    page.get_by_role("heading", level=1).filter(has_text=title).wait_for(timeout=TIMEOUT)
    quiet(page)


def tick(page: Page, row: int, height: int = ROW_HEIGHT) -> Locator:
    """Tick a row of the first grid, by its place under the header."""
    grid = page.get_by_test_id("stDataFrame").first
    quiet(page)
    box: Any = grid.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + HEADER_HEIGHT + height * row + 15)
    return grid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(book: Path) -> dict[str, str]:
    return {**os.environ, "ARLIB_DB": str(book), "ARLIB_USER": "essai"}


@contextmanager
def _started(
    command: list[str], environment: dict[str, str], port: int, log: Path
) -> Iterator[subprocess.Popen[str]]:
    """Run an application until the end of the block; it answers when it is given."""
    with log.open("w") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _attempt in range(120):
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - our own server
                return
        except (URLError, OSError):
            time.sleep(0.25)
    pytest.fail("the application does not start")
