"""The floor of the API's figures: bare Flask and the raw driver, nothing else.

It works on tables of its own, with the columns and indexes of the product's, without row level
security, sign-in, rights, hooks, audit or outbox (QUALITY §10).
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from core.audit import plain

TABLES = ("crm_customer", "orders_order", "orders_order_line", "orders_milestone")
FIELDS = ("id", "version", "number", "state", "name", "short_name", "country", "region", "website",
          "email", "phone", "kind", "grade", "currency", "owner_id", "created_at", "updated_at")


def copy_tables(engine: Engine) -> None:
    """Make the tables of the floor out of the product's, rows and indexes included."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.all', 'on', true)"))
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
        for table in TABLES:
            mine = f"bench_{table}"
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"CREATE TABLE {mine} (LIKE {table} INCLUDING ALL)"))
                connection.execute(text(
                    f"CREATE SEQUENCE {mine}_ids START 10000000 OWNED BY {mine}.id"))
                connection.execute(text(
                    f"ALTER TABLE {mine} ALTER id SET DEFAULT nextval('{mine}_ids')"))
            else:
                for (sql,) in connection.execute(text(
                    "SELECT sql FROM sqlite_master WHERE tbl_name = :t AND sql IS NOT NULL "
                    "AND type IN ('table', 'index') ORDER BY type DESC"), {"t": table}).all():
                    sql = sql.replace(f"TABLE {table} ", f"TABLE {mine} ")
                    sql = sql.replace(f" ON {table} ", f" ON {mine} ").replace(
                        "INDEX ", "INDEX bench_")
                    connection.exec_driver_sql(sql)
            connection.execute(text(f"INSERT INTO {mine} SELECT * FROM {table}"))
        if engine.dialect.name == "postgresql":
            connection.execute(text(
                "CREATE INDEX ON bench_crm_customer USING gin (name gin_trgm_ops)"))
        connection.execute(text("ANALYZE"))


class Floor:
    """The application; a connection for each thread."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.sqlite = address.get_backend_name() == "sqlite"
        self.engine = create_engine(address)
        self.local = threading.local()
        self.samples = {
            table: self.ask(f"SELECT * FROM bench_{table} ORDER BY id DESC LIMIT 1", named=True)[0]
            for table in TABLES}
        self.connection.rollback()
        self.app = Flask("floor")
        self.app.add_url_rule("/list", view_func=self.list)
        self.app.add_url_rule("/create", view_func=self.create, methods=["POST"])
        self.app.add_url_rule("/order", view_func=self.order, methods=["POST"])
        self.app.add_url_rule("/sign/<int:ident>", view_func=self.sign, methods=["POST"])

    @property
    def connection(self) -> Any:
        if not hasattr(self.local, "connection"):
            self.local.pooled = self.engine.raw_connection()  # kept, or the pool takes it back
            self.local.connection = self.local.pooled.driver_connection
        return self.local.connection

    def ask(self, sql: str, *values: Any, named: bool = False) -> list[Any]:
        cursor = self.connection.cursor()
        cursor.execute(sql if self.sqlite else sql.replace("?", "%s"), values)
        found = list(cursor.fetchall()) if cursor.description else []
        if not named:
            return found
        heads = [column[0] for column in cursor.description]
        return [dict(zip(heads, row, strict=True)) for row in found]

    def list(self) -> Response:
        where, values = "", []
        if "country" in request.args:
            where, values = " AND country = ?", [request.args["country"]]
        if "q" in request.args:
            like = "LIKE" if self.sqlite else "ILIKE"
            where, values = f" AND name {like} ?", [f"%{request.args['q']}%"]
        rows = self.ask(
            f"SELECT {', '.join(FIELDS)} FROM bench_crm_customer WHERE company_id = 1 AND "
            f"archived_at IS NULL{where} ORDER BY created_at DESC, id DESC LIMIT 80", *values)
        self.connection.rollback()
        if not rows:
            raise SystemExit("the floor sees no rows")
        body = [dict(zip(FIELDS, row, strict=True)) for row in rows]
        return self._answer({"items": body})

    def _answer(self, body: Any, status: int = 200) -> Response:
        return Response(orjson.dumps(body, default=plain), status, mimetype="application/json")

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> int:
        """Rows like the sample but for what they bring, in one statement; the first id."""
        full = [{**self.samples[table], **row} for row in rows]
        names = [name for name in full[0] if name != "id"]
        marks = ", ".join(f"({', '.join('?' * len(names))})" for _row in full)
        values = [self._stored(row[name]) for row in full for name in names]
        return int(self.ask(f"INSERT INTO bench_{table} ({', '.join(names)}) VALUES {marks} "
                            "RETURNING id", *values)[0][0])

    def _stored(self, value: Any) -> Any:
        if isinstance(value, dict | list):
            return orjson.dumps(value).decode()
        return value

    def create(self) -> Response:
        body = orjson.loads(request.get_data())
        moment = datetime.now(UTC).isoformat()
        ident = self._insert("crm_customer", [{
            "created_at": moment, "updated_at": moment, "number": body["name"],
            "name_key": body["name"], **body}])
        self.connection.commit()
        return self._answer({"id": ident, **body}, 201)

    def order(self) -> Response:
        """An order and its five lines, in two statements."""
        body = orjson.loads(request.get_data())
        ident = self._insert("orders_order", [{**body["head"], "number": None}])
        self._insert("orders_order_line", [
            {**line, "parent_id": ident, "position": n} for n, line in enumerate(body["lines"])])
        self.connection.commit()
        return self._answer({"id": ident}, 201)

    def sign(self, ident: int) -> Response:
        """Read the order and its lines, set its state and write the milestones of its term."""
        self.ask("SELECT * FROM bench_orders_order WHERE company_id = 1 AND id = ?", ident)
        self.ask("SELECT * FROM bench_orders_order_line WHERE company_id = 1 AND parent_id = ?",
                 ident)
        self.ask("UPDATE bench_orders_order SET state = 'signed', signed_on = '2026-11-20', "
                 "version = version + 1 WHERE company_id = 1 AND id = ?", ident)
        self._insert("orders_milestone", [{"parent_id": ident, "position": n} for n in range(2)])
        self.connection.commit()
        return self._answer({"id": ident, "state": "signed"})
