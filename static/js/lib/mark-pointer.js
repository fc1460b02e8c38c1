// Marks by pointer: a click for a point, a drag or two clicks for a box, clicks for an outline.

const STILL = 4; // CSS pixels: less is a click
const CLOSE = 12; // so near to its first point an outline is closed

export class MarkPointer {
  /** `shapes()` returns the shapes wanted now, empty for none; `finish(points)` takes a mark. */
  constructor(viewport, { shapes, finish, sketch }) {
    this.image = viewport.querySelector("img");
    Object.assign(this, { viewport, shapes, finish, sketch, from: null, corners: [] });
    const capture = { capture: true };
    viewport.addEventListener("pointerdown", (event) => this.press(event), capture);
    viewport.addEventListener("pointermove", (event) => this.drag(event), capture);
    viewport.addEventListener("pointerup", (event) => this.release(event), capture);
    viewport.addEventListener("pointercancel", () => this.stop(), capture);
    viewport.addEventListener("dblclick", () => this.close());
    viewport.addEventListener("click", (event) => this.tap(event));
  }

  /** Where the pointer is on the picture, in percent; inside its edges. */
  at({ clientX, clientY }) {
    const box = this.image.getBoundingClientRect();
    const share = (value, start, size) => Math.min(Math.max((100 * (value - start)) / size, 0), 100);
    return [share(clientX, box.left, box.width), share(clientY, box.top, box.height)];
  }

  press(event) {
    // Shift and a finger move the picture; a mark that is pressed is chosen.
    const isOurs = event.button === 0 && event.pointerType !== "touch" && !event.shiftKey;
    if (!isOurs || !this.shapes().length || event.target.closest(".mark")) return;
    event.stopImmediatePropagation();
    this.from = { x: event.clientX, y: event.clientY, point: this.at(event) };
    this.viewport.setPointerCapture(event.pointerId);
  }

  /** A finger that moves takes the picture along; one that does not is a click. */
  tap(event) {
    const isOurs = event.pointerType === "touch" && !event.target.closest(".mark, button");
    if (isOurs && this.shapes().length) this.click(this.at(event));
  }

  hasMoved(event) {
    return Math.hypot(event.clientX - this.from.x, event.clientY - this.from.y) >= STILL;
  }

  drag(event) {
    if (!this.from || !this.hasMoved(event) || !this.shapes().includes("box")) return;
    this.sketch([this.from.point, this.at(event)]);
  }

  release(event) {
    if (!this.from) return;
    const { point } = this.from;
    const isBox = this.hasMoved(event) && this.shapes().includes("box");
    this.from = null;
    if (isBox) this.end([point, this.at(event)]);
    else this.click(point);
  }

  click(point) {
    const shapes = this.shapes();
    if (shapes.includes("point")) return this.end([point]);
    if (!shapes.includes("box") && this.closes(point)) return this.close();
    this.corners.push(point);
    if (shapes.includes("box") && this.corners.length === 2) return this.end(this.corners);
    return this.sketch(this.corners);
  }

  closes(point) {
    if (this.corners.length < 3) return false;
    const { width, height } = this.image.getBoundingClientRect();
    const [first] = this.corners;
    const [dx, dy] = [point[0] - first[0], point[1] - first[1]];
    return Math.hypot((dx * width) / 100, (dy * height) / 100) < CLOSE;
  }

  close() {
    const corners = this.corners.filter((one, at, all) => at === 0 || String(one) !== String(all[at - 1]));
    if (corners.length >= 3) this.end(corners);
  }

  end(points) {
    this.stop();
    this.finish(points);
  }

  stop() {
    this.from = null;
    this.corners = [];
    this.sketch([]);
  }
}
