// Behaviour of every page: htmx, islands, keyboard, palette, dialogs, dates, messages.
import htmx from "htmx.org";
import { mountIslands } from "./islands.js";
import { openPalette } from "./palette.js";
import { openCalendar } from "./datepick.js";
import { toast } from "./toast.js";
import { setUpKeys } from "./keys.js";
import "./dialog.js";
import "./inline.js";
import { fillCounts } from "./counts.js";

window.htmx = htmx;
const root = document.documentElement;
const busy = document.querySelector(".tw-busy");
const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

document.addEventListener("htmx:config:request", (event) => {
  const ctx = event.detail.ctx;
  ctx.request.headers["X-CSRFToken"] = csrf();
  busy?.classList.add("tw-on");
});
document.addEventListener("htmx:finally:request", () => busy?.classList.remove("tw-on"));
document.addEventListener("htmx:response:error", async (event) => {
  const response = event.detail.ctx?.response?.raw;
  toast(root.dataset.fault || "Error", { bad: true, text: await response?.clone().text().catch(() => "") });
});
document.addEventListener("htmx:after:swap", (event) => {
  mountIslands(event.target);
  flash();
});

// data-act="name": one delegated handler, no inline code
const acts = {
  theme() {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("tw-theme", root.dataset.theme);
    document.dispatchEvent(new CustomEvent("tw:theme"));
  },
  side() {
    if (innerWidth <= 820) return document.body.classList.toggle("tw-nav-open");
    const mini = root.dataset.side !== "mini";
    root.dataset.side = mini ? "mini" : "";
    localStorage.setItem("tw-side", mini ? "mini" : "full");
  },
  palette: openPalette,
  dialog(element) { document.getElementById(element.dataset.dialog)?.showModal(); },
  close(element) { (element.closest("dialog") || element.closest("details"))?.removeAttribute("open"); element.closest("dialog")?.close(); },
  tab(element) {
    const bar = element.closest(".tw-tabs");
    for (const tab of bar.querySelectorAll("[role=tab]")) {
      const on = tab === element;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls"))?.toggleAttribute("hidden", !on);
    }
  },
  "check-all"(element) {
    for (const box of document.querySelectorAll('input[name="row"]')) box.checked = element.checked;
    countChecked();
  },
  "clear-checks"() {
    for (const box of document.querySelectorAll('input[name="row"], [data-act="check-all"]')) box.checked = false;
    countChecked();
  },
  print() { print(); },
  back() { history.back(); },
  copy(element) { navigator.clipboard?.writeText(element.dataset.copy || document.querySelector(element.dataset.from)?.textContent || ""); toast(element.dataset.done || "✓"); },
};

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-act]");
  if (element && acts[element.dataset.act]) {
    if (element.tagName === "A" || element.type === "submit") event.preventDefault();
    acts[element.dataset.act](element, event);
  }
  for (const menu of document.querySelectorAll("details.tw-menu-pop[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});

function countChecked() {
  const count = document.querySelectorAll('input[name="row"]:checked').length;
  const bar = document.querySelector(".tw-bulk");
  if (!bar) return;
  bar.hidden = !count;
  const number = bar.querySelector("[data-count]");
  if (number) number.textContent = count;
}

document.addEventListener("change", (event) => {
  if (event.target.name === "row") countChecked();
  if (event.target.matches("[data-submit-on-change]")) event.target.form?.requestSubmit();
  if (event.target.closest("form[data-guard]")) event.target.closest("form").dataset.dirty = "1";
});
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-guard]")) event.target.closest("form").dataset.dirty = "1";
});
document.addEventListener("submit", (event) => {
  delete event.target.dataset.dirty;
  const button = event.submitter;
  if (button && !event.defaultPrevented) setTimeout(() => button.setAttribute("aria-busy", "true"));
});
addEventListener("beforeunload", (event) => {
  busy?.classList.add("tw-on");
  setTimeout(() => busy?.classList.remove("tw-on"), 4000); // a download leaves the page standing
  if (document.querySelector("form[data-dirty]")) event.preventDefault();
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("input[data-date]")) openCalendar(event.target);
});

function flash() {
  for (const element of document.querySelectorAll("template[data-toast]")) {
    toast(element.content.textContent.trim(), { bad: element.dataset.toast === "bad", undo: element.dataset.undo });
    element.remove();
  }
}

// folded groups of the menu: a cookie, so that the server draws them folded
for (const part of document.querySelectorAll(".tw-menu__part")) {
  part.addEventListener("toggle", () => {
    const shut = [...document.querySelectorAll(".tw-menu__part:not([open])")].map((one) => one.dataset.part);
    document.cookie = `tw-shut=${shut.join(".")}; path=/; max-age=31536000; SameSite=Lax`;
  });
}
for (const now of document.querySelectorAll(".tw-states [aria-current]")) now.parentElement.scrollLeft = now.offsetLeft - 40;
document.querySelector(".tw-menu [aria-current]")?.scrollIntoView({ block: "nearest" });

setUpKeys(acts);
mountIslands(document);
flash();
countChecked();
(document.querySelector("[aria-invalid=true]") || document.querySelector("[data-focus]"))?.focus();
root.dataset.ready = "1";
fillCounts();
