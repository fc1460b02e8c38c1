// How the answer of a type is read and given. A reader is about one element with `data-answer`:
// isAnswered; number, which gates, conditions and bands rest on; press(digit), which says whether
// to go on ("next"), to stay ("stay"), or that the key means nothing here (false).
import { check, printDigits } from "./controls.js";

export class Reader {
  constructor(root) {
    this.root = root;
    this.none = root.querySelector("input[type=checkbox][name$='-none']");
    root.addEventListener("change", ({ target }) => this.exclude(target));
    root.querySelectorAll("select").forEach(printDigits);
  }

  get controls() {
    return [...this.root.querySelectorAll("input:not([type=hidden]), select, textarea")];
  }

  /** Where the focus goes when the answer is missing. */
  get target() {
    return this.controls.find((control) => !control.hidden);
  }

  get isAnswered() {
    return Boolean(this.none?.checked) || this.isGiven;
  }

  get number() {
    return null;
  }

  press() {
    return false;
  }

  /** Say that there is nothing to mark, where that is an answer. */
  pressNone() {
    if (!this.none) return false;
    check(this.none, !this.none.checked);
    return this.none.checked ? "next" : "stay";
  }

  move() {
    return false;
  }

  /** Anything marked takes back that nothing is, and the other way round. */
  exclude(changed) {
    if (!this.none) return;
    if (changed === this.none && this.none.checked) this.clearGiven();
    else if (changed !== this.none && this.isGiven) this.none.checked = false;
  }

  clearGiven() {
    for (const control of this.controls) {
      if (control === this.none) continue;
      if (["radio", "checkbox"].includes(control.type)) control.checked = false;
      else control.value = "";
    }
  }

  clear() {
    this.clearGiven();
    if (this.none) this.none.checked = false;
    this.controls.at(0)?.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
