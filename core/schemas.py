"""Reading input: one parser per kind of field, gathered in a marshmallow schema per record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import pycountry
from babel.numbers import list_currencies
from marshmallow import RAISE, Schema, ValidationError, fields
from sqlalchemy import select

from core.context import Ctx
from core.errors import Invalid, Refusal
from core.files import FileRow
from core.i18n import _
from core.kinds import LARGEST, PLACES, Choice, Field
from core.people import CustomField, Member
from core.phones import phone_number
from core.records import Extension, Line, Record, fields_of, record_class

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_CURRENCIES = frozenset(list_currencies())


def _text(value: Any, field: Field) -> str:
    if not isinstance(value, str):
        if isinstance(value, bool | dict | list):
            raise ValidationError(_("This must be text."))
        value = str(value)
    value = _CONTROL.sub("", value).strip()
    if len(value) > field.length:
        raise ValidationError(_("At most %(n)s characters; this has %(m)s.",
                                n=field.length, m=len(value)))
    return str(value)


def _decimal(value: Any, field: Field) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal | float):
        raise ValidationError(_("This must be a number."))
    raw = str(value).strip().replace(",", "").replace("，", "").replace(" ", "")
    share = field.kind == "percent" and raw.endswith(("%", "％"))
    try:
        number = Decimal(raw[:-1] if share else raw)
    except InvalidOperation:
        raise ValidationError(_("“%(value)s” is not a number. Write it like 1234.50.",
                                value=str(value)[:40])) from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValidationError(_("The number is too large."))
    if share:
        number /= 100
    places = PLACES.get(field.kind, 0)
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise ValidationError(_("At most %(n)s decimal places.", n=places))
    if field.minimum is not None and number < field.minimum:
        raise ValidationError(_("At least %(n)s.", n=field.minimum))
    if field.maximum is not None and number > field.maximum:
        raise ValidationError(_("At most %(n)s.", n=field.maximum))
    return number


def _integer(value: Any, field: Field) -> int:
    return int(_decimal(value, field))


def _date(value: Any, field: Field) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        found = date.fromisoformat(str(value).strip().replace("/", "-"))
    except ValueError:
        raise ValidationError(_("“%(value)s” is not a date. Write it like 2026-11-20.",
                                value=str(value)[:40])) from None
    if not 1900 <= found.year <= 2200:
        raise ValidationError(_("The year must lie between 1900 and 2200."))
    return found


def _moment(value: Any, field: Field) -> datetime:
    if isinstance(value, datetime):
        found = value
    else:
        try:
            found = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise ValidationError(_("“%(value)s” is not a time. Write it like 2026-11-20 14:30.",
                                    value=str(value)[:40])) from None
    if not 1900 <= found.year <= 2200:
        raise ValidationError(_("The year must lie between 1900 and 2200."))
    return (
        found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    )


def _boolean(value: Any, field: Field) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on", "y", "是"):
        return True
    if word in ("0", "false", "no", "off", "n", "否", ""):
        return False
    raise ValidationError(_("Choose yes or no."))


def _choice(value: Any, field: Field) -> str:
    if any(str(value) == option.value for option in field.choices):
        return str(value)
    for option in field.choices:
        if str(value).strip().casefold() == str(option.label).casefold():
            return option.value
    raise ValidationError(_("Choose one of: %(options)s.",
                            options=", ".join(str(o.label) for o in field.choices[:12])))


def _country(value: Any, field: Field) -> str:
    found = pycountry.countries.get(alpha_2=str(value).strip().upper())
    if found is None:
        raise ValidationError(
            _("“%(value)s” is not a country code such as DE.", value=str(value)[:20])
        )
    return str(found.alpha_2)


def _currency(value: Any, field: Field) -> str:
    code = str(value).strip().upper()
    if code not in _CURRENCIES:
        raise ValidationError(
            _("“%(value)s” is not a currency code such as USD.", value=str(value)[:20])
        )
    return code


def _email(value: Any, field: Field) -> str:
    text = _text(value, field)
    if not _EMAIL.fullmatch(text):
        raise ValidationError(_("“%(value)s” is not an e-mail address.", value=text[:60]))
    return text


def _phone(value: Any, field: Field) -> str:
    text = _text(value, field)
    return phone_number(text, "CN") or text


def _url(value: Any, field: Field) -> str:
    text = _text(value, field)
    if "://" not in text and "." in text and ":" not in text:
        text = f"https://{text}"
    if not re.fullmatch(r"https?://[^\s<>\"]+", text, re.IGNORECASE):
        raise ValidationError(_("“%(value)s” is not a web address such as https://example.com.",
                                value=text[:60]))
    return text


def _tags(value: Any, field: Field) -> list[str]:
    words = value if isinstance(value, list) else re.split(r"[,，;；]", str(value))
    found = [_text(word, field) for word in words]
    return list(dict.fromkeys(word for word in found if word))[:50]


def _row_id(value: Any, field: Field) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,18}", str(value).strip()):
        raise ValidationError(_("Choose an entry of the list."))
    return int(value)


PARSERS: dict[str, Callable[[Any, Field], Any]] = {
    "text": _text, "note": _text, "language": _text, "email": _email, "phone": _phone, "url": _url,
    "integer": _integer, "quantity": _decimal, "money": _decimal, "percent": _decimal,
    "rate": _decimal, "date": _date, "moment": _moment, "boolean": _boolean, "choice": _choice,
    "country": _country, "currency": _currency, "tags": _tags,
    "link": _row_id, "user": _row_id, "file": _row_id, "json": lambda value, field: value,
}


NO_DOT = "/"


class Input(fields.Field[Any]):
    """The marshmallow field of a declared field; empty text counts as no value."""

    def __init__(self, field: Field) -> None:
        needed = _("This is needed.")
        super().__init__(
            required=field.required and field.default is None, allow_none=True,
            error_messages={"required": needed, "null": needed},
            # marshmallow would nest what it finds under a dotted name (an extension's field)
            attribute=field.name.replace(".", NO_DOT) or None,
        )
        self.declared = field

    def _deserialize(self, value: Any, attr: Any, data: Any, **kw: Any) -> Any:
        if isinstance(value, str) and not value.strip() and self.declared.kind != "boolean":
            value = None
        if value is None:
            return self._empty()
        return PARSERS[self.declared.kind](value, self.declared)

    def deserialize(self, value: Any, *args: Any, **kw: Any) -> Any:
        found = super().deserialize(value, *args, **kw)
        return self._empty() if found is None else found

    def _empty(self) -> None:
        if self.declared.required and self.declared.kind != "boolean":
            raise ValidationError(_("This is needed."))


def param(kind: str, label: object, **rules: Any) -> Input:
    """A parameter of a step, declared like a field: `param("note", _("Reason"), required=True)`.

    Put it in a marshmallow Schema; the step's dialog is drawn from it. `choices` may be pairs.
    """
    options = tuple(c if isinstance(c, Choice) else Choice(*c) for c in rules.pop("choices", ()))
    lengths = {"note": {"length": 20_000, "multiline": True}, "url": {"length": 500}}
    return Input(Field(kind, label, choices=options, **{**lengths.get(kind, {}), **rules}))


CUSTOM_KINDS = ("text", "note", "integer", "quantity", "money", "percent", "date", "boolean",
                "choice", "country", "email", "url")


def custom_fields(ctx: Ctx, key: str) -> dict[str, Field]:
    """The company's own fields of a record type, by name (`x_...`)."""
    rows = ctx._once("custom_fields", lambda: list(ctx.session.scalars(
        select(CustomField).where(CustomField.active).order_by(CustomField.position, CustomField.id)
    )))
    found = {}
    for row in rows:
        if row.record == key:
            label = row.label.get(ctx.locale) or next(iter(row.label.values()), row.name)
            options = tuple(Choice(text, text) for text in row.choices)
            found[row.name] = Field(
                row.kind, label, row.name, required=row.required, choices=options
            )
    return found


def extensions_of(ctx: Ctx, key: str) -> list[type[Extension]]:
    """Extensions of a record by plugins that the company enabled."""
    return [e for e in ctx.registry.extensions.get(key, ()) if e.plugin() in ctx.enabled]


def all_fields(ctx: Ctx, cls: type[Any]) -> dict[str, Field]:
    """Declared, extension (`plugin.field`) and custom (`x_...`) fields, for a company."""

    def build() -> dict[str, Field]:
        found = dict(fields_of(cls))
        if issubclass(cls, Record):
            for extension in extensions_of(ctx, cls.key):
                for name, field in fields_of(extension).items():
                    path = f"{extension.plugin()}.{name}"
                    found[path] = field.named(path)
        if issubclass(cls, Record | Line):
            found.update(custom_fields(ctx, cls.key))
        return found

    return ctx._once(("fields", cls.key, ctx.locale), build)


def readable_fields(ctx: Ctx, cls: type[Any]) -> dict[str, Field]:
    """Those fields that the user may see; filters, sorts, exports and API use only these."""
    return ctx._once(("readable", cls.key, ctx.rights, ctx.locale), lambda: {
        name: field for name, field in all_fields(ctx, cls).items()
        if (field.read is None or ctx.can(field.read)) and not ctx.field_hidden(cls.key, name)
    })


def writable_fields(ctx: Ctx, cls: type[Any]) -> dict[str, Field]:
    """Those fields that the user may set through a form, the API or an import."""
    return ctx._once(("writable", cls.key, ctx.rights, ctx.locale), lambda: {
        name: field for name, field in readable_fields(ctx, cls).items()
        if not field.system and not field.computed and (field.write is None or ctx.can(field.write))
        and not ctx.field_locked(cls.key, name)
    })


def schema_for(declared: dict[str, Field]) -> Schema:
    """A marshmallow schema that reads the given fields and refuses unknown ones."""
    inputs = {name: Input(field) for name, field in declared.items()}
    kind = Schema.from_dict(inputs, name="Input")  # type: ignore[arg-type]
    return kind(unknown=RAISE)


_schemas: dict[tuple[Any, ...], Schema] = {}


def _schema_of(cls: type[Any], allowed: dict[str, Field]) -> Schema:
    """The schema of a record; of its own fields alone it is built once, not for each request."""
    key = (cls, *allowed)
    if any(name.startswith("x_") or "." in name for name in allowed):
        return schema_for(allowed)
    if key not in _schemas:
        _schemas[key] = schema_for(allowed)
    return _schemas[key]


def read_input(
    ctx: Ctx, cls: type[Any], values: dict[str, Any], partial: bool
) -> tuple[dict[str, Any], list[Refusal]]:
    """Clean values of one row: (values that are right, what is wrong with the others)."""
    allowed = writable_fields(ctx, cls)
    key = ("schema", cls.key, ctx.rights, ctx.locale)
    schema = ctx._once(key, lambda: _schema_of(cls, allowed))
    refusals: list[Refusal] = []
    try:
        loaded = schema.load(values, partial=partial)
    except ValidationError as error:
        loaded = error.valid_data if isinstance(error.valid_data, dict) else {}
        refusals += _refusals(error, all_fields(ctx, cls))
    cleaned = {name.replace(NO_DOT, "."): value for name, value in loaded.items()}
    refusals += check_links(ctx, allowed, cleaned)
    return cleaned, refusals


def _refusals(error: ValidationError, known: dict[str, Field]) -> list[Refusal]:
    found = []
    messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    for name, texts in messages.items():
        for text in texts if isinstance(texts, list) else [texts]:
            if str(text) == "Unknown field.":
                text = (_("This field cannot be changed here.") if name in known
                        else _("There is no field “%(name)s”.", name=str(name)[:60]))
            found.append(Refusal(text, str(name), "invalid"))
    return found


def check_links(
    ctx: Ctx, declared: dict[str, Field], cleaned: dict[str, Any]
) -> list[Refusal]:
    """Refuse links to rows that do not exist in the company, and users who are no members."""
    found = []
    for name, value in list(cleaned.items()):
        field = declared.get(name)
        if value is None or field is None or field.kind not in ("link", "user", "file"):
            continue
        if not _exists(ctx, field, value):
            found.append(
                Refusal(_("This entry does not exist. Choose another one."), name, "invalid")
            )
            del cleaned[name]
    return found


def _exists(ctx: Ctx, field: Field, value: int) -> bool:
    key = ("exists", field.kind, field.target, value)
    if key in ctx.cache:
        return True
    if field.kind == "link":
        cls = record_class(field.target or "")
        query = select(cls.id).where(cls.id == value)
    elif field.kind == "user":
        query = select(Member.id).where(Member.user_id == value)
    else:
        query = select(FileRow.id).where(FileRow.id == value)
    known = ctx.session.scalar(query) is not None
    if known:
        ctx.cache[key] = True
    return known



def schema_input(
    schema: type | None, values: dict[str, Any], ctx: Ctx | None = None
) -> dict[str, Any]:
    """Read the parameters of a step with its marshmallow schema; Invalid names each fault.

    Empty text counts as not given, since forms send it.
    """
    if schema is None:
        if values:
            raise Invalid([Refusal(_("There is no field “%(name)s”.", name=k), k) for k in values])
        return {}
    given = {k: v for k, v in values.items() if not (isinstance(v, str) and not v.strip())}
    try:
        cleaned = dict(schema().load(given))
    except ValidationError as error:
        raise Invalid(_refusals(error, {})) from error
    if ctx is not None:
        inputs = {n: f.declared for n, f in schema().fields.items() if isinstance(f, Input)}
        faults = check_links(ctx, inputs, cleaned)
        if faults:
            raise Invalid(faults)
    return cleaned
