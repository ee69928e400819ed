"""The OpenAPI 3.1 document of a company: its enabled plugins, custom fields and steps."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from core.api import Ctx, Field, may_read, readable_fields, record_class, steps_of, writable_fields
from plugins.rest.tasks import OUTCOMES

PATTERN = r"^-?\d{1,13}(\.\d{1,6})?$"
FORMATS: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"}, "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"}, "moment": {"type": "string",
        "format": "date-time"},
    "money": {"type": "string", "pattern": PATTERN}, "quantity": {"type": "string",
        "pattern": PATTERN},
    "percent": {"type": "string", "pattern": PATTERN}, "rate": {"type": "string",
        "pattern": PATTERN},
    "tags": {"type": "array", "items": {"type": "string"}}, "json": {},
    "link": {"type": "integer"}, "user": {"type": "integer"}, "file": {"type": "integer"},
    "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "email": {"type": "string"}, "url": {"type": "string"},
}
EXAMPLES = {
    "text": "Lumen", "note": "…", "integer": 5, "boolean": True, "date": "2026-11-20",
    "moment": "2026-11-20T06:30:00+00:00", "money": "1234.5", "quantity": "100", "percent": "0.13",
    "rate": "7.05", "country": "DE", "currency": "USD", "email": "buyer@lumen.example",
    "url": "https://lumen.example", "phone": "+4930123456", "tags": ["led"], "language": "en",
    "link": 1, "user": 1, "file": 1,
}


def field_schema(field: Field, written: bool = False) -> dict[str, Any]:
    """The JSON schema of one field; every field but a needed one may be null."""
    found = dict(FORMATS.get(field.kind, {"type": "string"}))
    if field.choices and field.name != "state":
        found["enum"] = [c.value for c in field.choices] + ([] if field.required else [None])
    if found.get("type") == "string" and field.kind in ("text", "note", "phone", "email", "url"):
        found["maxLength"] = field.length
    if "type" in found and not (written and field.required):
        found["type"] = [found["type"], "null"]
    found["title"] = str(field.label)
    if field.kind in EXAMPLES and not field.choices:
        found["examples"] = [EXAMPLES[field.kind]]
    if field.help:
        found["description"] = str(field.help)
    if field.target:
        found["x-record"] = field.target
    return found


def _name(key: str) -> str:
    return "".join(word.capitalize() for word in key.replace(".", "_").split("_"))


def _schemas(ctx: Ctx, key: str) -> dict[str, Any]:
    cls = record_class(key)
    shown = {n: field_schema(f) for n, f in readable_fields(ctx, cls).items()}
    shown |= {"id": {"type": "integer"}, "version": {"type": "integer"}}
    writable = writable_fields(ctx, cls)
    given = {n: field_schema(f, True) for n, f in writable.items()}
    for name, lines in cls.line_sets.items():
        line = record_class(lines.target)
        rows = {n: field_schema(f) for n, f in readable_fields(ctx, line).items()}
        shown[name] = {"type": "array", "items": {"type": "object", "properties": {
            "id": {"type": "integer"}, **rows}}}
        given[name] = {"type": "array", "maxItems": 2000, "items": {
            "type": "object", "additionalProperties": False, "properties": {
                "id": {"type": "integer"},
                **{n: field_schema(f) for n, f in writable_fields(ctx, line).items()}}}}
    needed = [n for n, f in writable.items() if f.required and f.default is None]
    new: dict[str, Any] = {"type": "object", "properties": given, "additionalProperties": False}
    return {
        _name(key): {"type": "object", "required": ["id", "version"], "properties": shown},
        f"{_name(key)}Input": {**new, **({"required": needed} if needed else {})},
        f"{_name(key)}Patch": {**new, "minProperties": 1},
    }


def params_schema(schema: type[Schema] | None) -> dict[str, Any]:
    """The JSON schema of a step's parameters, from its marshmallow schema."""
    if schema is None:
        return {"type": "object", "maxProperties": 0}
    kinds: list[tuple[type, dict[str, Any]]] = [
        (fields.Boolean, {"type": "boolean"}), (fields.Integer, {"type": "integer"}),
        (fields.Decimal, {"type": "string", "pattern": PATTERN}),
        (fields.Date, {"type": "string", "format": "date"}),
        (fields.List, {"type": "array"}), (fields.Nested, {"type": "object"}),
    ]
    found: dict[str, Any] = {}
    needed = []
    for name, field in schema().fields.items():
        declared = getattr(field, "declared", None)
        kind = next((dict(k) for cls, k in kinds if isinstance(field, cls)), {"type": "string"})
        found[name] = field_schema(declared, True) if declared is not None else kind
        if field.required:
            needed.append(name)
    return {"type": "object", "properties": found, "additionalProperties": False,
            **({"required": needed} if needed else {})}


def _problems(*statuses: int) -> dict[str, Any]:
    shared = {400, 401, 403, 404, 429, 500, 503, *statuses}
    return {str(s): {"$ref": "#/components/responses/Problem"} for s in sorted(shared)}


def _json(ref: str, text: str) -> dict[str, Any]:
    return {"description": text, "headers": {"ETag": {"schema": {"type": "string"}}}, "content": {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{ref}"}}}}


def _takes(schema: dict[str, Any]) -> dict[str, Any]:
    """A body in JSON; it may be left out where nothing in it is needed."""
    needed = bool({"$ref", "required"} & set(schema))
    return {"required": needed, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _param(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _record_paths(ctx: Ctx, key: str) -> dict[str, Any]:
    cls, name = record_class(key), _name(key)
    base = f"/api/v1/{key.replace('.', '/')}"
    tag = [str(cls.plural)]
    list_args = [_param(p) for p in ("filter", "sort", "fields", "expand", "after", "limit", "q",
                                     "count", "archived")]
    paths: dict[str, Any] = {
        base: {
            "get": {"operationId": f"list_{name}", "tags": tag, "summary": f"{cls.plural}",
                    "parameters": list_args, "responses": {
                        "200": _json(f"{name}Page", "A page"), **_problems()}},
            "post": {"operationId": f"create_{name}", "tags": tag, "summary": f"+ {cls.label}",
                     "parameters": [_param("idempotency")],
                     "requestBody": _takes(_ref(f"{name}Input")),
                     "responses": {"201": _json(name, "Created"), **_problems(409, 422)}},
        },
        f"{base}:batch": {"post": {
            "operationId": f"batch_{name}", "tags": tag, "parameters": [_param("idempotency")],
            "requestBody": _takes({"type": "object", "required": ["items"],
                "properties": {"items": {
                "type": "array", "minItems": 1, "maxItems": 200, "items": {"type": "object"}}}}),
            "responses": {"200": _json(f"{name}Items", "All done"), **_problems(409, 412, 422)}}},
        f"{base}/{{id}}": {
            "parameters": [_param("id")],
            "get": {"operationId": f"get_{name}", "tags": tag, "responses": {
                "200": _json(name, "The record"), "304": {"description": "Not modified"},
                **_problems()}},
            "patch": {"operationId": f"change_{name}", "tags": tag, "parameters": [_param("match")],
                      "requestBody": _takes(_ref(f"{name}Patch")),
                      "responses": {"200": _json(name, "Changed"), **_problems(409, 412, 422,
                          428)}},
        },
        f"{base}/external/{{system}}/{{key}}": {"put": {
            "operationId": f"upsert_{name}", "tags": tag,
            "parameters": [_param("system"), _param("key"), _param("match")],
            "requestBody": _takes(_ref(f"{name}Patch")), "responses": {
                "200": _json(name, "Changed"), "201": _json(name, "Created"),
                **_problems(409, 412, 422)}}},
        f"{base}/{{id}}/steps": {"parameters": [_param("id")], "get": {
            "operationId": f"steps_of_{name}", "tags": tag, "responses": {
                "200": _json("Steps", "The steps that fit now"), **_problems()}}},
    }
    for action in ("archive", "restore"):
        paths[f"{base}/{{id}}/{action}"] = {"parameters": [_param("id")], "post": {
            "operationId": f"{action}_{name}", "tags": tag, "parameters": [_param("idempotency")],
            "responses": {"200": _json(name, "Done"), **_problems(409, 422)}}}
    for step in steps_of(ctx, key):
        if not ctx.can(step.needs):
            continue
        paths[f"{base}/{{id}}/steps/{step.key}"] = {"parameters": [_param("id")], "post": {
            "operationId": f"{name}_{step.key}", "tags": tag, "summary": str(step.label),
            "description": str(step.help), "parameters": [_param("idempotency"), _param("match")],
            "requestBody": _takes(params_schema(step.params)),
            "responses": {"200": _json(name, "Done"), **_problems(409, 412, 422)}}}
    return paths


def _attachment_paths(key: str) -> dict[str, Any]:
    base, name = f"/api/v1/{key.replace('.', '/')}/{{id}}/attachments", _name(key)
    return {
        base: {
            "parameters": [_param("id")],
            "get": {"operationId": f"files_of_{name}", "responses": {
                "200": _json("Files", "Files"), **_problems()}},
            "post": {"operationId": f"attach_to_{name}", "parameters": [_param("idempotency")],
                     "requestBody": {"required": True,
                         "content": {"multipart/form-data": {"schema": {
                         "type": "object", "required": ["file"], "properties": {
                             "file": {"type": "string", "format": "binary"}}}}}},
                     "responses": {"201": _json("File", "Attached"),
                                   **_problems(409, 413, 422)}},
        },
    }


def _own_paths() -> dict[str, Any]:
    """The feed and the tasks, which belong to no record type."""
    decision = {"type": "object", "required": ["outcome"], "additionalProperties": False,
                "properties": {"outcome": {"type": "string", "enum": list(OUTCOMES)},
                               "comment": {"type": "string", "maxLength": 2000}}}
    return {
        "/api/v1/changes": {"get": {
            "operationId": "changes", "summary": "What happened, in the order of commits",
            "parameters": [{"name": "since", "in": "query", "schema": {
                "type": "integer", "minimum": 0, "maximum": 10**17}}],
            "responses": {"200": _json("Changes", "Events"), **_problems()}}},
        "/api/v1/tasks": {"get": {
            "operationId": "tasks", "summary": "What waits for the token's owner",
            "responses": {"200": _json("Tasks", "Open tasks"), **_problems()}}},
        "/api/v1/tasks/{id}": {"parameters": [_param("id")], "post": {
            "operationId": "answer_task", "summary": "Approve, reject or finish a task",
            "parameters": [_param("idempotency")], "requestBody": _takes(decision),
            "responses": {"200": _json("Decision", "Answered"), **_problems(409, 412, 422)}}},
    }


def document(ctx: Ctx, address: str = "/") -> dict[str, Any]:
    """The whole document for what this user may do in this company."""
    keys = [key for key in sorted(ctx.registry.records) if may_read(ctx, key)]
    paths = _own_paths()
    schemas: dict[str, Any] = {"Problem": _problem_schema(), **_shared_schemas()}
    for key in keys:
        name = _name(key)
        schemas |= _schemas(ctx, key)
        page = {"type": "object", "required": ["items"], "properties": {
            "items": {"type": "array", "items": _ref(name)}}}
        schemas[f"{name}Items"] = page
        schemas[f"{name}Page"] = {**page, "properties": {
            **page["properties"], "next": {"type": ["string", "null"]},
            "count": {"type": "integer"},
            "count_is_exact": {"type": "boolean"}}}
        paths |= _record_paths(ctx, key) | _attachment_paths(key)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tradewind", "version": "1", "description": _ABOUT},
        "servers": [{"url": address}], "paths": paths, "security": [{"token": []}],
        "components": {
            "schemas": schemas, "parameters": _PARAMETERS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": {"description": "RFC 9457 problem details", "content": {
                "application/problem+json": {"schema": _ref("Problem")}}}},
        },
    }


_ABOUT = (
    "Every record and step of the plugins that your company switched on. Send a token as "
    "`Authorization: Bearer …`. Amounts are text. Send `If-Match` with the ETag to change a "
    "record, "
    "`Idempotency-Key` with each POST."
)


def _problem_schema() -> dict[str, Any]:
    return {"type": "object", "required": ["title", "status"], "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"}, "errors": {"type": "array", "items": {"type": "object",
            "properties": {"field": {"type": "string"}, "code": {"type": "string"},
                           "detail": {"type": "string"}}}}}}


def _rows_of(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["items", *more], "properties": {
        "items": {"type": "array", "items": item}, **more}}


def _all_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _shared_schemas() -> dict[str, Any]:
    """Answers that are the same for every record type."""
    text, number = {"type": "string"}, {"type": "integer"}
    maybe = {"type": ["string", "null"]}
    moment = {"type": "string", "format": "date-time"}
    file = _all_of(id=number, name=text, type=text, size=number, sha256=text)
    return {
        "Steps": _rows_of(_all_of(key=text, label=text, target=maybe, reason=maybe)),
        "File": file, "Files": _rows_of(_ref("File")),
        "Decision": _all_of(id=number, outcome=text),
        "Tasks": _rows_of(_all_of(
            id=number, kind=text, label=text, record=text, record_id=number, title=text,
            starter=text, created_at=moment, due_at={**moment, "type": ["string", "null"]},
        )),
        "Changes": _rows_of(_all_of(
            sequence=number, event=text, record=maybe, id={"type": ["integer", "null"]},
            at=moment, data={},
        ), next=number),
    }


def _query(name: str, text: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text,
        "schema": schema or {"type": "string"}}


_PARAMETERS: dict[str, Any] = {
    "id": {"name": "id", "in": "path", "required": True, "schema": {
        "type": "integer", "minimum": 1, "maximum": 2**53}},
    "system": {"name": "system", "in": "path", "required": True, "schema": {
        "type": "string", "pattern": "^[A-Za-z0-9_-]{1,60}$"}},
    "key": {"name": "key", "in": "path", "required": True, "schema": {
        "type": "string", "pattern": "^[A-Za-z0-9_-]{1,200}$"}},
    "match": {"name": "If-Match", "in": "header", "description": "The ETag that was read",
              "schema": {"type": "string"}},
    "idempotency": {"name": "Idempotency-Key", "in": "header", "description":
                    "The same key gives the same answer, once done", "schema": {
                        "type": "string", "maxLength": 200}},
    "filter": _query("filter",
        "A condition as JSON: {\"f\": \"country\", \"op\": \"eq\", \"v\": \"DE\"}"),
    "sort": _query("sort", "Field names, a minus for descending: -created_at,number"),
    "fields": _query("fields", "Only these fields"),
    "expand": _query("expand", "Links to name: customer,product"),
    "after": _query("after", "`next` of the page before"),
    "limit": _query("limit", "1 to 500", {"type": "integer", "minimum": 1, "maximum": 500}),
    "q": _query("q", "Text to find"),
    "count": _query("count", "Count to 1,000", {"type": "string", "enum": ["1"]}),
    "archived": _query("archived", "no (default), yes or all", {"type": "string",
                                                                "enum": ["no", "yes", "all"]}),
}
