// Hold to see the reference in the place of the picture: a hard cut, with no fading between.
import { onKey } from "../lib/keys.js";

export function mount(pane) {
  const button = pane.querySelector("[data-flicker]");
  const comparison = pane.querySelector("[data-comparison] img");
  const others = [...pane.querySelectorAll(".picture:not([data-comparison])")];
  if (!comparison || !others.length) return;
  const overlays = others.map((picture) => lay(comparison, picture));

  function show(isShown) {
    pane.classList.toggle("shows-comparison", isShown);
    button.setAttribute("aria-pressed", String(isShown));
    for (const overlay of overlays) {
      if (overlay.src !== comparison.src) overlay.src = comparison.src; // by now in full, perhaps
    }
  }

  button.hidden = false;
  onKey(button.dataset.holdKey, () => show(true), () => show(false));
  button.addEventListener("pointerdown", () => show(true));
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) {
    button.addEventListener(name, () => show(false));
  }
  const isPress = ({ key }) => key === " " || key === "Enter";
  button.addEventListener("keydown", (event) => isPress(event) && show(true));
  button.addEventListener("keyup", (event) => isPress(event) && show(false));
  show(false);
}

/** Put a copy of the comparison into the viewport of `picture`; zoom draws it like the picture. */
function lay(comparison, picture) {
  const overlay = document.createElement("img");
  overlay.className = "overlay";
  overlay.alt = "";
  overlay.draggable = false;
  overlay.src = comparison.src;
  const image = picture.querySelector("img");
  image?.after(overlay);
  for (const side of ["left", "top", "width", "height"]) overlay.style[side] = image.style[side];
  return overlay;
}
