// Judging by keyboard: one criterion is active, keys answer it and go on to the next open one.
import { announce, optionAt } from "../lib/controls.js";
import { Criterion } from "../lib/criterion.js";
import { isTyping, onKey } from "../lib/keys.js";
import { standings } from "../lib/standing.js";
import { sumUp } from "../lib/summary.js";

const ARROWS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

export function mount(form) {
  const criteria = [...form.querySelectorAll(".criterion")].map((found) => new Criterion(found));
  if (criteria.length) new Panel(form, criteria).mount();
}

class Panel {
  constructor(form, criteria) {
    this.form = form;
    this.criteria = criteria;
    this.active = criteria[0];
  }

  mount() {
    for (const criterion of this.criteria) this.listen(criterion);
    this.bindKeys();
    this.form.addEventListener("submit", (event) => this.check(event));
    this.form.addEventListener("evalhub:restored", () => this.refresh());
    this.form.addEventListener("reset", () => setTimeout(() => this.refresh()));
    this.refresh();
    this.activate(this.criteria.find((one) => one.unmet) ?? this.active);
  }

  listen(criterion) {
    const { element, notApplicable } = criterion;
    element.addEventListener("focusin", () => this.activate(criterion));
    element.addEventListener("input", () => this.refresh());
    element.addEventListener("change", (event) => {
      if (event.target === notApplicable && notApplicable.checked) criterion.reader?.clear();
      else if (event.target !== criterion.reason && notApplicable) notApplicable.checked = false;
      this.refresh();
      if (!criterion.unmet) criterion.showUnmet();
    });
    // A press of the mouse answers too; the keyboard focus stays where it is.
    element.addEventListener("click", ({ detail, target }) => {
      const isChoice = detail > 0 && target.matches("[data-answer] > * input[type=radio]");
      if (!isChoice || criterion.reader.slots) return;
      setTimeout(() => this.goOn(criterion, { focus: false }));
    });
  }

  bindKeys() {
    for (let digit = 1; digit <= 9; digit += 1) onKey(String(digit), (event) => this.answer(digit, event));
    onKey("0", () => this.follow(!this.active.isVoid && this.active.reader?.pressNone()));
    onKey("j", () => this.step(1));
    onKey("k", () => this.step(-1));
    onKey("n", () => this.toggleNotApplicable());
    onKey("e", () => this.active.writeReason());
    for (const [key, by] of Object.entries(ARROWS)) {
      onKey(key, ({ target }) => {
        const isElsewhere = target !== document.body && !this.active.element.contains(target);
        return isTyping(target) || isElsewhere ? false : (this.active.reader?.move(by) ?? false);
      });
    }
    for (const key of ["Enter", "Escape"]) {
      onKey(key, ({ target }) => Boolean(target.closest(".criterion")) && this.goOn(this.active));
    }
  }

  answer(digit, { target }) {
    const { active } = this;
    if (active.isVoid || !active.reader) return false;
    const isPart = target.matches("[data-answer] select") && !active.reader.slots?.all.includes(target);
    return isPart ? this.choose(target, digit) : this.follow(active.reader.press(digit));
  }

  /** Choose in a select beside a tick or a mark, such as its severity. */
  choose(select, digit) {
    const option = optionAt(select, digit);
    if (!option) return false;
    select.value = option;
    announce(select);
    select.closest(".criterion").focus({ preventScroll: true });
    return true;
  }

  /** Do what a reader said of a key: go on, stay, or leave the key to the browser. */
  follow(said) {
    if (said === "next") this.goOn(this.active);
    return Boolean(said);
  }

  toggleNotApplicable() {
    if (!this.active.notApplicable || this.active.isVoid) return false;
    this.active.notApplicable.click();
    return this.goOn(this.active);
  }

  step(by) {
    const open = this.criteria.filter((one) => !one.isVoid || one === this.active);
    const next = open[open.indexOf(this.active) + by];
    if (next) this.activate(next, { focus: true });
  }

  /** Go on to the next criterion without an answer, then back to one that still needs something. */
  goOn(from, { focus = true } = {}) {
    if (this.submitItself(from)) return;
    const at = this.criteria.indexOf(from);
    const isOpen = (one) => !one.isVoid && (one.unmet || !one.isAnswered);
    const later = this.criteria.slice(at + 1).find(isOpen);
    const earlier = this.criteria.slice(0, at).find((one) => one.unmet);
    this.activate(from.unmet ? from : (later ?? earlier ?? from), { focus });
  }

  /** Where the page is one decision, the decision sends it. */
  submitItself(from) {
    if (!("submitsItself" in this.form.dataset) || from.unmet || !from.isAnswered) return false;
    const button = this.form.querySelector("[data-submit]");
    HTMLFormElement.prototype.requestSubmit.call(this.form, button);
    return true;
  }

  activate(criterion, { focus = false } = {}) {
    this.active.element.classList.remove("is-active");
    this.active = criterion;
    criterion.element.classList.add("is-active");
    if (!focus) return;
    criterion.element.focus({ preventScroll: true });
    criterion.element.scrollIntoView({ block: "nearest" });
  }

  refresh() {
    const found = standings(this.criteria);
    for (const criterion of this.criteria) {
      criterion.standing = found.get(criterion);
      criterion.refresh();
    }
    const open = this.criteria.filter((one) => !one.isVoid);
    const progress = this.form.querySelector("[data-progress]");
    if (!progress) return;
    progress.textContent = `${open.filter((one) => one.isAnswered).length} of ${open.length}`;
  }

  /** Say in words what is missing instead of sending what the server would refuse. */
  check(event) {
    if (event.submitter?.hasAttribute("formaction")) return;
    for (const criterion of this.criteria) criterion.showUnmet();
    const open = this.criteria.filter((one) => one.unmet);
    if (!open.length) return;
    event.preventDefault();
    sumUp(open.map((one) => one.unmet));
  }
}
