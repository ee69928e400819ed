"""The door for plugins: everything they may use of the core, and nothing else is stable."""

from __future__ import annotations

from core import administration, operations
from core.audit import Activity, AuditRow, Comment, Notice, notify, plain, write_audit
from core.bulk import create_many, read_value, reader_of
from core.companies import set_setting
from core.conditions import Condition, parse_condition
from core.context import Ctx, utc_now
from core.db import walled
from core.declare import (
    Arranged,
    Card,
    ColumnPatch,
    Counter,
    Document,
    Event,
    FormView,
    Hit,
    Job,
    LinesSection,
    ListView,
    Menu,
    Number,
    Panel,
    Permission,
    Plugin,
    Role,
    RoleGrant,
    Section,
    Setting,
    State,
    Step,
    Tab,
    ViewPatch,
)
from core.documents import print_document
from core.egress import Answer, check_address, fetch
from core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Refused, TradewindError
from core.files import FileRow, keep_file, read_file
from core.hookspecs import hookimpl, hookspec
from core.i18n import (
    Message,
    _,
    current_locale,
    in_locale,
    ngettext,
    show_ago,
    show_date,
    show_moment,
    show_number,
)
from core.kinds import (
    Choice,
    Field,
    Id,
    Json,
    Moment,
    boolean,
    choice,
    country,
    currency,
    day,
    email,
    file,
    integer,
    language,
    link,
    moment,
    money,
    note,
    percent,
    phone,
    quantity,
    rate,
    round_money,
    structure,
    tags,
    text,
    url,
    user,
)
from core.numbers import allot
from core.outbox import EventRow, OutboxRow, sequence_events
from core.pages import drawing
from core.pages.access import current_ctx, for_members, needs, public
from core.pages.list import list_request
from core.people import Company, Member, RoleRow, User
from core.phones import phone_number
from core.platform import Platform
from core.query import (
    Paths,
    count_up_to,
    field_at,
    filtered,
    find,
    first_rows,
    may_read,
    read_page,
    select_records,
    titles,
    user_names,
)
from core.records import (
    Base,
    CompanyRow,
    Extension,
    Line,
    Record,
    fields_of,
    lines,
    record_class,
    title_fields,
    title_of,
)
from core.rows import stream_rows
from core.saving import archive, extension_of, save
from core.schemas import all_fields, param, readable_fields, writable_fields
from core.sheet import Unreadable, sheet_rows
from core.steps import offers, perform, steps_of
from core.vault import decrypt, encrypt
from core.workflow import cases, design
from core.workflow.commands import decide
from core.workflow.declarations import AssigneeRule, StepType, Workflow
from core.workflow.inbox import tasks_of
from core.worktime import WorkCalendar, calendar_of

__all__ = [
    "Activity", "Answer", "Arranged", "AssigneeRule", "AuditRow", "Base", "Card", "Choice",
    "ColumnPatch", "Comment", "Company", "CompanyRow", "Condition", "Conflict", "Counter", "Ctx",
    "Document", "Event", "EventRow", "Extension", "Field", "FileRow", "Forbidden", "FormView",
    "Hit", "Id", "Paths", "filtered",
    "Invalid", "Job", "Json", "Line", "LinesSection", "ListView", "Member", "Menu", "Message",
    "Moment", "NotFound", "Notice", "Number", "OutboxRow", "Panel", "Permission", "Platform",
    "Plugin", "Record", "Refusal", "Refused", "Role", "RoleGrant", "RoleRow", "Section",
    "Setting", "State", "Step", "StepType", "Tab", "TradewindError", "User", "Unreadable",
    "ViewPatch", "WorkCalendar", "Workflow", "_", "administration", "all_fields", "allot",
    "archive", "boolean", "calendar_of", "cases", "check_address", "choice", "count_up_to",
    "country", "create_many", "first_rows", "currency", "current_ctx", "current_locale", "day",
    "decide", "decrypt", "design", "drawing", "email", "encrypt", "extension_of", "fetch",
    "field_at", "fields_of", "file", "find", "for_members", "hookimpl", "hookspec",
    "in_locale", "integer", "keep_file", "language", "lines", "link", "list_request", "may_read",
    "moment", "money", "needs", "ngettext", "note", "notify", "offers",
    "operations", "param", "parse_condition", "percent", "perform", "phone",
    "phone_number", "plain", "print_document", "public", "quantity", "rate", "read_file",
    "read_page", "read_value", "readable_fields", "reader_of", "record_class", "round_money",
    "save", "select_records", "sequence_events", "set_setting", "sheet_rows", "show_ago",
    "show_date", "show_moment", "show_number", "steps_of", "stream_rows", "structure", "tags",
    "tasks_of", "text", "title_fields", "title_of", "titles", "url", "user", "user_names",
    "utc_now", "walled", "writable_fields", "write_audit",
]
