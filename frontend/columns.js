// Widths of list columns: drag the edge of a head, or Shift and an arrow on it; a double click (or
// Shift and Home) brings the usual widths back. Kept for the user.
import { send } from "./list.js";

const NARROWEST = 48, WIDEST = 800, STEP = 16;

export function setUpColumns() {
  const table = document.querySelector("table[data-widths]");
  if (!table) return;
  const cols = [...table.querySelectorAll("col[data-path]")];
  const heads = [...table.querySelectorAll("thead th:not(.tw-table__check)")];
  let timer;

  function freeze() {
    if (table.classList.contains("tw-table--fixed")) return;
    const widths = heads.map((head) => head.offsetWidth);
    cols.forEach((col, n) => { col.width = widths[n]; });
    table.classList.add("tw-table--fixed");
  }
  function keep() {
    clearTimeout(timer);
    timer = setTimeout(() => send(table.dataset.widths, Object.fromEntries(cols.filter((col) => col.width).map((col) => [col.dataset.path, col.width]))), 400);
  }
  function set(n, width) {
    freeze();
    cols[n].width = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
    keep();
  }
  function usual() {
    for (const col of cols) col.removeAttribute("width");
    table.classList.remove("tw-table--fixed");
    keep();
  }

  heads.forEach((head, n) => {
    const grip = head.querySelector("[data-grip]");
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      const start = event.clientX, width = head.offsetWidth;
      const move = (at) => set(n, width + at.clientX - start);
      grip.addEventListener("pointermove", move);
      grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", move), { once: true });
    });
    grip.addEventListener("dblclick", usual);
    head.addEventListener("keydown", (event) => {
      if (!event.shiftKey || !["ArrowLeft", "ArrowRight", "Home"].includes(event.key)) return;
      event.preventDefault();
      if (event.key === "Home") usual();
      else set(n, head.offsetWidth + (event.key === "ArrowRight" ? STEP : -STEP));
    });
  });
}
