// One criterion in the editor of a draft.

function makeButton(text, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = text;
  button.setAttribute("aria-label", label);
  button.title = label;
  return button;
}

function mountTools(card, restructured) {
  const tools = card.querySelector(".card-tools");
  const remove = card.querySelector("[name$='-DELETE']");
  card.querySelector(".order").hidden = true;
  remove.closest("label").hidden = true;
  const up = makeButton("↑", "Move up");
  const down = makeButton("↓", "Move down");
  const away = makeButton("Remove", "Remove this criterion");
  tools.append(up, down, away);

  up.addEventListener("click", () => {
    card.previousElementSibling?.before(card);
    restructured();
    up.focus();
  });
  down.addEventListener("click", () => {
    card.nextElementSibling?.after(card);
    restructured();
    down.focus();
  });

  function showRemoved() {
    card.classList.toggle("removed", remove.checked);
    away.textContent = remove.checked ? "Put back" : "Remove";
    away.setAttribute("aria-label", `${away.textContent} this criterion`);
    away.title = away.getAttribute("aria-label");
  }

  away.addEventListener("click", () => {
    remove.checked = !remove.checked;
    showRemoved();
    restructured();
  });
  showRemoved();
}

function mountLevels(card, restructured) {
  const rows = card.querySelector("[data-rows]");
  const blank = card.querySelector("[data-blank-row]").innerHTML;
  const total = card.querySelector("[name$='-levels-TOTAL_FORMS']");
  const inputs = (row) => [...row.querySelectorAll("input, textarea")];
  const isBlank = (row) =>
    inputs(row).every((input) => input.type === "hidden" || !input.value.trim());

  function mountRow(row) {
    const away = makeButton("×", "Remove this level");
    row.append(away);
    away.addEventListener("click", () => {
      inputs(row).forEach((input) => (input.value = ""));
      row.hidden = true;
      keepOneBlank();
      restructured();
    });
  }

  function keepOneBlank() {
    const shown = [...rows.children].filter((row) => !row.hidden);
    if (shown.length && isBlank(shown.at(-1))) return;
    const at = Number(total.value);
    if (at >= Number(card.querySelector("[name$='-levels-MAX_NUM_FORMS']").value)) return;
    total.value = at + 1;
    rows.insertAdjacentHTML("beforeend", blank.replaceAll("-levels-__prefix__", `-levels-${at}`));
    mountRow(rows.lastElementChild);
  }

  [...rows.children].forEach(mountRow);
  rows.addEventListener("input", keepOneBlank);
  keepOneBlank();
}

export function mountCard(card, types, restructured) {
  const type = card.querySelector("[name$='-type']");
  const rule = card.querySelector("[name$='-justification_rule']");
  const title = card.querySelector("[name$='-title']");

  function show() {
    card.querySelector("[data-levels]").hidden = !types.levels.includes(type.value);
    card.querySelector("[data-limits]").hidden = !types.limits.includes(type.value);
    card.querySelector("[data-band]").hidden = rule.value !== "band";
    card.querySelector("[data-heading]").textContent = title.value || "New criterion";
  }

  mountTools(card, restructured);
  mountLevels(card, restructured);
  card.addEventListener("input", show);
  card.addEventListener("change", show);
  show();
}
