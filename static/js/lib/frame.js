// One picture in its viewport: its measures, and the rendition that is sharp enough for them.
import { clampMiddle, place } from "./view.js";

export class Frame {
  /** `width` is the width, in pixels, that all linked pictures are drawn to at 100 %. */
  constructor(viewport, width) {
    this.viewport = viewport;
    this.image = viewport.querySelector("img");
    const { fullWidth, shownWidth, full } = this.image.dataset;
    const natural = { width: Number(fullWidth), height: Number(this.image.getAttribute("height")) };
    this.width = width;
    this.height = (natural.height * width) / natural.width;
    this.shownWidth = Number(shownWidth);
    this.fullSource = this.shownWidth < natural.width ? full : null;
    this.watchFailure();
  }

  get room() {
    return this.viewport.getBoundingClientRect();
  }

  boxAt(view, ratio) {
    return place(this, view, ratio);
  }

  clamp(view, ratio) {
    const box = this.boxAt(view, ratio);
    const { width, height } = this.room;
    return {
      ...view,
      x: clampMiddle(view.x, box.width, width),
      y: clampMiddle(view.y, box.height, height),
    };
  }

  draw(view, ratio) {
    const box = this.boxAt(view, ratio);
    for (const layer of this.viewport.querySelectorAll("img, .marks")) {
      for (const side of ["left", "top", "width", "height"]) layer.style[side] = `${box[side]}px`;
      layer.classList.toggle("shows-pixels", view.scale >= 2);
    }
    if (box.width * ratio > this.shownWidth) this.loadFull();
  }

  /** Fetch every pixel once they are wanted, and show them when they are decoded. */
  async loadFull() {
    if (!this.fullSource) return;
    const source = this.fullSource;
    this.fullSource = null;
    const loader = new Image();
    loader.src = source;
    this.viewport.classList.add("is-loading");
    try {
      await loader.decode();
      this.image.src = source;
    } catch {
      this.fullSource = source; // the smaller one stays; the next zoom tries again
    }
    this.viewport.classList.remove("is-loading");
  }

  watchFailure() {
    const fail = () => {
      this.viewport.querySelector("[data-failed]").hidden = false;
      this.image.hidden = true;
    };
    if (this.image.complete && !this.image.naturalWidth) fail();
    else this.image.addEventListener("error", fail);
  }
}
