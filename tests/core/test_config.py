"""Settings: where they come from, and what is said when they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import load_settings, unknown_variables
from core.errors import ConfigError


def test_defaults_serve_a_laptop() -> None:
    settings = load_settings({})
    assert settings.mode == "development"
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'tradewind.db'}"
    assert settings.redis_url is None
    assert settings.data_dir.is_absolute()
    assert settings.faults() == []


def test_own_file_and_then_the_environment_win(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('port = 9000\nhost = "10.0.0.1"\nold_secret_keys = ["one", "two"]\n')
    settings = load_settings({"TRADEWIND_CONFIG": str(own), "TRADEWIND_PORT": "9001"})
    assert (settings.host, settings.port) == ("10.0.0.1", 9001)
    assert settings.secret_keys[1:] == ("one", "two")


@pytest.mark.parametrize(("text", "asked"), [("true", True), ("0", False), ("On", True)])
def test_yes_and_no_in_the_environment(text: str, asked: bool) -> None:
    assert load_settings({"TRADEWIND_BEHIND_PROXY": text}).behind_proxy is asked


@pytest.mark.parametrize(("name", "value", "says"), [
    ("PORT", "eighty", "whole number"), ("PORT", "0", "1 to 65535"), ("MODE", "prod", "production"),
    ("BEHIND_PROXY", "maybe", "true or false"), ("CONFIG", "/nowhere/at/all.toml", "CONFIG"),
    ("DATABASE_URL", "mysql://x", "postgresql://"), ("DATABASE_URL", "x", "postgresql://"),
])
def test_a_wrong_value_is_named_with_its_cure(name: str, value: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load_settings({f"TRADEWIND_{name}": value})


def test_a_misspelt_key_in_the_file_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('databse_url = "x"\n')
    with pytest.raises(ConfigError, match="databse_url"):
        load_settings({"TRADEWIND_CONFIG": str(own)})
    own.write_text("port = = 1")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_settings({"TRADEWIND_CONFIG": str(own)})


def test_a_misspelt_variable_is_noticed() -> None:
    environ = {"TRADEWIND_SECRET": "x", "TRADEWIND_SECRET_KEY": "y", "HOME": "z"}
    assert unknown_variables(environ) == ["TRADEWIND_SECRET"]


@pytest.mark.parametrize("secret", [None, "short"])
def test_production_refuses_a_weak_secret(secret: str | None) -> None:
    environ = {"TRADEWIND_MODE": "production"}
    if secret:
        environ["TRADEWIND_SECRET_KEY"] = secret
    faults = load_settings(environ).faults()
    assert len(faults) == 1
    assert "TRADEWIND_SECRET_KEY" in faults[0]


def test_production_takes_a_strong_secret() -> None:
    environ = {"TRADEWIND_MODE": "production", "TRADEWIND_SECRET_KEY": "k" * 48}
    assert load_settings(environ).faults() == []
