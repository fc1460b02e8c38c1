// One criterion of the judging form: what is answered, and what is still needed.
import { readerOf } from "./answers.js";
import { bandOf, isWithin } from "./standing.js";

export class Criterion {
  constructor(fieldset) {
    const { dataset } = fieldset;
    this.element = fieldset;
    this.key = dataset.criterion;
    this.image = dataset.image || null;
    this.reader = readerOf(fieldset);
    this.notApplicable = fieldset.querySelector(".not-applicable input");
    this.why = fieldset.querySelector("details.why");
    this.reason = this.why?.querySelector("textarea");
    this.isRequired = "required" in dataset ? dataset.required !== "false" : Boolean(dataset.answerMissing);
    this.gate = bandOf(dataset.gateLow, dataset.gateHigh);
    this.condition = dataset.condition && {
      effect: dataset.condition,
      on: dataset.conditionOn,
      ...bandOf(dataset.conditionLow, dataset.conditionHigh),
    };
    this.standing = { state: this.isRequired ? "required" : "optional" };
    fieldset.tabIndex = -1;
  }

  get title() {
    const legend = this.element.querySelector("legend").cloneNode(true);
    legend.querySelectorAll(".ordinal, .optional, kbd").forEach((part) => part.remove());
    return legend.textContent.trim().replace(/\s+/g, " ");
  }

  get isVoid() {
    return this.standing.state === "void";
  }

  get isAnswered() {
    return Boolean(this.notApplicable?.checked || !this.reader || this.reader.isAnswered);
  }

  /** The number that bands, gates and conditions rest on, or null where there is none. */
  get number() {
    return this.notApplicable?.checked ? null : (this.reader?.number ?? null);
  }

  get needsReason() {
    const { whyRule, whyLow, whyHigh } = this.element.dataset;
    if (!this.reason) return false;
    if (whyRule === "always") return this.isAnswered;
    return whyRule === "band" && isWithin(this.number, bandOf(whyLow, whyHigh));
  }

  get leastLength() {
    return Number(this.element.dataset.whyLeast ?? 0);
  }

  get hasReason() {
    return (this.reason?.value.trim().length ?? 0) >= Math.max(this.leastLength, 1);
  }

  /** What is still needed: {target, sentence}, or null. */
  get unmet() {
    const { answerMissing, whyMissing } = this.element.dataset;
    if (this.isVoid) return null;
    if (!this.isAnswered) {
      if (this.standing.state !== "required") return null;
      const sentence = answerMissing || `${this.title}: give an answer.`;
      return { target: this.reader.target, sentence };
    }
    const field = this.notApplicable?.checked ? null : this.reader?.openField;
    if (field) return { target: field, sentence: `${this.title}: write a few words beside it.` };
    if (this.needsReason && !this.hasReason) return { target: this.reason, sentence: whyMissing };
    return null;
  }

  writeReason() {
    if (!this.why) return this.reader?.target.focus();
    this.why.open = true;
    return this.reason.focus();
  }

  /** Say beside the criterion what is needed, or take back what was said. */
  showUnmet() {
    const { unmet, element } = this;
    element.querySelectorAll(".error").forEach((said) => said.remove());
    element.toggleAttribute("data-invalid", Boolean(unmet));
    if (!unmet) return;
    const error = document.createElement("p");
    error.className = "error";
    const word = document.createElement("strong");
    word.textContent = "Error:";
    error.append(word, ` ${unmet.sentence}`);
    (unmet.target === this.reason ? this.reason : element.querySelector("[data-answer]")).before(error);
  }

  /** Show what is asked now: the criterion at all, its answer, a reason and how long it is. */
  refresh() {
    this.showStanding();
    if (!this.why) return;
    const isNeeded = this.needsReason && !this.isVoid;
    if (isNeeded) this.why.open = true;
    this.why.classList.toggle("is-needed", isNeeded);
    this.why.querySelector("[data-needed-now]").hidden = !isNeeded;
    this.why.querySelector("[data-rule]").hidden = isNeeded;
    const length = this.reason.value.trim().length;
    const counter = this.why.querySelector(".length");
    counter.textContent = isNeeded ? `${length} / ${this.leastLength}` : length ? `${length}` : "";
    counter.classList.toggle("is-enough", isNeeded && this.hasReason);
  }

  showStanding() {
    const { element, standing } = this;
    element.classList.toggle("is-void", this.isVoid);
    const optional = element.querySelector("legend .optional");
    if (optional) {
      optional.textContent ||= "optional";
      optional.hidden = standing.state !== "optional";
    }
    element.querySelector(".not-asked")?.remove();
    if (!this.isVoid) return;
    const { because } = standing;
    const isOpen = because.number === null;
    const words = isOpen ? "depends on" : "is ruled out by the answer to";
    const note = document.createElement("p");
    note.className = "not-asked";
    note.textContent = `Not asked: it ${words} “${because.title}”.`;
    element.querySelector("legend").after(note);
  }
}
