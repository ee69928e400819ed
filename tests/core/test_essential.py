"""Plugins that are on in every company, without a row and without a switch."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core.api import Plugin, Refused
from core.companies import disable_plugin
from core.config import load_settings
from core.errors import PluginError
from core.platform import build_platform
from core.plugins import Gate, build_registry
from core.testing import World
from tests.core import toy


def module(name: str, **manifest: Any) -> ModuleType:
    """A plugin that is nothing but its manifest."""
    made = ModuleType(name)
    made.__file__ = __file__
    made.plugin = Plugin(name, name.title(), **manifest)  # type: ignore[attr-defined]
    return made


def test_an_essential_plugin_is_on_without_a_row(toys: World) -> None:
    essential = {name for name, p in toys.registry.plugins.items() if p.manifest.essential}
    assert "admin" in essential
    with toys.act() as ctx:
        assert essential <= ctx.enabled
        with pytest.raises(Refused, match="always on|始终"):
            disable_plugin(ctx, "admin")
        assert "admin" in ctx.enabled


def test_it_comes_along_when_only_some_are_asked_for(tmp_path: Path) -> None:
    settings = load_settings({"TRADEWIND_DATA_DIR": str(tmp_path)})
    registry = build_platform(settings, only=["crm"]).registry
    assert {"admin", "crm"} <= set(registry.plugins)
    assert "orders" not in registry.plugins


def test_its_entries_stand_below_administration(toys: World) -> None:
    page = toys.client("adm").get("/admin/people").text
    part = page[page.index('data-part="admin"') :]
    assert 'href="/admin/roles"' in part
    assert 'href="/admin/roles"' not in page[: page.index('data-part="admin"')]


def test_it_needs_essential_ones_only() -> None:
    modules = {
        "always": module("always", essential=True, needs=("seldom",)),
        "seldom": module("seldom"),
    }
    with pytest.raises(PluginError, match="essential and needs 'seldom'"):
        build_registry(modules)


def test_a_broken_one_is_left_out_when_asked_to(toys: World) -> None:
    modules: dict[str, ModuleType | Exception] = {"toy": toy, "admin": ImportError("torn")}
    registry = build_registry(modules, skip_broken=True)
    assert "admin" in registry.broken
    assert "admin" not in Gate(registry, registry.essential).enabled
