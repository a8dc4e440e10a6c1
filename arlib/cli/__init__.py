"""The command line: everything the pages do, for scheduled jobs, scripts and checks."""

from __future__ import annotations

from arlib.cli.main import main

__all__ = ["main"]
