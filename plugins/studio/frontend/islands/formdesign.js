// The form designer: fields and sections are dragged, or moved by buttons and keys; each change is kept at once.
import Sortable from "sortablejs";
import { mountIslands, post, reasons } from "../../../../frontend/islands.js";
import { toast } from "../../../../frontend/toast.js";

export default function (element) {
  const middle = element.querySelector("[data-middle]");
  const inspector = element.querySelector("[data-inspector-here]");
  const bar = document.querySelector("[data-bar-here]");
  const token = document.querySelector('meta[name="csrf-token"]')?.content || "";
  let busy = Promise.resolve();
  let kind = "";

  const queue = (work) => { element.dataset.busy = "1"; busy = busy.then(work, work).finally(() => { element.dataset.busy = ""; }); return busy; };
  const chosen = () => middle.querySelector(".tw-formtree").dataset.chosen;
  const send = (body) => queue(async () => show(await post(element.dataset.url, { field: chosen(), ...body })));
  const select = (name) => queue(async () => {
    const response = await fetch(`${element.dataset.page}?field=${encodeURIComponent(name)}`, { headers: { "X-Part": "1" } });
    show({ ok: response.ok, body: await response.text() });
  });
  function show(answer) {
    if (!answer.ok) { toast(reasons(answer), { bad: true }); draggable(); return; }
    const fresh = new DOMParser().parseFromString(answer.body, "text/html");
    const focused = document.activeElement?.dataset?.field;
    middle.replaceChildren(...fresh.querySelector("[data-tree]").childNodes);
    element.querySelector("[data-hidden-here]").replaceChildren(...fresh.querySelector("[data-hidden]").childNodes);
    inspector.replaceChildren(...fresh.querySelector("[data-inspector]").childNodes);
    bar.replaceChildren(...fresh.querySelector("[data-bar]").childNodes);
    kind = "";
    arm();
    depends();
    mountIslands(inspector);
    draggable();
    if (focused) middle.querySelector(`[data-field="${CSS.escape(chosen() || focused)}"]`)?.focus();
    element.dataset.changes = Number(element.dataset.changes || 0) + 1;
  }
  function arm() {
    for (const node of element.querySelectorAll("[data-kind]")) node.classList.toggle("tw-on", node.dataset.kind === kind);
    element.dataset.armed = kind ? "card" : "";
  }
  function depends() {
    for (const part of inspector.querySelectorAll("[data-depends] [data-when]")) {
      const [name, values] = part.dataset.when.split("=");
      part.hidden = !values.split(",").includes(inspector.querySelector(`[name="${name}"]`)?.value);
    }
  }
  function movePart(key, by) {
    const boxes = [...middle.querySelectorAll("[data-part-box]")];
    const at = boxes.findIndex((box) => box.dataset.partBox === key);
    const tab = boxes[at].closest("[data-tab]");
    const index = [...tab.querySelectorAll("[data-part-box]")].indexOf(boxes[at]) + by;
    const tabs = [...middle.querySelectorAll("[data-tab]")];
    const size = tab.querySelectorAll("[data-part-box]").length;
    if (index >= 0 && index < size) send({ op: "move_part", part: key, tab: tab.dataset.tab, index });
    else {
      const other = tabs[tabs.indexOf(tab) + by];
      if (other) send({ op: "move_part", part: key, tab: other.dataset.tab, index: by > 0 ? 0 : 99 });
    }
  }

  element.addEventListener("click", (event) => {
    const fresh = event.target.closest("[data-kind]");
    if (fresh) { kind = kind === fresh.dataset.kind ? "" : fresh.dataset.kind; arm(); return; }
    const box = event.target.closest("[data-fields]");
    if (kind && box?.dataset.fields) { send({ op: "new", kind, part: box.dataset.fields, index: 99 }); return; }
    const field = event.target.closest("[data-field]");
    if (field) { select(field.dataset.field); return; }
    const act = event.target.closest("[data-do]");
    if (act) doIt(act);
  });
  bar.addEventListener("click", (event) => { const act = event.target.closest("[data-do]"); if (act) doIt(act); });
  function doIt(act) {
    const op = act.dataset.do;
    if (op === "part_up" || op === "part_down") movePart(act.dataset.part, op === "part_up" ? -1 : 1);
    else send({ op, part: act.dataset.part || "", tab: act.dataset.tab || "" });
  }
  element.addEventListener("keydown", (event) => {
    const field = event.target.closest("[data-field]");
    const fresh = event.target.closest("[data-kind]");
    const first = middle.querySelector("[data-fields]");
    if (fresh && event.key === "Enter") { event.preventDefault(); send({ op: "new", kind: fresh.dataset.kind, part: first.dataset.fields, index: 99 }); }
    if (!field) return;
    if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) { event.preventDefault(); send({ op: event.key === "ArrowUp" ? "up" : "down", field: field.dataset.field }); }
    if (event.key === "Delete") send({ op: "hide", field: field.dataset.field });
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step && !event.altKey) {
      const all = [...middle.querySelectorAll("[data-field]")];
      event.preventDefault();
      all[all.indexOf(field) + step]?.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
    if (event.key === "z" || event.key === "y") { event.preventDefault(); send({ op: event.key === "z" && !event.shiftKey ? "undo" : "redo" }); }
  });
  element.addEventListener("change", (event) => {
    const title = event.target.closest("[data-title]");
    if (title) { send({ op: title.dataset.title, part: title.dataset.part, label: title.value }); return; }
    if (event.target.matches("[data-into]")) { send(event.target.value ? { op: "place", part: event.target.value, index: 99 } : { op: "hide" }); return; }
    depends();
  });
  inspector.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    queue(async () => {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Part": "1", Accept: "application/json", "X-CSRFToken": token } });
      show({ ok: response.ok, body: await response.text() });
    });
  });

  function draggable() {
    for (const list of element.querySelectorAll("[data-fields]")) {
      new Sortable(list, {
        group: "fields", animation: 120, delayOnTouchOnly: true, delay: 150, draggable: "[data-field], [data-kind]",
        onAdd: (event) => dropped(event), onUpdate: (event) => dropped(event),
      });
    }
    for (const list of middle.querySelectorAll("[data-parts]")) {
      new Sortable(list, {
        group: "parts", animation: 120, handle: ".tw-formpart__grip", draggable: "[data-part-box]",
        onEnd: (event) => send({ op: "move_part", part: event.item.dataset.partBox, tab: event.to.dataset.parts, index: event.newDraggableIndex }),
      });
    }
  }
  function dropped(event) {
    const part = event.to.dataset.fields;
    const { field, kind: made } = event.item.dataset;
    const index = event.newDraggableIndex;
    if (made) { event.item.remove(); if (part) send({ op: "new", kind: made, part, index }); else draggable(); }
    else send(part ? { op: "place", field, part, index } : { op: "hide", field });
  }
  new Sortable(element.querySelector("[data-new]"), { group: { name: "fields", pull: "clone", put: false }, sort: false, animation: 120, delayOnTouchOnly: true, delay: 150, draggable: "[data-kind]" });
  depends();
  draggable();
}
