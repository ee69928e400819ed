"""What every plugin has to keep to: a class of tests that a plugin earns with three lines.

    class TestSamples(Conformance):
        plugin = "samples"
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from core.companies import disable_plugin
from core.context import matches
from core.declare import LinesSection
from core.documents import documents_for
from core.errors import Refused, TradewindError
from core.i18n import Message
from core.layout import form_of, list_of
from core.migrate import areas, differences, downgrade, upgrade
from core.pages.access import MEMBER, access_of
from core.people import RoleRow
from core.platform import build_platform
from core.plugins import Installed
from core.query import read_page
from core.records import Base, fields_of, record_class
from core.saving import save
from core.schemas import PARSERS
from core.testing.factory import Factory
from core.testing.world import Templates, World, make_settings

FORBIDDEN = {"os.system", "subprocess", "pickle", "eval", "exec", "requests", "urllib.request"}
WRONG = (
    "31.02.2026", "9" * 40, "-1e400", "<script>alert(1)</script>", "😀" * 300, "' OR 1=1 --",
    "x" * 30_000, "\x00", [1], {"a": 1}, True, -1, 2**70,
)


class Conformance:
    """Inherit, set `plugin`, and pytest runs all of them against the plugin."""

    plugin: ClassVar[str] = ""

    @pytest.fixture
    def world(self, templates: Templates, tmp_path: Path) -> Iterator[World]:
        made = templates.world(tmp_path, (self.plugin,))
        yield made
        made.platform.database.engine.dispose()

    @pytest.fixture
    def me(self, world: World) -> Installed:
        return world.registry.plugins[self.plugin]

    def _records(self, world: World) -> list[type[Any]]:
        return [c for k, c in world.registry.records.items() if k.startswith(f"{self.plugin}.")]

    # ---- what it declares
    def test_manifest_is_complete(self, me: Installed) -> None:
        assert str(me.manifest.title)
        assert str(me.manifest.summary), "one sentence that says what the plugin is for"
        assert (me.folder / "README.md").is_file() or not (me.folder / "hooks.py").is_file()

    def test_every_record_has_words(self, world: World) -> None:
        for cls in self._records(world):
            assert str(cls.label), cls.key
            assert str(cls.plural), cls.key
            assert cls.__doc__, f"{cls.key} needs a docstring"

    def test_fields_are_of_known_kinds(self, world: World) -> None:
        for cls in self._records(world):
            for name, field in fields_of(cls).items():
                assert field.kind in PARSERS, f"{cls.key}.{name}"
                assert str(field.label), f"{cls.key}.{name} needs a label"
                if field.currency:
                    assert field.currency in fields_of(cls), f"{cls.key}.{name}: {field.currency}"

    def test_links_lead_to_records(self, world: World) -> None:
        for cls in self._records(world):
            for name, field in fields_of(cls).items():
                if field.kind == "link":
                    known = field.target in world.registry.records or (
                        field.system and field.target in world.registry.lines)
                    assert known, f"{cls.key}.{name}"
                    owner = (field.target or "").partition(".")[0]
                    needs = world.registry.plugins[self.plugin].manifest.needs
                    assert owner == self.plugin or owner in self._closure(world, needs), (
                        f"{cls.key}.{name} links to {field.target}, but {owner} is not in `needs`"
                    )

    def _closure(self, world: World, names: tuple[str, ...]) -> set[str]:
        found: set[str] = set()
        for name in names:
            found |= {name} | self._closure(world, world.registry.plugins[name].manifest.needs)
        return found

    def test_views_show_known_fields(self, world: World) -> None:
        with world.act() as ctx:
            for cls in self._records(world):
                assert list_of(ctx, cls) is not None
                assert form_of(ctx, cls) is not None
                view = world.registry.forms.get(cls.key)
                for part in view.sections if view else ():
                    if isinstance(part, LinesSection):
                        assert part.lines in cls.line_sets, f"{cls.key}: {part.lines}"

    def test_steps_join_known_states(self, world: World) -> None:
        for record, steps in world.registry.steps.items():
            cls = world.registry.records[record]
            if not record.startswith(f"{self.plugin}.") or not cls.states:
                continue
            known = {s.key for s in cls.states}
            for step in steps.values():
                if step.axis == "state":
                    ends = {step.target, step.pending, step.rejected} - {None}
                    assert set(step.source) | ends <= known, step.full_key

    def test_every_state_can_be_reached(self, world: World) -> None:
        for cls in self._records(world):
            if not cls.states:
                continue
            reached = {cls.states[0].key}
            steps = world.registry.steps.get(cls.key, {}).values()
            unreached = getattr(cls, "states_set_by_services", ())
            for _round in cls.states:
                for step in steps:
                    if step.axis == "state" and (not step.source or reached & set(step.source)):
                        reached |= {s for s in (step.target, step.pending, step.rejected) if s}
            missing = {s.key for s in cls.states} - reached - set(unreached)
            assert not missing, f"{cls.key}: no step leads to {missing}"

    def test_somebody_may_do_each_step(self, world: World) -> None:
        with world.act() as ctx:
            grants = [role.grants for role in ctx.session.scalars(select(RoleRow))]
        for steps in world.registry.steps.values():
            for step in steps.values():
                if step.full_key.startswith(f"{self.plugin}."):
                    assert any(matches(frozenset(g), step.needs) for g in grants), step.needs

    def test_menus_lead_somewhere(self, world: World) -> None:
        client = world.client("adm")
        for owner, menu in world.registry.menus:
            if owner == self.plugin:
                path = menu.target if menu.target.startswith("/") else f"/r/{menu.target}"
                answer = client.get(path, follow_redirects=True)
                assert answer.status_code == 200, f"{path}: {answer.status_code}"

    def test_settings_have_fitting_defaults(self, world: World) -> None:
        with world.act() as ctx:
            for key in world.registry.settings:
                if key.startswith(f"{self.plugin}."):
                    assert ctx.setting(key) == world.registry.settings[key].default

    def test_jobs_run_on_an_empty_company(self, world: World) -> None:
        for job in world.registry.jobs.values():
            if job.key.startswith(f"{self.plugin}.") and (job.every or job.at):
                with world.act() as ctx:
                    job.run(ctx, {})

    # ---- pages
    def test_pages_are_clean_when_empty(self, world: World) -> None:
        client = world.client("adm")
        for cls in self._records(world):
            page = client.get(f"/r/{cls.key}")
            assert page.status_code == 200, cls.key
            assert client.get(f"/r/{cls.key}/new").status_code in (200, 403), cls.key
        assert client.get("/").status_code == 200

    def test_strangers_get_nothing(self, world: World) -> None:
        client = world.client()
        for cls in self._records(world):
            answer = client.get(f"/r/{cls.key}")
            assert answer.status_code == 302
            assert "/login" in answer.headers["Location"]

    def test_every_route_says_who_may_call_it(self, world: World) -> None:
        for rule in world.app.url_map.iter_rules():
            if rule.endpoint.startswith(f"{self.plugin}."):
                assert access_of(world.app.view_functions[rule.endpoint]) is not None, rule.rule

    def test_switched_off_it_is_gone(self, world: World, me: Installed) -> None:
        if me.manifest.essential:
            with world.act() as ctx, pytest.raises(Refused):
                disable_plugin(ctx, self.plugin)
            return
        with world.act() as ctx:
            disable_plugin(ctx, self.plugin)
        client = world.client("adm")
        for cls in self._records(world):
            assert client.get(f"/r/{cls.key}").status_code == 404, cls.key
        for rule in world.app.url_map.iter_rules():
            view = world.app.view_functions[rule.endpoint]
            mine = rule.endpoint.startswith(f"{self.plugin}.") and not rule.arguments
            if mine and "GET" in (rule.methods or ()) and (access_of(view) or "?")[0] == MEMBER:
                assert client.get(rule.rule).status_code == 404, rule.rule
        assert client.get("/").status_code == 200

    def test_wrong_input_is_answered_at_the_field(self, world: World) -> None:
        for cls in self._records(world):
            for wrong in WRONG:
                values = {
                    n: wrong for n, f in fields_of(cls).items() if not f.system and f.kind != "json"
                }
                try:
                    with world.act("adm") as ctx:
                        save(ctx, cls, values)
                except TradewindError as error:
                    assert error.reasons
                    assert all(str(r.text) for r in error.reasons)

    def test_lists_do_not_ask_more_for_more_rows(self, world: World) -> None:
        for cls in self._records(world):
            with world.act("adm") as ctx:
                columns = [c.path for c in list_of(ctx, cls).columns]
                with world.statements() as asked:
                    read_page(ctx, cls.key, columns)
            selects = [s for s in asked if s.lstrip().upper().startswith("SELECT")]
            assert len(selects) <= 8, f"{cls.key}: {len(selects)} queries"

    # ---- tables
    def test_tables_belong_to_a_company(self, world: World) -> None:
        for area in areas(world.platform):
            if area.name == self.plugin:
                for name in area.tables:
                    assert "company_id" in Base.metadata.tables[name].c, (
                        f"{name} has no company: derive its class from Record, Line or CompanyRow")

    def test_migrations_make_its_tables_and_take_them_away(self, tmp_path: Path) -> None:
        platform = build_platform(make_settings(tmp_path), only=[self.plugin])
        try:
            upgrade(platform)
            mine = [line for line in differences(platform) if line.startswith(f"{self.plugin}:")]
            assert not mine, f"tradewind migrate --make {self.plugin}: {mine}"
            (area,) = (area for area in areas(platform) if area.name == self.plugin)
            if area.tables:
                downgrade(platform, self.plugin)
                with platform.database.engine.connect() as connection:
                    left = set(inspect(connection).get_table_names()) & set(area.tables)
                assert not left, "downgrade() leaves tables behind"
        finally:
            platform.database.engine.dispose()

    # ---- with records
    def test_pages_stand_for_every_role_and_for_no_other_company(self, world: World) -> None:
        ids = self._filled(world)
        with world.act() as ctx:
            logins = [*ctx.session.scalars(select(RoleRow.key))]
        for login in logins:
            client = world.client(login)
            for key, ident in ids.items():
                for path in (f"/r/{key}", f"/r/{key}/{ident}"):
                    assert client.get(path).status_code in (200, 403, 404), f"{login}: {path}"
        stranger = world.client("b-adm")
        for key, ident in ids.items():
            theirs, nothing = stranger.get(f"/r/{key}/{ident}"), stranger.get(f"/r/{key}/999999")
            assert (theirs.status_code, nothing.status_code) == (404, 404), key

    def _filled(self, world: World) -> dict[str, int]:
        with world.act() as ctx:
            factory = Factory(ctx)
            return {cls.key: factory.make(cls) for cls in self._records(world)}

    def test_lists_ask_the_same_for_many_rows_as_for_few(self, world: World) -> None:
        for cls in self._records(world):
            counts = []
            for more in (1, 4):
                with world.act() as ctx:
                    factory = Factory(ctx)
                    for _row in range(more):
                        # of some there can be one only: for each customer, for each currency
                        with suppress(IntegrityError), ctx.session.begin_nested():
                            factory.make(cls)
                with world.act("adm") as ctx:
                    columns = [c.path for c in list_of(ctx, cls).columns]
                    with world.statements() as asked:
                        read_page(ctx, cls.key, columns)
                counts.append(len(asked))
            assert counts[0] == counts[1], f"{cls.key}: {counts} statements"

    def test_strangers_and_the_rightless_are_turned_away_from_its_routes(
        self, world: World
    ) -> None:
        nobody = world.client()
        for rule in world.app.url_map.iter_rules():
            mark = access_of(world.app.view_functions[rule.endpoint])
            if not rule.endpoint.startswith(f"{self.plugin}.") or rule.arguments or mark is None:
                continue
            if "GET" in (rule.methods or ()) and mark[0] == MEMBER:
                answer = nobody.get(rule.rule)
                assert answer.status_code in (302, 401), f"{rule.rule}: {answer.status_code}"

    # ---- demo
    def test_demo_may_be_told_twice(self, world: World) -> None:
        for _time in range(2):
            for stage in ("reference",):
                with world.act() as ctx:
                    for plugin, call in ctx.hooks.each("company_demo", ctx=ctx, stage=stage):
                        assert plugin
                        call()

    # ---- source
    def _sources(self, me: Installed) -> Iterator[tuple[Path, ast.Module]]:
        paths = sorted(me.folder.rglob("*.py")) if hasattr(me.module, "__path__") else [
            Path(me.module.__file__ or "")
        ]
        for path in paths:
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))

    def _imports(self, tree: ast.Module) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module

    def test_it_imports_only_what_it_may(self, world: World, me: Installed) -> None:
        own = me.module.__name__
        for path, tree in self._sources(me):
            glue = path.parent.glob("*.py") if path.parent.name == "glue" else ()
            allowed = {*me.manifest.needs, *(file.stem for file in glue)}
            for module in self._imports(tree):
                parts = module.split(".")
                if parts[0] == "core":
                    assert module in ("core.api", "core.testing"), f"{path.name}: {module}"
                elif parts[0] == "plugins" and not module.startswith(own):
                    assert parts[1] in allowed, f"{path.name} imports {module}: not in `needs`"
                    assert parts[2:3] == ["api"] or parts[2:] == [], f"{path.name}: {module}"
                assert module not in FORBIDDEN, f"{path.name}: {module}"

    def test_it_does_not_commit(self, me: Installed) -> None:
        for path, tree in self._sources(me):
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback"):
                    value = ast.unparse(node.value)
                    assert "session" not in value, f"{path.name}:{node.lineno}: {value}.{node.attr}"

    def test_files_and_functions_stay_short(self, me: Installed) -> None:
        for path, tree in self._sources(me):
            count = len(path.read_text(encoding="utf-8").splitlines())
            assert count <= 450, f"{path.name}: {count} lines"
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and node.end_lineno:
                    length = node.end_lineno - node.lineno + 1
                    assert length <= 70, f"{path.name}:{node.name}: {length} lines"

    def test_strings_are_translated(self, me: Installed) -> None:
        catalog = me.folder / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
        if not any(isinstance(v, Message) for v in (me.manifest.title,)):
            return
        assert catalog.is_file(), "add translations/zh/LC_MESSAGES/messages.po"
        with catalog.open("rb") as file:
            missing = [m.id for m in read_po(file, locale="zh") if m.id and not m.string]
        assert not missing, missing[:10]

    def test_documents_belong_to_records(self, world: World) -> None:
        for key, document in world.registry.documents.items():
            if key.startswith(f"{self.plugin}."):
                assert document.record in world.registry.records
                assert callable(document.context)
                record_class(document.record)
        assert documents_for is not None
