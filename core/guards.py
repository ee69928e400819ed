"""What the database itself refuses: rows of another company, changes to the audit trail.

Installed after every upgrade. On PostgreSQL every table with `company_id` gets row level security
that reads what core.db tells it (QUALITY §2.2); on both databases the audit table is append-only.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from core.audit import AuditRow
from core.records import Base

POLICY = "company_wall"
# read before anybody's company is known: who is signed in
OPEN_TABLES = frozenset({"core_signin"})
_WALL = (
    "company_id = (SELECT nullif(current_setting('app.company', true), '')::bigint)"
    " OR (SELECT current_setting('app.all', true)) = 'on'"
)
_AUDIT_FAULT = "the audit trail is append-only"


def company_tables() -> list[str]:
    """The tables whose rows belong to one company."""
    return sorted(
        table.name for table in Base.metadata.tables.values()
        if "company_id" in table.c and table.name not in OPEN_TABLES
    )


def install_guards(connection: Connection) -> None:
    """Install what is missing; cheap when nothing is. The caller commits."""
    if connection.dialect.name == "postgresql":
        for table in unguarded_tables(connection):
            _wall(connection, table)
        _append_only_postgres(connection)
    else:
        _append_only_sqlite(connection)


def unguarded_tables(connection: Connection) -> list[str]:
    """Company tables that exist on PostgreSQL without a forced policy on both read and write."""
    found = connection.execute(text(
        "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
        "WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.polname = :policy "
        "AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL "
        "AND c.relnamespace = current_schema()::regnamespace"
    ), {"policy": POLICY})
    guarded = set(found.scalars())
    there = set(connection.execute(text(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    )).scalars())
    return [name for name in company_tables() if name in there and name not in guarded]


def _wall(connection: Connection, table: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(table)
    for statement in (
        f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {quoted} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {POLICY} ON {quoted}",
        f"CREATE POLICY {POLICY} ON {quoted} USING ({_WALL}) WITH CHECK ({_WALL})",
    ):
        connection.exec_driver_sql(statement)


def _append_only_sqlite(connection: Connection) -> None:
    columns = [c.name for c in AuditRow.__table__.c if c.name != "seal"]
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in columns)
    connection.exec_driver_sql(
        "CREATE TRIGGER IF NOT EXISTS core_audit_keep BEFORE UPDATE ON core_audit "
        f"WHEN OLD.seal IS NOT NULL OR {changed} "
        f"BEGIN SELECT RAISE(ABORT, '{_AUDIT_FAULT}'); END"
    )
    connection.exec_driver_sql(
        "CREATE TRIGGER IF NOT EXISTS core_audit_keep_all BEFORE DELETE ON core_audit "
        f"BEGIN SELECT RAISE(ABORT, '{_AUDIT_FAULT}'); END"
    )


def _append_only_postgres(connection: Connection) -> None:
    there = connection.scalar(text(
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass('core_audit') "
        "AND tgname LIKE 'core_audit_keep%'"
    ))
    if there == 2:
        return
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION core_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $body$ "
        "BEGIN IF TG_OP = 'UPDATE' THEN IF OLD.seal IS NULL AND "
        "to_jsonb(NEW) - 'seal' = to_jsonb(OLD) - 'seal' THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{_AUDIT_FAULT}'; END $body$"
    )
    for name, when, each in (
        ("core_audit_keep", "UPDATE OR DELETE", "ROW"),
        ("core_audit_keep_all", "TRUNCATE", "STATEMENT"),
    ):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON core_audit")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {when} ON core_audit FOR EACH {each} "
            "EXECUTE FUNCTION core_audit_keep()"
        )
