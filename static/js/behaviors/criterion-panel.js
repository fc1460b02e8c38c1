// Judging by keyboard: one criterion is active, keys answer it and go on to the next open one.
import { onKey } from "../lib/keys.js";
import { Criterion } from "../lib/criterion.js";

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
    element.addEventListener("input", () => criterion.refresh());
    element.addEventListener("change", (event) => {
      if (event.target === notApplicable && notApplicable.checked) criterion.clearAnswer();
      else if (event.target !== criterion.reason && notApplicable) notApplicable.checked = false;
      criterion.refresh();
      if (!criterion.unmet) criterion.showUnmet();
    });
    // A press of the mouse answers too; the keyboard focus stays where it is.
    element.addEventListener("click", (event) => {
      const byMouse = event.detail > 0 && event.target.matches("input[type=radio]");
      if (byMouse) setTimeout(() => this.goOn(criterion, { focus: false }));
    });
  }

  bindKeys() {
    for (let digit = 1; digit <= 9; digit += 1) {
      onKey(String(digit), () => this.answer(digit));
    }
    onKey("j", () => this.step(1));
    onKey("k", () => this.step(-1));
    onKey("n", () => this.toggleNotApplicable());
    onKey("e", () => this.active.writeReason());
    onKey("Enter", (event) => {
      if (!event.target.closest(".criterion")) return false;
      return this.goOn(this.active);
    });
    onKey("Escape", (event) => {
      if (!event.target.closest(".criterion")) return false;
      return this.goOn(this.active);
    });
  }

  answer(digit) {
    const { active } = this;
    const radio = active.radios[digit - 1];
    if (radio) {
      active.choose(radio);
      this.goOn(active);
    } else if (active.field?.type === "number") {
      active.field.focus();
      active.field.value = String(digit);
      active.field.dispatchEvent(new Event("input", { bubbles: true }));
      active.field.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      return false;
    }
    return true;
  }

  toggleNotApplicable() {
    if (!this.active.notApplicable) return false;
    this.active.notApplicable.click();
    return this.goOn(this.active);
  }

  step(by) {
    const at = this.criteria.indexOf(this.active) + by;
    if (this.criteria[at]) this.activate(this.criteria[at], { focus: true });
  }

  /** Go on to the next criterion without an answer, then back to one that still needs something. */
  goOn(from, { focus = true } = {}) {
    const at = this.criteria.indexOf(from);
    const later = this.criteria.slice(at + 1).find((one) => one.unmet || !one.isAnswered);
    const earlier = this.criteria.slice(0, at).find((one) => one.unmet);
    this.activate(from.unmet ? from : (later ?? earlier ?? from), { focus });
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
    for (const criterion of this.criteria) criterion.refresh();
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

/** Put a summary with a link to each control on top, and give it the focus. */
function sumUp(problems) {
  const template = document.getElementById("problems");
  document.querySelector(".criteria .error-summary")?.remove();
  const summary = template.content.firstElementChild.cloneNode(true);
  const list = document.createElement("ul");
  for (const { target, sentence } of problems) {
    const link = document.createElement("a");
    link.href = `#${target.id}`;
    link.textContent = sentence;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      target.closest("details")?.setAttribute("open", "");
      target.focus();
    });
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  summary.append(list);
  template.after(summary);
  summary.focus();
}
