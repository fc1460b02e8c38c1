// Keep what is typed: in this browser at once, on the server a moment later. Of two drafts the one
// with the higher sequence is the newer; what another page saved is never overwritten unseen.
import { timeOf } from "../lib/clock.js";
import { sendDraft } from "../lib/draft-server.js";
import { load, store, tidy } from "../lib/draft-store.js";
import { life } from "../lib/life.js";
import { Notice } from "../lib/notice.js";
import { fill, textOf, typedIn } from "../lib/typed.js";

const PAUSE = 2000;
const TEXTS_REMEMBERED = 3;
const UNREACHABLE =
  "Not saved. The server cannot be reached. What you type is kept in this browser, and sent with the next change.";

export function mount(form) {
  new WorkDraft(form).mount();
}

class WorkDraft {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.draftKey;
    this.active = form.querySelector("[name=work-active_seconds]");
    this.state = form.querySelector("[data-draft-state]");
    this.notice = new Notice(form.querySelector("[data-draft-notice]"));
    this.problem = new Notice(form.querySelector("[data-draft-problem]"));
    this.sequence = Number(form.dataset.draftSequence); // the newest that is known
    this.onServer = textOf(typedIn(form)); // what the server would show, as far as is known
    this.sent = []; // the latest texts on their way, the newest first
    this.running = 0;
    this.isHeld = false; // until the person decides
    this.isLeft = false; // the form itself is on its way
  }

  mount() {
    tidy(this.key);
    this.begin(load(this.key));
    for (const name of ["input", "change"]) this.form.addEventListener(name, () => this.touch());
    this.form.addEventListener("evalhub:not-sent", () => (this.isLeft = false));
    const here = { signal: life() };
    document.addEventListener("submit", (event) => this.leave(event), here);
    document.addEventListener("visibilitychange", () => document.hidden && this.save(), here);
    window.addEventListener("pagehide", () => this.save(), here);
    window.addEventListener("pageshow", () => (this.isLeft = false), here);
    here.signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /** Show the newer of what the server and this browser have; the other one can be had as well. */
  begin(local) {
    const server = this.sequence;
    this.sequence = Math.max(server, local?.sequence ?? 0);
    if ("holdsTyped" in this.form.dataset) {
      this.onServer = null; // a page that came back with errors is newer than both
      this.touch();
      return;
    }
    const time = this.notice.element.querySelector("time");
    if (time) time.textContent = timeOf(time.dateTime);
    this.notice.offer([this.afresh]);
    if (!local) return;
    if (Number(local.active) > Number(this.active.value)) this.active.value = local.active;
    if (textOf(local.typed) === this.onServer) return;
    if (local.sequence > server) {
      this.onServer = null; // what this browser has may be under way to it
      fill(this.form, local.typed);
      if (Object.keys(local.typed).length === 0) this.notice.hide();
      else this.notice.say(`Draft of ${timeOf(local.at)} restored.`, [this.afresh]);
      this.touch();
    } else if (!local.isSaved) {
      this.notice.say("A newer draft from another tab or machine is shown.", [
        [`Show what was typed here at ${timeOf(local.at)}`, () => this.change(local.typed)],
      ]);
    }
  }

  get afresh() {
    return ["Start afresh", () => this.change({}, "Everything is empty again.")];
  }

  /** Show `typed` in place of what is here, and let that be brought back. */
  change(typed, words = "The other draft is shown.") {
    const before = typedIn(this.form);
    fill(this.form, typed);
    this.notice.say(words, [["Bring back what was here", () => this.change(before)]]);
    this.touch();
  }

  touch() {
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  keep(isSent = false) {
    const typed = typedIn(this.form);
    const isSaved = textOf(typed) === this.onServer;
    const sequence = this.sequence + (isSaved ? 0 : 1);
    store(this.key, { typed, active: this.active.value, sequence, isSaved, isSent });
  }

  leave({ target, defaultPrevented }) {
    if (defaultPrevented) return;
    if (target !== this.form) this.save();
    else {
      this.keep(true);
      this.isLeft = true;
    }
  }

  /** Send what the server does not have; while a save is running only what is newer than that. */
  async save() {
    clearTimeout(this.timer);
    const typed = typedIn(this.form);
    const text = textOf(typed);
    const isKnown = text === this.onServer || (this.running && text === this.sent[0]);
    if (isKnown || this.isHeld || this.isLeft) return;
    if (text !== "[]") typed["work-active_seconds"] = [this.active.value];
    const sequence = this.sequence + 1 + this.running;
    this.sent = [text, ...this.sent].slice(0, TEXTS_REMEMBERED);
    this.running += 1;
    const answer = await sendDraft(this.form, { sequence, typed });
    this.running -= 1;
    if (this.isLeft) return; // what was submitted is no draft any more
    if (answer.status === 200) this.note(answer, text);
    else if (answer.newer) this.meet(answer.newer);
    else this.saySo(answer);
  }

  note({ sequence, saved_at }, text) {
    if (sequence > this.sequence) [this.sequence, this.onServer] = [sequence, text];
    this.keep();
    this.problem.hide();
    const words = `Saved ${timeOf(saved_at)}`;
    if (this.state.textContent !== words) this.state.textContent = words;
  }

  /** Another page was first: say so, unless what it saved is what this one shows or has sent. */
  meet({ sequence, saved_at, typed }) {
    const text = textOf(typed);
    const take = () => {
      [this.sequence, this.onServer, this.isHeld] = [sequence, text, false];
      this.problem.hide();
    };
    if (text === textOf(typedIn(this.form)) || this.sent.includes(text)) {
      take();
      this.touch();
      return;
    }
    this.isHeld = true;
    this.notice.hide();
    this.state.textContent = "Not saved";
    this.problem.say(
      `Not saved. A newer draft of this task was saved at ${timeOf(saved_at)}, in another tab or on another machine. Nothing typed here is lost.`,
      [
        ["Load the newer one", () => (take(), this.change(typed, "The newer draft is shown."))],
        ["Go on with this one", () => (take(), this.save())],
      ],
    );
  }

  saySo({ status, message }) {
    this.state.textContent = "Not saved";
    if (status === 401) this.form.dispatchEvent(new Event("evalhub:signed-out"));
    else this.problem.say(message ? `Not saved. ${message}` : UNREACHABLE);
    this.isHeld ||= status === 409; // the task is over
  }
}
