// One criterion in the editor of a draft: what its type needs, its key, a copy of it.

/** Return the field called `name` of `card` itself, not of one of its levels. */
export const fieldOf = (card, name) => card.querySelector(`[name='${card.id}-${name}']`);

const drawers = new WeakMap(); // the settings of the types a card had before, by card

/** Return a new card made from `template`, as the one at `index` of the form. */
export function cardFrom(template, index) {
  return made(template, `criteria-${index}`);
}

function made(template, prefix) {
  const holder = document.createElement("div");
  holder.innerHTML = template.innerHTML.replaceAll("criteria-__prefix__", prefix);
  return holder.firstElementChild;
}

/** Return a copy of `card`, with what is typed, as the one at `index` of the form. */
export function copyOf(card, index) {
  const copy = card.cloneNode(true);
  const own = new RegExp(`${card.id}(?!\\d)`, "g");
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes(card.id)) {
        attribute.value = attribute.value.replace(own, `criteria-${index}`);
      }
    }
    if (element.localName === "template") {
      element.innerHTML = element.innerHTML.replace(own, `criteria-${index}`);
    }
  }
  const chosen = [...card.querySelectorAll("select")].map((select) => select.value);
  copy.querySelectorAll("select").forEach((select, n) => (select.value = chosen[n]));
  return copy;
}

/** Return the key that the title of `card` makes, one that no other card has; as the server does. */
export function keyFor(card, cards) {
  const title = fieldOf(card, "title").value;
  const plain = title.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase();
  const words = plain.replace(/[^\w\s-]/g, "").trim().replace(/[-\s]+/g, "_");
  const cut = words.replace(/^_+|_+$/g, "").slice(0, 50);
  if (!title.trim()) return "";
  const key = /^[a-z]/.test(cut) ? cut : `criterion_${cut}`.replace(/_+$/, "");
  const taken = cards.filter((other) => other !== card).map((other) => fieldOf(other, "key").value);
  let found = key;
  for (let n = 2; taken.includes(found); n += 1) found = `${key}_${n}`;
  return found;
}

/** Show of `card` what its type and rules need; it joins the `earlier` ones that have a number. */
export function showCard(card, kinds, earlier, form) {
  const field = (name) => fieldOf(card, name);
  const type = field("type").value;
  const kind = kinds[type];
  const isRemoved = field("DELETE").checked;
  swapSettings(card, type, form);
  card.querySelector("[data-help]").textContent = kind.help;
  card.querySelector("[data-levels]").hidden = !kind.levels;
  const word = kind.levels || "levels";
  card.querySelector("[data-levels-are]").textContent = word[0].toUpperCase() + word.slice(1);
  const shown = {
    "per-image": kind.mayBePerImage,
    number: kind.hasNumber,
    justified: field("justification_rule").value !== "never",
    band: field("justification_rule").value === "band",
    condition: field("condition_effect").value !== "",
  };
  for (const part of card.querySelectorAll("[data-when]")) part.hidden = !shown[part.dataset.when];
  const title = field("title").value;
  card.querySelector("[data-heading]").textContent = title || "New criterion";
  const section = field("section").value;
  card.querySelector("[data-summary]").textContent = [kind.label, section].filter(Boolean).join(" · ");
  card.classList.toggle("removed", isRemoved);
  card.querySelector("[data-tool='undo']").hidden = !isRemoved;
  for (const tool of ["up", "down", "copy", "remove"]) {
    card.querySelector(`[data-tool='${tool}']`).hidden = isRemoved;
  }
  const none = "does not stand before this one";
  offer(field("condition_criterion"), earlier, none);
  for (const select of card.querySelectorAll("[data-settings] [data-open]")) {
    offer(select, levelsOf(card, kind), "not a level of this criterion");
  }
  if (kind.hasNumber && !isRemoved && field("key").value) earlier.push([field("key").value, title]);
}

function swapSettings(card, type, form) {
  // A field that is taken away while it has the focus would report its change in between.
  if (card.querySelector("[data-settings]").dataset.settings !== type) {
    card.querySelector("[data-settings] :focus")?.blur();
  }
  const present = card.querySelector("[data-settings]");
  if (present.dataset.settings === type) return;
  const drawer = drawers.get(card) ?? {};
  drawers.set(card, drawer);
  drawer[present.dataset.settings] = present;
  const template = form.querySelector(`template[data-settings-of='${type}']`);
  drawer[type] ??= made(template, card.id);
  present.replaceWith(drawer[type]);
}

function levelsOf(card, { isOrdered }) {
  return [...card.querySelectorAll("[data-row]")].flatMap((row) => {
    const value = (name) => row.querySelector(`[name$='-${name}']`).value;
    const label = value("label").trim();
    const key = isOrdered
      ? `level_${value("value")}`.replace("-", "minus_")
      : label.toLowerCase().replace(/[^\w\s-]/g, "").trim().replace(/[-\s]+/g, "_");
    return label ? [[value("key") || key, label]] : [];
  });
}

/** Let `select` choose among `choices`; what is chosen stays, even where it is not among them. */
function offer(select, choices, unknown) {
  const chosen = select.value;
  const found = [["", "Choose…"], ...choices];
  if (chosen && !choices.some(([value]) => value === chosen)) {
    found.push([chosen, `${chosen} (${unknown})`]);
  }
  const now = [...select.options].map((option) => [option.value, option.text]);
  if (JSON.stringify(now) === JSON.stringify(found)) return;
  select.replaceChildren(...found.map(([value, text]) => new Option(text, value)));
  select.value = chosen;
}
