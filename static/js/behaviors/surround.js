// The grey around the pictures: 3 % (ISO 3664), 15 % (ITU-R BT.500) or white.
// The rubric says where it begins; a choice of one's own goes before, for rubrics that begin alike.
import { read, write } from "../lib/store.js";

const KEPT = "evalhub-surround-";
const GREYS = ["dark", "mid", "white"];
const NAMES = { dark: "3 % grey", mid: "15 % grey", white: "white" };

export function mount(pane) {
  const button = pane.querySelector("[data-surround-next]");
  const given = pane.dataset.surround;

  function show(grey) {
    pane.dataset.surround = grey;
    button.title = `Surround: ${NAMES[grey]}. Press for the next one.`;
  }

  button.addEventListener("click", () => {
    const next = GREYS[(GREYS.indexOf(pane.dataset.surround) + 1) % GREYS.length];
    write(KEPT + given, next);
    show(next);
  });
  const kept = read(KEPT + given);
  show(GREYS.includes(kept) ? kept : given);
  button.hidden = false;
}
