// A list as somebody left it: ticked rows survive paging, "all" means all that fit the filter,
// and the filter is remembered for the menu's entry.
const page = document.querySelector("[data-list]");
const bar = document.querySelector("[data-bulkbar]");
const form = document.getElementById("bulk");
const boxes = () => [...document.querySelectorAll('input[name="row"]')];
const head = document.querySelector('[data-act="check-all"]');
const place = form && `tw-ticked ${document.documentElement.dataset.me} ${form.elements.next.value}`;
let ticked = new Set();
let everything = false;

export function send(url, values) {
  return fetch(url, {
    method: "POST", body: new URLSearchParams(values), keepalive: true,
    headers: { Accept: "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content || "" },
  });
}

function show() {
  if (!bar) return;
  const all = boxes();
  for (const box of all) box.checked = everything || ticked.has(box.value);
  head.checked = all.length > 0 && all.every((box) => box.checked);
  head.indeterminate = !head.checked && all.some((box) => box.checked);
  const number = bar.querySelector("[data-count]");
  number.textContent = everything ? number.dataset.all : ticked.size;
  bar.hidden = !everything && !ticked.size;
  const more = bar.querySelector('[data-act="tick-everything"]');
  if (more) more.hidden = everything || !head.checked;
  form.elements.all.value = everything ? "1" : "";
  if (bar.hidden) sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, JSON.stringify({ everything, ticked: [...ticked] }));
}

function tick(list, on) {
  if (everything && !on) ticked = new Set(boxes().map((box) => box.value)); // the others are let go
  everything = everything && on;
  for (const box of list) ticked[on ? "add" : "delete"](box.value);
  show();
}

export function setUpList(acts) {
  acts["check-all"] = (element) => tick(boxes(), element.checked);
  acts["tick-everything"] = () => { everything = true; show(); };
  acts["clear-checks"] = () => { everything = false; ticked.clear(); show(); };
  document.addEventListener("change", (event) => { if (event.target.name === "row") tick([event.target], event.target.checked); });
  if (bar) {
    const kept = JSON.parse(sessionStorage.getItem(place) || "{}");
    everything = Boolean(kept.everything);
    ticked = new Set(kept.ticked || boxes().filter((box) => box.checked).map((box) => box.value));
    show();
    form.addEventListener("submit", () => {
      const here = new Set(boxes().map((box) => box.value));
      for (const ident of everything ? [] : ticked) {
        if (here.has(ident)) continue;
        const input = Object.assign(document.createElement("input"), { type: "hidden", name: "row", value: ident });
        form.append(input);
      }
      sessionStorage.removeItem(place);
    });
    bar.addEventListener("click", (event) => {
      const link = event.target.closest("[data-ticked]");
      if (!link || everything) return;
      event.preventDefault();
      location.href = `${link.href}&ids=${[...ticked].join(",")}`;
    });
  }
  // only what was chosen on the list itself is remembered, not where a link led
  const from = document.referrer && new URL(document.referrer);
  if (page?.dataset.last && from?.pathname === location.pathname && from.search !== location.search) {
    send(page.dataset.last, { query: location.search });
  }
}
