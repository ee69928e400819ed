"""The kinds of field: what the database stores, and one constructor for each.

A field carries its label, help and rules once, in the column's `info["field"]`; forms, lists,
schemas, import, API, audit and the studio all read that (DESIGN §4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, DateTime, Dialect, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

MONEY_PLACES, QUANTITY_PLACES, FRACTION_PLACES = 4, 4, 6
LARGEST = Decimal(10) ** 13

Id = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class Scaled(TypeDecorator[Decimal]):
    """A Decimal kept as a scaled integer, so that sums and comparisons are exact in SQL."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places
        self._unit = Decimal(1).scaleb(-places)

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None:
            return None
        exact = Decimal(value).quantize(self._unit, rounding=ROUND_HALF_UP)
        return int(exact.scaleb(self.places))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return (Decimal(value) * self._unit).quantize(self._unit)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone; use datetime.now(UTC)")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Choice:
    """One value of a choice field; `colour` is grey, blue, amber, green or red."""

    value: str
    label: object
    colour: str = "grey"


@dataclass(frozen=True)
class Field:
    """What the whole product knows about one field of a record.

    `kind` is one of KINDS. `read` names a permission that is needed to see it, `write` one to
    change it. `currency` names the field that holds the currency of a money field. `target` is
    the record key of a link. `system` fields are never taken from a person's input.
    """

    kind: str
    label: object
    name: str = ""
    required: bool = False
    help: object = ""
    search: bool = False
    length: int = 200
    choices: tuple[Choice, ...] = ()
    choices_from: Callable[..., Sequence[Choice]] | None = None
    currency: str | None = None
    target: str | None = None
    places: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    default: Any = None
    read: str | None = None
    write: str | None = None
    system: bool = False
    computed: bool = False
    multiline: bool = False
    unit: str | None = None
    cascade: bool = False

    @property
    def numeric(self) -> bool:
        return self.kind in ("integer", "quantity", "money", "percent", "rate")

    def named(self, name: str) -> Field:
        return replace(self, name=name)


_STORAGE: dict[str, Callable[[Field], TypeEngine[Any]]] = {
    "text": lambda f: String(f.length),
    "note": lambda f: Text(),
    "email": lambda f: String(f.length),
    "phone": lambda f: String(f.length),
    "url": lambda f: String(f.length),
    "integer": lambda f: BigInteger(),
    "quantity": lambda f: Scaled(QUANTITY_PLACES),
    "money": lambda f: Scaled(MONEY_PLACES),
    "percent": lambda f: Scaled(FRACTION_PLACES),
    "rate": lambda f: Scaled(FRACTION_PLACES),
    "date": lambda f: Date(),
    "moment": lambda f: Moment(),
    "boolean": lambda f: Boolean(),
    "choice": lambda f: String(60),
    "country": lambda f: String(2),
    "currency": lambda f: String(3),
    "language": lambda f: String(10),
    "tags": lambda f: Json,
    "json": lambda f: Json,
    "link": lambda f: Id,
    "user": lambda f: Id,
    "file": lambda f: Id,
}
KINDS = tuple(_STORAGE)
PLACES = {"quantity": 4, "money": 4, "percent": 6, "rate": 6}


def column(field: Field, **options: Any) -> Any:
    """The mapped column of a field; it is nullable unless the field is required."""
    return mapped_column(
        _STORAGE[field.kind](field),
        nullable=not field.required or field.kind == "file",
        default=field.default,
        info={"field": field},
        **options,
    )


def text(label: object, **rules: Any) -> Any:
    """A line of text of at most `length` (200) characters."""
    return column(Field("text", label, **rules))


def note(label: object, **rules: Any) -> Any:
    """Text of several lines, at most 20,000 characters."""
    return column(Field("note", label, **{"length": 20_000, "multiline": True, **rules}))


def email(label: object, **rules: Any) -> Any:
    """One e-mail address."""
    return column(Field("email", label, **rules))


def phone(label: object, **rules: Any) -> Any:
    """A telephone number, kept in E.164 form where it can be read as one."""
    return column(Field("phone", label, **{"length": 40, **rules}))


def url(label: object, **rules: Any) -> Any:
    """A web address; only http and https."""
    return column(Field("url", label, **{"length": 500, **rules}))


def integer(label: object, **rules: Any) -> Any:
    """A whole number."""
    return column(Field("integer", label, **rules))


def quantity(label: object, **rules: Any) -> Any:
    """A Decimal amount of goods, 4 places; `unit` names the field with the unit."""
    return column(Field("quantity", label, **rules))


def money(label: object, currency: str | None = None, **rules: Any) -> Any:
    """A Decimal amount in the currency held by the field `currency` (None: company currency)."""
    return column(Field("money", label, currency=currency, **rules))


def percent(label: object, **rules: Any) -> Any:
    """A fraction shown as percent: 0.1300 is 13 %."""
    return column(Field("percent", label, **rules))


def rate(label: object, **rules: Any) -> Any:
    """A Decimal factor of 6 places, such as an exchange rate."""
    return column(Field("rate", label, **rules))


def day(label: object, **rules: Any) -> Any:
    """A plain date without time."""
    return column(Field("date", label, **rules))


def moment(label: object, **rules: Any) -> Any:
    """A UTC moment, shown on the user's clock."""
    return column(Field("moment", label, **rules))


def boolean(label: object, **rules: Any) -> Any:
    """Yes or no; empty counts as no."""
    return column(Field("boolean", label, **{"default": False, **rules}))


def choice(label: object, choices: Sequence[Choice | tuple[str, object]], **rules: Any) -> Any:
    """One of `choices`: Choice objects or (value, label) pairs."""
    options = tuple(c if isinstance(c, Choice) else Choice(*c) for c in choices)
    return column(Field("choice", label, choices=options, **rules))


def country(label: object, **rules: Any) -> Any:
    """An ISO 3166 alpha-2 code, shown by name."""
    return column(Field("country", label, **rules))


def currency(label: object, **rules: Any) -> Any:
    """An ISO 4217 code."""
    return column(Field("currency", label, **rules))


def language(label: object, **rules: Any) -> Any:
    """A BCP-47 language tag such as en, zh-CN, es."""
    return column(Field("language", label, **rules))


def tags(label: object, **rules: Any) -> Any:
    """A list of short words."""
    return column(Field("tags", label, **rules))


def structure(label: object, **rules: Any) -> Any:
    """A JSON value written by the plugin itself, never by a form."""
    return column(Field("json", label, **{"system": True, **rules}))


def link(target: str, label: object, **rules: Any) -> Any:
    """The id of a row of record `target`; the database refuses one of another company."""
    return column(Field("link", label, target=target, **rules), index=False)


def user(label: object, **rules: Any) -> Any:
    """The id of a user who is a member of the company."""
    return column(Field("user", label, **rules))


def file(label: object, **rules: Any) -> Any:
    """The id of an uploaded file."""
    return column(Field("file", label, **rules))


def round_money(value: Decimal, places: int = 2) -> Decimal:
    """Round half up to the minor unit (DOMAIN §0)."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
