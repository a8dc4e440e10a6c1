"""The list of the formats that can be read; each module declares one.

A format module exposes ``FORMAT_ID``, ``identify(source) -> float`` (0 to 1, judged on content)
and ``extract(source, options) -> ParsedFile``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from arlib.ingest.source import Source
    from arlib.model.files import ImportOptions, ParsedFile

# One line a format, most specific first.
MODULES: Final = ("template", "fec", "flat")


class Format(Protocol):
    """What a format module offers."""

    FORMAT_ID: str

    def identify(self, source: Source) -> float:
        """Return how sure it is, 0 to 1, judged on content."""

    def extract(self, source: Source, options: ImportOptions) -> ParsedFile:
        """Return the file understood: tables, issues and counts."""


def all_formats() -> tuple[Format, ...]:
    """Return the format modules, loaded on first use."""
    modules = []
    for name in MODULES:
        try:
            module = import_module(f"{__name__}.{name}")
        except ImportError:  # being written
            continue
        if hasattr(module, "identify"):
            modules.append(cast("Format", module))
    return tuple(modules)
