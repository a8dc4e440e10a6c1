"""The application on books that follow one another: each line read is the file of the next one."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from streamlit.web import cli

ROOT = Path(__file__).resolve().parents[2]


def _follow() -> None:
    """Point the application to each book named, and say so; end when nobody names any more."""
    for line in sys.stdin:
        os.environ["ARLIB_DB"] = line.strip()
        sys.stdout.write(line)
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # as ``python -m streamlit run`` from the folder of the program
    threading.Thread(target=_follow, daemon=True).start()
    sys.exit(
        cli.main(
            [
                "run",
                str(ROOT / "app.py"),
                f"--server.port={sys.argv[1]}",
                "--server.headless=true",
                "--server.address=127.0.0.1",
            ]
        )
    )
