"""What templates use of the built front end: hashed addresses, icons, islands; and translation."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, url_for
from jinja2 import pass_context
from markupsafe import Markup

from core.i18n import gettext, ngettext, show_ago, show_date, show_moment, show_number
from core.records import title_of

DIST = Path(__file__).parent.parent / "static" / "dist"


@cache
def _manifest(stamp: float) -> dict[str, Any]:
    return dict(json.loads((DIST / "manifest.json").read_text(encoding="utf-8")))


def manifest() -> dict[str, Any]:
    """Logical names to built files; empty when the assets were not built."""
    path = DIST / "manifest.json"
    return _manifest(path.stat().st_mtime) if path.is_file() else {}


def asset(name: str) -> str:
    """The address of a built file: asset("app.js")."""
    return url_for("static", filename=f"dist/{manifest().get(name, name)}")


def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite; without a label it is decoration."""
    known = manifest().get("icons")
    if known is not None and name not in known:
        name = "square"  # a test compares all declared names with the sprite
    seen = (Markup('role="img" aria-label="{}"').format(label) if label
            else Markup('aria-hidden="true"'))
    return Markup('<svg class="tw-icon" {}><use href="{}#{}"></use></svg>').format(
        seen, asset("icons.svg"), name
    )


def islands() -> Markup:
    """The map of islands for app.js."""
    base = url_for("static", filename="dist/")
    found = {
        name: {kind: base + file for kind, file in files.items()}
        for name, files in manifest().get("islands", {}).items()
    }
    return as_json(found)


def as_json(value: Any) -> Markup:
    """A value for a JSON script element; it cannot end the element."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026").replace("\u2028", "\\u2028"))  # noqa: S704


def initials(name: str | None) -> str:
    """What stands in a person's mark: the family name's character, or two Latin initials."""
    words = (name or "?").split()
    if not words or not words[0][0].isascii():
        return words[0][0] if words else "?"
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


@pass_context
def _moment(context: Any, value: Any) -> str:
    ctx = g.get("ctx")
    return show_moment(value, ctx.user_zone if ctx is not None else "Asia/Shanghai")


def set_up(app: Flask) -> None:
    """Give the templates of an app their globals, filters and translation."""
    env = app.jinja_env
    env.globals.update(
        _=gettext, ngettext=ngettext, asset=asset, icon=icon, islands=islands, as_json=as_json,
        title_of=title_of,
    )
    env.filters.update(number=show_number, day=show_date, moment=_moment, ago=_ago,
                       initials=initials)
    env.trim_blocks = env.lstrip_blocks = True


def _ago(value: Any) -> str:
    ctx = g.get("ctx")
    return show_ago(value, ctx.now) if ctx is not None and value is not None else ""
