"""Values as people read and enter them: cells of lists and forms, controls of inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import get_currency_precision
from flask import url_for
from sqlalchemy import select

from core.context import Ctx
from core.files import FileRow
from core.i18n import _, current_locale, show_date, show_moment, show_number
from core.kinds import Field
from core.layout import Slot
from core.people import Member, User
from core.query import titles_and_reach
from core.records import record_class
from core.schemas import extensions_of

CURRENCIES = (
    "CNY", "USD", "EUR", "GBP", "JPY", "AUD", "CAD", "CHF", "HKD", "SGD", "NZD", "SEK", "NOK",
    "DKK", "PLN", "CZK", "TRY", "AED", "SAR", "KWD", "BHD", "OMR", "ZAR", "NGN", "KES", "EGP",
    "BRL", "MXN", "CLP", "INR", "THB", "VND", "IDR", "MYR", "PHP", "KRW", "RUB",
)
LANGUAGES = (
    "en", "zh", "es", "de", "fr", "it", "pt", "ru", "ar", "ja", "ko", "pl", "nl", "tr", "vi",
)


@dataclass(frozen=True)
class Cell:
    """A value put into words. `unit` is a currency code; `colour` makes it a pill."""

    text: str
    kind: str = "text"
    numeric: bool = False
    url: str = ""
    colour: str = ""
    unit: str = ""
    hint: str = ""
    late: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is shown as bare words."""
        marked = self.colour or self.unit or self.url or self.hint or self.late
        return not marked and self.kind != "note"


@dataclass(frozen=True)
class Control:
    """Everything a template needs to draw one input."""

    name: str
    kind: str
    label: object
    value: str = ""
    text: str = ""
    help: object = ""
    required: bool = False
    locked: bool = False
    errors: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    url: str = ""
    unit: str = ""
    multiline: bool = False
    length: int = 200
    numeric: bool = False
    wide: bool = False
    field: str = ""
    cell: Cell | None = None


@dataclass
class Names:
    """Names behind ids, read once per target for a whole page (constant number of queries)."""

    ctx: Ctx
    known: dict[str, dict[int, str]] = field(default_factory=dict)
    near: set[tuple[str, int]] = field(default_factory=set)  # records that the user may open

    def learn(self, wanted: Iterable[tuple[Field, Any]]) -> None:
        """Read the names of all ids among (field, value) pairs."""
        ids: dict[str, set[int]] = {}
        for declared, value in wanted:
            if declared.kind in ("link", "user", "file") and isinstance(value, int):
                ids.setdefault(declared.target or declared.kind, set()).add(value)
        for target, numbers in ids.items():
            missing = numbers - self.known.setdefault(target, {}).keys()
            if missing:
                self.known[target].update(self._read(target, missing))

    def _read(self, target: str, ids: set[int]) -> dict[int, str]:
        if target == "user":
            rows = self.ctx.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
            return {ident: name for ident, name in rows}
        if target == "file":
            files = select(FileRow.id, FileRow.name).where(FileRow.id.in_(ids))
            return {ident: name for ident, name in self.ctx.session.execute(files)}
        found = titles_and_reach(self.ctx, target, ids)
        self.near |= {(target, ident) for ident, (_name, near) in found.items() if near}
        return {ident: name for ident, (name, _near) in found.items()}

    def of(self, declared: Field, value: int) -> str:
        """The name for an id; `#12` if it was not learned."""
        return self.known.get(declared.target or declared.kind, {}).get(value, f"#{value}")


def money_text(value: Decimal, currency: str, places: int | None = None) -> str:
    """An amount with the currency's decimals, more where a unit price has them."""
    least = get_currency_precision(currency) if currency else 2
    exponent = value.normalize().as_tuple().exponent
    used = -exponent if isinstance(exponent, int) else 0
    return show_number(value, max(least, places or 0, min(used, 4)))


def _percent_text(value: Decimal) -> str:
    return show_number((value * 100).normalize())


@lru_cache(maxsize=4)
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def country_name(code: str) -> str:
    """The name of a country in the current language."""
    return str(_locale(current_locale()).territories.get(code, code))


def cell(
    ctx: Ctx, declared: Field, value: Any, names: Names, currency: str | None = None
) -> Cell:
    """One value in words; `currency` is the code beside a money field."""
    kind = declared.kind
    if value is None or value == "" or value == [] or isinstance(value, dict):
        return Cell("", kind, declared.numeric)
    if kind in ("money", "percent") and isinstance(value, int):
        value = Decimal(value)
    if kind == "money":
        code = currency or ctx.company.currency
        return Cell(money_text(value, code, declared.places), kind, True, unit=code)
    if kind == "percent":
        return Cell(_percent_text(value) + " %", kind, True)
    if kind in ("quantity", "integer", "rate"):
        return Cell(show_number(value, declared.places), kind, True)
    if kind == "date":
        return Cell(show_date(revive(declared, value)), kind)
    if kind == "moment":
        return Cell(show_moment(value, ctx.user_zone), kind)
    if kind == "boolean":
        return Cell(str(_("Yes") if value else _("No")), kind)
    if kind == "choice":
        option = next((c for c in choices_of(ctx, declared) if c[0] == value), None)
        colour = next((c.colour for c in declared.choices if c.value == value), "")
        state = declared.name.rpartition(".")[2] == "state"
        return Cell(option[1] if option else str(value), kind,
                    colour=colour if colour != "grey" or state else "")
    if kind == "tags":
        return Cell(", ".join(str(word) for word in value), kind)
    return _named(ctx, declared, value, names)


def _named(ctx: Ctx, declared: Field, value: Any, names: Names) -> Cell:
    kind = declared.kind
    if kind == "country":
        return Cell(country_name(value), kind, hint=value)
    if kind == "language":
        return Cell(str(_locale(current_locale()).languages.get(value.split("-")[0], value)), kind)
    if kind == "user":
        return Cell(names.of(declared, value), kind)
    if kind == "file":
        return Cell(names.of(declared, value), kind, url=url_for("pages.file", file_id=value))
    if kind == "link":
        target = declared.target or ""
        url = ""
        if (target, value) in names.near:
            url = url_for("pages.form", record=target, ident=value)
        return Cell(names.of(declared, value), kind, url=url)
    if kind == "url":
        return Cell(str(value), kind, url=str(value))
    if kind == "email":
        return Cell(str(value), kind, url=f"mailto:{value}")
    return Cell(str(value), kind)


def currency_path(path: str, declared: Field) -> str | None:
    """Where the currency of a money field is read: customer.limit → customer.currency."""
    if declared.kind != "money" or not declared.currency:
        return None
    head, dot, _rest = path.rpartition(".")
    return f"{head}{dot}{declared.currency}"


def revive(declared: Field, value: Any) -> Any:
    """A value that was kept as JSON (custom fields, the trail) as the column would give it."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return value
    try:
        if declared.kind in ("money", "quantity", "percent", "rate"):
            return Decimal(value)
        if declared.kind == "date":
            return date.fromisoformat(str(value))
        if declared.kind == "moment":
            return datetime.fromisoformat(str(value))
    except (ValueError, InvalidOperation):
        return str(value)
    return value


def values_of(ctx: Ctx, record: Any, slots: Iterable[Slot]) -> dict[str, Any]:
    """The values of a record by field name, extensions and custom fields included."""
    found: dict[str, Any] = {}
    sides: dict[str, Any] = {}
    for slot in slots:
        if slot.name.startswith("x_"):
            found[slot.name] = revive(slot.field, (record.custom or {}).get(slot.name))
        elif "." in slot.name:
            owner, _dot, name = slot.name.partition(".")
            if owner not in sides:
                sides[owner] = _side_row(ctx, owner, record)
            found[slot.name] = getattr(sides[owner], name, None)
        else:
            found[slot.name] = getattr(record, slot.name)
        where = currency_path(slot.name, slot.field)
        if where and where not in found and hasattr(record, where):
            found[where] = getattr(record, where)
    return found


def _side_row(ctx: Ctx, owner: str, record: Any) -> Any:
    own = next((e for e in extensions_of(ctx, record.key) if e.plugin() == owner), None)
    return ctx.session.get(own, record.id) if own is not None else None


# ---- what people type
def input_text(ctx: Ctx, declared: Field, value: Any) -> str:
    """A value as the text of its input; `form_value` reads it back to the same value."""
    if value is None:
        return ""
    kind = declared.kind
    if kind == "percent":
        return format((value * 100).normalize(), "f")
    if kind in ("money", "quantity", "rate"):
        if kind == "money" and value == value.quantize(Decimal("0.01")):
            return format(value, ".2f")
        return format(value.normalize(), "f")
    if kind == "boolean":
        return "1" if value else ""
    if kind == "moment":
        return show_moment(value, ctx.user_zone)
    if kind == "tags":
        return ", ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def form_value(ctx: Ctx, declared: Field, text: str) -> Any:
    """What a person typed, as `save` wants it: percent as a fraction, times with their zone."""
    text = text.strip() if declared.kind != "note" else text
    if declared.kind == "percent" and text and not text.endswith(("%", "％")):
        return text + "%"
    if declared.kind == "moment" and text:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return text
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(ctx.user_zone))
    return text


def members(ctx: Ctx) -> list[tuple[str, str]]:
    """(id, name) of the active members of the company, read once per request."""
    def read() -> list[tuple[str, str]]:
        rows = ctx.session.execute(
            select(User.id, User.name).join(Member, Member.user_id == User.id)
            .where(Member.active, User.active).order_by(User.name)
        )
        return [(str(ident), name) for ident, name in rows]

    found: list[tuple[str, str]] = ctx._once("page_members", read)
    return found


@lru_cache(maxsize=4)
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    names = {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}
    codes = [code for code in names if len(code) == 2 and code.isalpha()
             and code not in ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")]
    return tuple(sorted(((code, f"{names[code]} ({code})") for code in codes), key=lambda p: p[1]))


def choices_of(ctx: Ctx, declared: Field, value: str = "") -> Sequence[tuple[str, str]]:
    """(value, words) pairs that a select offers; empty for kinds without a list."""
    kind = declared.kind
    if kind == "choice":
        options = declared.choices_from(ctx) if declared.choices_from else declared.choices
        return [(option.value, str(option.label)) for option in options]
    if kind == "country":
        return _countries(current_locale())
    if kind == "currency":
        extra = (value,) if value and value not in CURRENCIES else ()
        words = _locale(current_locale()).currencies
        return [(code, f"{code} {words.get(code, '')}".strip())
                for code in (*CURRENCIES, *extra)]
    if kind == "language":
        extra = (value,) if value and value not in LANGUAGES else ()
        words = _locale(current_locale()).languages
        return [(code, str(words.get(code.split("-")[0], code))) for code in (*LANGUAGES, *extra)]
    if kind == "user":
        return members(ctx)
    return ()


def control(
    ctx: Ctx, slot: Slot, value: Any, names: Names, *, name: str = "", typed: str | None = None,
    errors: Iterable[str] = (), shown: Cell | None = None, text: str = "",
) -> Control:
    """The input of a slot; `typed` is what the person entered when the form comes back."""
    declared = slot.field
    words = typed if typed is not None else input_text(ctx, declared, value)
    if declared.kind in ("link", "file") and not text and words.isdigit():
        text = names.of(declared, int(words))
    url = ""
    if declared.kind == "link" and not slot.locked:
        url = url_for("pages.pick", record=declared.target)
    unit = {"percent": "%", "money": ""}.get(declared.kind, "")
    return Control(
        name or f"f.{slot.name}", declared.kind, declared.label, words, text, declared.help,
        declared.required and declared.kind != "boolean", slot.locked, tuple(errors),
        tuple(choices_of(ctx, declared, words)) if not slot.locked else (), url, unit,
        declared.multiline, declared.length, declared.numeric, slot.wide, slot.name, shown,
    )


def slot_cells(
    ctx: Ctx, slots: Iterable[Slot], read: Mapping[str, Any], names: Names
) -> dict[str, Cell]:
    """Cells of a form in view mode; `read` gives values by field name."""
    found = {}
    for slot in slots:
        where = currency_path(slot.name, slot.field)
        found[slot.name] = cell(
            ctx, slot.field, read.get(slot.name), names, read.get(where) if where else None
        )
    return found


def label_of(record: str) -> object:
    """The plural name of a record type."""
    cls = record_class(record)
    return cls.plural or cls.label
