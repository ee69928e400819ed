"""Message catalogs of core and plugins: python tools/catalogs.py update|compile|check [area ...]

update   take new strings of the code into each `translations/zh/LC_MESSAGES/messages.po`
compile  write the .mo files that are read at run time (never committed)
check    fail if a string of the code is missing, empty, fuzzy or has other placeholders in Chinese

An area is `core` or a plugin's name; without one, all are worked on.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

# babel warns of f-strings among the values of a message; those are not translated anyway
warnings.filterwarnings("ignore", message="Skipping f-string")

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh"
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}
METHODS = [
    ("**/migrations/**", "ignore"), ("**/scaffold/**", "ignore"), ("**/static/**", "ignore"),
    ("**.py", "python"), ("**.html", "jinja2"), ("**.xml", "jinja2"),
]
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}, "**.xml": {"silent": "false"}}


def areas(chosen: list[str]) -> Iterator[tuple[str, Path]]:
    """(name, folder) of core, every plugin and the packages outside, or of the chosen ones."""
    found = {"core": ROOT / "core"}
    found |= {p.parent.name: p.parent for p in sorted(ROOT.glob("plugins/*/__init__.py"))}
    found |= {p.parents[1].name: p.parent for p in sorted(ROOT.glob("outside/*/*/hooks.py"))}
    for name in chosen:
        if name not in found:
            raise SystemExit(f"catalogs: there is no area {name!r}; there are {', '.join(found)}")
    for name, folder in found.items():
        if not chosen or name in chosen:
            yield name, folder


def po_file(folder: Path) -> Path:
    """Where the Chinese catalog of an area is."""
    return folder / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


def extract(folder: Path) -> Catalog:
    """The strings of an area's Python files and templates."""
    catalog = Catalog(domain="messages")
    found = extract_from_dir(str(folder), METHODS, OPTIONS, keywords=KEYWORDS)
    for filename, _line, message, _comments, context in found:
        if message and message != ("", ""):
            catalog.add(message, None, [(filename, 1)], context=context)
    return catalog


def _read(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=LOCALE)


def update(chosen: list[str]) -> int:
    """Take new strings into the catalogs; translations that exist are kept."""
    for name, folder in areas(chosen):
        wanted, path = extract(folder), po_file(folder)
        if not len(wanted):
            continue
        known = _read(path) if path.is_file() else Catalog(locale=LOCALE)
        target = Catalog(locale=LOCALE, project="Tradewind", domain="messages", fuzzy=False)
        for message in wanted:
            if message.id:
                old = known.get(message.id, message.context)
                target.add(message.id, old.string if old else "", context=message.context)
        path.parent.mkdir(parents=True, exist_ok=True)
        target.header_comment = f"# Simplified Chinese of {name}."
        with path.open("wb") as stream:
            write_po(stream, target, width=100, sort_output=True, no_location=True)
        _without_dates(path)
        empty = sum(1 for m in target if m.id and not _filled(m))
        print(f"catalogs: {name}: {len(target)} strings, {empty} to translate")
    return 0


def _without_dates(path: Path) -> None:
    """Drop the header lines that would change with every run."""
    noise = (
        "POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team",
        "Report-Msgid", "Generated-By", "Project-Id-Version",
    )
    kept = [line for line in path.read_text(encoding="utf-8").splitlines()
            if not line.startswith(tuple(f'"{word}' for word in noise))]
    path.write_text("\n".join(kept).rstrip() + "\n", encoding="utf-8")


def _filled(message: Any) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and bool(strings[0])


def compile_all(chosen: list[str] | None = None) -> int:
    """Write the .mo files whose .po is newer."""
    count = 0
    for _name, folder in areas(chosen or []):
        path = po_file(folder)
        target = path.with_suffix(".mo")
        if not path.is_file():
            continue
        if target.is_file() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with target.open("wb") as stream:
            write_mo(stream, _read(path))
        count += 1
    print(f"catalogs: {count} compiled" if count else "catalogs: up to date", flush=True)
    return 0


def faults(chosen: list[str] | None = None) -> list[str]:
    """What is wrong with the Chinese catalogs, one line each."""
    found: list[str] = []
    for name, folder in areas(chosen or []):
        wanted, path = extract(folder), po_file(folder)
        known = _read(path) if path.is_file() else Catalog(locale=LOCALE)
        for message in wanted:
            if not message.id:
                continue
            text = message.id if isinstance(message.id, str) else message.id[0]
            there = known.get(message.id, message.context)
            if there is None or not _filled(there):
                found.append(f"{name}: no Chinese for {text!r}")
            elif there.fuzzy:
                found.append(f"{name}: fuzzy: {text!r}")
            else:
                there.flags |= message.flags
                found += [f"{name}: {text!r}: {error}" for error in there.check()]
    return found


def check(chosen: list[str]) -> int:
    """Print the faults; 1 if there are any."""
    found = faults(chosen)
    for line in found:
        print(line)
    print(f"catalogs: {len(found)} faults" if found else "catalogs: complete")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    verbs = {"update": update, "compile": compile_all, "check": check}
    if not arguments or arguments[0] not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    return verbs[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
