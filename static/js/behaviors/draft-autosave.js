// Save a draft a moment after the last change. Until the server has it, what is typed is kept in
// this browser too, and brought back after a crash.

import { read, remove, write } from "../lib/store.js";

const PAUSE = 2000;
const NOT_TYPED = "csrfmiddlewaretoken";

export function openAutosave(form) {
  const name = `evalhub-editor-${form.dataset.draft}`;
  let timer = 0;
  let running = null;
  let changes = 0; // counted, so that an answer to an older state clears nothing
  let isOpen = false;
  let letsThrough = false;

  const say = (text) => (form.querySelector("[data-state]").textContent = text);
  const entries = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const keep = () => {
    const fields = entries().filter(([field]) => field !== NOT_TYPED);
    write(name, JSON.stringify({ fields, at: Date.now() }));
  };

  function touch() {
    if (!isOpen) return;
    changes += 1;
    say("Not saved yet");
    keep();
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  /** Save now; true where the server has everything, false where it refuses, null where it is away. */
  async function save() {
    clearTimeout(timer);
    while (running) await running;
    running = send();
    try {
      return await running;
    } finally {
      running = null;
    }
  }

  async function send() {
    const sent = changes;
    const answer = await post(form.dataset.autosave, entries());
    if (!answer) {
      say("Not saved: the server does not answer. What you typed is kept in this browser.");
      timer = setTimeout(save, 5 * PAUSE);
      return null;
    }
    if (answer.status !== 200) {
      say(`Not saved: ${answer.problems?.[0]?.[1] ?? "sign in again in another window."}`);
      return answer.problems ? false : null;
    }
    form.querySelector("[name='seen']").value = answer.seen;
    if (sent !== changes) return true; // there is more by now, and a timer for it
    remove(name);
    const time = new Date(answer.saved_at);
    say(`Saved ${time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`);
    return true;
  }

  async function post(address, fields) {
    try {
      const response = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      const isJson = response.headers.get("Content-Type")?.includes("json");
      return { status: response.redirected ? 0 : response.status, ...(isJson && (await response.json())) };
    } catch {
      return null;
    }
  }

  /** Put what this browser kept, and the server never got, back into the form. */
  async function restore() {
    const kept = parse(read(name));
    if (!kept || "holdsTyped" in form.dataset) return;
    const fields = [
      ...kept.fields,
      [NOT_TYPED, form.querySelector(`[name='${NOT_TYPED}']`).value],
      ["restore", "1"],
    ];
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(fields),
      });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const other = page.getElementById("draft");
      if (!response.ok || !other) return;
      form.replaceChildren(...other.childNodes);
      form.dataset.restored = new Date(kept.at).toLocaleTimeString("en-GB").slice(0, 5);
    } catch {
      // It stays kept, for the next time this page is opened.
    }
  }

  form.addEventListener("submit", async (event) => {
    if (letsThrough || event.submitter?.name === "refresh") return;
    event.preventDefault();
    const isSaved = await save();
    if (isSaved === null || (isSaved && event.submitter?.name === "save")) return;
    letsThrough = true; // the page that comes says what is to be mended, or goes on to publishing
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("beforeunload", (event) => {
    if (read(name) && !letsThrough) event.preventDefault();
  });

  return {
    touch,
    restore,
    begin() {
      isOpen = true;
      if ("holdsTyped" in form.dataset) keep();
      if (!form.dataset.restored) return;
      touch();
      say(`Brought back what was typed at ${form.dataset.restored}`);
    },
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
