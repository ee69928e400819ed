// The workflow designer: cards are dragged, clicked or keyed to a place; what is set is kept at once.
import Sortable from "sortablejs";
import { mountIslands, post, reasons } from "../../../../frontend/islands.js";
import { toast } from "../../../../frontend/toast.js";

const WAIT = 400; // milliseconds after the last keystroke

export default function (element) {
  const palette = element.querySelector("[data-palette]");
  const middle = element.querySelector("[data-middle]");
  const inspector = element.querySelector("[data-inspector-here]");
  const page = element.dataset.page;
  const token = document.querySelector('meta[name="csrf-token"]')?.content || "";
  let kind = "";
  let slot = "";
  let carried = ""; // a card that was taken up by its button and goes to the next place that is clicked
  let timer;
  let example = "";
  let dirty = false;
  let pending = 0;
  let question = 0;
  let busy = Promise.resolve();

  // ---- one thing after another: every change answers with the parts that changed
  function queue(work) {
    pending += 1;
    tell();
    busy = busy.then(work, work).finally(() => { pending -= 1; tell(); });
    return busy;
  }
  function tell() { element.dataset.busy = pending || dirty ? "1" : ""; }
  function send(body) { return queue(async () => { await keep(); const answer = await post(element.dataset.url, body); show(answer, true); }); }
  function select(card, branch = "") {
    return queue(async () => {
      await keep();
      const response = await fetch(card ? `${page}?card=${encodeURIComponent(card)}` : page, { headers: { "X-Part": "1" } });
      show({ ok: response.ok, body: await response.text() }, true);
      inspector.querySelector(branch ? `[data-branch-box="${CSS.escape(branch)}"] select` : "[data-none]")?.focus();
      if (window.matchMedia("(max-width: 1080px)").matches && card) inspector.scrollIntoView({ block: "start" });
    });
  }
  /** Send the open form if something in it was changed; the form stays as it is. */
  async function keep() {
    clearTimeout(timer);
    const form = inspector.querySelector("form[data-keep]");
    if (!dirty || !form) return;
    dirty = false;
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Part": "1", "X-CSRFToken": token } });
    show({ ok: response.ok || response.status === 422, body: await response.text() }, false);
  }
  function show(answer, all) {
    if (!answer.ok) { toast(reasons(answer), { bad: true }); return; }
    const fresh = new DOMParser().parseFromString(answer.body, "text/html");
    const held = document.activeElement?.closest("[data-card]")?.dataset.card;
    const at = middle.scrollTop;
    middle.replaceChildren(fresh.querySelector(".tw-flow"));
    middle.scrollTop = at;
    document.querySelector("[data-bar-here]").replaceChildren(...fresh.querySelector("[data-bar]").childNodes);
    const chosen = middle.querySelector(".tw-flow").dataset.chosen;
    if (all) {
      kind = slot = carried = "";
      inspector.replaceChildren(...fresh.querySelector("[data-inspector]").childNodes);
      history.replaceState(null, "", chosen ? `${page}?card=${encodeURIComponent(chosen)}` : page);
      opened();
      mountIslands(inspector);
      const next = held !== undefined || !document.activeElement || document.activeElement === document.body;
      if (next && chosen) middle.querySelector(chosen === "start" ? "[data-start]" : `.tw-flow__card[data-card="${CSS.escape(chosen)}"]`)?.focus({ preventScroll: true });
    } else {
      const told = fresh.querySelector("[data-inspector] [data-problems]");
      if (told) inspector.querySelector("[data-problems]")?.replaceChildren(...told.childNodes);
      ask();
    }
    draggable();
    mark();
    element.dataset.changes = Number(element.dataset.changes || 0) + 1;
  }
  function mark() {
    for (const node of palette.querySelectorAll("[data-kind]")) node.classList.toggle("tw-on", node.dataset.kind === kind);
    for (const node of middle.querySelectorAll("[data-slot]")) node.classList.toggle("tw-on", node.dataset.slot === slot);
    for (const node of middle.querySelectorAll(".tw-flow__card")) node.classList.toggle("tw-carried", Boolean(carried) && node.dataset.card === carried);
    element.dataset.armed = kind || carried ? "card" : slot ? "place" : "";
  }
  function insert(place, what) { return send({ op: "add", slot: place, kind: what }); }

  // ---- palette and tree, by click and key
  palette.addEventListener("click", (event) => {
    const node = event.target.closest("[data-kind]");
    if (!node) return;
    if (slot) { insert(slot, node.dataset.kind); return; }
    kind = kind === node.dataset.kind ? "" : node.dataset.kind;
    mark();
  });
  palette.addEventListener("keydown", (event) => {
    const nodes = [...palette.querySelectorAll("[data-kind]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); nodes[(nodes.indexOf(document.activeElement) + step + nodes.length) % nodes.length].focus(); }
    if (event.key === "Escape") {
      const back = middle.querySelector(`[data-slot-button="${CSS.escape(slot)}"]`);
      slot = kind = "";
      mark();
      back?.focus();
    }
  });
  middle.addEventListener("click", (event) => {
    const place = event.target.closest("[data-slot-button]");
    if (place) {
      if (kind) { insert(place.dataset.slotButton, kind); return; }
      if (carried) { send({ op: "move", card: carried, slot: place.dataset.slotButton }); return; }
      slot = place.dataset.slotButton;
      mark();
      palette.querySelector("[data-kind]").focus();
      return;
    }
    const card = event.target.closest("[data-card]");
    if (card) select(card.dataset.card, card.dataset.branch);
    else if (event.target.closest("[data-start]")) select("start");
  });
  middle.addEventListener("keydown", (event) => {
    const card = event.target.closest(".tw-flow__card[data-card]");
    if (event.key === "Escape") { kind = carried = ""; mark(); }
    if (card && event.key === "Delete") send({ op: "remove", card: card.dataset.card });
    if (event.altKey && card && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const to = neighbour(card, event.key === "ArrowUp" ? -1 : 1);
      if (to) send({ op: "move", card: card.dataset.card, slot: to });
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.altKey) {
      const stops = [...middle.querySelectorAll("button")];
      event.preventDefault();
      stops[stops.indexOf(event.target.closest("button")) + step]?.focus();
    }
  });
  /** The place before or after a card in reading order, also in and out of branches; not inside itself. */
  function neighbour(card, by) {
    const inside = card.nextElementSibling?.matches(".tw-flow__branches") ? card.nextElementSibling : null;
    const places = [...middle.querySelectorAll("[data-slot]")].filter((node) => !inside?.contains(node));
    const before = places.filter((node) => card.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING);
    const after = places.filter((node) => card.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
    return (by < 0 ? before.at(-2) : after.at(1))?.dataset.slot;
  }
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
    if (event.key === "z" || event.key === "y") { event.preventDefault(); send({ op: event.key === "z" && !event.shiftKey ? "undo" : "redo" }); }
  });

  // ---- the inspector
  inspector.addEventListener("input", (event) => { if (event.target.closest("form[data-keep]")) touched(WAIT); });
  inspector.addEventListener("change", (event) => {
    if (event.target.matches("[data-example]")) { example = event.target.value; ask(); return; }
    if (event.target.name === "do") event.target.nextElementSibling.hidden = event.target.value !== "escalate";
    depends();
    if (event.target.closest("form[data-keep]")) touched(0);
  });
  function touched(wait) {
    dirty = true;
    tell();
    clearTimeout(timer);
    timer = setTimeout(() => queue(keep), wait);
  }
  element.parentElement.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-keep]")) { event.preventDefault(); dirty = true; queue(keep); }
    if (form.matches("[data-op]")) {
      event.preventDefault();
      send({ op: event.submitter.value, card: form.elements.card?.value || "" });
    }
  });
  inspector.addEventListener("click", (event) => {
    const act = event.target.closest("[data-send]");
    if (act) send({ op: act.dataset.send, card: middle.querySelector(".tw-flow").dataset.chosen, branch: act.dataset.branch || "" });
    if (event.target.closest("[data-carry]")) {
      const chosen = middle.querySelector(".tw-flow").dataset.chosen;
      carried = carried === chosen ? "" : chosen;
      mark();
      middle.querySelector("[data-slot-button]").focus();
    }
    const link = event.target.closest("a[data-open], a[data-overview]");
    if (link) { event.preventDefault(); select(link.dataset.open || ""); }
  });
  document.querySelector("[data-bar-here]").addEventListener("click", (event) => {
    if (event.target.closest("a[data-overview]")) { event.preventDefault(); select(""); }
  });
  // leaving by a link or the dialog keeps what was typed; the publish dialog shows the draft as it is now
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && dirty && !link.closest("[data-inspector-here], [data-bar-here]")) { event.preventDefault(); queue(keep).then(() => location.assign(link.href)); }
    if (event.target.closest('[data-dialog="publish"]')) queue(async () => {
      await keep();
      const response = await fetch(`${page}?publishing=1`, { headers: { "X-Part": "1" } });
      if (response.ok) document.querySelector("[data-publish-here]").innerHTML = await response.text();
    });
  });
  function depends() {
    for (const part of inspector.querySelectorAll("[data-depends] [data-when]")) {
      const [name, values] = part.dataset.when.split("=");
      part.hidden = !values.split(",").includes(inspector.querySelector(`[name="${name}"]`)?.value);
    }
  }
  async function ask() {
    const box = inspector.querySelector("[data-asked]");
    if (!box) return;
    const open = Boolean(box.querySelector("details[open]"));
    const mine = ++question;
    const response = await fetch(example ? `${box.dataset.url}?record=${example}` : box.dataset.url);
    if (!response.ok || mine !== question) return;
    box.innerHTML = await response.text();
    if (open) box.querySelector("details")?.setAttribute("open", "");
    box.dataset.shown = "1";
  }
  function opened() { dirty = false; depends(); ask(); }

  // ---- dragging
  const shared = { animation: 120, delayOnTouchOnly: true, delay: 150, group: { name: "flow", pull: "clone", put: false }, sort: false };
  for (const group of palette.querySelectorAll("[data-palette-group]")) new Sortable(group, { ...shared, draggable: "[data-kind]" });
  function draggable() {
    const flow = middle.querySelector(".tw-flow");
    for (const list of [flow, ...flow.querySelectorAll(".tw-flow__branch")]) {
      new Sortable(list, { ...shared, draggable: ".tw-flow__card[data-card]", filter: ".tw-flow__card--end" });
    }
    for (const place of flow.querySelectorAll("[data-slot]")) {
      new Sortable(place, {
        group: { name: "flow", put: true, pull: false }, draggable: ".never",
        onAdd(event) {
          const item = event.item;
          const to = place.dataset.slot;
          item.remove();
          if (item.dataset.kind) insert(to, item.dataset.kind);
          else send({ op: "move", card: item.dataset.card, slot: to });
        },
      });
    }
  }
  draggable();
  mark();
  opened();
  middle.scrollLeft = (middle.scrollWidth - middle.clientWidth) / 2; // on a phone the start is in the middle
}
