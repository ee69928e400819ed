"""Who may import whom (DESIGN §2)."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.contract.source import ROOT, imports, module_name, python_files, tree

# pytest is asked for by `tradewind plugin check` alone, which says how to get it
ALLOWED_MISSING = {"pytest"}
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/__init__.py"))


def test_nobody_imports_relative_to_himself() -> None:
    """A name from the root says where a thing lives, wherever it is read."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files("core", "plugins")
        for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not found


def test_core_knows_no_plugin() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in python_files("core")
        for module, line in imports(path)
        if module.split(".")[0] == "plugins"
    ]
    assert not found


def test_core_imports_own_code_at_the_top_only() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in python_files("core")
        for module, line in imports(path, inside=True)
        if module.split(".")[0] == "core"
    ]
    assert not found


def test_core_is_layered() -> None:
    """No circle of imports: then there is an order, low to high, that every module keeps to."""
    graph = {
        module_name(path): {
            module for module, _line in imports(path, inside=False)
            if module.split(".")[0] == "core" and module != module_name(path)
        }
        for path in python_files("core")
    }
    # a package may collect its modules, and they may name it only through one another
    for name, used in graph.items():
        used -= {other for other in used if name.startswith(f"{other}.")}
    assert _circle(graph) is None, " → ".join(_circle(graph) or [])


def _circle(graph: dict[str, set[str]]) -> list[str] | None:
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> list[str] | None:
        if name in way:
            return [*way[way.index(name):], name]
        if name in done or name not in graph:
            return None
        for used in sorted(graph[name]):
            found = visit(used, [*way, name])
            if found:
                return found
        done.add(name)
        return None

    for name in sorted(graph):
        found = visit(name, [])
        if found:
            return found
    return None


def test_core_keeps_to_the_layers_of_the_map() -> None:
    """docs/architecture.md: every module has a row of the table, none imports from below it."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page[page.index("| layer | modules |"):].partition("\n\n")[0].splitlines()[2:]
    modules = {path.relative_to(ROOT / "core").parts[0].removesuffix(".py")
               for path in python_files("core")} - {"__init__", "migrations"}
    row = {name: number for number, line in enumerate(table)
           for name in re.findall(r"`(\w+)/?`", line) if name in modules}
    assert modules == set(row), "docs/architecture.md does not name every module of core"
    found = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in python_files("core")
        for module, line in imports(path, inside=False)
        if module.startswith("core.") and path.parts[len(ROOT.parts) + 1] != "migrations"
        and row.get(module.split(".")[1], 0)
        > row.get(path.relative_to(ROOT / "core").parts[0].removesuffix(".py"), 99)
    ]
    assert not found, "\n".join(found)


def test_a_circle_would_be_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert _circle({"a": {"b"}, "b": set()}) is None


def _needs(plugin: str) -> set[str]:
    for node in ast.walk(tree(ROOT / "plugins" / plugin / "__init__.py")):
        if isinstance(node, ast.keyword) and node.arg == "needs":
            return set(ast.literal_eval(node.value))
    return set()


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_imports_only_what_it_declares(plugin: str) -> None:
    found = []
    for path in python_files(f"plugins/{plugin}"):
        # glue to one other plugin may be several files beside glue/<other>.py
        glue = path.parent if path.parent.name == "glue" else None
        glued = {file.stem for file in glue.glob("*.py")} if glue else set()
        for module, line in imports(path):
            parts = module.split(".")
            if parts[0] == "core":
                allowed = {"api"} | ({"testing"} if "tests" in path.parts else set())
                fits = len(parts) > 1 and parts[1] in allowed
            elif parts[0] == "plugins" and len(parts) > 1:
                other = parts[1]
                fits = other == plugin or (
                    other in _needs(plugin) | glued and parts[2:] in ([], ["api"])
                )
            else:
                continue
            if not fits:
                found.append(f"{path.relative_to(ROOT)}:{line}: {module}")
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_does_nothing_dangerous(plugin: str) -> None:
    """No shell, no pickle, no eval; the web only through httpx in its own connector code."""
    forbidden = {"subprocess", "pickle", "marshal", "shelve", "requests", "urllib.request"}
    found = []
    for path in python_files(f"plugins/{plugin}"):
        names = {module for module, _line in imports(path)}
        calls = {
            ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)
        }
        for name in (names & forbidden) | (calls & {"eval", "exec", "os.system", "compile"}):
            found.append(f"{path.relative_to(ROOT)}: {name}")
    assert not found


def test_every_library_is_declared() -> None:
    """What is imported stands in setup.cfg by itself: another package's need may go away."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    declared = {
        re.split(r"[\[<>=;~ ]", line.strip().lower())[0]
        for line in setup["options"]["install_requires"].split("\n") if line.strip()
    }
    # come with a declared package that names them in its own interface
    come_along = {
        "werkzeug": "flask", "jinja2": "flask", "markupsafe": "flask", "itsdangerous": "flask",
        "reportlab": "xhtml2pdf", "pillow": "xhtml2pdf", "pypdf": "xhtml2pdf",
    }
    distributions = packages_distributions()
    missing = set()
    for path in python_files("core", "plugins"):
        if "testing" in path.parts or "tests" in path.parts:
            continue
        for module, line in imports(path):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in ("core", "plugins"):
                continue
            names = {name.lower().replace("_", "-") for name in distributions.get(top, [top])}
            names |= {come_along[name] for name in names if name in come_along}
            if not names & declared and top not in ALLOWED_MISSING:
                missing.add(f"{path.relative_to(ROOT)}:{line}: {top}")
    assert not missing, sorted(missing)
