// The keys of the QA page: 1 to 3 choose a verdict, e goes to the comment, and those of the pane.
import { onKey } from "../lib/keys.js";

export function mount(form) {
  const comment = form.querySelector("textarea");
  for (const control of document.querySelectorAll("[data-key]")) {
    onKey(control.dataset.key, () => {
      control.click();
      // Agreeing needs no words; everything else does, so go there next. Only by these keys:
      // the arrows move from one verdict to the other and must not be taken away.
      const chosen = control.querySelector("[name=verdict]");
      if (chosen && chosen.value !== "agree") comment.focus();
    });
  }
  onKey("e", () => comment.focus());
  onKey("Escape", () => comment.blur());
  onKey("Mod+Enter", () => form.requestSubmit(form.querySelector("[data-submit]")));

  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const kbd of form.querySelectorAll("[data-modifier]")) kbd.textContent = "⌘";
  }
}
