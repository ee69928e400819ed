// Short messages at the corner; one with `undo` (an address) offers it for eight seconds.
export function toast(message, { bad = false, text = "", undo = "" } = {}) {
  let place = document.querySelector(".tw-toasts");
  if (!place) {
    place = document.createElement("div");
    place.className = "tw-toasts";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  const box = document.createElement("div");
  box.className = bad ? "tw-toast tw-toast--bad" : "tw-toast";
  const words = document.createElement("span");
  words.textContent = text && text.length < 300 && !text.includes("<") ? text : message;
  box.append(words);
  if (undo) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = undo;
    const token = document.createElement("input");
    token.type = "hidden";
    token.name = "csrf_token";
    token.value = document.querySelector('meta[name="csrf-token"]')?.content || "";
    const button = document.createElement("button");
    button.textContent = document.documentElement.dataset.undo || "Undo";
    form.append(token, button);
    box.append(form);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "tw-toast__close";
  close.setAttribute("aria-label", document.documentElement.dataset.close || "Close");
  close.textContent = "×";
  close.addEventListener("click", () => box.remove());
  box.append(close);
  place.append(box);
  setTimeout(() => box.remove(), bad ? 10000 : 8000);
}
