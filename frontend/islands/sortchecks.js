// Column chooser: drag, or Alt and an arrow key, puts a column elsewhere.
import Sortable from "sortablejs";

export default function (element) {
  Sortable.create(element, { animation: 120, delay: 120, delayOnTouchOnly: true });
  element.addEventListener("keydown", (event) => {
    const item = event.target.closest("label");
    if (!item || !event.altKey) return;
    const other = event.key === "ArrowUp" ? item.previousElementSibling : event.key === "ArrowDown" ? item.nextElementSibling : null;
    if (!other) return;
    event.preventDefault();
    event.key === "ArrowUp" ? other.before(item) : other.after(item);
    event.target.focus();
  });
}
