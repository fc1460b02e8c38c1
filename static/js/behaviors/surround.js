// The grey around the pictures: 3 % (ISO 3664), 15 % (ITU-R BT.500) or white.
import { read, write } from "../lib/store.js";

const KEPT = "evalhub-surround";
const GREYS = ["dark", "middle", "white"];
const NAMES = { dark: "3 % grey", middle: "15 % grey", white: "white" };

export function mount(pane) {
  const button = pane.querySelector("[data-surround-next]");

  function show(grey) {
    pane.dataset.surround = grey;
    button.title = `Surround: ${NAMES[grey]}. Press for the next one.`;
  }

  button.addEventListener("click", () => {
    const next = GREYS[(GREYS.indexOf(pane.dataset.surround) + 1) % GREYS.length];
    write(KEPT, next);
    show(next);
  });
  const kept = read(KEPT);
  show(GREYS.includes(kept) ? kept : "dark");
  button.hidden = false;
}
