// What is typed into a form is kept on the server shortly after each pause, and when the page is left.
import { send } from "./list.js";

export function setUpDrafts(acts) {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const state = form.querySelector("[data-draft-state]");
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
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    state.textContent = response?.ok ? state.dataset.kept.replace("{time}", time) : state.dataset.lost;
  }
  function touch() {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 1200);
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
