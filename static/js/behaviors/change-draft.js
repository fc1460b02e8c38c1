// Keep in this browser what is typed while a judgment is changed. It never meets a draft of judging:
// there an empty form is filled in, here what is stored.
import { load, store, tidy } from "../lib/draft-store.js";
import { remove } from "../lib/store.js";
import { fill, typedIn } from "../lib/typed.js";

export function mount(form) {
  const key = `evalhub-draft-change-${form.dataset.judgment}`;
  const notice = form.querySelector("[data-draft-notice]");
  const keep = (isSent = false) => store(key, { typed: typedIn(form), isSent });

  tidy(key);
  // A page that came back with errors holds what was typed last; it is newer than the draft.
  const kept = "holdsTyped" in form.dataset ? null : load(key);
  if (kept) {
    fill(form, kept.typed);
    notice.hidden = false;
  }
  form.addEventListener("input", () => keep());
  form.addEventListener("change", () => keep());
  form.addEventListener("submit", (event) => event.defaultPrevented || keep(true));
  form.querySelector("[data-draft-discard]").addEventListener("click", () => {
    HTMLFormElement.prototype.reset.call(form);
    remove(key);
    notice.hidden = true;
  });
}
