// The editor of a rubric's draft: write, add, copy, move and remove criteria and levels without a
// reload; what is typed is saved by itself. The form works without all this.

import { openAutosave } from "./draft-autosave.js";
import { cardFrom, copyOf, fieldOf, keyFor, showCard } from "./draft-card.js";
import { changeLevels, keepOneBlank, pasteLevels } from "./draft-levels.js";
import { openOutline } from "./draft-outline.js";
import { sendPicture } from "./draft-pictures.js";

export async function mount(form) {
  const saving = openAutosave(form);
  await saving.restore();
  const editor = form.closest(".editor");
  const list = form.querySelector("[data-cards]");
  const total = form.querySelector("[name='criteria-TOTAL_FORMS']");
  const most = Number(form.querySelector("[name='criteria-MAX_NUM_FORMS']").value);
  const kinds = JSON.parse(form.dataset.kinds);
  const cards = () => [...list.querySelectorAll("[data-card]")];
  const outline = openOutline(editor, cards, kinds);

  function show() {
    let number = 0;
    const earlier = [];
    cards().forEach((card, index) => {
      fieldOf(card, "ORDER").value = index + 1;
      const isRemoved = fieldOf(card, "DELETE").checked;
      card.querySelector("[data-number]").textContent = isRemoved ? "" : (number += 1);
      showCard(card, kinds, earlier, form);
    });
    outline.show();
  }

  function changed() {
    show();
    saving.touch();
  }

  function restructured() {
    changed();
    form.dispatchEvent(new CustomEvent("criteria-changed"));
  }

  function place(card, after) {
    if (after) after.after(card);
    else list.append(card);
    total.value = Number(total.value) + 1;
    keepOneBlank(card);
    restructured();
    fieldOf(card, "title").focus();
  }

  const isFull = () => Number(total.value) >= most;
  const tools = {
    add: () => isFull() || place(cardFrom(form.querySelector("[data-blank-card]"), total.value)),
    copy(card) {
      if (isFull()) return;
      const copy = copyOf(card, total.value);
      fieldOf(copy, "key").value = keyFor(copy, cards());
      place(copy, card);
    },
    up: (card, button) => move(card, -1, button),
    down: (card, button) => move(card, 1, button),
    remove: (card) => setRemoved(card, true),
    undo: (card) => setRemoved(card, false),
    fold: (card) => outline.fold(card, card.querySelector("[data-body]").hidden === false),
    "fold-all": () => outline.foldAll(),
  };

  function move(card, by, focused) {
    const others = cards();
    const other = others[others.indexOf(card) + by];
    if (!other) return;
    if (by < 0) other.before(card);
    else other.after(card);
    restructured();
    focused?.focus();
  }

  function setRemoved(card, isRemoved) {
    fieldOf(card, "DELETE").checked = isRemoved;
    restructured();
    card.querySelector(`[data-tool='${isRemoved ? "undo" : "remove"}']`).focus();
  }

  editor.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tool]");
    if (!button) return;
    const { tool } = button.dataset;
    event.preventDefault();
    if (tool.startsWith("level-")) {
      changeLevels(button.closest("[data-row]"), tool, button);
      restructured();
    } else {
      tools[tool](button.closest("[data-card]"), button);
    }
  });

  editor.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey) return;
    const row = event.target.closest("[data-row]");
    const card = event.target.closest("[data-card]") ?? outline.cardOf(event.target);
    if (!card) return;
    event.preventDefault();
    if (row) {
      changeLevels(row, step < 0 ? "level-up" : "level-down", event.target);
      restructured();
    } else {
      const isInCard = card.contains(event.target);
      move(card, step, isInCard ? event.target : null);
      if (!isInCard) outline.focus(card);
    }
  });

  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) keepOneBlank(event.target.closest("[data-card]"), row);
    changed();
  });
  form.addEventListener("paste", (event) => {
    if (pasteLevels(event)) restructured();
  });
  form.addEventListener("change", (event) => {
    const card = event.target.closest("[data-card]");
    if (event.target.type === "file") {
      sendPicture(form, event.target).then((isThere) => isThere && restructured());
    } else if (card && event.target.name.endsWith("-title")) {
      fieldOf(card, "key").value ||= keyFor(card, cards());
    }
    changed();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name='save']"));
  });

  editor.classList.add("is-scripted");
  for (const tool of editor.querySelectorAll("[data-scripted]")) tool.hidden = false;
  for (const template of form.querySelectorAll("template")) unhide(template);
  cards().forEach((card) => keepOneBlank(card));
  show();
  form.dataset.ready = "";
  saving.begin();
}

/** Show the scripted tools in what is yet to be made from `template`, too. */
function unhide(template) {
  for (const tool of template.content.querySelectorAll("[data-scripted]")) tool.hidden = false;
  for (const inner of template.content.querySelectorAll("template")) unhide(inner);
}
