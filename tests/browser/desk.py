"""What a person does at the screen, in her language: forms, steps, tasks, states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from core.api import in_locale
from tests.browser.conftest import Site

READY = "html[data-ready]:not([data-left])"


class Desk:
    """One person at one browser. Labels are looked for in her language."""

    def __init__(self, site: Site, login: str, locale: str = "en") -> None:
        self.site, self.login, self.locale = site, login, locale
        self.page: Page = site.open(login, "/account", locale=locale)

    # ---- words
    def word(self, text: Any) -> str:
        """A label in the language of this person."""
        with in_locale(self.locale):
            return str(text)

    def _step_label(self, record: str, key: str) -> str:
        return self.word(self.site.world.registry.steps[record][key].label)

    def record(self) -> str:
        """The record type whose page is open."""
        return self.page.url.split("/r/")[1].split("/")[0]

    @property
    def ident(self) -> int:
        """The id of the open record."""
        return int(self.page.url.split("/r/")[1].split("/")[1].split("?")[0])

    # ---- going about
    def go(self, path: str) -> None:
        """Open a page by its path."""
        self.page.goto(self.site.url + path)
        self.page.wait_for_selector(READY)

    def leave(self, act: Callable[[], Any]) -> None:
        """Do what leads to another page, wait for it, and let the worker do what it caused."""
        self.page.evaluate("document.documentElement.dataset.left = '1'")
        act()
        self.page.wait_for_selector(READY)
        self.site.work()

    # ---- forms
    def fill(self, **values: str) -> None:
        """Type into the fields of a form or dialog; links are chosen from their list."""
        for name, value in values.items():
            self._type(f"f.{name}", value)

    def line(self, number: int, **values: str) -> None:
        """Type into a row of the lines."""
        for name, value in values.items():
            self._type(f"lines-{number}-{name}", value)

    def _type(self, name: str, value: str) -> None:
        pick = self.page.locator(f"input[name='{name}.text']:visible")
        if pick.count():
            pick.click()
            pick.fill(value)
            expect(self.page.locator("[role=listbox]:visible li")).to_have_count(1)
            pick.press("Enter")
            expect(self.page.locator(f"input[name='{name}']")).not_to_have_value("")
            return
        box = self._shown(f"[name='{name}']")
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(value)
        elif box.get_attribute("type") == "checkbox":
            box.check()
        else:
            box.fill(value)
            if box.get_attribute("data-date") is not None:
                box.press("Escape")

    def _shown(self, selector: str) -> Locator:
        """An input, with the tab in front that holds it."""
        box = self.page.locator(f"{selector}:not([type=hidden]):not(:disabled)")
        if not box.first.is_visible():
            panel = self.page.locator("[data-panel]", has=self.page.locator(selector)).first
            self.page.locator(f"#{panel.get_attribute('aria-labelledby')}").click()
        return box.first

    def save(self) -> None:
        """Press “Save” and arrive at the saved record."""
        button = self.page.locator("form[data-form] .tw-bar button.tw-btn--primary")
        self.leave(button.click)
        expect(self.page.locator("form[data-form]")).to_have_count(0)

    # ---- steps
    def step(self, key: str, **values: str) -> None:
        """Do a step of the open record; a dialog is filled in."""
        button = self.button(key)
        if button.get_attribute("data-step") is None:
            self.leave(button.click)
            return
        dialog = self.ask(key, **values)
        self.leave(dialog.locator(".tw-dialog__foot button").click)

    def ask(self, key: str, **values: str) -> Locator:
        """Open the dialog of a step and fill it in."""
        self.button(key).click()
        dialog = self.page.locator("dialog[open]")
        expect(dialog.locator("h1")).to_have_text(self._step_label(self.record(), key))
        self.fill(**values)
        word = dialog.locator("[data-word]")
        if word.count():  # a step that nothing takes back
            word.locator("input").fill(str(word.get_attribute("data-word")))
        return dialog

    def button(self, key: str) -> Locator:
        """The button or menu entry of a step, brought into sight; it has the right label."""
        end = f"/step/{key}"
        found = self.page.locator(f".tw-bar a[href$='{end}'], .tw-bar form[action$='{end}'] button")
        expect(found).to_have_count(1)
        if not found.is_visible():
            self.page.locator(".tw-bar summary.tw-iconbtn").click()
        expect(found).to_have_text(self._step_label(self.record(), key))
        return found

    def offers(self, key: str) -> bool:
        """Whether a step can be done now."""
        end = f"/step/{key}"
        return self.page.locator(f"a[href$='{end}'], form[action$='{end}'] button").count() > 0

    # ---- looking
    def shows(self, state: str) -> None:
        """The open record is in a state, and the page says so in the person's language."""
        cls = self.site.world.registry.records[self.record()]
        label = self.word(next(s.label for s in cls.states if s.key == state))
        expect(self.page.locator(".tw-states [aria-current=step]")).to_have_text(label)

    def decide(self, name: str, answer: str = "approve") -> None:
        """Open the task about a document in the inbox and answer it."""
        self.go("/inbox")
        self.leave(self.page.get_by_role("link", name=name).first.click)
        self.leave(self.page.locator(f"#decide button[value={answer}]").click)

    def waits_for(self, name: str) -> bool:
        """Whether a document is in the inbox."""
        self.go("/inbox")
        return self.page.get_by_role("link", name=name).count() > 0
