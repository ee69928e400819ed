"""Redis as a doorbell: with `redis_url`, RQ wakes workers on any machine; the table is the truth.

Losing Redis loses no work: who rings only says that there may be some, and every worker also
looks by itself every few seconds (DESIGN §6).
"""

from __future__ import annotations

import hashlib
import logging
import signal
import time
from contextvars import ContextVar
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker, get_current_job

from core.config import Settings
from core.jobs import Worker, drain
from core.platform import Platform

log = logging.getLogger("tradewind.bell")
QUIET_SECONDS = 10.0
LONGEST_SECONDS = 6 * 3600
# the platform of the worker in whose thread RQ performs jobs
_mine: ContextVar[Platform] = ContextVar("tradewind_worker_platform")


def queue_of(settings: Settings) -> str:
    """The name of the installation's queue: others may share the Redis and are not disturbed."""
    return f"tradewind-{hashlib.sha256(settings.database_url.encode()).hexdigest()[:12]}"


def rung_key(queue: str) -> str:
    """The key that is set while a ring waits to be heard: a thousand commits ring once."""
    return f"{queue}:rung"


class Bell:
    """Rings the workers after a commit; when Redis is away it stays quiet for a while."""

    def __init__(self, url: str, queue: str) -> None:
        self._name = queue
        self._redis = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
        self._quiet_until = 0.0

    def ring(self) -> None:
        """There is new work. Never raises: a lost ring costs the pollers' interval."""
        if time.monotonic() < self._quiet_until:
            return
        try:
            if self._redis.set(rung_key(self._name), 1, nx=True, ex=5):
                queue = Queue(self._name, connection=self._redis)
                queue.enqueue(answer, job_timeout=LONGEST_SECONDS, result_ttl=0, failure_ttl=3600)
        except RedisError as error:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("Redis does not answer (%s); the workers look by themselves", error)


def answer() -> int:
    """What RQ runs in a worker: perform all work that is due; returns how many rows ran."""
    job = get_current_job()
    if job is not None and job.connection is not None:
        job.connection.delete(rung_key(job.origin))
    return drain(_mine.get())


def hang_bell(platform: Platform) -> None:
    """Let the commits of this process ring the workers, if Redis is configured."""
    settings = platform.settings
    if settings.redis_url:
        platform.ring = Bell(settings.redis_url, queue_of(settings)).ring


def run_worker(platform: Platform, burst: bool = False) -> int:
    """Perform background work until SIGTERM or Ctrl-C; with `burst` until nothing is due.

    Returns how many rows ran in a burst, else 0.
    """
    if burst:
        return drain(platform)
    looker = Worker(platform)
    if not platform.settings.redis_url:
        signal.signal(signal.SIGTERM, lambda _number, _frame: looker.stop())
        looker.run()
        return 0
    thread = looker.start()
    _mine.set(platform)
    _hear(platform.settings.redis_url, queue_of(platform.settings))
    looker.stop()
    thread.join(timeout=60)
    return 0


def _hear(url: str, queue: str) -> None:
    """Answer rings until told to stop; Redis may come and go."""
    def end(_number: int, _frame: Any) -> None:
        raise SystemExit(0)

    while True:
        signal.signal(signal.SIGTERM, end)
        redis = Redis.from_url(url, socket_connect_timeout=2)
        try:
            worker = SimpleWorker([queue], connection=redis, log_job_description=False)
            worker.work(logging_level="WARNING")
            return
        except RedisError as error:
            log.warning("Redis does not answer (%s); tried again in %s s", error, QUIET_SECONDS)
            time.sleep(QUIET_SECONDS)
