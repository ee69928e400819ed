// Changing one cell of a list in place: Enter or a click opens, Enter saves, Escape leaves.
import { toast } from "./toast.js";
import { mountIslands } from "./islands.js";

const headers = () => ({
  "HX-Request": "true", "HX-Request-Type": "partial",
  "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content || "",
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-inline]");
  if (!button) return;
  const cell = button.closest("td");
  const before = [...cell.childNodes];
  const response = await fetch(button.dataset.inline, { headers: headers() });
  const text = await response.text();
  if (!response.ok) return toast(document.documentElement.dataset.fault, { bad: true, text });
  fill(cell, text);
  cell.addEventListener("keydown", (key) => {
    if (key.key !== "Escape") return;
    cell.replaceChildren(...before);
    button.focus();
  }, { once: false });
  cell.addEventListener("submit", async (sent) => {
    sent.preventDefault();
    const answer = await fetch(sent.target.action, { method: "POST", headers: headers(), body: new FormData(sent.target) });
    const html = await answer.text();
    if (answer.status >= 500) return toast(document.documentElement.dataset.fault, { bad: true });
    if (!answer.ok) return fill(cell, html);
    button.innerHTML = html;
    cell.replaceChildren(...before);
    button.focus();
  });
});

function fill(cell, html) {
  cell.innerHTML = html;
  mountIslands(cell);
  const input = cell.querySelector("input:not([type=hidden]), select, textarea");
  input?.focus();
  input?.select?.();
}
