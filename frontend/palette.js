// Ctrl+K: pages, create actions and records, from /palette?q=
import { glyph } from "./islands.js";

const root = document.documentElement.dataset;
let dialog;

// which records were opened lately: only their numbers stay in the browser, names come from the server
const shelf = `tw-recent-${root.me}`;
const recent = () => JSON.parse(localStorage.getItem(shelf) || "[]");
export function noteRecent() {
  const opened = document.querySelector("[data-record][data-ident]")?.dataset;
  if (!opened) return;
  const mark = `${opened.record}:${opened.ident}`;
  localStorage.setItem(shelf, JSON.stringify([mark, ...recent().filter((one) => one !== mark)].slice(0, 8)));
}

export function openPalette() {
  dialog ??= build();
  dialog.showModal();
  const input = dialog.querySelector("input");
  input.value = "";
  input.focus();
  fill("");
}

function build() {
  const made = document.createElement("dialog");
  made.className = "tw-dialog tw-palette";
  made.setAttribute("aria-label", document.documentElement.dataset.search || "Search");
  const input = document.createElement("input");
  input.placeholder = document.documentElement.dataset.search || "";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-label", input.placeholder);
  input.setAttribute("aria-controls", "tw-palette-list");
  input.setAttribute("aria-expanded", "true");
  const list = document.createElement("div");
  list.className = "tw-palette__list";
  list.id = "tw-palette-list";
  list.setAttribute("role", "listbox");
  const foot = document.createElement("div");
  foot.className = "tw-palette__foot";
  foot.setAttribute("aria-hidden", "true");
  for (const [keys, text] of [["↑ ↓", root.choose], ["Enter", root.open], ["Esc", root.close]]) {
    const hint = document.createElement("span");
    const key = document.createElement("kbd");
    key.textContent = keys;
    hint.append(key, ` ${text || ""}`);
    foot.append(hint);
  }
  made.append(input, list, foot);
  document.body.append(made);
  let timer;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => fill(input.value), 120); });
  made.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const now = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      select(links, (now + (event.key === "ArrowDown" ? 1 : links.length - 1)) % links.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      (links[now] || links[0])?.click();
    }
  });
  made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
  return made;
}

function select(links, index) {
  links.forEach((link, n) => link.setAttribute("aria-selected", n === index));
  links[index]?.scrollIntoView({ block: "nearest" });
}

async function fill(text) {
  const response = await fetch(`/palette?q=${encodeURIComponent(text)}&recent=${text ? "" : encodeURIComponent(recent().join(","))}`, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const { groups } = await response.json();
  const list = dialog.querySelector(".tw-palette__list");
  if (text !== dialog.querySelector("input").value) return; // a later answer is on its way
  list.replaceChildren();
  if (!groups.length) {
    const none = document.createElement("p");
    none.className = "tw-palette__none";
    none.textContent = root.nothing || "";
    list.append(none);
  }
  for (const group of groups) {
    const head = document.createElement("div");
    head.className = "tw-palette__group";
    head.textContent = group.label;
    list.append(head);
    for (const item of group.items) {
      const link = document.createElement("a");
      link.href = item.url;
      link.setAttribute("role", "option");
      const words = document.createElement("span");
      words.textContent = item.label;
      link.append(glyph(item.icon), words);
      if (item.hint) {
        const hint = document.createElement("small");
        hint.textContent = item.hint;
        link.append(hint);
      }
      list.append(link);
    }
  }
  select([...list.querySelectorAll("a")], 0);
}
