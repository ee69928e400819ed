// Choosing a linked record by typing a part of its number or name.
let serial = 0;

export default function (element) {
  const input = element.querySelector("input[type=text]");
  const value = element.querySelector("[data-pick-value]");
  const was = element.querySelector("[data-pick-was]");
  const list = document.createElement("ul");
  list.className = "tw-picklist";
  list.id = `pick-${++serial}`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  element.append(list);
  input.setAttribute("aria-controls", list.id);
  let timer, found = [], now = -1, chosen = input.value;

  const close = () => { list.hidden = true; now = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (index) => {
    now = index;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", n === index));
    const item = list.children[index];
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
  };
  const place = () => {
    const at = input.getBoundingClientRect();
    list.style.left = `${at.left}px`;
    list.style.top = `${at.bottom + 2}px`;
    list.style.minWidth = `${at.width}px`;
  };
  const take = (item) => {
    value.value = item.value;
    input.value = chosen = item.text;
    if (was) was.value = item.text;
    close();
    value.dispatchEvent(new Event("change", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const ask = async () => {
    const url = new URL(element.dataset.url, location.href);
    url.searchParams.set("q", input.value === chosen ? "" : input.value);
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok || document.activeElement !== input) return;
    found = await response.json();
    list.replaceChildren(...found.map((item, n) => {
      const made = document.createElement("li");
      made.id = `${list.id}-${n}`;
      made.setAttribute("role", "option");
      made.textContent = item.text;
      made.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
      return made;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (found.length) { place(); mark(0); }
  };

  input.addEventListener("input", () => {
    if (!input.value) { value.value = ""; if (was) was.value = ""; chosen = ""; value.dispatchEvent(new Event("change", { bubbles: true })); }
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("focus", () => { input.select(); if (!input.value) ask(); });
  input.addEventListener("click", () => { if (list.hidden) ask(); });
  input.addEventListener("blur", () => { clearTimeout(timer); close(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden && !event.altKey && !element.closest(".tw-lines")) { event.preventDefault(); ask(); return; }
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault(); event.stopPropagation();
      mark((now + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (event.key === "Enter" && found[now]) {
      event.preventDefault(); event.stopPropagation(); take(found[now]);
    } else if (event.key === "Tab" && found[now] && input.value !== chosen) {
      take(found[now]);
    } else if (event.key === "Escape") { event.stopPropagation(); close(); }
  });
  addEventListener("scroll", close, { capture: true, passive: true });
}
