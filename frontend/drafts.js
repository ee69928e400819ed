// What is typed into a form is kept on the server shortly after each pause, and when the page is
// left; the answer says what is wrong so far, which is shown at the inputs that were left.
import { send } from "./list.js";

export function setUpDrafts(acts) {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const state = form.querySelector("[data-draft-state]");
  const left = new Set();
  let timer, changed = false, busy = false, over = false;

  async function keep() {
    clearTimeout(timer);
    if (!changed || over) return;
    if (busy) { timer = setTimeout(keep, 500); return; }
    changed = false;
    busy = true;
    const values = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const response = await send(form.dataset.draft, values).catch(() => null);
    busy = false;
    form.dataset.drafted = String(Number(form.dataset.drafted || 0) + 1);
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const answer = response?.ok && !response.redirected ? await response.json() : null;
    if (answer) show(answer.faults);
    state.textContent = answer ? state.dataset.kept.replace("{time}", time) : response?.redirected || [401, 403].includes(response?.status) ? state.dataset.out : state.dataset.lost;
    state.classList.toggle("tw-bad", !answer);
  }
  function show(faults) {
    for (const name of left) {
      const mark = CSS.escape(name);
      const input = form.querySelector(`[name="${mark}.text"]`) || form.querySelector(`[name="${mark}"]:not([type=hidden])`);
      if (!input || input === document.activeElement) continue;
      const texts = faults[name] || [];
      const place = input.closest(".tw-field__control, td");
      let about = document.getElementById(`${input.id}-about`);
      if (!about && !texts.length) continue;
      if (!about) {
        about = Object.assign(document.createElement("span"), { id: `${input.id}-about`, className: "tw-field__about" });
        place.append(about);
        input.setAttribute("aria-describedby", about.id);
      }
      about.setAttribute("aria-live", "polite");
      for (const old of about.querySelectorAll(".tw-field__fault")) old.remove();
      about.prepend(...texts.map((text) => Object.assign(document.createElement("span"), { className: "tw-field__fault", textContent: text })));
      input.toggleAttribute("aria-invalid", texts.length > 0);
      if (texts.length) input.setAttribute("aria-invalid", "true");
      input.closest(".tw-field")?.classList.toggle("tw-field--bad", texts.length > 0);
      input.closest("td")?.classList.toggle("tw-cell--bad", texts.length > 0);
    }
  }
  function touch(event) {
    if (event.type === "change") left.add(event.target.name.replace(/\.(text|upload|was)$/, ""));
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, event.type === "change" ? 250 : 1200);
  }
  form.addEventListener("input", touch);
  form.addEventListener("change", touch);
  form.addEventListener("submit", () => { over = true; });
  addEventListener("pageshow", () => { over = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
  addEventListener("pagehide", keep);

  acts["drop-draft"] = async (element) => {
    const url = new URL(form.dataset.draft, location.href);
    url.searchParams.set("drop", "1");
    if ((await send(url, [])).ok) element.closest("[data-draft-offer]").remove();
  };
}
