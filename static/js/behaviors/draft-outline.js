// The outline of a draft: every criterion on a line, where to go and what is to be mended.

import { fieldOf } from "./draft-card.js";

export function openOutline(editor, cards, kinds) {
  const list = editor.querySelector("[data-outline-list]");
  const isRemoved = (card) => fieldOf(card, "DELETE").checked;
  const value = (card, name) => fieldOf(card, name).value;
  const kept = () => cards().filter((card) => !isRemoved(card));

  function line(card, number, mark) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${card.id}`;
    const parts = [
      ["ordinal", String(number)],
      ["title", value(card, "title") || "New criterion"],
      ["kind", kinds[value(card, "type")].label],
    ];
    for (const [name, text] of parts) {
      const span = document.createElement("span");
      span.className = name;
      span.textContent = text;
      link.append(span, " ");
    }
    if (mark) {
      const sign = document.createElement("span");
      sign.className = `sign ${mark}`;
      sign.textContent = mark === "bad" ? "to mend" : "look";
      link.append(sign);
    }
    item.append(link);
    return item;
  }

  function places(name) {
    const notes = editor.querySelectorAll(`#review [data-${name}]`);
    const key = name.replace(/-(.)/, (_, letter) => letter.toUpperCase());
    return new Set([...notes].map((note) => note.dataset[key]).filter(Boolean).map(Number));
  }

  function show() {
    const focused = document.activeElement?.getAttribute("href");
    const [bad, worth] = [places("place"), places("remark-place")];
    const items = [];
    let section = "";
    let written = 0; // a criterion that nothing is written in counts for none
    kept().forEach((card, index) => {
      if (value(card, "section") !== section) {
        section = value(card, "section");
        const head = document.createElement("li");
        head.className = "section";
        head.textContent = section || "No section";
        items.push(head);
      }
      const at = value(card, "title") ? written++ : -1;
      const mark = bad.has(at) || "invalid" in card.dataset ? "bad" : worth.has(at) && "warn";
      items.push(line(card, index + 1, mark));
    });
    list.replaceChildren(...items);
    if (focused) list.querySelector(`[href="${focused}"]`)?.focus();
    editor.querySelector("[data-tool='fold-all']").textContent = allFolded()
      ? "Unfold all"
      : "Fold all";
  }

  const allFolded = () => cards().every((card) => card.querySelector("[data-body]").hidden);

  function fold(card, isFolded) {
    card.querySelector("[data-body]").hidden = isFolded;
    card.classList.toggle("folded", isFolded);
    card.querySelector("[data-tool='fold']").setAttribute("aria-expanded", String(!isFolded));
  }

  function go(card) {
    fold(card, false);
    card.scrollIntoView({ block: "start" });
    fieldOf(card, "title").focus({ preventScroll: true });
  }

  const cardOf = (element) => {
    const link = element.closest("[data-outline-list] a");
    return link ? document.getElementById(link.hash.slice(1)) : null;
  };

  list.addEventListener("click", (event) => {
    const card = cardOf(event.target);
    if (!card) return;
    event.preventDefault();
    go(card);
  });
  document.addEventListener("htmx:oobAfterSwap", show);
  document.addEventListener("htmx:afterSettle", show);

  return {
    show,
    fold,
    cardOf,
    focus: (card) => list.querySelector(`[href="#${card.id}"]`)?.focus(),
    foldAll() {
      const isFolding = !allFolded();
      cards().forEach((card) => fold(card, isFolding));
      show();
    },
  };
}
