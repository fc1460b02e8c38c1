// Keep in this browser what is typed while a judgment is changed. It never meets a draft of judging:
// there an empty form is filled in, here what is stored.
import { names, read, remove, write } from "../lib/store.js";

const PREFIX = "evalhub-change-";
const DAYS_KEPT = 14;
const NOT_ANSWERS = /^(work-|csrfmiddlewaretoken$)/;

export function mount(form) {
  const key = PREFIX + form.dataset.judgment;
  const notice = form.querySelector("[data-draft-notice]");
  const keep = (isSent = false) =>
    write(key, JSON.stringify({ typed: typedIn(form), at: Date.now(), isSent }));

  tidy(key);
  // A page that came back with errors holds what was typed last; it is newer than the draft.
  const kept = "holdsTyped" in form.dataset ? null : load(key);
  if (kept) {
    restore(form, kept.typed);
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

function load(key) {
  try {
    return JSON.parse(read(key));
  } catch {
    return null;
  }
}

/** Remove what is old, and what another page has sent. */
function tidy(key) {
  const oldest = Date.now() - DAYS_KEPT * 24 * 60 * 60 * 1000;
  for (const name of names(PREFIX)) {
    const kept = load(name);
    if (!kept || kept.at < oldest || (kept.isSent && name !== key)) remove(name);
  }
}

function typedIn(form) {
  return [...new FormData(form)].filter(
    ([name, value]) => !NOT_ANSWERS.test(name) && typeof value === "string" && value !== "",
  );
}

/** Put what was typed into the form; what it leaves empty had been taken away. */
function restore(form, typed) {
  const all = [...new Set([...typedIn(form), ...typed].map(([name]) => name))];
  form.dispatchEvent(new CustomEvent("evalhub:restoring", { detail: all }));
  for (const name of all) {
    const values = typed.filter(([one]) => one === name).map(([, value]) => value);
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) put(control, values);
  }
  form.dispatchEvent(new Event("evalhub:restored"));
}

/** Several check boxes may share a name. */
function put(control, values) {
  if (["radio", "checkbox"].includes(control.type)) {
    control.checked = values.includes(control.value);
  } else {
    control.value = values[0] ?? "";
    if (control.value) control.closest("details")?.setAttribute("open", "");
  }
  control.dispatchEvent(new Event("input", { bubbles: true }));
}
