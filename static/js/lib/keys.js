// One keymap for the page. Single keys rest while something is typed, while a modifier is held,
// while a dialog is open, and when the person has switched them off.

import { life } from "./life.js";
import { read, write } from "./store.js";

const SWITCH = "evalhub-single-keys";
const NOT_TYPED_INTO = ["radio", "checkbox", "range", "button", "submit", "reset"];
const pressed = new Map();
const released = new Map();

/**
 * Call `press` for `key` (as in KeyboardEvent.key, letters in lower case), `release` when it is let
 * go, while the page that is shown now lasts.
 */
export function onKey(key, press, release) {
  pressed.set(key, press);
  if (release) released.set(key, release);
  life().addEventListener("abort", () => {
    pressed.delete(key);
    released.delete(key);
  });
}

export function singleKeysAreOn() {
  return read(SWITCH) !== "off";
}

export function switchSingleKeys(on) {
  write(SWITCH, on ? "on" : "off");
}

export function isTyping(element) {
  if (element.isContentEditable || element.matches("textarea, select")) {
    return !element.matches("[data-answer] select"); // there digits choose, as anywhere in an answer
  }
  return element.matches("input") && !NOT_TYPED_INTO.includes(element.type);
}

/** Whether Enter in `element` would send the form, which no single key should do by accident. */
function sendsByEnter(element) {
  return element.matches("input") && !["submit", "button", "reset"].includes(element.type);
}

function nameOf({ key }) {
  if (key === "=") return "+"; // the same key without Shift
  return key.length === 1 ? key.toLowerCase() : key;
}

function pressedName(event) {
  const hasModifier = event.ctrlKey || event.metaKey;
  if (hasModifier && event.key === "Enter") return "Mod+Enter";
  return hasModifier || event.altKey ? "" : nameOf(event);
}

document.addEventListener("keydown", (event) => {
  const name = pressedName(event);
  if (!name || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (name === "Enter" && !sendsByEnter(event.target)) return;
  const isSingle = name.length === 1;
  if (isSingle && (isTyping(event.target) || !singleKeysAreOn())) return;
  const handle = pressed.get(name);
  if (!handle || (event.repeat && released.has(name))) return;
  if (handle(event) !== false) event.preventDefault();
});

document.addEventListener("keyup", (event) => released.get(nameOf(event))?.(event));
window.addEventListener("blur", () => released.forEach((release) => release()));
