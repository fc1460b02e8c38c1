// Places in one answer that take a value one after another: images to rank, words, questions.

export class Slots {
  /** `find` returns the elements; each is focused itself or by the control in it. */
  constructor(find, isFilled = (slot) => Boolean(slot.value)) {
    this.find = find;
    this.isFilled = isFilled;
  }

  get all() {
    return this.find();
  }

  /** The slot with the focus, else the first that is empty, else the first. */
  get current() {
    const { all } = this;
    const focused = all.find((slot) => slot.contains(document.activeElement));
    return focused ?? all.find((slot) => !this.isFilled(slot)) ?? all[0];
  }

  focus(slot) {
    const control = slot.matches("select, input") ? slot : slot.querySelector("input:checked, input");
    control.focus();
    slot.scrollIntoView({ block: "nearest" });
  }

  /** Go on to the slot after `slot` that is asked, if there is one. */
  goOnFrom(slot) {
    const { all } = this;
    const next = all[all.indexOf(slot) + 1];
    if (next) this.focus(next);
    return Boolean(next);
  }

  move(by) {
    const { all } = this;
    const at = all.findIndex((slot) => slot.contains(document.activeElement));
    const slot = at < 0 ? all[0] : all[at + by];
    if (slot) this.focus(slot);
    return Boolean(slot) || at >= 0;
  }
}
