"""Finding plugins: the folder `plugins/`, entry points, and the folder that `plugins_dir` names."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from core.errors import PluginError

GROUP = "tradewind.plugins.v1"


def discover(
    bundled: Path | None, extra: Path | None, only: Sequence[str] | None = None
) -> dict[str, ModuleType | Exception]:
    """Import every plugin found: the folder `plugins/`, entry points and `plugins_dir`.

    `only` restricts it to these, what they need, and the bundled ones that are essential. A
    plugin that cannot be imported is returned as the exception that it raised.
    """
    found: dict[str, ModuleType | Exception] = {}
    names: dict[str, str] = {}
    if bundled is not None and bundled.is_dir():
        for path in sorted(bundled.iterdir()):
            if (path / "__init__.py").is_file():
                names[path.name] = f"plugins.{path.name}"
    always = [] if only is None else [name for name in names if _essential(names[name])]
    for entry in entry_points(group=GROUP):
        _named(entry.name, entry.value, names, found)
    if extra is not None and extra.is_dir():
        if str(extra) not in sys.path:
            sys.path.insert(0, str(extra))
        for path in sorted(extra.iterdir()):
            if path.suffix == ".py" or (path / "__init__.py").is_file():
                _named(path.stem, path.stem, names, found)
    wanted = list(names if only is None else [*(name for name in only if name in names), *always])
    while wanted:
        name = wanted.pop(0)
        if name not in found:
            found[name] = _load(names[name])
            needs = getattr(getattr(found[name], "plugin", None), "needs", ())
            wanted += [need for need in needs if need in names]
    return dict(sorted(found.items()))


def _named(
    name: str, module: str, names: dict[str, str], found: dict[str, ModuleType | Exception]
) -> None:
    """Take a name once; a second plugin that claims it is told, and neither hides the other."""
    known = names.setdefault(name, module)
    if known != module and _place(known) != _place(module):
        found[name] = PluginError(
            name, f"two plugins have this name: {known} and {module}", "rename or remove one")


def _place(module: str) -> str | None:
    spec = importlib.util.find_spec(module)
    return spec.origin if spec else None


def _load(module: str) -> ModuleType | Exception:
    try:
        return importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 - reported as a broken plugin, boot stops
        return error


def _essential(module: str) -> bool:
    return bool(getattr(getattr(_load(module), "plugin", None), "essential", False))
