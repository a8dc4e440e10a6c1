"""The application's side of the parsing process: started, asked, watched, killed.

One warm child serves one request at a time; it is replaced after a failure or a large file and stopped
when idle. The application holds threads and an open database: the child is spawned, never forked.
"""

from __future__ import annotations

import atexit
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import arlib
from arlib.ingest import limits, wire
from arlib.ingest.gate import refusal_of
from arlib.ingest.recognise import refused
from arlib.ingest.source import Source
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.ingest.wire import Limits, Spent
    from arlib.model.files import FileInput, ImportOptions, ParsedFile

IDLE_SECONDS: Final = 300.0
_START_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.02
# A child that a large file left with more than this is replaced.
_HEAVY_AT_REST: Final = 512 << 20
# Arrow's own pools reserve a gigabyte ahead, which the limit of memory would count.
_ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
_PIPE_BYTES: Final = 1 << 20
_LAST_WORDS: Final = 60
_END_SECONDS: Final = 2.0
# Ended by an allocation refused, or by the system when it lacks memory.
_OUT_OF_MEMORY: Final = (-getattr(signal, "SIGABRT", 6), -getattr(signal, "SIGKILL", 9))
_LOG: Final = logging.getLogger(__name__)


class Child:
    """One parsing process. ``stopped_for`` says why the watch killed it."""

    def __init__(self) -> None:
        """Start the process; it loads its modules while the application goes on."""
        root = str(Path(arlib.__path__[0]).parent)
        self._process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-m", "arlib.ingest.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=root,
            env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": root},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._requests = cast("BinaryIO", self._process.stdin)
        self._answers = cast("BinaryIO", self._process.stdout)
        self._words: deque[bytes] = deque(maxlen=_LAST_WORDS)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._is_ready = False
        self.stopped_for: str | None = None
        for stream in (self._requests, self._answers):
            _widen(stream)

    @property
    def is_alive(self) -> bool:
        """Return whether it can be asked."""
        return self._process.poll() is None

    def ask(
        self, files: Sequence[FileInput], options: ImportOptions, allowed: Limits
    ) -> tuple[list[ParsedFile] | None, Spent]:
        """Return files read by the child (None: memory ran out there) and what it took.

        Raises:
            EOFError, OSError, pickle.UnpicklingError: the child died; see ``stopped_for``.
        """
        if not self._is_ready:
            with _Watch(self, wire.Limits(_START_SECONDS, allowed.memory)):
                if self._answers.read(len(wire.READY)) != wire.READY:
                    raise EOFError
            self._is_ready = True
        with _Watch(self, allowed):
            wire.send_request(self._requests, files, options, allowed)
            return wire.receive_answer(self._answers)

    def resident(self) -> int:
        """Return the memory it holds, in bytes; 0 where that is not known."""
        return limits.resident(self._process.pid)

    def kill(self, reason: str) -> None:
        """End it at once."""
        self.stopped_for = reason
        self._process.kill()

    def last_words(self) -> str:
        """Return the end of what it printed, once it is dead."""
        self._listener.join(timeout=_END_SECONDS)
        return b"".join(self._words).decode("utf-8", errors="replace")

    def code(self) -> int:
        """Return the code it ended with; one that goes on, its answer spoilt, is killed."""
        try:
            return self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return 0

    def close(self) -> None:
        """End it: it holds nothing that would be lost."""
        self._process.kill()
        self._process.wait()
        for stream in (self._requests, self._answers):
            with suppress(OSError):
                stream.close()

    def _listen(self) -> None:
        """Keep the last lines printed: a traceback, or why Rust stopped."""
        stream = cast("BinaryIO", self._process.stderr)
        with stream, suppress(OSError, ValueError):
            self._words.extend(stream)


class _Watch:
    """Kills a child that exceeds its limits while it is being asked."""

    def __init__(self, child: Child, allowed: Limits) -> None:
        self._child = child
        self._deadline = time.monotonic() + allowed.seconds
        self._most = child.resident() + allowed.memory
        self._is_done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_done.wait(_LOOK_SECONDS):
            if time.monotonic() > self._deadline:
                self._child.kill("file_too_slow")
            elif self._child.resident() > self._most:
                self._child.kill("file_too_heavy")
            else:
                continue
            return


class Sandbox:
    """Reads files in a child that is kept warm. Thread-safe: one request at a time."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        """Start nothing yet."""
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._owner = os.getpid()
        self._timer: threading.Timer | None = None
        self.last_spent: Spent | None = None

    def warm(self) -> None:
        """Start the child if there is none; returns at once, even while files are being read."""
        if self._lock.acquire(blocking=False):
            try:
                self._ready()
                self._wait_for_idleness()
            finally:
                self._lock.release()

    def read(self, files: Sequence[FileInput], options: ImportOptions) -> list[ParsedFile]:
        """Return files read together in the child; one that exceeds its limits is refused."""
        if not files:
            return []
        with self._lock:
            try:
                return self._read(files, options)
            finally:
                self._wait_for_idleness()

    def close(self) -> None:
        """Stop the child; the next file starts another."""
        with self._lock:
            self._stop()

    def _read(self, files: Sequence[FileInput], options: ImportOptions) -> list[ParsedFile]:
        """Return the files read; when they fail together, each is read alone to know which."""
        found = self._ask(files, options)
        if not isinstance(found, UserError):
            return found
        if len(files) > 1:
            return [item for file in files for item in self._read([file], options)]
        (file,) = files
        return [refused(Source(file), refusal_of(found, file.name), options)]

    def _ask(
        self, files: Sequence[FileInput], options: ImportOptions
    ) -> list[ParsedFile] | UserError:
        """Return the files read, or why the child was stopped."""
        child, allowed = self._ready(), limits.limits_of(files)
        self.last_spent = None
        try:
            parsed, spent = child.ask(files, options, allowed)
        except (EOFError, OSError, ValueError, wire.UnpicklingError):
            self._child = None
            return _reason(child, allowed)
        self.last_spent = spent
        if parsed is None or spent.resident > _HEAVY_AT_REST:
            self._stop()
            self._ready()
        return _too_heavy(allowed) if parsed is None else parsed

    def _ready(self) -> Child:
        """Return a living child of this process."""
        is_ours = self._owner == os.getpid()
        if self._child is None or not is_ours or not self._child.is_alive:
            self._owner = os.getpid()
            self._child = Child()
        return self._child

    def _stop(self) -> None:
        if self._child is not None and self._owner == os.getpid():
            self._child.close()
        self._child = None

    def _wait_for_idleness(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._idle_seconds, self.close)
        self._timer.daemon = True
        self._timer.start()


def _reason(child: Child, allowed: Limits) -> UserError:
    """Return why a child died while it read files."""
    code = child.code()
    if child.stopped_for == "file_too_slow":
        return UserError("file_too_slow", detail=f"{allowed.seconds:.0f}")
    words = child.last_words()
    is_out_of_memory = code in _OUT_OF_MEMORY or "memory allocation" in words
    if child.stopped_for == "file_too_heavy" or is_out_of_memory:
        return _too_heavy(allowed)
    _LOG.error("the parsing process stopped:\n%s", words)
    last = words.strip().rsplit("\n", 1)[-1].split(":", 1)[0]
    return UserError("reader_stopped", detail=last or "–")


def _too_heavy(allowed: Limits) -> UserError:
    return UserError("file_too_heavy", detail=str(allowed.memory >> 20))


def _widen(stream: BinaryIO) -> None:
    """Make a pipe larger where the system can: fewer changes of process for a large table."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


SANDBOX: Final = Sandbox()
atexit.register(SANDBOX.close)
