// The keys of the work page that press a control: each is printed on what it presses.
import { onKey, singleKeysAreOn, switchSingleKeys } from "../lib/keys.js";

export function mount(form) {
  for (const control of document.querySelectorAll("[data-key]")) {
    onKey(control.dataset.key, () => control.click());
  }
  onKey("Mod+Enter", () => {
    const popup = document.activeElement.closest("details.popup[open]");
    HTMLFormElement.prototype.requestSubmit.call(
      form,
      (popup ?? form).querySelector(popup ? "[formaction]" : "[data-submit]"),
    );
  });
  mountDialog();
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const kbd of document.querySelectorAll("[data-modifier]")) kbd.textContent = "⌘";
  }
}

function mountDialog() {
  const opener = document.querySelector("[data-opens=keys]");
  const dialog = document.getElementById("keys");
  const box = document.getElementById("single-keys");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  box.checked = singleKeysAreOn();
  box.addEventListener("change", () => switchSingleKeys(box.checked));
}
