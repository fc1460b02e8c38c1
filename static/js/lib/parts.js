// The readers of answers in several parts: a rank for each image, a label for each word, questions.
import { announce, check, optionAt } from "./controls.js";
import { Reader } from "./reader.js";
import { Slots } from "./slots.js";

/** Selects side by side: a rank for each image, a label for each word. */
class Selects extends Reader {
  constructor(root) {
    super(root);
    this.slots = new Slots(() => [...root.querySelectorAll("select")]);
  }

  move(by) {
    return this.slots.move(by);
  }
}

export class Rank extends Selects {
  get isGiven() {
    return this.slots.all.every((select) => select.value);
  }

  press(digit) {
    const select = this.slots.current;
    const option = optionAt(select, digit);
    if (!option) return false;
    select.value = option;
    announce(select);
    if (this.slots.goOnFrom(select)) return "stay";
    return this.isGiven ? "next" : "stay";
  }
}

export class Words extends Selects {
  get marked() {
    return this.slots.all.filter((select) => select.value);
  }

  get isGiven() {
    return this.marked.length > 0;
  }

  get number() {
    return this.isAnswered ? this.marked.length : null;
  }

  /** The same label again takes it away. */
  press(digit) {
    const select = this.slots.current;
    const option = optionAt(select, digit);
    if (!option) return false;
    select.value = select.value === option ? "" : option;
    select.focus();
    announce(select);
    return "stay";
  }
}

/** Lines with yes, no, unsure; one is not asked where its parent is answered with no. */
export class Questions extends Reader {
  constructor(root) {
    super(root);
    this.lines = [...root.querySelectorAll("[data-question]")];
    const isAnswered = (line) => Boolean(valueOf(line));
    this.slots = new Slots(() => this.lines.filter((line) => !line.hidden), isAnswered);
    root.addEventListener("input", () => this.refresh());
    this.refresh();
  }

  get target() {
    const open = this.slots.all.find((line) => !valueOf(line)) ?? this.lines[0];
    return open.querySelector("input");
  }

  get isGiven() {
    return this.slots.all.every((line) => valueOf(line));
  }

  refresh() {
    for (const line of this.lines) {
      const parent = this.lines.find(({ dataset }) => dataset.question === line.dataset.parent);
      line.hidden = Boolean(parent && (parent.hidden || valueOf(parent) === "no"));
    }
  }

  press(digit) {
    const line = this.slots.current;
    const radio = line?.querySelectorAll("input[type=radio]")[digit - 1];
    if (!radio) return false;
    this.slots.focus(line);
    check(radio);
    radio.focus();
    if (this.slots.goOnFrom(line)) return "stay";
    return this.isGiven ? "next" : "stay";
  }
}

function valueOf(line) {
  return line.querySelector("input:checked")?.value ?? "";
}
