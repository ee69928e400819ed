// The condition builder: rows of field, comparison and value, kept as JSON in the address.
export default function (element, data) {
  const plain = element.querySelector(".tw-builder__plain");
  const shared = data.lists || {}; // choices that all fields of a kind share
  const start = read(data.where);
  if (start === null) return; // a condition that rows cannot show stays as it is
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = data.name || "where";
  const list = document.createElement("div");
  list.className = "tw-builder";
  const any = document.createElement("select");
  any.className = "tw-input";
  any.setAttribute("aria-label", data.words.join);
  any.append(new Option(data.words.all, "all"), new Option(data.words.any, "any"));
  any.value = start.join;
  const more = document.createElement("button");
  more.type = "button";
  more.className = "tw-btn tw-btn--small";
  more.textContent = data.words.add;
  more.addEventListener("click", () => { row({}); write(); });
  plain.replaceWith(any, list, more, hidden);
  any.addEventListener("change", write);
  for (const rule of start.rules.length ? start.rules : [{}]) row(rule);
  write();

  function read(text) {
    if (!text) return { join: "all", rules: [] };
    try {
      const parsed = JSON.parse(text);
      const join = parsed.any ? "any" : "all";
      const rules = parsed.all || parsed.any || [parsed];
      return rules.every((rule) => typeof rule.f === "string" && (typeof rule.v !== "object" || Array.isArray(rule.v))) ? { join, rules } : null;
    } catch { return { join: "all", rules: [] }; }
  }
  function row(rule) {
    const line = document.createElement("div");
    line.className = "tw-builder__row";
    const field = document.createElement("select");
    field.className = "tw-input";
    field.setAttribute("aria-label", data.words.field);
    field.append(new Option("—", ""), ...data.fields.map((f) => new Option(f.label, f.name)));
    field.value = rule.f || "";
    const op = document.createElement("select");
    op.className = "tw-input";
    op.setAttribute("aria-label", data.words.op);
    const value = document.createElement("span");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "tw-iconbtn";
    drop.textContent = "×";
    drop.setAttribute("aria-label", data.words.remove);
    drop.addEventListener("click", () => { line.remove(); write(); });
    line.append(field, op, value, drop);
    list.append(line);
    const declared = () => data.fields.find((f) => f.name === field.value);
    const choices = (d) => (d.choices.length ? d.choices : shared[d.kind] || []);
    const fill = () => {
      op.replaceChildren(...(declared()?.operators || []).map(([key, words]) => new Option(words, key)));
    };
    const draw = (given) => {
      const d = declared();
      const none = !d || ["empty", "not_empty"].includes(op.value);
      const pick = d && choices(d).length && ["eq", "ne"].includes(op.value);
      let made;
      if (pick) {
        made = document.createElement("select");
        made.append(...choices(d).map(([key, words]) => new Option(words, key)));
      } else if (d?.kind === "boolean") {
        made = document.createElement("select");
        made.append(new Option(data.words.yes, "true"), new Option(data.words.no, "false"));
      } else {
        made = document.createElement("input");
        made.type = "text";
        if (["date", "moment"].includes(d?.kind)) { made.dataset.date = ""; made.placeholder = "2026-11-20"; }
      }
      made.className = "tw-input";
      made.hidden = none;
      made.setAttribute("aria-label", data.words.value);
      if (given !== undefined) made.value = Array.isArray(given) ? given.join(", ") : String(given);
      made.addEventListener("input", write);
      made.addEventListener("change", write);
      value.replaceChildren(made);
    };
    fill();
    if (rule.op) op.value = rule.op;
    draw(rule.v);
    field.addEventListener("change", () => { fill(); draw(); write(); });
    op.addEventListener("change", () => { draw(value.firstChild?.value); write(); });
  }
  function write() {
    const rules = [];
    for (const line of list.children) {
      const [field, op] = line.querySelectorAll("select");
      const text = line.children[2].firstChild?.value?.trim() ?? "";
      if (!field.value) continue;
      const rule = { f: field.value, op: op.value };
      if (!["empty", "not_empty"].includes(op.value)) {
        if (!text) continue;
        const kind = data.fields.find((f) => f.name === field.value)?.kind;
        rule.v = kind === "boolean" ? text === "true"
          : ["in", "not_in", "between"].includes(op.value) ? text.split(/[,，]/).map((w) => w.trim()).filter(Boolean)
          : op.value === "within_days" ? Number.parseInt(text, 10) || 0 : text;
      }
      rules.push(rule);
    }
    hidden.value = rules.length ? JSON.stringify(rules.length === 1 ? rules[0] : { [any.value]: rules }) : "";
    hidden.disabled = !rules.length;
    any.hidden = list.children.length < 2;
    element.dataset.rules = rules.length;
  }
}
