"""The blank import workbook as bytes, for a download."""

from __future__ import annotations

from io import BytesIO

from arlib.reports.template import write_template


def blank_template(language: str = "fr") -> bytes:
    """Return the blank import workbook."""
    stream = BytesIO()
    write_template(stream, language=language)
    return stream.getvalue()
