// Buttons beside the counts of the shop-floor page: one more, one less, all that wait here.
import "../mes.css";

/** Wire the page; `root` is the element with data-island="floor". */
export default function mount(root) {
  let wired = 0;
  for (const button of root.querySelectorAll("[data-add],[data-set]")) {
    const input = button.parentElement.querySelector("input");
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const now = Number.parseInt(input.value || "0", 10) || 0;
      const next = button.dataset.set ? Number(button.dataset.set) : Math.max(0, now + Number(button.dataset.add));
      input.value = next ? String(next) : "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    wired += 1;
  }
  root.dataset.buttons = String(wired);
}
