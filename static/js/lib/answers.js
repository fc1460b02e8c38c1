// The readers of the types with one control or one group of them, and the list of all readers.
import { announce, check } from "./controls.js";
import { Questions, Rank, Words } from "./parts.js";
import { Reader } from "./reader.js";
import { Regions } from "./regions.js";

/** One radio button of some: levels, and the steps between two images. */
class Radios extends Reader {
  get radios() {
    return [...this.root.querySelectorAll("input[type=radio]")];
  }

  get chosen() {
    return this.radios.find((radio) => radio.checked);
  }

  get isGiven() {
    return Boolean(this.chosen);
  }

  get number() {
    const number = this.chosen?.dataset.number;
    return number ? Number(number) : null;
  }

  /** The field for words of one's own beside the chosen option, while it is empty. */
  get openField() {
    const field = this.root.querySelector("input[name$='-other']");
    const isFor = this.chosen && field?.closest(".level, .other")?.contains(this.chosen);
    return isFor && !field.value.trim() ? field : null;
  }

  press(digit) {
    const radio = this.radios[digit - 1];
    if (!radio) return false;
    check(radio);
    if (!this.openField) return "next";
    this.openField.focus();
    return "stay";
  }
}

class NumberField extends Reader {
  get field() {
    return this.root.querySelector("input[type=number]");
  }

  get target() {
    return this.field;
  }

  get isGiven() {
    return this.field.value !== "";
  }

  get number() {
    return this.isGiven ? Number(this.field.value) : null;
  }

  press(digit) {
    this.field.focus();
    this.field.value = String(digit);
    announce(this.field);
    return "stay";
  }

  pressNone() {
    return this.press(0);
  }
}

class Text extends Reader {
  get isGiven() {
    return Boolean(this.target.value.trim());
  }
}

class Multi extends Reader {
  get ticks() {
    const isTick = (box) => box !== this.none;
    return [...this.root.querySelectorAll("input[type=checkbox]")].filter(isTick);
  }

  get number() {
    return this.isAnswered ? this.ticks.filter((box) => box.checked).length : null;
  }

  get isGiven() {
    return this.ticks.some((box) => box.checked);
  }

  press(digit) {
    const box = this.ticks[digit - 1];
    if (!box) return false;
    check(box, !box.checked);
    // A severity asks next; without one the tick is the whole answer.
    const severity = this.root.querySelector(`[name$="-severity-${CSS.escape(box.value)}"]`);
    if (severity && box.checked) severity.focus();
    else if (!box.checked && severity) severity.value = "";
    return "stay";
  }
}

const READERS = {
  levels: Radios,
  pairwise: Radios,
  scale: NumberField,
  count: NumberField,
  text: Text,
  multi: Multi,
  rank: Rank,
  words: Words,
  questions: Questions,
  regions: Regions,
};

/** The reader of the answer in `fieldset`; null where there is nothing that can be answered. */
export function readerOf(fieldset) {
  const root = fieldset.querySelector("[data-answer]");
  const Type = READERS[root?.dataset.answer];
  return Type && root.querySelector("input, select, textarea") ? new Type(root) : null;
}
