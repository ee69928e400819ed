"""What a company does with plm and srm while they come and go; run by test_life.py, far from here.

`python life.py STAGE DATABASE_URL…`: the stage on each database, with the code that is installed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import inspect, select

from core.cli import main
from core.config import load_settings
from core.pages.saved import SavedView
from core.people import CustomField, User
from core.platform import build_platform
from core.records import record_class
from core.saving import extension_of, save
from core.testing import World
from core.workflow.model import WorkflowRow, WorkflowVersion
from core.workflow.publishing import draft_of, publish, save_draft, workflow_by_key

NAMES = ("plm", "srm")
CODE, ANN = "acme", "ann"
FIELDS = {"plm.part": "x_colour", "srm.supplier": "x_rank", "products.product": "x_shelf"}
FLOWS = ("plm.approval", "srm.qualification")
MINE = "As we do it"


def typed(*words: str) -> str:
    """A command, as a person types it."""
    done = CliRunner().invoke(main, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


class Company:
    """The company on one database, as Ann sees it."""

    def __init__(self) -> None:
        self.world = World(build_platform(load_settings()))
        self.world.platform.settings.data_dir.mkdir(parents=True, exist_ok=True)

    def act(self) -> Any:
        return self.world.act(ANN, CODE)

    @property
    def known(self) -> set[str]:
        return set(NAMES) & set(self.world.registry.plugins)

    def tables(self) -> set[str]:
        names = inspect(self.world.platform.database.engine).get_table_names()
        return {n for n in names if n.startswith(("plm_", "srm_")) and "schema_version" not in n}

    # ---- what people made
    def customise(self) -> None:
        """Fields, views and workflows of their own, and records that use them."""
        with self.act() as ctx:
            for record, name in FIELDS.items():
                ctx.session.add(CustomField(
                    company_id=ctx.company.id, record=record, name=name, kind="text",
                    label={"en": name, "zh": name}, choices=[]))
                ctx.session.add(SavedView(
                    company_id=ctx.company.id, record=record, name=MINE, user_id=ctx.user_id,
                    query=[["cols", "name"], [f"f.{name}", "red"]], created_at=ctx.now))
            ctx.session.add(SavedView(
                company_id=ctx.company.id, record="products.product", name="Released",
                user_id=ctx.user_id, created_at=ctx.now,
                query=[["cols", "code,plm.revision,plm.lifecycle"], ["f.plm.lifecycle", "design"]]))
            for key in FLOWS:
                flow = workflow_by_key(ctx, key)
                definition = draft_of(ctx, flow).definition
                definition["body"][0]["label"] = {"en": MINE, "zh": MINE}
                save_draft(ctx, flow, definition)
                publish(ctx, flow, MINE)
        with self.act() as ctx:
            lamp = save(ctx, "products.product", {
                "code": "FL-50", "name_en": "Lamp", "x_shelf": "A7", "plm.lifecycle": "design"})
            save(ctx, "plm.part", {"code": "P-1", "name": "Lamp", "product_id": lamp.id,
                                   "x_colour": "red"})
            save(ctx, "srm.supplier", {"name": "Feuerberg GmbH", "x_rank": "first"})

    def check_customisation(self) -> None:
        """It is all there, with or without the code that it is about."""
        with self.world.act(None, CODE) as ctx:
            fields = {f.record: f.name for f in ctx.session.scalars(select(CustomField))}
            assert fields == FIELDS, fields
            views = sorted(v.record for v in ctx.session.scalars(select(SavedView)))
            assert views == sorted([*FIELDS, "products.product"]), views
            for key in FLOWS:
                row = ctx.session.scalar(select(WorkflowRow).where(WorkflowRow.key == key))
                version = ctx.session.get(WorkflowVersion, row.active_version_id)
                assert version.definition["body"][0]["label"]["en"] == MINE
            lamp = ctx.session.scalars(select(record_class("products.product")).where(
                record_class("products.product").code == "FL-50")).one()
            assert lamp.custom["x_shelf"] == "A7"

    def check_records(self) -> None:
        """The plugins' own records, their fields and pages."""
        with self.act() as ctx:
            part = ctx.session.scalars(select(record_class("plm.part"))).one()
            supplier = ctx.session.scalars(select(record_class("srm.supplier"))).one()
            assert part.custom["x_colour"] == "red"
            assert supplier.custom["x_rank"] == "first"
            lamp = ctx.session.get(record_class("products.product"), part.product_id)
            (extension,) = ctx.registry.extensions["products.product"]
            assert extension_of(ctx, extension, lamp).lifecycle == "design"
            if "origin" in type(part).__table__.c:
                assert part.origin == "workshop", "the upgrade filled it in"
                assert supplier.origin == "workshop"
        page = self.world.client(ANN, CODE).get("/r/products.product?cols=code,plm.lifecycle")
        assert page.status_code == 200
        self.see("/r/plm.part", "Lamp", "x_colour")
        self.see("/r/srm.supplier", "Feuerberg")

    def see(self, path: str, *words: str) -> None:
        text = self.world.client(ANN, CODE).get(path).get_data(as_text=True)
        for word in words:
            assert word in text or word.startswith("x_"), f"{path}: no {word}"

    def walk(self) -> None:
        """Every page without parameters, and the product that plm had added to: none breaks."""
        client = self.world.client(ANN, CODE)
        paths = [
            rule.rule for rule in self.world.app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.arguments
            and not rule.rule.startswith(("/logout", "/static", "/api/v1", "/readyz"))
        ]
        with self.world.act(None, CODE) as ctx:
            lamp = ctx.session.scalars(select(record_class("products.product").id)).first()
            views = ctx.session.scalars(select(SavedView.record)).all()
        paths += [f"/r/products.product/{lamp}", f"/r/products.product/{lamp}/edit"]
        paths += ["/r/products.product?cols=code,plm.revision&f.plm.lifecycle=design"]
        paths += [f"/r/{record}" for record in views]
        for path in paths:
            status = client.get(path).status_code
            assert status < 500, f"{path}: {status}"


# ---- stages: what is done with the code of that time
def begin(company: Company) -> None:
    typed("migrate")
    typed("company", "add", CODE, "Acme", "--plugin", "plm", "--plugin", "srm")
    typed("user", "add", ANN, "--password", "a long password", "--role", "adm")
    typed("user", "add", "bob", "--password", "a long password", "--role", "qc", "--role", "gm")
    with company.world.platform.database.transaction("*") as session:
        for user in session.scalars(select(User)):
            user.locale = "en"
    company.customise()
    company.check_records()
    company.walk()


def upgraded(company: Company) -> None:
    said = typed("migrate")
    assert "plm_0002" in said, said
    assert "srm_0002" in said, said
    company.check_customisation()
    company.check_records()
    for name in reversed(NAMES):
        typed("plugin", "disable", name)
    assert company.world.client(ANN, CODE).get("/r/plm.part").status_code == 404
    company.check_customisation()
    company.walk()
    for name in NAMES:
        typed("plugin", "enable", name)
    company.check_customisation()
    company.check_records()
    for name in reversed(NAMES):
        assert "switched off in acme" in typed("plugin", "uninstall", name)


def away(company: Company) -> None:
    """The code is gone; whatever it left behind hurts nobody."""
    assert not company.known
    assert "plm" not in typed("plugin", "list")
    typed("migrate")
    company.check_customisation()
    company.walk()


def back(company: Company) -> None:
    typed("migrate")
    for name in NAMES:
        typed("plugin", "enable", name)
    company.check_customisation()
    company.check_records()
    assert company.tables()
    for name in reversed(NAMES):
        assert "its tables are gone" in typed("plugin", "uninstall", name, "--with-data", "--yes")
    assert not company.tables()
    company.check_customisation()
    company.walk()


def again(company: Company) -> None:
    """Installed anew: empty, and with the fields, views and workflows of before."""
    assert "plm_0002" in typed("migrate")
    for name in NAMES:
        typed("plugin", "enable", name)
    company.check_customisation()
    with company.act() as ctx:
        part = save(ctx, "plm.part", {"code": "P-2", "name": "Driver", "x_colour": "blue"})
        assert part.custom["x_colour"] == "blue"
    company.walk()


if __name__ == "__main__":
    stage, *urls = sys.argv[1:]
    for n, url in enumerate(urls):
        os.environ["TRADEWIND_DATABASE_URL"] = url
        os.environ["TRADEWIND_DATA_DIR"] = str(Path.cwd() / f"data{n}")
        one = Company()
        globals()[stage](one)
        one.world.platform.database.engine.dispose()
        print(stage, n, "done")
