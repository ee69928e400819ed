"""Settings of gunicorn, used by `tradewind serve`; by hand:

    gunicorn -c config/gunicorn.py "core.web:application()"
"""

import os

from core.config import load_settings

MEMORY = "/dev/shm"  # noqa: S108 - nothing is written there but heartbeats
_settings = load_settings()

bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
# one writer at a time is what SQLite can do: more processes would only wait for each other
workers = 1 if _settings.sqlite else _settings.web_processes
threads = _settings.web_threads
timeout = 120
graceful_timeout = 20
keepalive = 5
# memory that leaks is given back now and then; not with the only process
max_requests = 0 if workers == 1 else 5000
max_requests_jitter = 500
# heartbeat files belong in memory where there is such a place
worker_tmp_dir = MEMORY if os.path.isdir(MEMORY) else None
forwarded_allow_ips = "*" if _settings.behind_proxy else "127.0.0.1"
# `tradewind serve` prints where it listens; below this only faults are news
loglevel = "warning"
control_socket_disable = True
