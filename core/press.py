"""The press: a child process that turns HTML into PDF, within limits of memory and time.

xhtml2pdf keeps foreign files and addresses out by policy, but a table of one line can ask for
gigabytes and its own deadline overruns (QUALITY §2.5). So it runs beside us: this file, started
as a script, draws one document after the other; who asks too much of it ends it and nothing else.
"""

from __future__ import annotations

import io
import json
import logging
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

MEMORY = 2**30  # bytes of address space of the child
CPU_SECONDS = 20  # of one document
WALL_SECONDS = 30  # of one document, then the child is ended
DOCUMENTS = 500  # of one child; then a fresh one, so that memory does not creep
STATIC = Path(__file__).parent / "static"
_SIZE = struct.Struct(">Q")



class PressFailed(Exception):
    """A document that could not be drawn; the text says why, for the log."""


def _send(pipe: BinaryIO, content: bytes) -> None:
    pipe.write(_SIZE.pack(len(content)) + content)
    pipe.flush()


def _receive(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(_SIZE.size)
    return pipe.read(_SIZE.unpack(head)[0]) if len(head) == _SIZE.size else None


class Press:
    """Draws one document at a time; starts its child with the first one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._left = 0

    def draw(self, html: str) -> tuple[bytes, list[str]]:
        """The PDF and what the renderer complained of; `PressFailed` where it gave up."""
        with self._lock:
            child = self._running()
            limit = threading.Timer(WALL_SECONDS, child.kill)
            limit.start()
            try:
                _send(child.stdin, html.encode())  # type: ignore[arg-type]
                head = _receive(child.stdout)  # type: ignore[arg-type]
                content = _receive(child.stdout)  # type: ignore[arg-type]
            except BrokenPipeError:
                head = content = None
            finally:
                limit.cancel()
            self._left -= 1
            if head is None or content is None:
                self._end(child)
                raise PressFailed(f"ended by its limits (code {child.returncode})")
            said: dict[str, Any] = json.loads(head)
            if said["error"]:
                self._end(child)  # whatever broke in there must not meet the next document
                raise PressFailed(said["error"])
        return content, said["complaints"]

    def _running(self) -> subprocess.Popen[bytes]:
        child = self._child
        if child is not None and self._owner != os.getpid():
            child = None  # a copy of our parent's, after a fork: not ours to use
        if child is not None and (self._left <= 0 or child.poll() is not None):
            self._end(child)
            child = None
        if child is None:
            child = subprocess.Popen(
                [sys.executable, "-I", __file__, str(STATIC)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=STATIC,
                env={"LANG": "C.UTF-8", "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")},
            )
            self._child, self._owner, self._left = child, os.getpid(), DOCUMENTS
        return child

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        self._child = None


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())


def _limit(name: str, value: int) -> None:
    """Lower a limit of this process, where the system has it (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    which = getattr(resource, name)
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (value if hard < 0 else min(value, hard), hard))


def _serve(static: Path) -> None:
    """Read pages from standard input, write documents to standard output, until it closes."""
    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import ResourceAccessPolicy

    policy = ResourceAccessPolicy.server(static, allow_remote=False, max_total_bytes=64 * 2**20)
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not get between the answers
    _limit("RLIMIT_AS", MEMORY)
    while (html := _receive(source)) is not None:
        times = os.times()
        _limit("RLIMIT_CPU", int(times.user + times.system) + CPU_SECONDS)
        ear, out, error = _Complaints(), io.BytesIO(), ""
        logging.getLogger("xhtml2pdf").addHandler(ear)
        try:
            result = pisa.CreatePDF(
                html.decode(), dest=out, encoding="utf-8", resource_policy=policy
            )
            if result.err:
                error = "; ".join(ear.found) or "unknown"
        except Exception as problem:  # noqa: BLE001 - the renderer raises whatever it likes
            error = f"{type(problem).__name__}: {problem}"
        logging.getLogger("xhtml2pdf").removeHandler(ear)
        _send(sink, json.dumps({"error": error[:2000], "complaints": ear.found}).encode())
        _send(sink, b"" if error else out.getvalue())


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
