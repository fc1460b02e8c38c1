// Zoom and pan, linked between the pictures of a task.
import { clampScale, fitScale, zoomAt } from "../lib/view.js";
import { Frame } from "../lib/frame.js";
import { life } from "../lib/life.js";
import { followPointers } from "../lib/pointers.js";

const STEP = Math.SQRT2;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function mount(pane) {
  const viewports = [...pane.querySelectorAll("[data-viewport]")];
  if (viewports.length) new Zoom(pane, viewports).mount();
}

class Zoom {
  constructor(pane, viewports) {
    this.pane = pane;
    const isFirst = (viewport) => !viewport.closest("[data-comparison]");
    const leading = viewports.find(isFirst) ?? viewports[0];
    const { fullWidth } = leading.querySelector("img").dataset;
    this.frames = viewports.map((viewport) => new Frame(viewport, Number(fullWidth)));
    this.leading = this.frames[viewports.indexOf(leading)];
    this.view = { scale: 1, x: 0.5, y: 0.5 };
    this.isFitted = true;
    this.pointer = null;
  }

  get ratio() {
    return window.devicePixelRatio;
  }

  get fit() {
    return fitScale(this.frames, this.ratio);
  }

  mount() {
    for (const frame of this.frames) this.listen(frame);
    new ResizeObserver(() => this.draw()).observe(this.pane);
    window.addEventListener("resize", () => this.draw(), { signal: life() });
    const press = {
      fit: () => this.toFit(),
      actual: () => this.toggleActual(),
      in: () => this.by(STEP),
      out: () => this.by(1 / STEP),
    };
    for (const button of this.pane.querySelectorAll("[data-zoom]")) {
      button.hidden = false;
      button.addEventListener("click", press[button.dataset.zoom]);
    }
    this.pane.classList.add("zooms");
    this.draw();
  }

  listen(frame) {
    const { viewport } = frame;
    viewport.tabIndex = 0;
    viewport.addEventListener("wheel", (event) => this.wheel(event, frame), { passive: false });
    viewport.addEventListener("keydown", (event) => this.arrow(event, frame));
    viewport.addEventListener("pointermove", ({ clientX, clientY }) => {
      this.pointer = { x: clientX, y: clientY, frame };
    });
    viewport.addEventListener("pointerleave", () => (this.pointer = null));
    followPointers(viewport, {
      pan: (dx, dy) => this.pan(frame, dx, dy),
      pinch: (factor, middle) => this.to(this.view.scale * factor, { ...middle, frame }),
    });
  }

  toFit() {
    this.isFitted = true;
    this.view = { scale: this.fit, x: 0.5, y: 0.5 };
    this.draw();
  }

  toggleActual() {
    if (this.isFitted || this.view.scale !== 1) this.to(1);
    else this.toFit();
  }

  by(factor) {
    this.to(this.view.scale * factor);
  }

  /** Zoom to a scale at the pointer where it is over a picture, else at the middle. */
  to(wanted, at = this.pointer) {
    const scale = clampScale(wanted, this.fit);
    if (at) this.view = zoomAt(at.frame, this.view, scale, at, this.ratio);
    else this.view = { ...this.view, scale };
    this.isFitted = scale <= this.fit && wanted !== 1;
    this.draw();
  }

  wheel(event, frame) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    const factor = Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 100 : 500));
    this.to(this.view.scale * factor, { x: event.clientX, y: event.clientY, frame });
  }

  arrow(event, frame) {
    const step = ARROWS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.pan(frame, -step[0] * frame.room.width * 0.1, -step[1] * frame.room.height * 0.1);
  }

  /** Move the picture by CSS pixels; it stops at its edges. */
  pan(frame, dx, dy) {
    const { width, height } = frame.boxAt(this.view, this.ratio);
    this.view = frame.clamp({
      ...this.view,
      x: this.view.x - dx / width,
      y: this.view.y - dy / height,
    }, this.ratio);
    this.draw();
  }

  draw() {
    if (this.isFitted) this.view = { scale: this.fit, x: 0.5, y: 0.5 };
    else this.view = this.leading.clamp(this.view, this.ratio);
    for (const frame of this.frames) frame.draw(this.view, this.ratio);
    const percent = Math.round(this.view.scale * 100);
    this.pane.querySelector("[data-zoom-now]").textContent = `${percent} %`;
    this.pane.classList.toggle("is-zoomed", !this.isFitted);
    const detail = { scale: this.view.scale };
    this.pane.dispatchEvent(new CustomEvent("evalhub:zoom", { bubbles: true, detail }));
  }
}
