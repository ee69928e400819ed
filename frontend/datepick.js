// A calendar under a date input; the input stays text in the form 2026-11-20.
const words = document.documentElement.dataset;
let box;
let input;
let month;

const iso = (day) => `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;

export function openCalendar(target) {
  input = target;
  const typed = /^\d{4}-\d{2}-\d{2}/.test(input.value) ? new Date(`${input.value.slice(0, 10)}T00:00`) : new Date();
  month = new Date(typed.getFullYear(), typed.getMonth(), 1);
  if (!box) {
    box = document.createElement("div");
    box.className = "tw-datepick";
    box.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("click", pick);
    document.addEventListener("focusout", (event) => { if (event.target === input) close(); });
    // before the dialog or the form hears it: Escape closes the calendar only
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || box.hidden) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      close();
    }, true);
  }
  (input.closest("dialog") || document.body).append(box);
  box.hidden = false;
  draw();
  const place = input.getBoundingClientRect();
  const above = place.bottom + box.offsetHeight + 8 > innerHeight && place.top > box.offsetHeight + 8;
  const left = Math.max(8, Math.min(place.left, document.documentElement.clientWidth - box.offsetWidth - 8));
  const top = above ? place.top - box.offsetHeight - 4 : place.bottom + 4;
  const holder = input.closest("dialog")?.getBoundingClientRect();
  box.style.left = `${left - (holder ? holder.left : -scrollX)}px`;
  box.style.top = `${top - (holder ? holder.top - input.closest("dialog").scrollTop : -scrollY)}px`;
}

function close() { if (box) box.hidden = true; }

function draw() {
  const locale = document.documentElement.lang;
  const head = document.createElement("div");
  head.className = "tw-datepick__head";
  head.append(button("‹", "back", words.month?.split("|")[0]), label(month.toLocaleDateString(locale, { year: "numeric", month: "long" })), button("›", "next", words.month?.split("|")[1]));
  const grid = document.createElement("div");
  grid.className = "tw-datepick__grid";
  for (let n = 0; n < 7; n++) grid.append(label(new Date(2024, 0, 1 + n).toLocaleDateString(locale, { weekday: "narrow" })));
  const first = (month.getDay() + 6) % 7;
  for (let n = 0; n < first; n++) grid.append(label(""));
  const days = new Date(month.getFullYear(), month.getMonth() + 1, 0).getDate();
  for (let n = 1; n <= days; n++) {
    const day = iso(new Date(month.getFullYear(), month.getMonth(), n));
    const made = button(String(n), day);
    if (day === input.value) made.className = "tw-on";
    else if (day === iso(new Date())) made.className = "tw-now";
    grid.append(made);
  }
  const foot = document.createElement("div");
  foot.className = "tw-datepick__foot";
  foot.append(button(words.today || "•", iso(new Date())), button(words.empty || "×", "empty"));
  box.replaceChildren(head, grid, foot);
}

function button(text, value, name = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.tabIndex = -1;
  made.textContent = text;
  made.dataset.value = value;
  if (name) made.setAttribute("aria-label", name);
  return made;
}

function label(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

function pick(event) {
  const value = event.target.dataset?.value;
  if (!value) return;
  if (value === "back" || value === "next") {
    month = new Date(month.getFullYear(), month.getMonth() + (value === "next" ? 1 : -1), 1);
    return draw();
  }
  input.value = value === "empty" ? "" : value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  close();
}
