"""A real browser against a real server; every page is watched for faults."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select, update
from werkzeug.serving import make_server

from core.db import ALL
from core.outbox import OutboxRow
from core.people import User
from core.testing.world import Templates, World
from tests.core.pages import shop

DIST = Path(__file__).parents[2] / "core" / "static" / "dist" / "manifest.json"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
]
PATIENCE = 20_000  # milliseconds; a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of the system; without it (or without built assets) the tests are not run."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None or not DIST.is_file():
        lacking = "needs chromium and built assets (make test prepares both)"
        if os.environ.get("CI") == "true":
            pytest.fail(lacking)
        pytest.skip(lacking)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        found = started.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def shop_templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("shop"), {"shop": shop})


@pytest.fixture
def shop_world(shop_templates: Templates, tmp_path: Path) -> Iterator[World]:
    """A company with the plugin `shop` only."""
    made = shop_templates.world(tmp_path, (), {"shop": shop})
    yield made
    made.platform.database.engine.dispose()


class Site:
    """A served world: opens pages as a person and remembers what went wrong in them."""

    def __init__(self, world: World, browser: Browser) -> None:
        self.world, self.browser = world, browser
        self.server = make_server("127.0.0.1", 0, world.app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        world.app.config["WTF_CSRF_ENABLED"] = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def open(self, login: str | None, path: str = "/", *, locale: str = "en", width: int = 1440,
             theme: Any = "light", scripts: bool = True) -> Page:
        """A page of a fresh browser in which `login` is signed in."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 844}, locale="en-GB",
            timezone_id="Asia/Shanghai", reduced_motion="reduce", color_scheme=theme,
            java_script_enabled=scripts,
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if login is not None:
            self._speak(login, locale)
            self._sign_in(context, login)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("response", self._response)
        page.on("request", self._request)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => "
            "console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"
        )
        page.goto(self.url + path)
        if scripts:
            page.wait_for_selector("html[data-ready]")
        return page

    def _speak(self, login: str, locale: str) -> None:
        with self.world.platform.database.transaction(ALL) as session:
            session.execute(update(User).where(User.login == login).values(locale=locale))

    def _sign_in(self, context: BrowserContext, login: str) -> None:
        client = self.world.client(login)
        cookie = client.get_cookie("tradewind")
        assert cookie is not None
        context.add_cookies([{"name": "tradewind", "value": cookie.value, "url": self.url}])

    def _console(self, message: Any) -> None:
        refused = "the server responded with a status of 4" in message.text
        if message.type == "error" and not refused:
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Any) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.faults.append(f"left the site: {request.url}")

    def work(self) -> None:
        """Let the worker do everything that is due; none of it may fail."""
        self.world.work()
        with self.world.platform.database.session(ALL, readonly=True) as session:
            failed = session.execute(
                select(OutboxRow.topic, OutboxRow.error).where(OutboxRow.error.is_not(None)))
            self.faults += [f"job {topic}: {error}" for topic, error in failed]
        assert not self.faults, self.faults

    def photograph(self, folder: Path) -> None:
        """Keep a picture of every open page (after a failure)."""
        pages = [page for context in self.contexts for page in context.pages]
        for number, page in enumerate(pages):
            where = re.sub(r"\W+", "-", page.url.removeprefix(self.url)).strip("-") or "home"
            page.screenshot(path=folder / f"{number}-{where[:60]}.png")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.server.shutdown()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    outcome = yield
    item.stash.setdefault(FAILED, False)
    item.stash[FAILED] |= outcome.get_result().failed


FAILED = pytest.StashKey[bool]()


@pytest.fixture
def serve(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[World], Site]]:
    """Serves a world; at the end no page may have had a fault."""
    sites: list[Site] = []

    def start(world: World) -> Site:
        sites.append(Site(world, browser))
        return sites[-1]

    yield start
    faults = [fault for site in sites for fault in site.faults]
    for site in sites:
        if request.node.stash.get(FAILED, False) or faults:
            site.photograph(tmp_path)
        site.close()
    assert not faults, faults


@pytest.fixture
def site(serve: Callable[[World], Site], shop_world: World) -> Site:
    """The served shop."""
    return serve(shop_world)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    path = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("axe-core is not installed: npm ci")
        pytest.skip("axe-core is not installed")
    return path.read_text(encoding="utf-8")


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds against WCAG 2.1 AA on a page."""
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']}).then(r => r.violations)"
    )
    return [f"{v['id']} {n['target']}" for v in found for n in v["nodes"]]
