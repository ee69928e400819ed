"""What may never be in the repository, and what must always fit together."""

from __future__ import annotations

import configparser
import json
import re
import sys
import tomllib
from dataclasses import fields

import pytest

from core.config import Settings
from tests.contract.source import ROOT, text_files, tracked

sys.path.insert(0, str(ROOT / "tools"))

import catalogs
import hooks_reference

SELF = "tests/contract/test_repository.py"
# templates that mark a text as safe HTML; each must say why beside it
MOST_SAFE = 0
LARGEST = 300_000
BUILT = {".mo", ".ttf", ".otf", ".woff", ".woff2", ".pyc", ".map", ".db", ".sqlite3"}
TEMPLATES = [(name, text) for name, text in text_files() if name.endswith((".html", ".xml"))]
# what xhtml2pdf turns into paper knows no such policy
PAPER = ("document/base.html", "/document/")
PAGES = [
    (name, text) for name, text in TEMPLATES if not any(mark in name + text for mark in PAPER)
]

# a strict Content-Security-Policy: none of these would work, or htmx would need eval for it
NOT_IN_PAGES = {
    "style attribute": r"\sstyle\s*=",
    "inline handler": r"\son[a-z]+\s*=",
    "hx-on": r"\shx-on",
    "script in hx-vals": r"hx-vals\s*=\s*[\"']?\s*js:",
    "filter in hx-trigger": r"hx-trigger\s*=\s*[\"'][^\"']*\[",
    "style element": r"<style\b",
    "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>",
}


@pytest.mark.parametrize("what", NOT_IN_PAGES)
def test_pages_keep_to_the_policy(what: str) -> None:
    pattern = re.compile(NOT_IN_PAGES[what])
    found = [
        f"{name}: {match.group(0).strip()}" for name, text in PAGES
        for match in pattern.finditer(re.sub(r"\{#.*?#\}", "", text, flags=re.S))
    ]
    assert not found, "\n".join(found)


def test_the_policy_lint_can_fail() -> None:
    bad = '<p style="x" onclick="y" hx-on:click="z"><style></style><script>1</script>'
    caught = [what for what, pattern in NOT_IN_PAGES.items() if re.search(pattern, bad)]
    assert len(caught) == 5
    good = '<script type="application/json">{}</script><script src="/a.js"></script>'
    assert not any(re.search(pattern, good) for pattern in NOT_IN_PAGES.values())


def test_little_is_marked_safe() -> None:
    found = [
        f"{name}: {match.group(0)}" for name, text in TEMPLATES
        for match in re.finditer(r"\|\s*safe\b", text)
    ]
    assert len(found) <= MOST_SAFE, "\n".join(found)


def test_the_lock_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    for lock in ("base", "test"):
        lines = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        assert "://" not in lines
        assert not re.search(r"^--(?:index|extra-index|find-links)", lines, re.M)


def test_locks_hold_every_dependency() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    for lock, wanted in (
        ("base", setup["options"]["install_requires"]),
        ("test", setup["options.extras_require"]["test"]),
    ):
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").lower()
        for line in wanted.split("\n"):
            name = re.split(r"[\[<>=;~ ]", line.strip().lower())[0]
            if name:
                assert re.search(rf"^{re.escape(name)}(\[\w+\])?==", text, re.M), f"{lock}: {name}"
    assert len([line for line in setup["options"]["install_requires"].split("\n") if line]) <= 32


def test_no_place_or_host_of_a_machine() -> None:
    words = [
        "/wo" + "rk/", "/ro" + "ot/", "/home" + "/", "py" + "pi.org", "python" + "hosted.org",
        "registry." + "npmjs", "deb.deb" + "ian.org",
    ]
    found = [
        f"{name}: {word}" for name, text in text_files() if name != SELF
        for word in words if word in text
    ]
    assert not found, "\n".join(found)


def test_nothing_built_or_large_is_kept() -> None:
    built = [
        path.relative_to(ROOT).as_posix() for path in tracked()
        if path.suffix in BUILT or ".min." in path.name or "node_modules" in path.parts
    ]
    large = [
        f"{path.relative_to(ROOT)}: {path.stat().st_size}" for path in tracked()
        if path.stat().st_size > LARGEST and path.suffix != ".png"
    ]
    assert not built
    assert not large


def test_catalogs_are_complete() -> None:
    found = catalogs.faults()
    assert not found, f"{len(found)} faults\n" + "\n".join(found[:40])


def test_nothing_unread_is_translated() -> None:
    """A message built from parts cannot be translated: `_(f"…")` or `_("…" + x)`."""
    found = [
        f"{name}: {match.group(0)}" for name, text in text_files()
        if name.startswith(("core/", "plugins/")) and name.endswith((".py", ".html"))
        for match in re.finditer(r"(?<![\w.])_\(\s*(?:f[\"']|[\"'][^\"'\n]*[\"']\s*[+%])", text)
    ]
    assert not found, "\n".join(found)


def test_every_bundled_plugin_is_an_entry_point() -> None:
    setup = configparser.ConfigParser(delimiters=("=",))
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = setup["options.entry_points"]["tradewind.plugins.v1"].strip().split("\n")
    entries = {line.partition("=")[0].strip(): line.partition("=")[2].strip() for line in lines}
    there = sorted(path.parent.name for path in ROOT.glob("plugins/*/__init__.py"))
    assert entries == {name: f"plugins.{name}" for name in there}


def test_settings_and_their_file_agree() -> None:
    defaults = tomllib.loads((ROOT / "config/default.toml").read_text(encoding="utf-8"))
    assert set(defaults) == {field.name for field in fields(Settings)}
    known = {f"TRADEWIND_{name.upper()}" for name in defaults}
    example = (ROOT / "config/example.env").read_text(encoding="utf-8")
    assert set(re.findall(r"^(TRADEWIND_\w+)=", example, re.M)) <= known


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    missing = [field.name for field in fields(Settings) if f"`{field.name}`" not in text]
    assert not missing


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").lower()
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    packages = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    names = [
        re.split(r"[\[<>=;~ ]", line.strip().lower())[0]
        for line in setup["options"]["install_requires"].split("\n") if line.strip()
    ]
    names += [*packages["dependencies"], *packages["devDependencies"]]
    assert not [name for name in names if f"`{name.lower()}`" not in text]


def test_the_map_shows_every_module_of_core() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    modules = [path.stem for path in (ROOT / "core").glob("*.py") if path.stem != "__init__"]
    modules += [f"{path.parent.name}/" for path in (ROOT / "core").glob("*/__init__.py")]
    assert not [name for name in modules if f"`{name}`" not in text]


def test_documents_link_to_what_is_there() -> None:
    broken = []
    for name, text in text_files():
        if name.endswith(".md"):
            folder = (ROOT / name).parent
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
                if not (folder / target).exists():
                    broken.append(f"{name}: {target}")
    assert not broken


def test_the_hooks_reference_is_true() -> None:
    assert (ROOT / "docs/hooks.md").read_text(encoding="utf-8") == hooks_reference.text(), (
        "run: python tools/hooks_reference.py"
    )


def test_every_hook_is_described_and_used() -> None:
    used = hooks_reference.implementations()
    used |= {
        name: ["examples"] for path in (ROOT / "examples").glob("*.py")
        for name in re.findall(r"^def (\w+)", path.read_text(encoding="utf-8"), re.M)
    }
    for owner, hooks in hooks_reference.specifications().items():
        for name, (_signature, doc) in hooks.items():
            assert doc, f"{owner}: {name} needs a docstring"
            assert "Since: " in doc, f"{owner}: {name} does not say since when"
            assert name in used, f"{owner}: nobody implements {name}: no example, no test"
