// The keyboard: off while somebody types. `?` shows the list.
export function setUpKeys(acts) {
  let waiting = "";
  letters();
  for (const one of document.querySelectorAll("a[data-key], button[data-key]")) {
    const keys = one.dataset.key.replace("mod+", "Ctrl ").replace("esc", "Esc");
    one.title = `${one.title || one.textContent.trim()} (${keys})`;
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); return acts.palette(); }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      const form = document.querySelector("form[data-guard]");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.form || document.querySelector("dialog[open] form");
      if (form) form.requestSubmit();
      else document.querySelector(".tw-record .tw-bar .tw-btn--primary:not([data-key])")?.click();
      return;
    }
    if (event.key === "Escape") {
      document.body.classList.remove("tw-nav-open");
      for (const menu of document.querySelectorAll("details.tw-menu-pop[open]")) menu.removeAttribute("open");
      if (typing) event.target.blur();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (waiting === "g") {
      waiting = "";
      const to = document.querySelector(`[data-go="${event.key}"]`);
      if (to) { event.preventDefault(); to.click(); }
      return;
    }
    const row = rows();
    const press = {
      "/": () => (document.querySelector("[data-key='/']") || document.querySelector("[data-act=palette]"))?.focus(),
      g: () => { waiting = "g"; setTimeout(() => { waiting = ""; }, 1200); },
      c: () => document.querySelector("[data-key='c']")?.click(),
      e: () => document.querySelector("[data-key='e']")?.click(),
      j: () => row.move(1) || document.querySelector("[rel=next]")?.click(),
      k: () => row.move(-1) || document.querySelector("[rel=prev]")?.click(),
      x: () => row.check(),
      Enter: () => event.target === document.body && row.open(),
      "?": () => document.getElementById("tw-keys")?.showModal(),
    }[event.key];
    if (press) {
      if (event.key !== "Enter") event.preventDefault();
      press();
    }
  });
}

// g and a letter go to a page of the menu: the first free letter of its address, shown in its tooltip
function letters() {
  const taken = new Set(["g", ...[...document.querySelectorAll("[data-go]")].map((link) => link.dataset.go)]);
  for (const link of document.querySelectorAll(".tw-menu__link:not([data-go])")) {
    const letter = [...link.pathname.split(/[/.]/).at(-1)].find((one) => /[a-z]/.test(one) && !taken.has(one));
    if (!letter) continue;
    taken.add(letter);
    link.dataset.go = letter;
    link.title = `${link.title} (g ${letter})`;
  }
}

function rows() {
  const all = [...document.querySelectorAll("tr[data-row]")];
  const now = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  return {
    move(step) {
      const next = Math.max(0, Math.min(all.length - 1, now + step));
      all.forEach((row, n) => row.setAttribute("aria-selected", n === next));
      all[next]?.scrollIntoView({ block: "nearest" });
      return all.length > 0;
    },
    check() { all[now]?.querySelector('input[name="row"]')?.click(); },
    open() { all[now]?.querySelector("a")?.click(); },
  };
}
