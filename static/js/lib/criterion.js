// One criterion of the judging form: what is answered, and what is still needed.

export class Criterion {
  constructor(fieldset) {
    this.element = fieldset;
    this.key = fieldset.dataset.criterion;
    this.radios = [...fieldset.querySelectorAll(".levels input")];
    this.field = fieldset.querySelector(
      ".scale input[type=number], .count input, .text textarea",
    );
    this.notApplicable = fieldset.querySelector(".not-applicable input");
    this.why = fieldset.querySelector("details.why");
    this.reason = this.why?.querySelector("textarea");
    fieldset.tabIndex = -1;
  }

  get isAnswered() {
    return Boolean(
      this.notApplicable?.checked ||
        this.radios.some((radio) => radio.checked) ||
        this.field?.value.trim(),
    );
  }

  /** The score that the justification rule looks at, or null where there is none. */
  get number() {
    if (this.notApplicable?.checked) return null;
    const chosen = this.radios.find((radio) => radio.checked);
    if (chosen) return Number(chosen.dataset.number);
    const isNumber = this.field?.type === "number" && this.field.value !== "";
    return isNumber ? Number(this.field.value) : null;
  }

  get needsReason() {
    const { whyRule, whyLow, whyHigh } = this.element.dataset;
    if (whyRule === "always") return this.isAnswered;
    if (whyRule !== "band" || this.number === null) return false;
    return Number(whyLow) <= this.number && this.number <= Number(whyHigh);
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
    if (!this.isAnswered) {
      if (!answerMissing) return null;
      return { target: this.radios[0] ?? this.field, sentence: answerMissing };
    }
    if (this.needsReason && !this.hasReason) return { target: this.reason, sentence: whyMissing };
    return null;
  }

  choose(radio) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  clearAnswer() {
    for (const radio of this.radios) radio.checked = false;
    if (!this.field?.value) return;
    this.field.value = "";
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  writeReason() {
    if (!this.why) return this.field?.focus();
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
    (unmet.target === this.reason ? this.reason : element.querySelector(".levels, .scale, .count, .text")).before(error);
  }

  /** Show whether a reason is needed now, and how long it is. */
  refresh() {
    if (!this.why) return;
    const isNeeded = this.needsReason;
    if (isNeeded) this.why.open = true;
    this.why.classList.toggle("is-needed", isNeeded);
    this.why.querySelector("[data-needed-now]").hidden = !isNeeded;
    this.why.querySelector("[data-rule]").hidden = isNeeded;
    const length = this.reason.value.trim().length;
    const counter = this.why.querySelector(".length");
    counter.textContent = isNeeded ? `${length} / ${this.leastLength}` : length ? `${length}` : "";
    counter.classList.toggle("is-enough", isNeeded && this.hasReason);
  }
}
