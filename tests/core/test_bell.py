"""Redis wakes the workers; without it nothing is lost."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from sqlalchemy import select, update

from core.bell import Bell, hang_bell, queue_of, run_worker, rung_key
from core.outbox import OutboxRow
from core.testing import World, make_settings

CLOSED = "redis://127.0.0.1:1/0"


@pytest.fixture
def redis() -> Iterator[str]:
    """The address of a Redis that others may use too: queues are named after the database."""
    url = os.environ.get("TRADEWIND_TEST_REDIS_URL")
    if not url:
        pytest.skip("TRADEWIND_TEST_REDIS_URL is not set")
    yield url


def _states(world: World) -> list[str]:
    with world.act() as ctx:
        return list(ctx.session.scalars(select(OutboxRow.state)))


def _ask_for_work(world: World) -> None:
    with world.act() as ctx:
        ctx.enqueue("core.mail", {"to": "a@b.example", "subject": "s", "text": secrets.token_hex()})


def test_many_commits_ring_once_until_heard(redis: str, toys: World) -> None:
    toys.platform.settings = replace(toys.platform.settings, redis_url=redis)
    hang_bell(toys.platform)
    for _time in range(3):
        _ask_for_work(toys)
    name = queue_of(toys.platform.settings)
    queue = Queue(name, connection=Redis.from_url(redis))
    assert queue.count == 1
    Redis.from_url(redis).delete(rung_key(name))
    _ask_for_work(toys)
    assert queue.count == 2


def test_a_lost_redis_neither_stops_nor_slows_the_user(toys: World) -> None:
    toys.platform.settings = replace(toys.platform.settings, redis_url=CLOSED)
    hang_bell(toys.platform)
    for _time in range(50):
        _ask_for_work(toys)
    assert _states(toys) == ["new"] * 50
    assert run_worker(toys.platform, burst=True) == 50
    assert _states(toys) == ["done"] * 50


def test_a_bell_is_quiet_for_a_while_after_a_failure() -> None:
    lost = Bell(CLOSED, "tradewind-test")
    lost.ring()
    assert lost._quiet_until > time.monotonic()


WORKER = """
import sys
from pathlib import Path
from dataclasses import replace
from core import platform, bell
from core.testing import make_settings
from tests.core import toy
settings = replace(make_settings(Path(sys.argv[1])), redis_url=sys.argv[2])
bell.run_worker(platform.build_platform(settings, modules={"toy": toy}))
"""


def test_a_worker_in_another_process_hears_the_bell(redis: str, toys: World) -> None:
    folder = toys.platform.settings.data_dir
    root = Path(__file__).resolve().parents[2]
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), redis], cwd=root, stderr=subprocess.PIPE,
    )
    try:
        toys.platform.settings = replace(make_settings(folder), redis_url=redis)
        hang_bell(toys.platform)
        heard = f"rq:workers:{queue_of(toys.platform.settings)}"
        _wait(lambda: Redis.from_url(redis).scard(heard) == 1)
        with toys.act() as ctx:
            ctx.session.execute(update(OutboxRow).values(state="done"))
        _ask_for_work(toys)
        _wait(lambda: _states(toys)[-1] == "done")
    finally:
        worker.send_signal(signal.SIGTERM)
        _out, errors = worker.communicate(timeout=60)
    assert worker.returncode == 0, errors.decode()


def _wait(met: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not met():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
