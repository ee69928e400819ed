"""Serving: gunicorn on Unix, waitress on Windows, each with the embedded worker if it is wanted."""

from __future__ import annotations

import logging
import logging.config
import sys
import tomllib
from typing import Any

from core.app import TradewindApp, create_app
from core.bell import hang_bell
from core.config import Settings, config_folder, load_settings
from core.errors import ConfigError
from core.jobs import Worker
from core.platform import build_platform

log = logging.getLogger("tradewind.web")


def set_up_logging() -> None:
    """Log as config/logging.toml says."""
    text = (config_folder() / "logging.toml").read_text(encoding="utf-8")
    logging.config.dictConfig(tomllib.loads(text))


def application(settings: Settings | None = None, skip_broken: bool = False) -> TradewindApp:
    """The WSGI application of this installation, its worker thread running if settings say so.

    For any WSGI server: `gunicorn "core.web:application()"`. Raises ConfigError in production
    mode with settings that are not safe.
    """
    settings = settings or load_settings()
    if settings.faults():
        raise ConfigError("\n".join(settings.faults()))
    set_up_logging()
    platform = build_platform(settings, skip_broken=skip_broken)
    app = create_app(settings, platform)
    hang_bell(platform)
    if settings.embedded_worker:
        Worker(platform).start()
    return app


def serve(settings: Settings, skip_broken: bool = False) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    if sys.platform == "win32":
        _waitress(settings, skip_broken)
    else:
        _gunicorn(settings, skip_broken)


def _waitress(settings: Settings, skip_broken: bool) -> None:
    import waitress

    app = application(settings, skip_broken)
    waitress.serve(app, host=settings.host, port=settings.port, threads=settings.web_threads)


def _gunicorn(settings: Settings, skip_broken: bool) -> None:
    from gunicorn.app.base import Application

    class Server(Application):
        """gunicorn with the settings of config/gunicorn.py."""

        def init(self, _parser: Any, _options: Any, _arguments: Any) -> None:
            return None

        def load_config(self) -> None:
            self.load_config_from_file(str(config_folder() / "gunicorn.py"))
            self.cfg.set("bind", f"{settings.host}:{settings.port}")

        def load(self) -> TradewindApp:
            return application(settings, skip_broken)

    Server().run()
