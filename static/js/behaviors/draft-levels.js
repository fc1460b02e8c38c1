// The levels of a criterion in the editor: one row each, always a blank one at the end.

const inputs = (row) => [...row.querySelectorAll("input, textarea")];
const part = (row, name) => row.querySelector(`[name$='-${name}']`);
const typed = (row) => inputs(row).filter((input) => input.type !== "file");
const isBlank = (row) =>
  typed(row).every((input) => input.type === "checkbox" || !input.value.trim());
const rowsOf = (card) => [...card.querySelector("[data-rows]").children];

/** Give `row` a number once it has a label, and the card of it a blank row at the end. */
export function keepOneBlank(card, row = null) {
  if (row && part(row, "label").value.trim() && !part(row, "value").value.trim()) {
    part(row, "value").value = nextNumber(card);
  }
  const shown = rowsOf(card).filter((one) => !one.hidden);
  if (!shown.length || !isBlank(shown.at(-1))) addRow(card);
}

function nextNumber(card) {
  const numbers = rowsOf(card).map((row) => part(row, "value").value.trim());
  const found = numbers.filter((text) => /^-?\d+$/.test(text)).map(Number);
  return found.length ? Math.max(...found) + 1 : 1;
}

function addRow(card) {
  const total = card.querySelector("[name$='-levels-TOTAL_FORMS']");
  const most = Number(card.querySelector("[name$='-levels-MAX_NUM_FORMS']").value);
  const at = Number(total.value);
  if (at >= most) return null;
  total.value = at + 1;
  const blank = card.querySelector("[data-blank-row]").innerHTML;
  const rows = card.querySelector("[data-rows]");
  rows.insertAdjacentHTML("beforeend", blank.replaceAll("-levels-__prefix__", `-levels-${at}`));
  return rows.lastElementChild;
}

/** Move, copy or remove `row`; `focused` keeps the focus. */
export function changeLevels(row, tool, focused) {
  const card = row.closest("[data-card]");
  if (tool === "level-remove") remove(row, card);
  else if (tool === "level-copy") copy(row, card);
  else move(row, tool === "level-up" ? -1 : 1, focused);
}

function remove(row, card) {
  for (const input of inputs(row)) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
  row.hidden = true;
  keepOneBlank(card);
  const shown = rowsOf(card).filter((one) => !one.hidden);
  part(shown[0], "label").focus();
}

function copy(row, card) {
  const blank = rowsOf(card).findLast((one) => !one.hidden && isBlank(one)) ?? addRow(card);
  if (!blank) return;
  for (const name of ["label", "descriptor", "group"]) {
    part(blank, name).value = part(row, name).value;
  }
  part(blank, "value").value = nextNumber(card);
  keepOneBlank(card);
  part(blank, "label").focus();
}

/** Levels stand in the order of their numbers: two that change places change numbers, too. */
function move(row, by, focused) {
  const rows = rowsOf(row.closest("[data-card]")).filter((one) => !one.hidden);
  const other = rows[rows.indexOf(row) + by];
  if (!other || isBlank(other) || isBlank(row)) return;
  const [mine, its] = [part(row, "value"), part(other, "value")];
  [mine.value, its.value] = [its.value, mine.value];
  if (by < 0) other.before(row);
  else other.after(row);
  focused.focus();
}

/** Make a level of each line that is pasted into a label: “label”, “5 label”, “label, tab, words”. */
export function pasteLevels(event) {
  const row = event.target.closest("[data-row]");
  if (!row || !event.target.name?.endsWith("-label")) return false;
  const lines = event.clipboardData.getData("text/plain").split(/\r?\n/);
  const found = lines.map((line) => line.trim()).filter(Boolean);
  if (found.length < 2) return false;
  event.preventDefault();
  const card = row.closest("[data-card]");
  let current = row;
  for (const line of found) {
    if (!current) break;
    fill(current, line, card);
    keepOneBlank(card, current);
    const rows = rowsOf(card);
    const later = rows.slice(rows.indexOf(current) + 1);
    current = later.find((one) => !one.hidden && isBlank(one));
  }
  return true;
}

function fill(row, line, card) {
  const [, number, rest] = /^(-?\d+)[\s.:)]+(.+)$/.exec(line) ?? [null, "", line];
  const [label, ...words] = rest.split("\t");
  part(row, "label").value = label.trim();
  if (words.length) part(row, "descriptor").value = words.join(" ").trim();
  if (number) part(row, "value").value = number;
  else part(row, "value").value ||= nextNumber(card);
}
