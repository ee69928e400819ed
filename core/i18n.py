"""Languages: lazy messages, the catalogs of core and plugins, and how figures are written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

LOCALES = {"zh": "简体中文", "en": "English"}
DEFAULT_LOCALE = "zh"

_locale: ContextVar[str] = ContextVar("tradewind_locale", default=DEFAULT_LOCALE)
_catalogs: dict[tuple[Path, str], NullTranslations] = {}
_folders: list[Path] = [Path(__file__).parent / "translations"]
_homes: dict[str, Path] = {"core": _folders[0]}


def add_translations(folder: Path) -> None:
    """Read the catalogs in `folder` too (`<folder>/zh/LC_MESSAGES/messages.mo`)."""
    if folder.is_dir() and folder not in _folders:
        _folders.append(folder)
        _homes[folder.parent.name] = folder


def current_locale() -> str:
    """The language of the running request, job or test: "zh" or "en"."""
    return _locale.get()


def set_locale(locale: str | None) -> None:
    """Use `locale` from here on in this context; an unknown one falls back to the default."""
    _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)


@contextmanager
def in_locale(locale: str | None) -> Iterator[None]:
    """Run the block in another language (documents, mails, jobs)."""
    token = _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _locale.reset(token)


def _catalog(folder: Path, locale: str) -> NullTranslations:
    found = _catalogs.get((folder, locale))
    if found is None:
        found = Translations.load(str(folder), [locale], domain="messages")
        _catalogs[folder, locale] = found
    return found


def _caller() -> str:
    """The plugin (or "core") whose code or template called the function that calls this."""
    frame = sys._getframe(2)
    if frame.f_globals.get("__name__") == "jinja2.runtime" and frame.f_back is not None:
        return str(frame.f_back.f_globals.get("name", "")).partition("/")[0]
    parts = str(frame.f_globals.get("__name__", "")).split(".")
    return parts[1] if parts[0] == "plugins" and len(parts) > 1 else parts[0]


def translate(message: str, home: str = "") -> str:
    """The message in the current language.

    The same English word has different Chinese in different trades, so the catalog of `home`
    (the plugin that wrote the message) is asked first, then core's, then all others.
    """
    locale = _locale.get()
    if not message or locale == "en":
        return message
    own = [_homes[home]] if home in _homes else []
    for folder in (*own, *_folders):
        text = _catalog(folder, locale).gettext(message)
        if text != message:
            return str(text)
    return message


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """The form that fits `n`; Chinese has one form, kept under the singular."""
    home = _caller()
    chosen = singular if n == 1 or _locale.get() == "zh" else plural
    text = translate(chosen, home)
    return text % {"num": n, "n": n, **values}


class Message:
    """A translatable sentence that is put into words when it is shown.

    `str()` gives it in the language of the moment. Values are filled in as `%(name)s`. `home` is
    the plugin whose catalog is asked first.
    """

    __slots__ = ("home", "text", "values")

    def __init__(
        self, text: str, values: dict[str, object] | None = None, home: str = ""
    ) -> None:
        self.text, self.values, self.home = text, values or {}, home

    def __str__(self) -> str:
        text = translate(self.text, self.home)
        return text % self.values if self.values else text

    def __repr__(self) -> str:
        return f"_({self.text!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Message):
            return (self.text, self.values) == (other.text, other.values)
        return str(self) == other

    def __hash__(self) -> int:
        return hash(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __lt__(self, other: object) -> bool:
        return str(self) < str(other)

    def __mod__(self, values: dict[str, object]) -> Message:
        return Message(self.text, {**self.values, **values}, self.home)

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)


def gettext(text: str, /, **values: object) -> Message:
    """Mark `text` for translation; usable at module level and anywhere else."""
    return Message(text, values, _caller())


_ = gettext


def show_number(value: Decimal | int | None, places: int | None = None) -> str:
    """1234.5 → "1,234.50" (places=2); None → ""."""
    if value is None:
        return ""
    if places is None:
        exact = Decimal(value).normalize()
        exponent = exact.as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return str(format_decimal(value, pattern, locale="en"))


def show_date(value: date | None) -> str:
    """Dates are written ISO in both languages: 2026-11-20."""
    return value.isoformat() if value else ""


def show_moment(value: datetime | None, zone: str = "Asia/Shanghai") -> str:
    """A UTC moment on the clock of `zone`: 2026-11-20 14:05."""
    return value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if value else ""


def show_ago(value: datetime, now: datetime) -> str:
    """How long ago in words: "3 hours ago" / "3小时前"."""
    return str(format_timedelta(value - now, add_direction=True, locale=_locale.get()))
