"""What passes between the application and its parsing process, through two pipes.

A request is a file and what is asked of it; an answer is a ``ParsedFile``: its tables as Arrow
streams, the rest as a pickle in which only our own records are accepted, so that a parser taken
over by a hostile file cannot make the application run anything. Nothing is written to disk.
"""

from __future__ import annotations

import io
import pickle
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from arlib.model.files import FileInput, ImportOptions, ParsedFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

UnpicklingError: Final = pickle.UnpicklingError
_LENGTH: Final = struct.Struct("<Q")
READY: Final = b"ready"
_RECORDS: Final = ("arlib.model.files", "arlib.model.issues")
_VALUES: Final = {
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("decimal", "Decimal"),
    ("numpy", "dtype"),
    ("numpy._core.multiarray", "scalar"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a file may take, in seconds, and how much memory above rest, in bytes."""

    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What reading a file took in the child: seconds, those of the processor, memory in bytes."""

    seconds: float
    processor: float
    peak: int
    resident: int


def send_request(
    stream: BinaryIO, files: Sequence[FileInput], options: ImportOptions, limits: Limits
) -> None:
    """Write files and what is asked of them."""
    plain = replace(
        options,
        mapping=None if options.mapping is None else dict(options.mapping),
        known_mappings={name: dict(found) for name, found in options.known_mappings.items()},
    )
    heads = [(file.name, file.is_member, len(file.content)) for file in files]
    _send(stream, pickle.dumps((heads, plain, limits)))
    stream.writelines(file.content for file in files)
    stream.flush()


def receive_request(stream: BinaryIO) -> tuple[list[FileInput], ImportOptions, Limits] | None:
    """Return the next files, their options and limits; None once the application is gone."""
    head = _receive(stream)
    if head is None:
        return None
    heads, options, limits = pickle.loads(head)  # noqa: S301 - from the application itself
    files = [
        FileInput(name, _exactly(stream, length), is_member) for name, is_member, length in heads
    ]
    return files, options, limits


def send_answer(stream: BinaryIO, parsed: Sequence[ParsedFile] | None, spent: Spent) -> None:
    """Write files understood, or None when memory ran out."""
    plain = None if parsed is None else [replace(item, tables={}) for item in parsed]
    names = [tuple(item.tables) for item in parsed or ()]
    _send(stream, pickle.dumps((plain, names, spent)))
    for item in parsed or ():
        for table in item.tables.values():
            _send_table(stream, table)
    stream.flush()


def receive_answer(stream: BinaryIO) -> tuple[list[ParsedFile] | None, Spent]:
    """Return files understood (None: memory ran out) and what it took.

    Raises:
        EOFError: the child is gone.
        pickle.UnpicklingError: the answer holds something else than our records.
    """
    head = _receive(stream)
    if head is None:
        raise EOFError
    plain, names, spent = _Records(io.BytesIO(head)).load()
    if plain is None:
        return None, spent
    parsed = []
    for item, titles in zip(plain, names, strict=True):
        tables = {title: _receive_table(stream) for title in titles}
        parsed.append(replace(item, tables=tables))
    return parsed, spent


class _Records(pickle.Unpickler):
    """A reader of pickles that knows our records and plain values, and nothing that acts."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a record by its name. Raises UnpicklingError for anything else."""
        is_record = module in _RECORDS and name[:1].isupper() and name != "UserError"
        is_own = module == __name__ and name == "Spent"
        if is_record or is_own or (module, name) in _VALUES:
            return super().find_class(module, name)
        message = f"{module}.{name} is not a record"
        raise pickle.UnpicklingError(message)


def _send(stream: BinaryIO, content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)


def _receive(stream: BinaryIO) -> bytes | None:
    """Return the next message; None when the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    return _exactly(stream, _LENGTH.unpack(head)[0])


def _exactly(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _send_table(stream: BinaryIO, table: pa.Table) -> None:
    import pyarrow as pa

    sink = pa.PythonFile(stream, mode="w")
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


def _receive_table(stream: BinaryIO) -> pa.Table:
    import pyarrow as pa

    with pa.ipc.open_stream(pa.PythonFile(stream, mode="r")) as reader:
        return reader.read_all()
