// Behaviour of every page: htmx, islands, keyboard, palette, dialogs, dates, messages.
import htmx from "htmx.org";
import { mountIslands } from "./islands.js";
import { noteRecent, openPalette } from "./palette.js";
import { openCalendar } from "./datepick.js";
import { toast } from "./toast.js";
import { setUpKeys } from "./keys.js";
import "./dialog.js";
import "./inline.js";
import { fillCounts } from "./counts.js";
import { setUpList } from "./list.js";
import { setUpColumns } from "./columns.js";
import { setUpDrafts } from "./drafts.js";

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

// a menu that would leave the window is moved into it
document.addEventListener("toggle", (event) => {
  const pop = event.target.open && event.target.matches?.(".tw-menu-pop") && event.target.querySelector(".tw-pop");
  if (!pop) return;
  pop.style.translate = "none";
  const { left, right } = pop.getBoundingClientRect(), width = root.clientWidth;
  const shift = left < 8 ? 8 - left : right > width - 8 ? Math.max(width - 8 - right, 8 - left) : 0;
  pop.style.translate = `${shift}px`;
}, true);

document.addEventListener("change", (event) => {
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
  const rows = document.getElementById("rows");
  const wait = setTimeout(() => rows?.classList.add("tw-skeleton"), 300);
  setTimeout(() => { clearTimeout(wait); busy?.classList.remove("tw-on"); rows?.classList.remove("tw-skeleton"); }, 4000); // a download leaves the page standing
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
setUpList(acts);
setUpColumns();
setUpDrafts(acts);
noteRecent();
(document.querySelector("[aria-invalid=true]") || document.querySelector("[data-focus]"))?.focus();
root.dataset.ready = "1";
fillCounts();
