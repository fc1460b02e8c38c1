// The guideline beside the work page: fetched when first opened, shown at the active criterion.
// The judging form stays as it is behind it; the dialog gives the focus back when it closes.
import { isTyping } from "../lib/keys.js";

const FAILED = "The guideline could not be fetched. Close this and open it once more.";

export function mount(drawer) {
  const place = drawer.querySelector("[data-guideline-here]");
  const opener = document.querySelector(`[data-opens=${drawer.id}]`);

  opener?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own, then
    event.preventDefault();
    drawer.showModal();
    if (isRead()) goToClause();
    else place.dispatchEvent(new CustomEvent("evalhub:read"));
  });
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer) drawer.close(); // the backdrop
  });
  // The key that opens it closes it too.
  drawer.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key !== "h" || !isPlain || isTyping(event.target)) return;
    event.preventDefault();
    drawer.close();
  });
  place.addEventListener("htmx:afterSettle", (event) => {
    if (event.target !== place) return; // a remark was swapped, not the guideline
    if (isRead()) goToClause();
    else say(FAILED); // the sign-in page came instead
  });
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    place.addEventListener(failure, (event) => event.target === place && say(FAILED));
  }

  function isRead() {
    return Boolean(place.querySelector("[data-guideline]"));
  }

  function say(sentence) {
    const said = document.createElement("p");
    said.setAttribute("role", "alert");
    said.textContent = sentence;
    place.replaceChildren(said);
  }

  function goToClause() {
    const clause = place.querySelector(`[data-clause="${activeKey()}"]`);
    if (!drawer.open || !clause) return;
    clause.scrollIntoView({ block: "start" });
    clause.querySelector("h2").focus({ preventScroll: true });
  }
}

/** The criterion that is being judged; asked of an image, its key ends with the position. */
function activeKey() {
  const active = document.querySelector(".criterion.is-active");
  return (active?.dataset.criterion ?? "").split("-")[0];
}
