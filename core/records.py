"""The base classes of business rows: Record, Line and Extension."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    UniqueConstraint,
    and_,
    false,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedColumn,
    declared_attr,
    foreign,
    mapped_column,
    relationship,
)

from core.declare import Number, State
from core.errors import PluginError
from core.i18n import LOCALES, _, current_locale
from core.kinds import Choice, Field, Id, Json, column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables of the product. `scope_kind` says whose rows they are: company or system."""

    metadata = MetaData(naming_convention=NAMES)
    scope_kind: ClassVar[str] = "system"


class CompanyRow(Base):
    """A row that belongs to one company; the session pins it there (DESIGN §1, the wall)."""

    __abstract__ = True
    scope_kind: ClassVar[str] = "company"

    @declared_attr
    @classmethod
    def company_id(cls) -> Mapped[int]:
        return mapped_column(Id, ForeignKey("core_company.id"), nullable=False)


class lines:
    """The lines of a record: rows of the Line class `target`, in order of position."""

    def __init__(self, target: str, label: object = _("Lines")) -> None:
        self.target, self.label = target, label

    if TYPE_CHECKING:  # what the attribute becomes

        def __iter__(self) -> Iterator[Any]: ...


_classes: dict[str, type[Any]] = {}


def record_class(key: str) -> type[Any]:
    """The class of a record or line key such as "crm.customer"; KeyError names what is missing."""
    try:
        return _classes[key]
    except KeyError:
        raise KeyError(f"no record {key!r}: is its plugin installed and declared?") from None


def table_of(key: str) -> str:
    """The table of a record key: crm.customer → crm_customer."""
    return key.replace(".", "_")


def _own_fields(cls: type) -> Iterator[tuple[str, Field]]:
    for name, value in list(vars(cls).items()):
        if isinstance(value, MappedColumn):
            field = value.column.info.get("field")
            if field is not None:
                yield name, field


def _connect(cls: type[Any]) -> None:
    """Give the class its relationships and the composite foreign keys of its links."""
    keys: list[Any] = []
    for name, field in _own_fields(cls):
        if field.kind == "link":
            if not name.endswith("_id"):
                raise PluginError(cls.key, f"link field {name!r} must end in _id")
            target = field.target or ""
            table = table_of(target)
            keys.append(
                ForeignKeyConstraint(
                    ["company_id", name],
                    [f"{table}.company_id", f"{table}.id"],
                    ondelete="CASCADE" if field.cascade else None,
                )
            )
            keys.append(Index(f"ix_{cls.__tablename__}_{name}", "company_id", name))
            setattr(cls, name[:-3], _to_one(cls, name, target))
        elif field.kind in ("user", "file"):
            table = "core_user" if field.kind == "user" else "core_file"
            keys.append(ForeignKeyConstraint([name], [f"{table}.id"]))
    for name, value in list(vars(cls).items()):
        if isinstance(value, lines):
            setattr(cls, name, _to_many(cls, value.target))
            cls.line_sets = {**cls.line_sets, name: value}
    cls.__table_args__ = (
        *keys,
        *getattr(cls, "constraints", ()),
        UniqueConstraint("company_id", "id"),
    )


def _to_one(cls: type[Any], name: str, target: str) -> Any:
    return relationship(
        lambda: record_class(target),
        primaryjoin=lambda: record_class(target).id == foreign(getattr(cls, name)),
        viewonly=True,
        uselist=False,
    )


def _to_many(cls: type[Any], target: str) -> Any:
    return relationship(
        lambda: record_class(target),
        primaryjoin=lambda: cls.id == foreign(record_class(target).parent_id),
        order_by=lambda: record_class(target).position,
        cascade="all, delete-orphan",
    )


class Row(CompanyRow):
    """What records and lines share."""

    __abstract__ = True
    key: ClassVar[str] = ""
    label: ClassVar[object] = ""
    line_sets: ClassVar[dict[str, lines]] = {}
    constraints: ClassVar[tuple[Any, ...]] = ()

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True, sort_order=-10)
    custom: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, nullable=False)


class Record(Row):
    """A business object that a plugin registers; see CONTRACT of each attribute in docs.

    Class attributes: `key` ("crm.customer"), `label`, `plural`, `title` (name of the field that
    stands for the record), `number` (a Number or None), `states`, `default_sort`, `scope` (row
    scope by owner applies), `permission_key` (record whose rights count, default its own).
    """

    __abstract__ = True
    plural: ClassVar[object] = ""
    title: ClassVar[str] = "number"
    number_rule: ClassVar[Number | None] = None
    states: ClassVar[tuple[State, ...]] = ()
    default_sort: ClassVar[str] = "-id"
    scope: ClassVar[bool] = False
    icon: ClassVar[str] = "file"
    reference: ClassVar[bool] = False

    number: Mapped[str | None] = column(
        Field("text", _("Number"), length=40, system=True, search=True)
    )
    state: Mapped[str] = column(Field("choice", _("State"), system=True, required=True, default=""))
    version: Mapped[int] = mapped_column(default=1, nullable=False)
    owner_id: Mapped[int | None] = column(Field("user", _("Owner")))
    created_by_id: Mapped[int | None] = column(Field("user", _("Created by"), system=True))
    created_at: Mapped[datetime] = column(Field("moment", _("Created"), system=True, required=True))
    updated_by_id: Mapped[int | None] = column(Field("user", _("Changed by"), system=True))
    updated_at: Mapped[datetime] = column(Field("moment", _("Changed"), system=True, required=True))
    archived_at: Mapped[datetime | None] = column(Field("moment", _("Archived"), system=True))

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def __init_subclass__(cls, **kw: Any) -> None:
        if cls.key:
            cls.__tablename__ = table_of(cls.key)
            if isinstance(vars(cls).get("number"), Number):
                cls.number_rule = vars(cls)["number"]
                del cls.number
            if not cls.plural:
                cls.plural = cls.label
            number_key = UniqueConstraint("company_id", "number")
            cls.constraints = (number_key, *_sorted(cls), *vars(cls).get("constraints", ()))
            _connect(cls)
            _classes[cls.key] = cls
        super().__init_subclass__(**kw)

    @property
    def name(self) -> str:
        """What people call this row: its number and title."""
        return title_of(self)

    @classmethod
    def state_of(cls, key: str) -> State | None:
        """The declared state with this key."""
        return next((state for state in cls.states if state.key == key), None)


class Line(Row):
    """A row that lives and dies with its parent record (`parent` is the record's key)."""

    __abstract__ = True
    parent: ClassVar[str] = ""

    parent_id: Mapped[int] = mapped_column(Id, nullable=False)
    position: Mapped[int] = mapped_column(default=0, nullable=False)

    def __init_subclass__(cls, **kw: Any) -> None:
        if cls.key:
            cls.__tablename__ = table_of(cls.key)
            table = table_of(cls.parent)
            own = ForeignKeyConstraint(
                ["company_id", "parent_id"],
                [f"{table}.company_id", f"{table}.id"],
                ondelete="CASCADE",
            )
            place = Index(f"ix_{cls.__tablename__}_parent", "company_id", "parent_id")
            cls.constraints = (own, place, *vars(cls).get("constraints", ()))
            _connect(cls)
            _classes[cls.key] = cls
        super().__init_subclass__(**kw)


class Extension(CompanyRow):
    """Extra fields of another plugin's record, in a 1:1 side table of their owner.

    `key` is "<owner plugin>.<name>", `extends` the record key. In views, filters, API and Excel
    the fields are called `<owner plugin>.<field>`.
    """

    __abstract__ = True
    key: ClassVar[str] = ""
    extends: ClassVar[str] = ""
    constraints: ClassVar[tuple[Any, ...]] = ()
    line_sets: ClassVar[dict[str, lines]] = {}

    record_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)

    def __init_subclass__(cls, **kw: Any) -> None:
        if cls.key:
            cls.__tablename__ = table_of(cls.key)
            table = table_of(cls.extends)
            own = ForeignKeyConstraint(
                ["company_id", "record_id"],
                [f"{table}.company_id", f"{table}.id"],
                ondelete="CASCADE",
            )
            cls.constraints = (own, *vars(cls).get("constraints", ()))
            _connect(cls)
            args = cls.__table_args__
            cls.__table_args__ = tuple(a for a in args if not _is_id_key(a))
            _classes[cls.key] = cls
        super().__init_subclass__(**kw)

    @classmethod
    def plugin(cls) -> str:
        """The plugin that owns the extension."""
        return cls.key.partition(".")[0]


def _sorted(cls: type[Any]) -> list[Index]:
    """The index that the default sort of a list reads along, so that its pages stay fast."""
    names = [word.strip().lstrip("-") for word in cls.default_sort.split(",")]
    if names[0] == "id" or not all(hasattr(cls, name) for name in names):
        return []
    columns = dict.fromkeys(["company_id", *names, "id"])
    return [Index(f"ix_{cls.__tablename__}_default_sort", *columns)]


def _is_id_key(argument: Any) -> bool:
    return isinstance(argument, UniqueConstraint) and "id" in (
        argument._pending_colargs
        or ()  # SQLAlchemy has no public way to ask before the table exists
    )


_field_cache: dict[type, dict[str, Field]] = {}


def fields_of(cls: type[Any]) -> dict[str, Field]:
    """The declared fields of a record, line or extension class, by name, in order."""
    found = _field_cache.get(cls)
    if found is None:
        found = {}
        for attribute in cls.__mapper__.column_attrs:
            field = attribute.columns[0].info.get("field")
            if field is not None:
                found[attribute.key] = _finished(cls, attribute.key, field)
        _field_cache[cls] = found
    return found


def _finished(cls: type[Any], name: str, field: Field) -> Field:
    from_states = name == "state" and bool(getattr(cls, "states", ()))
    if from_states:
        options = tuple(Choice(s.key, s.label, s.colour) for s in cls.states)
        return Field("choice", field.label, name, choices=options, system=True, required=True)
    return field.named(name)


def title_fields(cls: Any) -> tuple[str, ...]:
    """The fields of a record's name, that in the user's language first.

    A title that ends in a language (`name_en`) has sisters in the others (`name_zh`).
    """
    stem, _dash, language = cls.title.rpartition("_")
    if language not in LOCALES:
        return (cls.title,)
    found = [name for one in LOCALES if hasattr(cls, name := f"{stem}_{one}")]
    return tuple(sorted(found, key=lambda name: not name.endswith(current_locale())))


def title_of(record: Any) -> str:
    """`QT26110023-R2`, `C00031 Lumen GmbH` or `#12`: what people call this row."""
    number = getattr(record, "number", None)
    names = title_fields(type(record)) if getattr(record, "title", "") else ()
    title = next(filter(None, (getattr(record, name, None) for name in names)), None)
    parts = [str(part) for part in (number, title) if part]
    if len(parts) == 2 and parts[0] == parts[1]:
        parts = parts[:1]
    return " ".join(parts) or f"#{record.id}"


def nothing() -> Any:
    """A condition that no row meets."""
    return and_(false())

