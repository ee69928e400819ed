"""Settings: config/default.toml, a file of the user's, and the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Everything that an installation may set."""

    database_url: str
    redis_url: str | None
    secret_key: str
    data_dir: Path
    mode: str = "development"
    plugins_dir: Path | None = None
    embedded_worker: bool = True
    behind_proxy: bool = False
    host: str = "127.0.0.1"
    port: int = 8000

    @property
    def secret_keys(self) -> tuple[str, ...]:
        return (self.secret_key,)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings."""
    env = os.environ if environ is None else environ
    data = Path(env.get("TRADEWIND_DATA_DIR", "var")).resolve()
    return Settings(
        env.get("TRADEWIND_DATABASE_URL", f"sqlite:///{data}/tradewind.db"),
        env.get("TRADEWIND_REDIS_URL"), env.get("TRADEWIND_SECRET_KEY", "development only"), data,
    )
