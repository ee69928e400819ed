"""Product and floor behind the same web server, and the client that takes their time.

Each is one gunicorn process with a few threads, in a process of its own; the client keeps its
connection. Every answer tells the CPU that its server has used so far, so that the CPU of a single
request is known beside its time: on a busy machine that is the figure to trust.

    python -m bench.serving product|floor DATABASE_URL DATA_DIR PORT PLUGIN …
"""

from __future__ import annotations

import http.client
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

CPU = "X-Cpu-Seconds"
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Answer:
    """What came back: status, body, milliseconds on the clock and of the server's CPU."""

    status: int
    body: bytes
    clock: float
    cpu: float

    def json(self) -> Any:
        return orjson.loads(self.body)


class Client:
    """One connection that is kept, as a program keeps it."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"
        self.used = 0.0

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Send one request; SystemExit when the answer is not a good one."""
        sent = orjson.dumps(body) if body is not None else None
        begun = time.perf_counter()
        self.connection.request(method, path, sent, self.headers)
        got = self.connection.getresponse()
        data = got.read()
        clock = (time.perf_counter() - begun) * 1000
        if got.status not in (200, 201):
            raise SystemExit(f"{method} {path}: {got.status} {data.decode()[:500]}")
        used = float(got.headers[CPU]) * 1000
        cpu, self.used = used - self.used, used
        return Answer(got.status, data, clock, cpu)


@dataclass
class Pace:
    """The medians of one kind of request in milliseconds; `best` is its fastest tenth.

    On a busy machine each wait for the database costs a turn of the processor; the fastest tenth
    is nearest to what an idle one does.
    """

    clock: float
    cpu: float
    best: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} ms, CPU {self.cpu:.2f}"


def race(rounds: int, *calls: Callable[[], Answer]) -> list[Pace]:
    """Calls that take turns; the first rounds warm up and do not count."""
    times: list[list[Answer]] = [[] for _call in calls]
    warm = max(3, rounds // 10)
    for n in range(rounds + warm):
        for place, call in enumerate(calls):
            answer = call()
            if n >= warm:
                times[place].append(answer)
    return [Pace(statistics.median(a.clock for a in one), statistics.median(a.cpu for a in one),
                 sorted(a.clock for a in one)[len(one) // 10]) for one in times]


@contextmanager
def served(kind: str, url: str, folder: Path, plugins: list[str]) -> Iterator[int]:
    """A server in a process of its own; gives its port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = [sys.executable, "-m", "bench.serving", kind, url, str(folder), str(port), *plugins]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        for _time in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit(f"the server of the {kind} ended")
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _application(kind: str, url: str, folder: Path, plugins: list[str]) -> Any:
    if kind == "floor":
        from bench.floor import Floor

        return Floor(url).app
    from core.app import create_app
    from core.platform import build_platform
    from core.testing.world import make_settings

    app = create_app(make_settings(folder, url),
                     build_platform(make_settings(folder, url), only=plugins))
    app.config["REST_PER_MINUTE"] = 10_000_000
    return app


def _counted(app: Any) -> Any:
    """The application, telling with each answer how much CPU its process has used."""

    def call(environ: Any, start: Any) -> Any:
        def begin(status: str, headers: Any, *rest: Any) -> Any:
            return start(status, [*headers, (CPU, f"{time.process_time():.6f}")], *rest)

        return app(environ, begin)

    return call


def main() -> None:
    from gunicorn.app.base import BaseApplication

    kind, url, folder, port, *plugins = sys.argv[1:]

    class Server(BaseApplication):  # type: ignore[misc]
        """One worker with threads; as `tradewind serve`, but for the number of processes."""

        def load_config(self) -> None:
            for name, value in {"bind": f"127.0.0.1:{port}", "worker_class": "gthread",
                                "workers": 1, "threads": 4, "keepalive": 75, "timeout": 120,
                                "loglevel": "warning"}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return _counted(_application(kind, url, Path(folder), plugins))

    Server().run()


if __name__ == "__main__":
    main()
