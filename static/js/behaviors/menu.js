// A <details> used as a menu: Escape, a click elsewhere and moving the focus away close it.
import { life } from "../lib/life.js";

export function mount(menu) {
  const close = () => {
    menu.open = false;
  };
  const closeElsewhere = ({ target }) => !menu.contains(target) && close();
  document.addEventListener("click", closeElsewhere, { signal: life() });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  });
}
