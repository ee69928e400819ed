"""Settings: config/default.toml, the file named in TRADEWIND_CONFIG, TRADEWIND_* variables."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from core.errors import ConfigError

CORE = Path(__file__).resolve().parent
DEFAULT_SECRET = "development only"  # noqa: S105 - refused in production mode
SHORTEST_SECRET = 32
MODES = ("development", "production", "test")
_PREFIX = "TRADEWIND_"
# set in the environment by tests and tools, not settings
_OTHER = {"CONFIG", "TEST_DATABASE_URL", "TEST_REDIS_URL"}


@dataclass(frozen=True)
class Settings:
    """Everything that an installation may set; `config/default.toml` says what each one means."""

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
    old_secret_keys: tuple[str, ...] = ()
    web_processes: int = 1
    web_threads: int = 8
    public_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The secret in use first, then the earlier ones."""
        return (self.secret_key, *self.old_secret_keys)

    @property
    def sqlite(self) -> bool:
        """Whether the database is an SQLite file."""
        return self.database_url.startswith("sqlite")

    def faults(self) -> list[str]:
        """What production mode refuses, each with its cure; empty in other modes."""
        if self.mode != "production":
            return []
        found = []
        cure = (
            "Set TRADEWIND_SECRET_KEY to the output of "
            "`python -c \"import secrets; print(secrets.token_urlsafe(48))\"` and keep it safe."
        )
        if self.secret_key == DEFAULT_SECRET:
            found.append(f"secret_key is the public default. {cure}")
        elif len(self.secret_key) < SHORTEST_SECRET:
            found.append(f"secret_key is shorter than {SHORTEST_SECRET} characters. {cure}")
        return found


def config_folder() -> Path:
    """The folder with default.toml: `config/` of a checkout, `core/defaults/` in a wheel."""
    for folder in (CORE / "defaults", CORE.parent / "config"):
        if (folder / "default.toml").is_file():
            return folder
    raise ConfigError("config/default.toml is missing. Install the package again.")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this installation; raises ConfigError naming key, fault and cure."""
    env = os.environ if environ is None else environ
    values = _read(config_folder() / "default.toml")
    known = dict(values)
    own = env.get(f"{_PREFIX}CONFIG")
    if own:
        values |= _known(_read(Path(own)), known, own)
    values |= {
        key: env[f"{_PREFIX}{key.upper()}"] for key in known if f"{_PREFIX}{key.upper()}" in env
    }
    typed = {key: _typed(key, value, known[key]) for key, value in values.items()}
    if typed["mode"] not in MODES:
        raise ConfigError(f"mode is {typed['mode']!r}. Use one of {', '.join(MODES)}.")
    if not 0 < typed["port"] < 65536:
        raise ConfigError(f"port is {typed['port']}. Use a number from 1 to 65535.")
    if not re.match(r"($|sqlite:///.|postgres(ql)?(\+psycopg)?://.)", typed["database_url"]):
        cure = "Use postgresql://user:password@host:5432/name, or leave it empty for SQLite."
        raise ConfigError(f"database_url names no database that is served here. {cure}")
    data = _folder(typed["data_dir"])
    typed |= {
        "data_dir": data,
        "database_url": typed["database_url"] or f"sqlite:///{data / 'tradewind.db'}",
        "redis_url": typed["redis_url"] or None,
        "plugins_dir": _folder(typed["plugins_dir"]) if typed["plugins_dir"] else None,
        "old_secret_keys": tuple(typed["old_secret_keys"]),
    }
    return Settings(**{f.name: typed[f.name] for f in fields(Settings)})


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """TRADEWIND_* variables that mean nothing here: most likely a typing error."""
    known = {f"{_PREFIX}{f.name.upper()}" for f in fields(Settings)} | {_PREFIX + o for o in _OTHER}
    return sorted(name for name in environ if name.startswith(_PREFIX) and name not in known)


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        fault = f"{path} cannot be read ({error.strerror}). Check TRADEWIND_CONFIG."
        raise ConfigError(fault) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}. Mend the line it names.") from error


def _known(values: dict[str, Any], known: Mapping[str, Any], where: str) -> dict[str, Any]:
    for key in values:
        if key not in known:
            raise ConfigError(f"{where}: there is no setting {key!r}. Known: {', '.join(known)}.")
    return values


def _typed(key: str, value: Any, default: Any) -> Any:
    """The value as the type of its default; texts of the environment are converted."""
    if isinstance(default, bool):
        text = str(value).strip().lower()
        if text in ("1", "true", "yes", "on"):
            return True
        if text in ("0", "false", "no", "off", ""):
            return False
        raise ConfigError(f"{key} is {value!r}. Use true or false.")
    if isinstance(default, int):
        try:
            return int(value)
        except (TypeError, ValueError):
            raise ConfigError(f"{key} is {value!r}. Use a whole number.") from None
    if isinstance(default, list):
        parts = value.split(",") if isinstance(value, str) else list(value)
        return [str(part).strip() for part in parts if str(part).strip()]
    if not isinstance(value, str):
        raise ConfigError(f"{key} is {value!r}. Use a text in quotes.")
    return value.strip()
