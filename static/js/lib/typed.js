// What is typed in the judging form, as lists of values by name, and back into the form.

const NOT_ANSWERS = /^(skip|flag)-/;

/** The answers that stand in the form; what is empty is left out, and what nobody types. */
export function typedIn(form) {
  const fixed = new Set([...form.querySelectorAll("input[type=hidden]")].map(({ name }) => name));
  const typed = Object.create(null); // a criterion may be called "constructor"
  for (const [name, value] of new FormData(form)) {
    if (fixed.has(name) || NOT_ANSWERS.test(name) || value === "") continue;
    (typed[name] ??= []).push(value);
  }
  return typed;
}

/** The same text for the same answers, in whichever order they come. */
export function textOf(typed) {
  const answers = Object.entries(typed).filter(([name]) => !name.startsWith("work-"));
  return JSON.stringify(answers.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Put `typed` into the form; what it does not name is emptied. */
export function fill(form, typed) {
  form.dispatchEvent(new CustomEvent("evalhub:restoring", { detail: Object.keys(typed) }));
  for (const control of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const { name } = control;
    if (!name || NOT_ANSWERS.test(name)) continue;
    put(control, Object.hasOwn(typed, name) ? typed[name] : []);
  }
  form.dispatchEvent(new Event("evalhub:restored"));
}

/** Several check boxes may share a name. */
function put(control, values) {
  const isTick = ["radio", "checkbox"].includes(control.type);
  const [property, value] = isTick
    ? ["checked", values.includes(control.value)]
    : ["value", values[0] ?? ""];
  if (!isTick && value) control.closest("details")?.setAttribute("open", "");
  if (control[property] === value) return;
  control[property] = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}
