"""The source tree as the contract tests see it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = {"migrations"}


def python_files(*tops: str) -> Iterator[Path]:
    """Hand-written Python files below these folders."""
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            if not GENERATED & set(path.parts) and "__pycache__" not in path.parts:
                yield path


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    """core/pages/list.py → core.pages.list"""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, inside: bool | None = None) -> Iterator[tuple[str, int]]:
    """(module, line) of each import; `inside` True: in functions only, False: at module level.

    `from core import audit` counts as core.audit; blocks under TYPE_CHECKING do not count.
    """
    yield from _walk(tree(path), inside, False)


def _walk(node: ast.AST, wanted: bool | None, inside: bool) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        within = inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        if wanted is None or wanted is inside:
            if isinstance(child, ast.Import):
                yield from ((name.name, child.lineno) for name in child.names)
            elif isinstance(child, ast.ImportFrom) and child.module and not child.level:
                for name in child.names:
                    full = f"{child.module}.{name.name}"
                    known = _is_module(full)
                    yield (full if known else child.module), child.lineno
        yield from _walk(child, wanted, within)


@cache
def _is_module(name: str) -> bool:
    path = ROOT / Path(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git knows, or (without git) every file that is not made by make."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and done.stdout:
        names = done.stdout.split("\0")
        return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())
    skipped = {".venv", "node_modules", ".git", "var", "build", "dist", "__pycache__"}
    found = (path for path in ROOT.rglob("*") if path.is_file())
    return tuple(path for path in found if not skipped & set(path.relative_to(ROOT).parts))


def text_files() -> Iterator[tuple[str, str]]:
    """(name, text) of the tracked files that are text."""
    for path in tracked():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
