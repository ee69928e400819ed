// Files dropped on a record, or chosen, go up at once with a bar; a refusal stays on the page as a message.
import { toast } from "../toast.js";

export default function (element) {
  const form = element.querySelector("form");
  const input = form.querySelector("input[type=file]");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.hidden = true;
  bar.setAttribute("aria-label", input.getAttribute("aria-label"));
  form.after(bar);
  form.querySelector("button").hidden = true;

  function send(files) {
    const data = new FormData(form);
    data.delete(input.name);
    for (const file of files) data.append(input.name, file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", (event) => { bar.value = event.loaded / event.total; });
    request.addEventListener("loadend", () => {
      bar.hidden = true;
      if (request.status >= 200 && request.status < 300) return location.reload();
      input.value = "";
      element.dataset.refused = String(Number(element.dataset.refused || 0) + 1);
      toast(document.documentElement.dataset.fault, { bad: true, text: request.responseText });
    });
    bar.value = 0;
    bar.hidden = false;
    request.send(data);
  }

  input.addEventListener("change", () => { if (input.files.length) send(input.files); });
  const over = (on) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    element.classList.toggle("tw-drop", on);
    element.classList.toggle("tw-on", on);
  };
  element.addEventListener("dragover", over(true));
  element.addEventListener("dragleave", (event) => { if (!element.contains(event.relatedTarget)) over(false)(event); });
  element.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) send(event.dataTransfer.files);
  });
}
