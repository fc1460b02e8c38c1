// Skip and flag: a <details> that works by itself; this adds focus, Escape and a click elsewhere.


const popups = new Set();

export function mount(details) {
  const summary = details.querySelector("summary");
  const send = details.querySelector("[formaction]");
  popups.add(details);

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
  document.addEventListener("click", (event) => {
    if (details.open && !details.contains(event.target)) details.open = false;
  });
}
