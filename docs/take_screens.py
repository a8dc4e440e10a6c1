# ruff: noqa: INP001, S603 - a script of ours that starts our own program
"""Take a picture of every page of the sample company: ``docs/screens``, or both languages and themes.

Run from the repository: ``python -m docs.take_screens`` (French, light, what the README shows) or
``python -m docs.take_screens FOLDER`` (French and English, light and dark, to be looked at).
Chromium is needed. A picture is as high as its page, no more than ``HIGHEST``, and holds as many
colours as fit ``LARGEST`` bytes.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.error import URLError

from PIL import Image
from playwright.sync_api import sync_playwright

from arlib.ui.navigation import _PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ROOT: Final = Path(__file__).resolve().parent.parent
SCREENS: Final = ROOT / "docs" / "screens"
WIDTH, HEIGHT, HIGHEST = 1280, 900, 2400
LARGEST: Final = 150_000
_READY: Final = """() => {
    const app = document.querySelector('[data-testid="stApp"]')?.dataset
    const busy = !app || app.testScriptState !== 'notRunning'
        || document.querySelector('[data-testid="stSkeleton"]')
    window.__since = busy ? 0 : window.__since || performance.now()
    return window.__since && performance.now() - window.__since > 900 }"""
_HEIGHT: Final = (
    """() => document.querySelector('[data-testid="stMainBlockContainer"]').scrollHeight"""
)


@contextmanager
def server(book: Path) -> Iterator[str]:
    """Start the application on a book; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    process = subprocess.Popen(
        [*command, "--server.headless=true"],
        cwd=ROOT,
        env={**os.environ, "ARLIB_DB": str(book), "ARLIB_USER": "Camille"},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(120):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310 - our own server
                    break
            except (URLError, OSError):
                time.sleep(0.25)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def picture(page: Page, path: Path) -> None:
    """Write what the page shows, whole."""
    page.wait_for_function(_READY, timeout=120_000)
    height = min(HIGHEST, max(HEIGHT, int(page.evaluate(_HEIGHT))))
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_timeout(600)
    page.wait_for_function(_READY, timeout=120_000)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (255, 128, 64):
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            break
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def walk(folder: Path, address: str, language: str, theme: str, suffix: str) -> None:
    """Take every page in one language and theme."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(
            locale="fr-FR",
            timezone_id="Europe/Paris",
            color_scheme="dark" if theme == "dark" else "light",
            viewport={"width": WIDTH, "height": HEIGHT},
        )
        page = context.new_page()
        for name in _PAGES:
            path = "" if name == next(iter(_PAGES)) else name  # the first page has no name
            page.goto(f"{address}/{path}?lang={language}")
            picture(page, folder / f"{name}{suffix}.png")
        browser.close()


def main() -> None:
    """Load the sample company into a book of its own and take the pictures asked for."""
    with tempfile.TemporaryDirectory() as kept:
        book = Path(kept) / "book.duckdb"
        subprocess.run(
            [sys.executable, "-m", "arlib", "--db", str(book), "demo"], check=True, cwd=ROOT
        )
        with server(book) as address:
            if len(sys.argv) == 1:
                SCREENS.mkdir(exist_ok=True)
                walk(SCREENS, address, "fr", "light", "")
                return
            folder = Path(sys.argv[1])
            folder.mkdir(parents=True, exist_ok=True)
            for language in ("fr", "en"):
                for theme in ("light", "dark"):
                    walk(folder, address, language, theme, f"_{language}_{theme}")


if __name__ == "__main__":
    main()
