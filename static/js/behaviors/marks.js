// Marks over the pictures, the same as the rows of the list beside them: by pointer and by keys.
import { readerOf } from "../lib/answers.js";
import { onKey } from "../lib/keys.js";
import { MarkPointer } from "../lib/mark-pointer.js";
import { shapesOf, svg } from "../lib/mark-shapes.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function mount(form) {
  const criteria = [...form.querySelectorAll(".criterion:has([data-answer=regions])")];
  const asked = criteria
    .map((element) => ({ element, reader: readerOf(element) }))
    .filter(({ reader }) => reader);
  const pictures = [...form.querySelectorAll(".picture:has([data-viewport])")];
  if (asked.length && pictures.length) new Marks(form, asked, pictures).mount();
}

class Marks {
  constructor(form, asked, pictures) {
    this.form = form;
    this.asked = asked;
    this.layers = pictures.map((picture) => new Layer(picture, this));
  }

  /** The criterion that is being judged, if it is one of marks. */
  get active() {
    return this.asked.find(({ element }) => element.matches(".is-active:not(.is-void)"));
  }

  mount() {
    for (const name of ["input", "change", "evalhub:restored"]) {
      this.form.addEventListener(name, () => this.draw());
    }
    this.form.addEventListener("reset", () => setTimeout(() => this.draw()));
    this.form.addEventListener("evalhub:restoring", ({ detail }) => {
      for (const { reader } of this.asked) reader.makeRoomFor(detail);
    });
    for (const { reader } of this.asked) reader.root.prepend(hintFor(reader.shapes));
    onKey("m", () => this.markByKey());
    const hide = (isHidden) => this.form.classList.toggle("hides-marks", isHidden);
    onKey("v", () => hide(true), () => hide(false));
    this.draw();
  }

  draw() {
    for (const { reader } of this.asked) reader.keepOneBlank();
    for (const layer of this.layers) layer.draw(this.asked);
  }

  /** Add a mark in the middle of what is seen, and take the focus there. */
  markByKey() {
    const { element, reader } = this.active ?? this.asked[0];
    if (element.matches(".is-void")) return false;
    const takers = this.layers.filter(({ position }) => reader.takes(position));
    const isFocused = ({ picture }) => picture.contains(document.activeElement);
    const layer = takers.find(isFocused) ?? takers[0];
    if (!layer) return false;
    if (!element.matches(".is-active")) element.focus({ preventScroll: true });
    return layer.add(reader, startingWith(reader.shapes, layer.middle()));
  }
}

const WAYS = {
  point: "click for a point",
  box: "drag, or click two corners, for a box",
  polygon: "click the corners of an outline, the first one again to close it",
};

/** How to mark on the picture, for the shapes that are wanted: two ways with a click cannot be told. */
function hintFor(shapes) {
  const hint = document.createElement("p");
  hint.className = "hint";
  const hasPoint = shapes.includes("point");
  const ways = shapes.filter((shape) => shape !== "polygon" || shapes.length === 1);
  const words = ways.map((shape) => (shape === "box" && hasPoint ? "drag for a box" : WAYS[shape]));
  const key = document.createElement("kbd");
  key.textContent = "m";
  const keyed = document.createElement("span");
  keyed.className = "keyed";
  keyed.append(" Or press ", key, ".");
  hint.append(`On the image: ${words.join(", ")}.`, keyed);
  return hint;
}

/** The points of a new mark about a place: a point where there are points, else a small box. */
function startingWith(shapes, [x, y]) {
  if (shapes.includes("point")) return [[x, y]];
  const [left, top, right, bottom] = [x - 5, y - 5, x + 5, y + 5];
  const box = [[left, top], [right, bottom]];
  return shapes.includes("box") ? box : [[left, top], [right, top], [right, bottom], [left, bottom]];
}

/** The marks of one picture. */
class Layer {
  constructor(picture, marks) {
    this.picture = picture;
    this.position = picture.dataset.position;
    this.viewport = picture.querySelector("[data-viewport]");
    this.image = this.viewport.querySelector("img");
    this.drawn = new Map();
    this.sketched = svg("g", { class: "sketch" });
    this.svg = svg("svg", { class: "marks", role: "group", "aria-label": "Marks" }, this.sketched);
    for (const side of ["left", "top", "width", "height"]) {
      this.svg.style[side] = this.image.style[side];
    }
    this.viewport.append(this.svg);
    const reader = () => {
      const found = marks.active?.reader;
      return found?.takes(this.position) ? found : null;
    };
    new MarkPointer(this.viewport, {
      shapes: () => reader()?.shapes ?? [],
      finish: (points) => this.add(reader(), points),
      sketch: (points) => this.sketch(points),
    });
  }

  /** The middle of the part of the picture that is seen, in percent. */
  middle() {
    const [room, box] = [this.viewport, this.image].map((one) => one.getBoundingClientRect());
    return [
      (100 * (room.left + room.width / 2 - box.left)) / box.width,
      (100 * (room.top + room.height / 2 - box.top)) / box.height,
    ];
  }

  add(reader, points) {
    const row = reader.add(this.position, points);
    if (row) this.drawn.get(row.where.name)?.focus({ preventScroll: true });
    return Boolean(row);
  }

  sketch(points) {
    this.sketched.replaceChildren(...(points.length ? shapesOf(points, "+") : []));
  }

  draw(asked) {
    const wanted = new Set();
    for (const { element, reader } of asked) {
      reader.marks.forEach((row, at) => {
        const isHere = row.image ? row.image.value === this.position : reader.takes(this.position);
        if (!isHere || !row.points.length || element.matches(".is-void")) return;
        wanted.add(row.where.name);
        this.drawMark(reader, row, reader.nameAt(at));
      });
    }
    for (const [name, group] of this.drawn) {
      if (wanted.has(name)) continue;
      group.remove();
      this.drawn.delete(name);
    }
  }

  drawMark(reader, row, number) {
    const { name } = row.where;
    if (!this.drawn.has(name)) {
      const group = svg("g", { class: "mark", tabindex: "0", role: "button" });
      group.addEventListener("keydown", (event) => this.press(event, reader, name));
      group.addEventListener("pointerdown", (event) => event.stopPropagation());
      this.drawn.set(name, group);
      this.svg.append(group);
    }
    const group = this.drawn.get(name);
    const words = [`Mark ${number}`, row.name].filter(Boolean).join(", ");
    group.setAttribute("aria-label", `${words}: arrow keys move it, Delete takes it away`);
    group.replaceChildren(...shapesOf(row.points, number));
  }

  /** Arrows move by one CSS pixel, with Shift by ten; digits choose a label; Delete takes it away. */
  press(event, reader, name) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    const row = reader.rows.find(({ where }) => where.name === name);
    if (!row || ctrlKey || metaKey || altKey) return;
    const step = ARROWS[key];
    const by = shiftKey ? 10 : 1;
    const { width, height } = this.image.getBoundingClientRect();
    if (step) row.moveBy((100 * by * step[0]) / width, (100 * by * step[1]) / height);
    else if (key === "Delete" || key === "Backspace") this.remove(reader, row);
    else if (key === "Escape") reader.root.closest(".criterion").focus({ preventScroll: true });
    else if (!/^[1-9]$/.test(key) || !row.press(Number(key))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  remove(reader, row) {
    reader.remove(row);
    reader.root.closest(".criterion").focus({ preventScroll: true });
  }
}
