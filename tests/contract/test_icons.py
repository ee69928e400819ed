"""Every icon that is declared is drawn: the sprite holds it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.config import CORE
from core.platform import build_platform
from core.testing import make_settings

MANIFEST = CORE / "static" / "dist" / "manifest.json"


def test_every_declared_icon_is_in_the_sprite(tmp_path: Path) -> None:
    if not MANIFEST.is_file():
        pytest.skip("the assets are not built: python tools/frontend.py")
    registry = build_platform(make_settings(tmp_path)).registry
    wanted = {plugin.manifest.icon: f"plugin {name}" for name, plugin in registry.plugins.items()}
    wanted |= {menu.icon: f"menu {menu.target}" for _owner, menu in registry.menus}
    wanted |= {cls.icon: f"record {key}" for key, cls in registry.records.items()}
    wanted |= {
        step.icon: f"step {step.full_key}"
        for steps in registry.steps.values() for step in steps.values()
    }
    wanted |= {
        counter.icon: f"counter in the form of {key}"
        for key, form in registry.forms.items() for counter in form.counters
    }
    there = set(json.loads(MANIFEST.read_text(encoding="utf-8"))["icons"])
    missing = {name: place for name, place in wanted.items() if name and name not in there}
    assert not missing
