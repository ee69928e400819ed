// Order lines: rows that grow, move, take a paste from Excel, and reckon while somebody types.
import { mountIslands } from "../islands.js";

export default function (element) {
  const form = element.closest("form");
  const set = element.dataset.lines;
  const body = element.querySelector("[data-rows]");
  const pattern = element.querySelector("[data-pattern] tr");
  const add = element.querySelector("[data-act=add-line]");
  const locked = !pattern?.querySelector("input:not([type=hidden]):not([type=checkbox]), select, textarea");
  pattern?.remove();
  let next = 1000;

  const rows = () => [...body.querySelectorAll("tr:not([hidden])")];
  const inputs = (row) => [...row.querySelectorAll(":scope > td input:not([type=hidden]):not([name$='-remove']), :scope > td select, :scope > td textarea")].filter((i) => !i.closest("details"));
  const blank = (row) => !row.querySelector(`[name$="-id"]`)?.value && inputs(row).every((i) => i.type === "checkbox" || i.value === (i.dataset.start ?? ""));

  function grow() {
    const row = pattern.cloneNode(true);
    const number = next++;
    row.dataset.row = number;
    for (const part of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace("-__-", `-${number}-`));
      }
      part.disabled = false;
    }
    for (const island of row.querySelectorAll("[data-island]")) { island.removeAttribute("data-ready"); island.removeAttribute("data-mounting"); island.querySelector(".tw-picklist")?.remove(); }
    body.append(row);
    remember(row);
    mountIslands(row);
    renumber();
    return row;
  }
  function remember(row) { if (!row.querySelector('[name$="-id"]')?.value) for (const i of inputs(row)) i.dataset.start ??= i.value; }
  function renumber() {
    rows().forEach((row, n) => {
      const cell = row.querySelector(".tw-lines__no");
      if (cell) cell.firstChild.textContent = n + 1;
    });
    element.dataset.count = rows().filter((row) => !blank(row)).length;
  }
  // the server keeps lines in the order of their numbers
  function order() {
    let number = 0;
    for (const row of body.querySelectorAll("tr")) {
      for (const part of row.querySelectorAll("[name]")) part.name = part.name.replace(new RegExp(`^${set}-\\d+-`), `${set}-${number}-`);
      row.dataset.row = number++;
    }
    next = Math.max(next, number);
  }
  const keepOne = () => { if (!rows().length || !blank(rows().at(-1))) grow(); };

  for (const row of rows()) remember(row);
  if (!locked) {
    while (rows().length > 1 && blank(rows().at(-1)) && blank(rows().at(-2))) rows().at(-1).remove();
    add.hidden = false;
    add.addEventListener("click", () => inputs(grow())[0]?.focus());
  } else for (const row of rows()) if (blank(row)) row.remove();
  renumber();
  form.addEventListener("submit", order);

  element.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    if (!row || !body.contains(row) || event.target.tagName === "TEXTAREA") return;
    const all = rows(), at = all.indexOf(row), column = inputs(row).indexOf(event.target);
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const other = all[at + (event.key === "ArrowUp" ? -1 : 1)];
      if (other) { event.key === "ArrowUp" ? other.before(row) : other.after(row); renumber(); event.target.focus(); touch(event.target); }
      return;
    }
    if (event.key === "Enter" && event.target.type !== "checkbox" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      inputs(all[at + 1] || grow())[Math.max(column, 0)]?.focus();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.tagName !== "SELECT") {
      const other = all[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (other && column >= 0) { event.preventDefault(); inputs(other)[column]?.focus(); }
    }
  });
  element.addEventListener("change", (event) => {
    if (event.target.name?.endsWith("-remove")) {
      const row = event.target.closest("tr");
      if (event.target.checked) row.hidden = true;
      keepOne();
      renumber();
    }
  });
  element.addEventListener("input", () => { if (!locked) keepOne(); renumber(); });
  element.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trim()) || !event.target.matches("input")) return;
    event.preventDefault();
    const column = inputs(event.target.closest("tr")).indexOf(event.target);
    let at = rows().indexOf(event.target.closest("tr"));
    for (const line of text.replace(/\r/g, "").replace(/\n$/, "").split("\n")) {
      const row = rows()[at] || grow();
      line.split("\t").forEach((word, n) => {
        const cell = inputs(row)[column + n];
        if (!cell) return;
        if (cell.tagName === "SELECT") {
          const option = [...cell.options].find((o) => o.value === word.trim() || o.textContent.trim() === word.trim());
          if (option) cell.value = option.value;
        } else if (cell.type === "checkbox") cell.checked = /^(1|yes|y|是|true)$/i.test(word.trim());
        else cell.value = word.trim();
      });
      at++;
    }
    keepOne();
    renumber();
    touch(event.target);
  });

  // ---- reckoning; the first grid of a form does it for all
  const url = form.dataset.recalculate;
  if (!url || form.dataset.reckons) { if (url) form.dispatchEvent(new Event("tw:reckon")); return; }
  form.dataset.reckons = "1";
  // each field that somebody typed in has an answer of its own, in the order of typing: a quick
  // hand that goes on to the next field does not lose what the one before brings about
  let timer = 0, running, changed = "", last = Promise.resolve();
  function touch(target) {
    const name = target?.name || "";
    if (timer && name !== changed) reckon();
    changed = name;
    clearTimeout(timer);
    timer = setTimeout(reckon, 250);
  }
  function reckon() {
    clearTimeout(timer);
    timer = 0;
    if (running?.cause === changed) running.abort();
    const mine = running = Object.assign(new AbortController(), { cause: changed });
    last = last.then(() => ask(mine));
  }
  async function ask({ cause, signal }) {
    if (signal.aborted) return;
    const data = new FormData(form);
    for (const [name, part] of [...data]) if (part instanceof File) data.delete(name);
    data.append("_changed", cause);
    try {
      const response = await fetch(url, { method: "POST", body: data, signal, headers: { Accept: "application/json" } });
      if (response.ok) show(await response.json(), cause, data);
    } catch (error) { if (error.name !== "AbortError") console.error(error); }
  }
  // what was typed while the answer was on its way is newer than the answer
  const typedSince = (input, sent) => (input.type === "checkbox"
    ? input.checked !== sent.has(input.name) : input.value !== (sent.get(input.name) ?? ""));
  function show(answer, cause, sent) {
    for (const [name, grid] of Object.entries(answer.grids || {})) {
      const place = form.querySelector(`[data-lines="${name}"]`);
      for (const [number, values] of Object.entries(grid.rows)) {
        const row = place.querySelector(`[name="${name}-${number}-id"]`)?.closest("tr");
        for (const [field, text] of Object.entries(values)) {
          const output = row?.querySelector(`output[data-field="${field}"]`);
          if (output) output.textContent = text;
        }
      }
      for (const [field, text] of Object.entries(grid.totals)) {
        const output = place.querySelector(`[data-total="${field}"]`);
        if (output) output.textContent = text;
      }
    }
    for (const [field, text] of Object.entries(answer.fields || {})) {
      const output = form.querySelector(`output[data-field="${field}"]:not(.tw-lines output)`);
      if (output) output.textContent = text;
    }
    for (const [name, text] of Object.entries(answer.inputs || {})) {
      const input = form.elements[name];
      if (!input || name === changed || name === cause || !("value" in input)) continue;
      if (typedSince(input, sent)) continue;
      if (input.type === "checkbox") { input.checked = text === "1"; continue; }
      if (input.value === text) continue;
      input.value = text;
      if (input === document.activeElement) input.select?.();
    }
    const notes = form.querySelector("[data-notes]");
    if (notes) notes.textContent = (answer.notes || []).join(" ");
    form.dataset.reckoned = String(Number(form.dataset.reckoned || 0) + 1);
  }
  form.addEventListener("input", (event) => touch(event.target));
  form.addEventListener("change", (event) => touch(event.target));
  reckon();
}
