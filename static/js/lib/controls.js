// Give a control a value the way a person does: with the events that follow.

export function announce(control) {
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

export function check(control, isChecked = true) {
  control.checked = isChecked;
  announce(control);
}

/** The value of the option that `digit` chooses in a select: the blank one has no digit. */
export function optionAt(select, digit) {
  return [...(select?.options ?? [])].filter(({ value }) => value)[digit - 1]?.value;
}

/** Print beside each option of a select the digit that chooses it. */
export function printDigits(select) {
  const options = [...select.options].filter(({ value }) => value);
  options.slice(0, 9).forEach((option, at) => {
    const digit = String(at + 1);
    if (option.text !== digit) option.label = `${digit}  ${option.text}`;
  });
}
