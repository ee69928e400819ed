// Steps in a dialog: the page of a step is fetched as a fragment; without this file it is a page.
import { toast } from "./toast.js";
import { mountIslands } from "./islands.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content || "";
const headers = () => ({ "HX-Request": "true", "HX-Request-Type": "partial", "X-CSRFToken": token() });
let box;

export async function openStep(url) {
  const response = await fetch(url, { headers: headers() });
  if (!response.ok) return toast(document.documentElement.dataset.fault, { bad: true, text: await response.text() });
  if (!box) {
    box = document.createElement("dialog");
    box.className = "tw-dialog";
    box.addEventListener("submit", send);
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
    document.body.append(box);
  }
  show(await response.text());
  box.showModal();
  (box.querySelector("input:not([type=hidden]):not([data-date]), select, textarea") || box.querySelector("button"))?.focus();
}

function show(html) {
  box.innerHTML = html;
  box.setAttribute("aria-labelledby", "step-title");
  mountIslands(box);
  box.querySelector("[aria-invalid=true], [data-focus]")?.focus();
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  button?.setAttribute("aria-busy", "true");
  const response = await fetch(form.action, { method: "POST", headers: headers(), body: new FormData(form) });
  const target = response.headers.get("HX-Redirect");
  if (target) {
    const address = new URL(target, location.href);
    location.href = target;
    if (address.pathname === location.pathname) location.reload();
    return;
  }
  if (response.status >= 500) return toast(document.documentElement.dataset.fault, { bad: true });
  show(await response.text());
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-step]");
  if (!link || event.ctrlKey || event.metaKey || event.button) return;
  event.preventDefault();
  link.closest("details.tw-menu-pop")?.removeAttribute("open");
  openStep(link.href);
});
