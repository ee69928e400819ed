// Boards: a dragged card does the step that leads to the lane, or goes back with the reason.
import Sortable from "sortablejs";
import { toast } from "../toast.js";
import { openStep } from "../dialog.js";

export default function (element) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content || "";
  const count = (lane, step) => {
    const place = lane.querySelector(".tw-lane__count");
    if (place) place.textContent = Number(place.textContent) + step;
  };
  for (const cards of element.querySelectorAll("[data-lane-cards]")) {
    const lane = cards.closest("[data-lane]");
    Sortable.create(cards, {
      group: { name: "lanes", put: !("closed" in lane.dataset) }, draggable: ".tw-kcard", animation: 120,
      sort: false, delay: 120, delayOnTouchOnly: true,
      async onEnd({ item, from, to, oldIndex }) {
        if (from === to) return;
        const source = from.closest("[data-lane]"), target = to.closest("[data-lane]");
        const back = () => from.insertBefore(item, from.querySelectorAll(".tw-kcard")[oldIndex] || null);
        const data = new FormData();
        data.append("to", target.dataset.lane);
        data.append("axis", element.dataset.axis);
        const response = await fetch(item.dataset.move, { method: "POST", body: data, headers: { Accept: "application/json", "X-CSRFToken": token } });
        const answer = await response.json().catch(() => ({}));
        if (answer.ok) {
          count(source, -1);
          count(target, 1);
          to.querySelector(".tw-lane__empty")?.remove();
          element.dataset.moved = String(Number(element.dataset.moved || 0) + 1);
          return toast(answer.message);
        }
        back();
        if (answer.dialog) return openStep(answer.dialog);
        element.dataset.refused = String(Number(element.dataset.refused || 0) + 1);
        toast(document.documentElement.dataset.fault, { bad: true, text: (answer.reasons || answer.errors || []).join(" ") });
      },
    });
  }
}
