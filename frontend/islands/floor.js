// Buttons beside the counts of the shop-floor page: one less, one more, all that wait here.

/** Wire the page; the element with data-island="floor" holds the form. */
export default function mount(element) {
  let wired = 0;
  for (const button of element.querySelectorAll("[data-add],[data-all]")) {
    const input = button.closest(".tw-count").querySelector("input");
    button.addEventListener("click", () => {
      const now = Number.parseInt(input.value || "0", 10) || 0;
      const next = button.dataset.all ? Number(button.dataset.all) : Math.max(0, now + Number(button.dataset.add));
      input.value = next ? String(next) : "";
    });
    wired += 1;
  }
  element.dataset.buttons = String(wired);
}
