// Once the page is there, have the next tasks held, and fetch what the next pages need meanwhile:
// the first of them as a whole, and the pictures of all, decoded.
import { life } from "../lib/life.js";
import { keepPrepared } from "../lib/prepared.js";

const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, 200));

export function mount(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

  const signal = life();
  keepPrepared(null);

  async function prepare() {
    try {
      const answer = await fetch(form.dataset.aheadUrl, {
        method: "POST",
        headers: { "X-CSRFToken": token, "X-In-Place": "1" },
        redirect: "manual",
      });
      if (!answer.ok || signal.aborted) return;
      const { pictures, next } = await answer.json();
      if (!signal.aborted) keepPrepared(next);
      pictures.forEach(fetchPicture);
    } catch {
      // Offline or leaving: the next task is then claimed when it is asked for.
    }
  }

  if (document.readyState === "complete") whenIdle(prepare);
  else window.addEventListener("load", () => whenIdle(prepare), { once: true });
}

function fetchPicture(address) {
  const image = new Image();
  image.src = address;
  image.decode().catch(() => {}); // one that is not there yet is asked for again when it is shown
}
