// The keys of a plain page that press a control: each is printed on what it presses, once it works.
import { onKey } from "../lib/keys.js";

export function mount(root) {
  for (const control of root.querySelectorAll("[data-key]")) {
    onKey(control.dataset.key, () => control.click());
    control.querySelector("kbd").hidden = false;
  }
}
