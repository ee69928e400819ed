"""Building the registry of one app from the plugins found, and the gate per company."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from core import __version__, hookspecs
from core.declare import (
    ColumnPatch,
    Document,
    FormView,
    Job,
    ListView,
    Menu,
    Permission,
    Plugin,
    Role,
    RoleGrant,
    Setting,
    Step,
    ViewPatch,
)
from core.errors import PluginError
from core.health import Health
from core.i18n import add_translations
from core.records import Extension, Record

log = logging.getLogger("tradewind.plugins")


@dataclass(frozen=True)
class Installed:
    """A plugin whose code is there."""

    manifest: Plugin
    module: ModuleType
    hooks: ModuleType
    folder: Path

    @property
    def name(self) -> str:
        return self.manifest.name


@dataclass
class Registry:
    """Everything that plugins declared; built once per app, not changed after boot."""

    plugins: dict[str, Installed] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    records: dict[str, type[Record]] = field(default_factory=dict)
    lines: dict[str, type[Any]] = field(default_factory=dict)
    extensions: dict[str, list[type[Extension]]] = field(default_factory=dict)
    steps: dict[str, dict[str, Step]] = field(default_factory=dict)
    lists: dict[str, ListView] = field(default_factory=dict)
    forms: dict[str, FormView] = field(default_factory=dict)
    patches: list[tuple[str, ViewPatch | ColumnPatch]] = field(default_factory=list)
    menus: list[tuple[str, Menu]] = field(default_factory=list)
    permissions: dict[str, Permission] = field(default_factory=dict)
    roles: list[tuple[str, Role | RoleGrant]] = field(default_factory=list)
    settings: dict[str, Setting] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    workflows: dict[str, Any] = field(default_factory=dict)
    step_types: dict[str, Any] = field(default_factory=dict)
    assignee_rules: dict[str, Any] = field(default_factory=dict)
    blueprints: list[tuple[str, Any]] = field(default_factory=list)
    health: Health = field(default_factory=Health)
    manager: pluggy.PluginManager = field(
        default_factory=lambda: pluggy.PluginManager(hookspecs.PROJECT)
    )

    def step(self, full_key: str) -> Step:
        """The step with a full key such as quotes.quotation.submit."""
        record, _dot, key = full_key.rpartition(".")
        return self.steps[record][key]

    @property
    def essential(self) -> frozenset[str]:
        """The plugins that are on in every company."""
        return frozenset(name for name, p in self.plugins.items() if p.manifest.essential)

    def owner(self, key: str) -> str:
        """The plugin that owns a dotted key."""
        return key.partition(".")[0]


def _manifest(name: str, module: ModuleType | Exception) -> Plugin:
    if isinstance(module, PluginError):
        raise module
    if isinstance(module, Exception):
        raise PluginError(
            name, f"cannot be imported: {type(module).__name__}: {module}",
            "mend it, or start with --skip-broken",
        ) from module
    manifest = getattr(module, "plugin", None)
    if not isinstance(manifest, Plugin):
        raise PluginError(name, "no manifest", "put `plugin = Plugin(...)` in its __init__.py")
    if manifest.name != name:
        raise PluginError(name, f"the manifest says {manifest.name!r}", "use the folder's name")
    try:
        fits = Version(__version__) in SpecifierSet(manifest.core)
    except InvalidSpecifier:
        raise PluginError(name, f"core range {manifest.core!r} is not a version range") from None
    if not fits:
        raise PluginError(
            name, f"needs core {manifest.core}, this is {__version__}", "install a fitting version"
        )
    return manifest


def _install(manifest: Plugin, module: Any) -> Installed:
    """Import the plugin's hooks, and with them its records."""
    folder = Path(module.__file__ or ".").parent
    hooks: ModuleType = module
    if (folder / "hooks.py").is_file() and hasattr(module, "__path__"):
        hooks = importlib.import_module(f"{module.__name__}.hooks")
    return Installed(manifest, module, hooks, folder)


def in_order(plugins: dict[str, Installed]) -> list[Installed]:
    """Plugins so that each comes after those it needs, ties by name."""
    needs = {name: plugin.manifest.needs for name, plugin in plugins.items()}
    return [plugins[name] for name in _order(needs)]


def _order(needs: dict[str, tuple[str, ...]]) -> list[str]:
    done: list[str] = []
    seen: dict[str, bool] = {}

    def visit(name: str, asker: str) -> None:
        if name not in needs:
            raise PluginError(asker, f"needs plugin {name!r}", f"install {name!r}")
        if name in seen:
            if not seen[name]:
                raise PluginError(asker, f"needs {name!r}, which needs it back", "break the circle")
            return
        seen[name] = False
        for need in sorted(needs[name]):
            visit(need, name)
        seen[name] = True
        done.append(name)

    for name in sorted(needs):
        visit(name, name)
    return done


def build_registry(
    modules: dict[str, ModuleType | Exception], skip_broken: bool = False
) -> Registry:
    """Read all declarations. A broken plugin stops the boot unless `skip_broken`.

    With `skip_broken` the registry is built anew without it (and then without those that need
    it), so that nothing of a half-read plugin stays; `registry.broken` says what was wrong.
    """
    broken: dict[str, str] = {}
    left = dict(modules)
    while True:
        try:
            registry = _build(left)
        except PluginError as error:
            if not skip_broken or error.plugin not in left:
                raise
            log.error("left out: %s", error)
            broken[error.plugin] = str(error)
            del left[error.plugin]
            continue
        registry.broken = broken
        return registry


def _build(modules: dict[str, ModuleType | Exception]) -> Registry:
    """The registry of these plugins; every fault is a PluginError that names the plugin."""
    registry = Registry()
    registry.manager.add_hookspecs(hookspecs)
    manifests = {name: _manifest(name, module) for name, module in modules.items()}
    for name in _order({name: manifest.needs for name, manifest in manifests.items()}):
        with _blaming(name):
            plugin = _install(manifests[name], modules[name])
            registry.plugins[name] = plugin
            offered = getattr(plugin.hooks, "register_hookspecs", None)
            if offered is not None:
                registry.manager.add_hookspecs(offered())
    for name, plugin in registry.plugins.items():
        with _blaming(name):
            registry.manager.register(plugin.hooks, name=name)
            _glue(plugin, registry)
            _guard(plugin, registry)
            _read(plugin, registry)
            add_translations(plugin.folder / "translations")
    try:
        registry.manager.check_pending()
    except pluggy.PluginValidationError as error:
        name = registry.manager.get_name(error.plugin) or "?"
        raise PluginError(name.partition("+")[0], str(error)) from error
    _check(registry)
    return registry


@contextmanager
def _blaming(name: str) -> Iterator[None]:
    """Turn whatever the plugin raises into an error that names it."""
    try:
        yield
    except PluginError:
        raise
    except Exception as error:
        raise PluginError(
            name, f"{type(error).__name__}: {error}", "mend it, or start with --skip-broken"
        ) from error


def _glue(plugin: Installed, registry: Registry) -> None:
    """Register `glue/<other>.py` of the plugin if `other` is installed, as part of it."""
    folder = plugin.folder / "glue"
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("*.py")):
        if path.stem != "__init__" and path.stem in registry.plugins:
            module = importlib.import_module(f"{plugin.module.__name__}.glue.{path.stem}")
            registry.manager.register(module, name=f"{plugin.name}+{path.stem}")


def _guard(plugin: Installed, registry: Registry) -> None:
    """Let every hook of the plugin run under guard, through whichever caller."""
    for owner, module in registry.manager.list_name_plugin():
        if owner.partition("+")[0] != plugin.name:
            continue
        for caller in registry.manager.get_hookcallers(module) or ():
            for impl in caller.get_hookimpls():
                if impl.plugin is module:
                    guarded = registry.health.guarded(
                        plugin.name, caller.name, impl.function, impl.argnames)
                    impl.function = guarded  # type: ignore[misc]  # pluggy: final, but calls it


def _calls(plugin: Installed, registry: Registry, hook: str) -> Iterable[Any]:
    for name, module in registry.manager.list_name_plugin():
        if name.partition("+")[0] == plugin.name and hasattr(module, hook):
            try:
                yield getattr(module, hook)()
            except PluginError:
                raise
            except Exception as error:
                raise PluginError(
                    plugin.name, f"hook {hook} raised {type(error).__name__}: {error}",
                    "mend the hook, or start with --skip-broken",
                ) from error


def _read(plugin: Installed, registry: Registry) -> None:
    name = plugin.name

    def each(hook: str) -> Iterable[Any]:
        for answer in _calls(plugin, registry, hook):
            yield from answer

    for cls in each("register_records"):
        _own(name, cls.key, "record")
        (registry.records if issubclass(cls, Record) else registry.lines)[cls.key] = cls
    for cls in each("register_extensions"):
        _own(name, cls.key, "extension")
        registry.extensions.setdefault(cls.extends, []).append(cls)
    for step in each("register_steps"):
        steps = registry.steps.setdefault(step.record, {})
        if step.key in steps:
            raise PluginError(name, f"step {step.full_key!r} is there already", "rename one")
        steps[step.key] = step
    for view in each("register_views"):
        if isinstance(view, ListView):
            _own(name, view.record, "list of")
            registry.lists[view.record] = view
        elif isinstance(view, FormView):
            _own(name, view.record, "form of")
            registry.forms[view.record] = view
        else:
            registry.patches.append((name, view))
    registry.menus += [(name, menu) for menu in each("register_menus")]
    registry.roles += [(name, role) for role in each("register_roles")]
    for hook, target in (
        ("register_permissions", registry.permissions), ("register_settings", registry.settings),
        ("register_documents", registry.documents), ("register_jobs", registry.jobs),
        ("register_workflows", registry.workflows), ("register_step_types", registry.step_types),
        ("register_assignee_rules", registry.assignee_rules),
    ):
        for item in each(hook):
            _own(name, item.key, hook.removeprefix("register_"))
            if item.key in target:
                raise PluginError(name, f"{item.key!r} is declared twice", "rename one")
            target[item.key] = item
    for blueprint in _calls(plugin, registry, "register_blueprint"):
        if blueprint.name != name:
            raise PluginError(name, f"blueprint {blueprint.name!r}", f"name it {name!r}")
        registry.blueprints.append((name, blueprint))


def _own(plugin: str, key: str, what: str) -> None:
    if key.partition(".")[0] != plugin:
        raise PluginError(plugin, f"{what} {key!r} is not its own", f"start it with '{plugin}.'")


def _check(registry: Registry) -> None:
    """What can be known without a database: links, anchors and steps point at something."""
    for name in sorted(registry.essential):
        seldom = set(registry.plugins[name].manifest.needs) - registry.essential
        if seldom:
            raise PluginError(name, f"is essential and needs {sorted(seldom)[0]!r}, which is not")
    for record, steps in registry.steps.items():
        if record not in registry.records:
            first = next(iter(steps.values()))
            raise PluginError(first.record, f"step {first.full_key!r} is on no known record")
    for owner, patch in registry.patches:
        if isinstance(patch, ColumnPatch):
            if patch.record not in registry.lists:
                raise PluginError(owner, f"patches the list of unknown record {patch.record!r}")
            continue
        form = registry.forms.get(patch.record)
        if form is None:
            raise PluginError(owner, f"patches the form of unknown record {patch.record!r}")
        anchors = {part.key for part in (*form.sections, *form.tabs)}
        if patch.after and patch.after not in anchors:
            raise PluginError(
                owner, f"anchor {patch.after!r} is not in the form of {patch.record}",
                f"use one of {', '.join(sorted(anchors))}",
            )


class Gate:
    """The hooks of the plugins that are enabled for one company."""

    def __init__(self, registry: Registry, enabled: frozenset[str]) -> None:
        self.registry, self.enabled = registry, enabled
        manager = registry.manager
        self._removed = [
            module
            for name, module in manager.list_name_plugin()
            if not set(name.split("+")) <= enabled
        ]
        self._callers: dict[str, Any] = {}

    def __getattr__(self, hook: str) -> Any:
        caller = self._callers.get(hook)
        if caller is None:
            caller = self.registry.manager.subset_hook_caller(hook, self._removed)
            self._callers[hook] = caller
        return caller

    def each(self, hook: str, **arguments: Any) -> Iterable[tuple[str, Any]]:
        """Call implementations one by one, in dependency order: (plugin, call) pairs.

        The caller decides what an exception does (DESIGN §3: `show_` hooks lose their slot).
        """
        for impl in getattr(self.registry.manager.hook, hook).get_hookimpls():
            plugin = impl.plugin_name.partition("+")[0]
            if set(impl.plugin_name.split("+")) <= self.enabled:
                chosen = [arguments[name] for name in impl.argnames]
                yield plugin, (lambda f=impl.function, a=chosen: f(*a))
