// The editor of a rubric's draft: add, move and remove criteria and levels without a reload,
// show what a type needs, warn before unsaved work is left. The form works without all this.

import { mountCard } from "./draft-card.js";

export function mount(form) {
  const list = form.querySelector("[data-cards]");
  const total = form.querySelector("[name='criteria-TOTAL_FORMS']");
  const state = form.querySelector("[data-state]");
  const types = {
    levels: form.dataset.levelTypes.split(" "),
    limits: form.dataset.limitTypes.split(" "),
  };
  let isDirty = false;

  const cards = () => [...list.querySelectorAll("[data-card]")];

  function renumber() {
    let number = 0;
    cards().forEach((card, index) => {
      card.querySelector("[name$='-ORDER']").value = index + 1;
      const isRemoved = card.querySelector("[name$='-DELETE']").checked;
      card.querySelector("[data-number]").textContent = isRemoved ? "" : (number += 1);
    });
  }

  function changed() {
    isDirty = true;
    state.textContent = "Not saved yet";
  }

  function restructured() {
    renumber();
    changed();
    form.dispatchEvent(new CustomEvent("criteria-changed"));
  }

  function addCard() {
    const html = form.querySelector("[data-blank-card]").innerHTML;
    const at = Number(total.value);
    total.value = at + 1;
    list.insertAdjacentHTML("beforeend", html.replaceAll("criteria-__prefix__", `criteria-${at}`));
    const card = list.lastElementChild;
    mountCard(card, types, restructured);
    restructured();
    card.querySelector("[name$='-title']").focus();
  }

  cards().forEach((card) => mountCard(card, types, restructured));
  renumber();
  form.addEventListener("input", changed);
  form.querySelector("[name='add']").addEventListener("click", (event) => {
    event.preventDefault();
    addCard();
  });
  form.addEventListener("submit", () => (isDirty = false));
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name='save']"));
  });
}
