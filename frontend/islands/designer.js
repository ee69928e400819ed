// The workflow designer: drag a card of the palette or of the tree to a slot; the same by click and key.
import Sortable from "sortablejs";
import { mountIslands, post, reasons } from "../islands.js";
import { toast } from "../toast.js";

export default function (element, data) {
  const palette = element.querySelector("[data-palette]");
  const middle = element.querySelector("[data-middle]");
  const inspector = element.querySelector("[data-inspector-here]");
  let kind = "";
  let slot = "";
  let busy = Promise.resolve();

  const mark = () => {
    for (const node of palette.querySelectorAll("[data-kind]")) node.classList.toggle("tw-on", node.dataset.kind === kind);
    for (const node of middle.querySelectorAll("[data-slot]")) node.classList.toggle("tw-on", node.dataset.slot === slot);
    element.dataset.armed = kind || slot ? "1" : "";
  };

  function send(body) {
    busy = busy.then(async () => {
      const answer = await post(element.dataset.url, body);
      if (!answer.ok) { toast(reasons(answer), { bad: true }); return; }
      kind = slot = "";
      const fresh = new DOMParser().parseFromString(answer.body, "text/html");
      middle.replaceChildren(fresh.querySelector(".tw-flow"));
      inspector.replaceChildren(...fresh.querySelector("[data-inspector]").childNodes);
      document.querySelector("[data-bar-here]").replaceChildren(...fresh.querySelector("[data-bar]").childNodes);
      const chosen = middle.querySelector(".tw-flow").dataset.chosen;
      history.replaceState(null, "", chosen ? `${element.dataset.page}?card=${chosen}` : element.dataset.page);
      draggable();
      mountIslands(inspector);
      mark();
      middle.querySelector(`[data-card="${CSS.escape(chosen)}"]`)?.focus({ preventScroll: true });
      element.dataset.changes = Number(element.dataset.changes || 0) + 1;
    });
    return busy;
  }

  function insert(place, what) { return send({ op: "add", slot: place, kind: what }); }

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
    if (event.key === "Escape") { slot = kind = ""; mark(); }
  });
  middle.addEventListener("click", (event) => {
    const place = event.target.closest("[data-slot-button]");
    if (place) {
      if (kind) { insert(place.dataset.slotButton, kind); return; }
      slot = place.dataset.slotButton;
      mark();
      palette.querySelector("[data-kind]").focus();
      return;
    }
    const card = event.target.closest("[data-card]");
    if (card) location.assign(`${element.dataset.page}?card=${encodeURIComponent(card.dataset.card)}`);
  });
  middle.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-card]");
    if (card && event.key === "Delete") send({ op: "remove", card: card.dataset.card });
    if (event.altKey && card && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const slots = [...card.parentElement.querySelectorAll(":scope > [data-slot]")];
      const cards = [...card.parentElement.querySelectorAll(":scope > [data-card]")];
      const to = slots[cards.indexOf(card) + (event.key === "ArrowUp" ? -1 : 2)];
      if (to) send({ op: "move", card: card.dataset.card, slot: to.dataset.slot });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
    if (event.key === "z" || event.key === "y") { event.preventDefault(); send({ op: event.key === "z" && !event.shiftKey ? "undo" : "redo" }); }
  });

  const shared = { animation: 120, delayOnTouchOnly: true, delay: 150, group: { name: "flow", pull: "clone", put: false }, sort: false };
  for (const group of palette.querySelectorAll("[data-palette-group]")) new Sortable(group, { ...shared, draggable: "[data-kind]" });

  function draggable() {
    const flow = middle.querySelector(".tw-flow");
    for (const list of [flow, ...flow.querySelectorAll(".tw-flow__branch")]) {
      new Sortable(list, { ...shared, draggable: "[data-card]", filter: ".tw-flow__card--end" });
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
  middle.scrollLeft = (middle.scrollWidth - middle.clientWidth) / 2; // on a phone the start is in the middle
  element.title = data.pick && "";
}
