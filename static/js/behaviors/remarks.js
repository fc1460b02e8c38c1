// Remarks under the clauses: kept while they are typed, shown again when they are refused.
import { read, remove, write } from "../lib/store.js";

const NOT_SENT = "It could not be sent. What you typed is still here: send it again.";
const SIGNED_OUT = "You are signed out. Sign in in another tab, then send it again.";

export function mount(guideline) {
  const nameOf = (form) => `${guideline.dataset.draftKey}-${form.elements.criterion.value}`;

  for (const form of guideline.querySelectorAll(".remarks form")) {
    const { text } = form.elements;
    if (text.value) write(nameOf(form), text.value); // typed while this module was loading
    else text.value = read(nameOf(form)) ?? "";
  }
  guideline.addEventListener("input", ({ target }) => {
    if (target.matches(".remarks textarea")) write(nameOf(target.form), target.value);
  });
  // A refusal comes with what was typed and what to do about it.
  guideline.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = detail.requestConfig.elt;
    if (!isOurs(detail.xhr, form)) {
      detail.shouldSwap = false;
      say(form, SIGNED_OUT);
    } else if (detail.xhr.status === 422) {
      detail.shouldSwap = true;
      detail.isError = false;
    } else if (detail.xhr.status === 200) {
      remove(nameOf(form));
    }
  });
  guideline.addEventListener("htmx:afterSwap", ({ detail }) => {
    detail.elt.querySelector?.("[aria-invalid=true], [data-sent]")?.focus();
  });
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    guideline.addEventListener(failure, ({ detail }) => say(detail.requestConfig.elt, NOT_SENT));
  }
  // Return sends, Shift and Return begin a line: as in the small forms of the work page.
  guideline.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || !event.target.matches(".remarks textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
}

/** Whether the answer is to what was sent; signed out meanwhile, the sign-in page answers. */
function isOurs(xhr, form) {
  return new URL(xhr.responseURL || form.action, form.action).pathname === new URL(form.action).pathname;
}

function say(form, sentence) {
  const problem = form.querySelector("[data-problem]");
  problem.textContent = sentence;
  problem.hidden = false;
}
