// The report builder: fields are dragged into zones, or put there by clicks and keys; each change is answered at once.
import Sortable from "sortablejs";
import { mountIslands, post, reasons } from "../../../../frontend/islands.js";
import { toast } from "../../../../frontend/toast.js";
import "./reportbuild.css";

const MOST = { rows: 3, columns: 2, values: 4 };
const KEYS = { r: "rows", c: "columns", v: "values" };

export default function (element, data) {
  const zones = Object.fromEntries([...element.querySelectorAll("[data-zone]")].map((zone) => [zone.dataset.zone, zone]));
  const palette = () => [...element.querySelectorAll("[data-palette] [data-path]")]; // dragging leaves clones
  const conditions = element.querySelector("[data-conditions]");
  const answer = element.querySelector("[data-answer]");
  const tools = element.querySelector("[data-tools]");
  const kept = element.querySelector("[data-shape]");
  let chosen = null;
  let asked = 0;
  let waiting = 0;

  const offer = (path) => palette().find((chip) => chip.dataset.path === path);
  const hows = (path, zone) => JSON.parse(offer(path)?.dataset[zone === "values" ? "hows" : "units"] || "[]");
  const parts = (zone) => [...zones[zone].children].map((chip) => [chip.dataset.part, chip.dataset.how]);

  function shape() {
    const found = { record: element.dataset.record };
    for (const zone of Object.keys(zones)) found[zone] = parts(zone);
    const rule = conditions.querySelector("input[name=where]");
    found.where = !rule ? data.shape.where : rule.value && !rule.disabled ? JSON.parse(rule.value) : null;
    found.chart = element.querySelector("[data-chart]").value;
    found.currency = element.querySelector("[data-currency]").value;
    return found;
  }
  function changed() {
    kept.value = JSON.stringify(shape());
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  }
  async function ask() {
    const number = ++asked;
    element.dataset.busy = "1";
    const got = await post(element.dataset.preview, JSON.parse(kept.value));
    if (number !== asked) return; // a later question is under way
    if (got.ok) {
      answer.innerHTML = got.body;
      element.querySelector("[data-said]").textContent = answer.querySelector("[data-definition]").textContent;
      await mountIslands(answer);
    } else toast(reasons(got), { bad: true });
    element.dataset.busy = "";
    element.dataset.answers = Number(element.dataset.answers || 0) + 1;
  }

  function made(path, how, zone) {
    const chip = document.createElement("div");
    chip.className = "tw-chip tw-reportpart";
    chip.dataset.part = path;
    chip.dataset.how = how;
    chip.tabIndex = 0;
    const label = document.createElement("span");
    label.textContent = offer(path)?.dataset.label || path;
    chip.setAttribute("aria-label", label.textContent);
    chip.setAttribute("role", "group");
    chip.append(label);
    const choices = hows(path, zone);
    if (choices.length > 1) {
      const select = document.createElement("select");
      select.className = "tw-input";
      select.setAttribute("aria-label", label.textContent);
      select.append(...choices.map(([key, words]) => new Option(words, key)));
      select.value = how;
      select.addEventListener("change", () => { chip.dataset.how = select.value; changed(); });
      chip.append(select);
    }
    chip.append(tools.content.cloneNode(true));
    if (!offer(path)) chip.classList.add("tw-bad");
    return chip;
  }
  function put(path, zone, index = 99, how = null) {
    const choices = hows(path, zone);
    const taken = parts(zone);
    const free = choices.find(([key]) => !taken.some(([p, h]) => p === path && h === key));
    const same = how !== null && choices.some(([key]) => key === how) ? how : null;
    if (!free || taken.length >= MOST[zone]) { toast(data.full, { bad: true }); return null; }
    const chip = made(path, same ?? free[0], zone);
    zones[zone].insertBefore(chip, zones[zone].children[index] || null);
    choose(null);
    changed();
    return chip;
  }
  function choose(chip) {
    chosen = chip === chosen ? null : chip;
    for (const other of palette()) other.setAttribute("aria-pressed", String(other === chosen));
    element.dataset.armed = chosen ? "1" : "";
  }
  function move(chip, by) {
    const all = [...chip.parentElement.children];
    const to = all.indexOf(chip) + by;
    if (to < 0 || to >= all.length) return;
    if (by > 0) all[to].after(chip); else all[to].before(chip);
    chip.focus();
    changed();
  }
  function drop(chip) {
    const next = chip.nextElementSibling || chip.previousElementSibling || element.querySelector(`[data-put="${chip.parentElement.dataset.zone}"]`);
    chip.remove();
    next?.focus();
    changed();
  }

  element.addEventListener("click", (event) => {
    const field = event.target.closest("[data-palette] [data-path]");
    if (field) { choose(field); return; }
    const part = event.target.closest("[data-part]");
    const step = event.target.closest("[data-move]");
    if (step) { move(part, Number(step.dataset.move)); return; }
    if (event.target.closest("[data-drop]")) { drop(part); return; }
    const zone = event.target.closest("[data-put]")?.dataset.put || event.target.closest("[data-zone]")?.dataset.zone;
    if (zone && chosen && !part) put(chosen.dataset.path, zone);
  });
  element.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey) return;
    const field = event.target.closest("[data-palette] [data-path]");
    const zone = KEYS[event.key.toLowerCase()];
    if (field && zone && !event.altKey) { event.preventDefault(); event.stopPropagation(); put(field.dataset.path, zone); return; }
    const part = event.target.closest("[data-part]");
    if (!part) return;
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (by && event.altKey) { event.preventDefault(); move(part, by); }
    if (event.key === "Delete") { event.preventDefault(); drop(part); }
    if (zone && !event.altKey && part.parentElement !== zones[zone]) {
      event.preventDefault();
      event.stopPropagation();
      const moved = put(part.dataset.part, zone, 99, part.dataset.how);
      if (moved) { part.remove(); moved.focus(); changed(); }
    }
  });
  for (const name of ["input", "change"]) {
    element.addEventListener(name, (event) => { if (event.target.closest("[data-conditions], [data-chart], [data-currency]")) changed(); });
  }
  conditions.addEventListener("click", () => setTimeout(changed));

  const touch = { animation: 120, delayOnTouchOnly: true, delay: 150 };
  for (const list of element.querySelectorAll("[data-palette]")) {
    new Sortable(list, { ...touch, group: { name: "parts", pull: "clone", put: false }, sort: false, draggable: "[data-path]" });
  }
  for (const zone of Object.values(zones)) {
    new Sortable(zone, {
      ...touch, group: "parts", draggable: "[data-part]", filter: "select, button", preventOnFilter: false,
      onUpdate: changed,
      onAdd: (event) => {
        const { path, part, how } = event.item.dataset;
        const from = event.from.dataset.zone;
        const index = [...zone.children].indexOf(event.item);
        event.item.remove();
        if (!put(path || part, zone.dataset.zone, index, how ?? null) && from) put(part, from, event.oldDraggableIndex, how);
      },
    });
  }
  for (const [zone, list] of Object.keys(zones).map((zone) => [zone, data.shape[zone]])) {
    for (const [path, how] of list) zones[zone].append(made(path, how, zone));
  }
  kept.value = JSON.stringify(shape());
}
