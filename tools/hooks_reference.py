"""Write docs/hooks.md from the hook specifications: python tools/hooks_reference.py"""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TARGET = ROOT / "docs" / "hooks.md"
INTRO = """# Hooks

Generated from the specifications by `python tools/hooks_reference.py`; a test keeps it true.

A plugin implements a hook with a function of the same name, marked `@hookimpl`, in its `hooks.py`;
it may take fewer arguments. The prefix says when it runs and what a failure does:

| prefix | when | transaction and failure | per company |
|---|---|---|---|
| `register_` | once, at boot, in dependency order | pure; an error stops the boot | no |
| `check_` | before a save, step or archiving | the same; returns refusals, shown together | yes |
| `before_` `after_` | around a save or step | the same; raising rolls everything back | yes |
| `on_` | after the commit, by a worker | its own; at least once; tried again | yes |
| `show_` | while a page is drawn | read only; a failing plugin loses its place | yes |
| `company_` | enabling, disabling, demo data | one with the switch itself | that one |
"""


def specifications() -> dict[str, dict[str, tuple[str, str]]]:
    """{who offers: {hook: (signature, docstring)}}: core first, then plugins that offer hooks."""
    places = {"core": ROOT / "core" / "hookspecs.py"}
    places |= {path.parent.name: path for path in sorted(ROOT.glob("plugins/*/hookspecs.py"))}
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for owner, path in places.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            marks = [ast.unparse(mark) for mark in getattr(node, "decorator_list", ())]
            if isinstance(node, ast.FunctionDef) and any(m.startswith("hookspec") for m in marks):
                returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                signature = f"{node.name}({ast.unparse(node.args)}){returns}"
                doc = inspect.cleandoc(ast.get_docstring(node) or "")
                found.setdefault(owner, {})[node.name] = (signature, doc)
    return found


def implementations() -> dict[str, list[str]]:
    """{hook: files that implement it}, bundled plugins first, then tests."""
    found: dict[str, list[str]] = {}
    for top in ("plugins", "examples", "tests"):
        for path in sorted((ROOT / top).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "hookimpl" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                marks = [ast.unparse(mark) for mark in getattr(node, "decorator_list", ())]
                if isinstance(node, ast.FunctionDef) and any("hookimpl" in m for m in marks):
                    name = path.relative_to(ROOT).as_posix()
                    found.setdefault(node.name, []).append(name)
    return found


def text() -> str:
    """The page."""
    used = implementations()
    parts = [INTRO]
    for owner, hooks in specifications().items():
        parts.append(f"\n## {'Of the core' if owner == 'core' else f'Offered by {owner}'}\n")
        for name, (signature, doc) in hooks.items():
            example = next(iter(used.get(name, [])), "")
            shown = f"\n\nFor example in `{example}`." if example else ""
            parts.append(f"### `{name}`\n\n    {signature}\n\n{doc}{shown}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
