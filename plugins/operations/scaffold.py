"""`tradewind plugin new`: files that a new plugin starts with; they pass the conformance suite."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from string import Template

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.api import (
    operations,
)

TEMPLATES = Path(__file__).resolve().parent / "templates" / "scaffold"
PLACES = {
    "test.py.txt": "tests/test_{name}.py",
    "migration.py.txt": "migrations/{name}_0001_first_tables.py",
    "messages.po.txt": "translations/zh/LC_MESSAGES/messages.po",
}


def new_plugin(folder: Path, name: str, title: str, module: str) -> list[Path]:
    """Write plugin `name` below `folder`; `module` is how it will be imported.

    Raises operations.ConfigError if the name cannot be one or the folder exists.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]{1,29}", name) or keyword.iskeyword(name) or name == "core":
        raise operations.ConfigError(
            f"{name!r} cannot be the name of a plugin. Use 2 to 30 small letters and digits, "
            "starting with a letter: it begins every table, permission and event of the plugin."
        )
    target = folder / name
    if target.exists():
        raise operations.ConfigError(f"{target} exists already. Choose another name.")
    words = {
        "name": name,
        "module": module,
        "prefix": name[:2].upper(),
        "title": (title or name.capitalize()).replace('"', "'").replace("\\", ""),
    }
    written = []
    for template in sorted(TEMPLATES.glob("*.txt")):
        place = PLACES.get(template.name, template.name.removesuffix(".txt"))
        path = target / place.format(name=name)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = Template(template.read_text(encoding="utf-8")).substitute(words)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    catalog = target / PLACES["messages.po.txt"]
    with catalog.open("rb") as source, catalog.with_suffix(".mo").open("wb") as out:
        write_mo(out, read_po(source, locale="zh"))
    return written
