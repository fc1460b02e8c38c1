// Keep what is typed in this browser at once, and bring it back after a reload or a new sign-in.
import { names, read, remove, write } from "../lib/store.js";

const PREFIX = "evalhub-draft-";
const DAYS_KEPT = 14;
const OURS = /^(work-|skip-|flag-|csrfmiddlewaretoken$)/;

export function mount(form) {
  const key = form.dataset.draftKey;
  const draft = parse(key);
  forget((name, kept) => isOld(kept) || (kept.sent && name !== key));
  // A page that came back with errors holds what was typed last; it is newer than the draft.
  if (draft && !("holdsTyped" in form.dataset)) restore(form, draft);
  else if ("holdsTyped" in form.dataset) save(form, key);

  form.addEventListener("input", () => save(form, key));
  form.addEventListener("change", () => save(form, key));
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) save(form, key, { sent: true });
  });
  form.querySelector("[data-draft-discard]").addEventListener("click", () => {
    HTMLFormElement.prototype.reset.call(form);
    remove(key);
    form.querySelector("[data-draft-notice]").hidden = true;
  });
}

function parse(key) {
  try {
    return JSON.parse(read(key));
  } catch {
    return null;
  }
}

function answersOf(form) {
  return [...new FormData(form)].filter(
    ([name, value]) => !OURS.test(name) && typeof value === "string" && value !== "",
  );
}

function save(form, key, { sent = false } = {}) {
  const active = form.querySelector("[name=work-active_seconds]").value;
  write(key, JSON.stringify({ answers: answersOf(form), active, at: Date.now(), sent }));
}

function restore(form, { answers, active }) {
  form.querySelector("[name=work-active_seconds]").value = active ?? "";
  if (!answers?.length) return;
  const names = [...new Set(answers.map(([name]) => name))];
  form.dispatchEvent(new CustomEvent("evalhub:restoring", { detail: names }));
  for (const name of names) {
    const values = answers.filter(([one]) => one === name).map(([, value]) => value);
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      fill(control, values);
    }
  }
  form.querySelector("[data-draft-notice]").hidden = false;
  form.dispatchEvent(new Event("evalhub:restored"));
}

/** Several check boxes may share a name. */
function fill(control, values) {
  if (["radio", "checkbox"].includes(control.type)) {
    control.checked = values.includes(control.value);
  } else {
    [control.value] = values;
    if (control.value) control.closest("details")?.setAttribute("open", "");
  }
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

function isOld({ at }) {
  return Date.now() - at > DAYS_KEPT * 24 * 60 * 60 * 1000;
}

function forget(shouldGo) {
  for (const name of names(PREFIX)) {
    const kept = parse(name);
    if (!kept || shouldGo(name, kept)) remove(name);
  }
}
