// A condition as sentences: rows of field, comparison and value, in groups that nest as deep as needed.
// Keeps the condition as JSON in a hidden input and asks the server how it reads and what it fits.
import { glyph, mountIslands, post } from "../../../../frontend/islands.js";

const MODES = { all: ["all"], any: ["any"], none: ["not", "any"], some: ["not", "all"] };
const SELF = new Set(["empty", "not_empty"]);
const LISTS = new Set(["in", "not_in"]);

export default function (element, data) {
  const offer = JSON.parse(document.getElementById("condition-offer").textContent);
  const words = offer.words;
  let timer;
  let asked = 0;
  const fields = new Map(offer.fields.map((field) => [field.name, field]));
  const hidden = make("input", { type: "hidden", name: data.name });
  const said = make("p", { class: "tw-cond__said", "aria-live": "polite" });
  const root = group(parse(data.when), true);
  element.querySelector(".tw-cond__plain").replaceWith(root.node, said, hidden);
  hidden.value = JSON.stringify(root.read());
  say();

  function changed() {
    const text = JSON.stringify(root.read());
    if (text === hidden.value) return;
    hidden.value = text;
    element.dataset.rules = element.querySelectorAll(".tw-cond__row").length;
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
    clearTimeout(timer);
    timer = setTimeout(say, 250);
  }
  async function say() {
    const mine = ++asked;
    const answer = await post(offer.url, { when: root.read() });
    if (mine !== asked) return; // a later question was asked meanwhile
    said.textContent = answer.ok ? answer.body.text : "";
    said.classList.toggle("tw-bad", Boolean(answer.ok && answer.body.bad));
  }

  // ---- a group: all, any, none or not all of its parts
  function parse(given) {
    if (!given || (given.all && !given.all.length)) return { mode: "all", parts: [] };
    for (const [mode, path] of Object.entries(MODES)) {
      const found = path.reduce((now, key) => now?.[key], given);
      if (Array.isArray(found)) return { mode, parts: found };
    }
    return "not" in given ? { mode: "none", parts: [given.not] } : { mode: "all", parts: [given] };
  }
  function group(start, first = false) {
    const mode = select(words.modes, start.mode, words.join);
    const list = make("div", { class: "tw-cond__parts" });
    const parts = [];
    const node = make("div", { class: "tw-cond__group", role: "group", "aria-label": words.join });
    const head = make("div", { class: "tw-cond__head" });
    head.append(mode);
    if (!first) head.append(button("trash", words.drop, () => remove(node)));
    const foot = make("div", { class: "tw-actions" });
    foot.append(
      button("plus", words.add, () => { put({}).node.querySelector("select").focus(); changed(); }, words.add),
      button("brackets", words.nest, () => { put({ any: [{}] }).node.querySelector("select").focus(); changed(); }, words.nest),
    );
    node.append(head, list, foot);
    mode.addEventListener("change", () => { link(); changed(); });
    function put(part) {
      const nested = !("f" in part) && Object.keys(part).length;
      const made = nested ? group(parse(part)) : row(part);
      made.drop = () => { parts.splice(parts.indexOf(made), 1); made.node.remove(); link(); };
      parts.push(made);
      list.append(made.node);
      made.node.owner = made;
      link();
      return made;
    }
    function link() {
      mode.hidden = first && parts.length < 2 && ["all", "any"].includes(mode.value);
      const word = ["all", "some"].includes(mode.value) ? words.and : words.or;
      parts.forEach((part, n) => { part.node.dataset.link = n ? word : words.when; });
    }
    function read() {
      const found = parts.map((part) => part.read()).filter(Boolean);
      if (!found.length) return first ? { all: [] } : null;
      if (found.length === 1 && ["all", "any"].includes(mode.value)) return found[0];
      return MODES[mode.value].reduceRight((inner, key) => ({ [key]: inner }), found);
    }
    for (const part of start.parts.length ? start.parts : [{}]) put(part);
    return { node, read };
  }
  function remove(node) {
    const near = node.previousElementSibling || node.nextElementSibling || element;
    node.owner.drop();
    near.querySelector("select, button")?.focus();
    changed();
  }

  // ---- a row: the field, how it is compared, with what
  function row(start) {
    const node = make("div", { class: "tw-cond__row" });
    const field = fieldSelect(start.f);
    const op = make("select", { class: "tw-input", "aria-label": words.op });
    const value = make("span", { class: "tw-cond__value" });
    let operand = { read: () => undefined };
    const declared = () => fields.get(field.value);
    const ops = (now) => {
      op.replaceChildren(...(declared()?.operators || []).map(([key, text]) => new Option(text, key)));
      if (now && [...op.options].some((o) => o.value === now)) op.value = now;
      op.hidden = !declared();
    };
    const draw = (given) => {
      const none = !declared() || SELF.has(op.value);
      operand = none ? { node: "", read: () => undefined } : operandOf(declared(), op.value, given);
      value.replaceChildren(operand.node || "");
      mountIslands(value);
    };
    ops(start.op);
    draw(start.v);
    node.append(field, op, value, button("x", words.remove, () => remove(node)));
    field.addEventListener("change", () => { ops(op.value); draw(); changed(); });
    op.addEventListener("change", () => { draw(operand.read()); changed(); });
    const read = () => {
      if (!declared()) return null;
      const found = { f: field.value, op: op.value };
      if (!SELF.has(op.value)) {
        const v = operand.read();
        if (v === undefined) return null;
        found.v = v;
      }
      return found;
    };
    return { node, read };
  }
  function fieldSelect(now) {
    const node = make("select", { class: "tw-input", "aria-label": words.field });
    node.append(new Option(words.choose, ""));
    for (const [title, names] of offer.groups) {
      const part = make("optgroup", { label: title });
      part.append(...names.map((name) => new Option(fields.get(name).label, name)));
      node.append(part);
    }
    node.value = now || "";
    return node;
  }

  // ---- values: typed, another field, a limit of the company, a day seen from today
  function operandOf(declared, op, given) {
    if (LISTS.has(op)) return listOf(declared, Array.isArray(given) ? given : given === undefined ? [] : [given]);
    if (op === "within_days") return typed({ kind: "integer" }, given, words.days, (text) => whole(text));
    if (op === "between") {
      const [low, high] = Array.isArray(given) ? given : [given];
      const pair = [source(declared, low), source(declared, high)];
      const node = make("span", { class: "tw-cond__pair" });
      node.append(pair[0].node, words.to, pair[1].node);
      return { node, read: () => { const found = pair.map((p) => p.read()); return found.includes(undefined) ? undefined : found; } };
    }
    return source(declared, Array.isArray(given) ? given[0] : given);
  }
  function source(declared, given) {
    const others = offer.fields.filter((f) => f.kind === declared.kind && f.name !== declared.name && f.kind !== "tags");
    const limits = offer.limits.filter((limit) => limit.kinds.includes(declared.kind));
    const dated = ["date", "moment"].includes(declared.kind);
    const ways = [["typed", words.typed]];
    if (dated) ways.push(["today", words.today]);
    if (limits.length) ways.push(["const", words.limit]);
    if (others.length && declared.kind !== "boolean") ways.push(["f", words.other]);
    const start = given && typeof given === "object" ? Object.keys(given)[0] : "typed";
    const node = make("span", { class: "tw-cond__operand" });
    const way = select(ways, start, words.compared);
    way.classList.add("tw-cond__way");
    const holder = make("span", { class: "tw-cond__holder" });
    let inner;
    const draw = (value) => {
      if (way.value === "f") inner = picked(others.map((f) => [f.name, f.label]), value?.f, (v) => ({ f: v }));
      else if (way.value === "const") inner = picked(limits.map((l) => [l.name, l.label]), value?.const, (v) => ({ const: v }));
      else if (way.value === "today") inner = typed({ kind: "integer" }, value?.today ?? 0, words.days, (text) => { const n = whole(text); return n === undefined ? n : { today: n }; });
      else inner = literal(declared, typeof value === "object" ? undefined : value);
      holder.replaceChildren(inner.node);
      mountIslands(holder);
    };
    draw(given);
    if (ways.length > 1) node.append(way);
    node.append(holder);
    way.addEventListener("change", () => { draw(); changed(); });
    return { node, read: () => inner.read() };
  }
  function literal(declared, given) {
    if (declared.kind === "boolean") return picked([["true", words.yes], ["false", words.no]], given === undefined ? undefined : String(given), (v) => v === "true");
    if (declared.choices.length) return picked(declared.choices, given, (v) => (declared.kind === "user" ? Number(v) : v));
    if (declared.kind === "link" && declared.url) return linked(declared, given);
    if (declared.kind === "percent") return typed(declared, given === undefined ? given : shift(String(given), 2), "%", (text) => shift(text, -2));
    return typed(declared, given, declared.unit || "", (text) => (declared.numeric ? text.replace(/[,，\s]/g, "") : text));
  }
  function picked(options, now, convert) {
    const node = select([["", words.choose], ...options], now === undefined ? "" : String(now), words.value);
    node.addEventListener("change", changed);
    return { node, read: () => (node.value === "" ? undefined : convert(node.value)) };
  }
  function typed(declared, given, unit, convert) {
    const input = make("input", { class: "tw-input", type: "text", "aria-label": words.value, autocomplete: "off" });
    if (["date", "moment"].includes(declared.kind)) { input.dataset.date = ""; input.placeholder = "2026-11-20"; }
    if (declared.numeric || unit) { input.classList.add("tw-num"); input.inputMode = "decimal"; }
    if (given !== undefined) input.value = String(given);
    input.addEventListener("input", changed);
    input.addEventListener("change", changed);
    const node = make("span", { class: "tw-cond__typed" });
    node.append(input, unit);
    return { node, read: () => { const text = input.value.trim(); return text ? convert(text) : undefined; } };
  }
  function listOf(declared, given) {
    if (!declared.choices.length) {
      const percent = declared.kind === "percent";
      const shown = given.filter((v) => typeof v !== "object").map((v) => (percent ? shift(String(v), 2) : v)).join(", ");
      return typed({ kind: "text" }, shown || undefined, percent ? "%" : "", (text) => {
        const found = text.split(/[,，;；]/).map((part) => part.trim()).filter(Boolean).map((part) => (percent ? shift(part, -2) : part));
        return found.length ? found : undefined;
      });
    }
    const node = make("span", { class: "tw-cond__list", role: "group", "aria-label": words.value });
    for (const [key, text] of declared.choices) {
      const box = make("input", { type: "checkbox", value: key });
      box.checked = given.map(String).includes(String(key));
      box.addEventListener("change", changed);
      const label = make("label", { class: "tw-check" });
      label.append(box, ` ${text}`);
      node.append(label);
    }
    const number = declared.kind === "user";
    return { node, read: () => {
      const found = [...node.querySelectorAll(":checked")].map((box) => (number ? Number(box.value) : box.value));
      return found.length ? found : undefined;
    } };
  }
  function linked(declared, given) {
    const node = make("span", { class: "tw-pick", "data-island": "pick", "data-url": declared.url });
    const value = make("input", { type: "hidden", value: given ?? "", "data-pick-value": "" });
    const shown = make("input", { type: "text", class: "tw-input", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-label": words.value, placeholder: words.search });
    if (given !== undefined) shown.value = declared.names?.[given] || `#${given}`;
    node.append(value, shown);
    value.addEventListener("change", changed);
    return { node, read: () => (value.value ? Number(value.value) : undefined) };
  }

  // ---- pieces
  function whole(text) { return /^-?\d{1,5}$/.test(text) ? Number(text) : undefined; }
  function button(name, label, act, text = "") {
    const node = make("button", { type: "button", class: text ? "tw-btn tw-btn--small" : "tw-iconbtn", "aria-label": label });
    node.append(glyph(name), text);
    node.addEventListener("click", act);
    return node;
  }
  function select(options, now, label) {
    const node = make("select", { class: "tw-input", "aria-label": label });
    node.append(...options.map(([key, text]) => new Option(text, key)));
    node.value = now;
    return node;
  }
}

function make(name, attributes) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

/** Move the decimal point of a number that is text: shift("12.5", -2) is "0.125"; other text stays. */
export function shift(text, places) {
  const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text.replace(/[,，\s%]/g, ""));
  if (!found || !(found[2] || found[3])) return text;
  const [, sign, whole, part = ""] = found;
  const at = whole.length + places;
  const digits = (whole + part).padStart(whole.length + part.length + Math.max(0, -at), "0").padEnd(Math.max(at, whole.length + part.length), "0");
  const point = Math.max(at, 0);
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
  const right = digits.slice(point).replace(/0+$/, "");
  return sign + left + (right ? `.${right}` : "");
}
