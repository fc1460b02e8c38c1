// How the task is looked at, stored beside the judgment: active time, viewport, largest zoom.
import { every, life } from "../lib/life.js";

const ACTIVE_FOR = 60_000; // the page counts as used for a minute after an input
const EVENTS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll"];

export function mount(form) {
  const field = (name) => form.querySelector(`[name="work-${name}"]`);
  const shown = document.querySelector("[data-active-time]");
  const before = Number(document.querySelector(".active-time").dataset.seconds);
  const startedWith = Number(field("active_seconds").value) || 0;
  let active = 0;
  let lastInput = Date.now();

  for (const name of EVENTS) {
    const options = { passive: true, capture: true, signal: life() };
    document.addEventListener(name, () => (lastInput = Date.now()), options);
  }
  every(1000, () => {
    const isActive = !document.hidden && Date.now() - lastInput < ACTIVE_FOR;
    if (!isActive) return;
    active += 1;
    field("active_seconds").value = startedWith + active;
    shown.textContent = duration(before + startedWith + active);
  });

  function measure() {
    field("viewport_width").value = window.innerWidth;
    field("viewport_height").value = window.innerHeight;
    field("pixel_ratio").value = window.devicePixelRatio;
  }
  measure();
  window.addEventListener("resize", measure, { signal: life() });
  form.addEventListener("evalhub:zoom", ({ detail }) => {
    const largest = Math.max(Number(field("largest_zoom").value), detail.scale);
    field("largest_zoom").value = largest.toFixed(3);
  });
}

/** A time in the words of the server: seconds, minutes, hours and minutes. */
function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (!minutes) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}
