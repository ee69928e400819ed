// Rules for people: only the inputs that a rule needs are shown.
export default function (element) {
  const draw = (row) => {
    const rule = row.querySelector("[name=rule]");
    const needed = (rule.selectedOptions[0]?.dataset.params || "").split(" ");
    for (const input of row.querySelectorAll("[data-param]")) input.hidden = !needed.includes(input.dataset.param);
  };
  element.addEventListener("change", (event) => {
    const row = event.target.closest("[data-rule]");
    if (event.target.name !== "rule") return;
    draw(row);
    const rows = [...element.querySelectorAll("[data-rule]")];
    if (rows.at(-1).querySelector("[name=rule]").value) {
      const fresh = rows.at(-1).cloneNode(true);
      for (const select of fresh.querySelectorAll("select")) select.value = "";
      fresh.querySelector("[name=level]").value = "1";
      element.append(fresh);
      draw(fresh);
    }
  });
  for (const row of element.querySelectorAll("[data-rule]")) draw(row);
}
