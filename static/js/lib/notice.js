// A line that says something about the page, with buttons that do something about it.

export class Notice {
  constructor(element) {
    this.element = element;
  }

  /** Say `words`; `buttons` are pairs of a label and what it does. */
  say(words, buttons = []) {
    this.offer(buttons, words);
    this.element.hidden = false;
  }

  /** Show `buttons` after `words`, or after what stands there; the focus stays in the line. */
  offer(buttons, ...words) {
    const hadFocus = this.element.contains(document.activeElement);
    const said = words.length ? words : [...this.element.childNodes];
    const made = buttons.map(([label, act]) => buttonFor(label, act));
    this.element.replaceChildren(...said, ...made.flatMap((button) => [" ", button]));
    if (hadFocus) made[0]?.focus({ preventScroll: true });
  }

  hide() {
    this.element.hidden = true;
  }
}

function buttonFor(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}
