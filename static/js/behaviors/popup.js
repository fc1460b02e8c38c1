// Skip and flag: a <details> that works by itself; this adds focus, Escape and a click elsewhere.
import { life } from "../lib/life.js";

const popups = new Set();

export function mount(details) {
  const summary = details.querySelector("summary");
  const send = details.querySelector("[formaction]");
  popups.add(details);
  life().addEventListener("abort", () => popups.delete(details));

  details.addEventListener("toggle", () => {
    if (!details.open) return;
    for (const other of popups) if (other !== details) other.open = false;
    details.querySelector("[aria-invalid=true], select")?.focus();
  });
  // A remark of one line: Enter sends it, and never the judgment instead.
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      event.stopPropagation();
      details.open = false;
      summary.focus();
    }
    if (event.key === "Enter" && event.target.matches("textarea") && !event.shiftKey) {
      event.preventDefault();
      send.click();
    }
  });
  const closeElsewhere = ({ target }) => {
    if (details.open && !details.contains(target)) details.open = false;
  };
  document.addEventListener("click", closeElsewhere, { signal: life() });
}
