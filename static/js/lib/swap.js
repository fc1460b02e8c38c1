// Put a work page that came without its frame in the place of the one that is shown.
import { beginAnew } from "./life.js";

let shown = window.location.pathname;
// Back and forward lead to pages that stood in this frame: have them made anew.
window.addEventListener("popstate", () => {
  if (window.location.pathname !== shown) window.location.reload();
});

/** Show the parts of `html`, the page of `address`, after a `touch`, and mount their behaviours. */
export function swapPage(html, address, touch = () => {}) {
  const page = new DOMParser().parseFromString(html, "text/html");
  touch(page);
  beginAnew();
  if (address !== window.location.pathname) window.history.pushState(null, "", address);
  shown = address;
  document.title = page.title;
  for (const part of ["header", "main"]) {
    document.querySelector(`body > ${part}`).replaceWith(page.querySelector(`body > ${part}`));
  }
  window.scrollTo(0, 0);
  window.htmx?.process(document.body);
  document.dispatchEvent(new Event("evalhub:swapped"));
}

/** Tell who does not see it that another page is there, and go to what it wants done first. */
export function announcePage() {
  const problem = document.querySelector("main [autofocus]");
  if (problem) problem.focus();
  else sayAloud(document.title);
}

function sayAloud(words) {
  const id = "said";
  const place = document.getElementById(id) ?? document.createElement("p");
  Object.assign(place, { id, className: "visually-hidden", role: "status", textContent: "" });
  document.body.append(place);
  setTimeout(() => (place.textContent = words), 100); // a change is read out, a new element not
}
