"""Archives without a clock: the same files always give the same bytes."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST: Final = (1980, 1, 1, 0, 0, 0)  # the first date that the format can write
_READABLE: Final = 0o644 << 16


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files by name, in the order given."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _FIRST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _READABLE
            entry.create_system = 3  # the same on every machine
            target.writestr(entry, content)
    return stream.getvalue()


def undated(content: bytes) -> bytes:
    """Return a zip whose parts carry no date of their own."""
    with zipfile.ZipFile(BytesIO(content)) as source:
        return zipped({name: source.read(name) for name in source.namelist()})
