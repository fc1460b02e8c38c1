// The reader of marks on images. The rows of the list are the answer; the layer over the picture
// draws them and writes into them, so that the two are always the same.
import { announce, optionAt } from "./controls.js";
import { Reader } from "./reader.js";

const NAME = /^(.*)-(where|image|label|severity)-(\d+)$/;
const MOST = 50;

export class Regions extends Reader {
  get rows() {
    const fields = [...this.root.querySelectorAll("[name*='-where-']")];
    return fields.filter(({ name }) => NAME.test(name)).map((where) => new Row(where, this.root));
  }

  /** The rows in which something stands: mark 1, mark 2 and so on. */
  get marks() {
    return this.rows.filter((row) => !row.isBlank);
  }

  get isGiven() {
    return this.marks.length > 0;
  }

  get number() {
    return this.isAnswered ? this.marks.length : null;
  }

  get shapes() {
    return (this.root.dataset.shapes ?? "point box polygon").split(" ");
  }

  /** What the mark at a place among `marks` is called, and cited by: 1, or 2.1. */
  nameAt(at) {
    return `${this.root.dataset.prefix ?? ""}${at + 1}`;
  }

  /** Whether the picture at `position` of the task may be marked. */
  takes(position) {
    const { image, select } = this.rows[0];
    if (select) return [...select.options].some(({ value }) => value === position);
    const asked = this.root.closest("[data-image]")?.dataset.image;
    return (image?.value || asked || position) === position;
  }

  /** Write a mark into the first empty row, or into a new one; null where there are enough. */
  add(position, points) {
    const row = this.rows.find(({ isBlank }) => isBlank) ?? this.addRow();
    if (!row) return null;
    if (row.select) row.select.value = position;
    if (row.label?.options?.length === 2) row.label.value = optionAt(row.label, 1);
    row.points = points;
    return row;
  }

  addRow() {
    const { rows } = this;
    if (rows.length >= Number(this.root.dataset.most ?? MOST)) return null;
    const last = rows.at(-1);
    const copy = last.element.cloneNode(true);
    const index = last.index + 1;
    for (const part of [copy, ...copy.querySelectorAll("*")]) renumber(part, last.index, index);
    last.element.after(copy);
    const added = this.rows.at(-1);
    added.values = {};
    return added;
  }

  /** Take a mark away; those after it move up, so that their numbers are those of their rows. */
  remove(row) {
    const kept = this.marks.filter(({ index }) => index !== row.index).map(({ values }) => values);
    this.rows.forEach((one, at) => (one.values = kept[at] ?? {}));
    announce(row.where);
  }

  /** Show one row for a mark that is typed, and no more of those that are empty. */
  keepOneBlank() {
    if (!this.rows.some(({ isBlank }) => isBlank)) this.addRow();
    const first = this.rows.find(({ isBlank }) => isBlank)?.index;
    for (const row of this.rows) row.element.hidden = row.isBlank && row.index !== first;
  }

  /** Make the rows that a draft with these names fills. */
  makeRoomFor(names) {
    const own = names.map((name) => NAME.exec(name)).filter((match) => match?.[1] === this.key);
    const highest = Math.max(-1, ...own.map((match) => Number(match[3])));
    while (this.rows.at(-1).index < highest && this.addRow());
  }

  get key() {
    return NAME.exec(this.rows[0].where.name)[1];
  }

  press(digit) {
    const { marks } = this;
    const focused = marks.find(({ element }) => element.contains(document.activeElement));
    return (focused ?? marks.at(-1))?.press(digit) ? "stay" : false;
  }
}

class Row {
  constructor(where, root) {
    const [, key, , index] = NAME.exec(where.name);
    const find = (part) => root.querySelector(`[name="${CSS.escape(`${key}-${part}-${index}`)}"]`);
    this.where = where;
    this.index = Number(index);
    this.element = where.closest("[data-mark], li, tr, fieldset:not(.criterion)") ?? where.parentElement;
    this.image = find("image");
    this.label = find("label");
    this.severity = find("severity");
  }

  /** The choice of the image, where there is one. */
  get select() {
    return this.image?.matches("select") ? this.image : null;
  }

  get isBlank() {
    return ![this.where, this.label, this.severity].some((field) => field?.value.trim());
  }

  /** [[x, y], ...] in percent; empty where no place is typed that can be read. */
  get points() {
    const numbers = this.where.value.split(/[\s,;%]+/).filter(Boolean).map(Number);
    const isFine = numbers.length % 2 === 0 && numbers.every((one) => one >= 0 && one <= 100);
    if (!isFine) return [];
    return numbers.flatMap((x, at) => (at % 2 ? [] : [[x, numbers[at + 1]]]));
  }

  set points(points) {
    this.where.value = points.flat().map(spell).join(" ");
    announce(this.where);
  }

  /** Its words for a screen reader. */
  get name() {
    const said = [this.label, this.severity].map((field) => field?.selectedOptions?.[0]);
    return said.filter((option) => option?.value).map(({ text }) => text).join(", ");
  }

  /** Move all of it by percent, as far as the edges. */
  moveBy(dx, dy) {
    const { points } = this;
    const room = (axis, by) =>
      Math.max(-Math.min(...points.map((point) => point[axis])), Math.min(by, 100 - Math.max(...points.map((point) => point[axis]))));
    const [x, y] = [room(0, dx), room(1, dy)];
    this.points = points.map((point) => [point[0] + x, point[1] + y]);
  }

  /** A digit chooses the label, then the severity. */
  press(digit) {
    const asked = [this.label, this.severity].filter((field) => field?.matches("select"));
    const field = asked.find(({ value }) => !value) ?? asked[0];
    const option = optionAt(field, digit);
    if (!option) return false;
    field.value = option;
    announce(field);
    return true;
  }

  get values() {
    return Object.fromEntries(this.fields.map(([name, field]) => [name, field.value]));
  }

  /** What is not given is emptied. */
  set values(values) {
    for (const [name, field] of this.fields) field.value = values[name] ?? "";
  }

  get fields() {
    const { where, select, label, severity } = this;
    return Object.entries({ where, select, label, severity }).filter(([, field]) => field);
  }
}

/** At most three decimals of a percentage: what the server keeps. */
function spell(number) {
  return String(Math.round(Math.min(Math.max(number, 0), 100) * 1000) / 1000);
}

/** Number the copy of a row anew, wherever its number stands in a name, an id or what refers to one. */
function renumber(element, from, to) {
  for (const name of ["id", "name", "for", "aria-describedby", "aria-labelledby", "aria-label"]) {
    const value = element.getAttribute(name);
    if (value === null) continue;
    const isLabel = name === "aria-label";
    const [old, now] = isLabel ? [from + 1, to + 1] : [from, to];
    element.setAttribute(name, value.replace(new RegExp(`\\b${old}\\b(?!.*\\d)`), now));
  }
  const isText = element.childElementCount === 0 && element.matches("[data-number], .number, legend");
  if (isText) element.textContent = element.textContent.replace(String(from + 1), String(to + 1));
}
