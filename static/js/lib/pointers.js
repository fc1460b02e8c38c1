// Drag with one pointer, pinch with two.

const spread = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y);
const middle = ([a, b]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** Call pan(dx, dy) and pinch(factor, {x, y}), in CSS pixels, as pointers move on `element`. */
export function followPointers(element, { pan, pinch }) {
  const down = new Map();

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    element.setPointerCapture(event.pointerId);
    element.classList.add("is-dragged");
  });

  element.addEventListener("pointermove", (event) => {
    const from = down.get(event.pointerId);
    if (!from) return;
    const before = [...down.values()].map((point) => ({ ...point }));
    const dx = event.clientX - from.x;
    const dy = event.clientY - from.y;
    Object.assign(from, { x: event.clientX, y: event.clientY });
    if (down.size === 1) pan(dx, dy);
    if (down.size === 2) {
      const after = [...down.values()];
      pinch(spread(after) / spread(before), middle(after));
    }
  });

  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(name, (event) => {
      down.delete(event.pointerId);
      if (!down.size) element.classList.remove("is-dragged");
    });
  }
}
