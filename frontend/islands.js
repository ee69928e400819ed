// Islands: `<div data-island="name">` gets the module frontend/islands/name.js, loaded when seen.
const named = JSON.parse(document.getElementById("tw-islands")?.textContent || "{}");
const styled = new Set();

export async function mountIslands(within) {
  for (const element of within.querySelectorAll?.("[data-island]:not([data-ready]):not([data-mounting])") || []) {
    const files = named[element.dataset.island];
    if (!files) throw new Error(`no island ${element.dataset.island}`);
    element.dataset.mounting = "1";
    if (files.css && !styled.has(files.css)) {
      styled.add(files.css);
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = files.css;
      document.head.append(link);
    }
    const module = await import(files.js);
    const data = element.querySelector(':scope > script[type="application/json"]');
    await module.default(element, data ? JSON.parse(data.textContent) : {});
    delete element.dataset.mounting;
    element.dataset.ready = "1";
  }
}

/** An icon of the sprite as an element, for what scripts draw. */
export function glyph(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "tw-icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name || "file"}`);
  svg.append(use);
  return svg;
}

/** POST as JSON with the forgery token; answers {ok, status, body}. */
export async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json",
      "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content || "" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  let parsed = text;
  try { parsed = JSON.parse(text); } catch { /* plain text is shown as it is */ }
  return { ok: response.ok, status: response.status, body: parsed };
}

/** The words of a refusal, whatever its form. */
export function reasons(answer) {
  const body = answer.body;
  if (typeof body === "string") return body.slice(0, 300);
  return [...(body.errors || []), body.error].filter(Boolean).map((e) => e.detail || e).join(" ") || body.title || "";
}
