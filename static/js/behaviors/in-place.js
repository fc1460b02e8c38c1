// Send the judging form, and put the work page that comes back in the place of this one. What comes
// back instead of one is left to the plain form: its key makes it safe to send a second time.
import { life } from "../lib/life.js";
import { Notice } from "../lib/notice.js";
import { preparedPage } from "../lib/prepared.js";
import { announcePage, swapPage } from "../lib/swap.js";
import { addToToday } from "../lib/today.js";

const PAUSES = [1, 2, 5, 10, 30].map((seconds) => seconds * 1000);
const WAITING =
  "Not sent yet. The server cannot be reached. Your answers are kept in this browser, and go out as soon as it answers.";

export function mount(form) {
  const sender = new Sender(form);
  // On the window, after everybody who may refuse a submit.
  const take = (event) => event.target === form && !event.defaultPrevented && sender.take(event);
  window.addEventListener("submit", take, { signal: life() });
  window.addEventListener("online", () => sender.retry(), { signal: life() });
}

class Sender {
  constructor(form) {
    this.form = form;
    this.notice = new Notice(form.querySelector("[data-send-problem]"));
    this.path = ""; // where the form is to go while it waits
    this.tries = 0;
    this.isBusy = false;
    this.life = life();
    this.life.addEventListener("abort", () => clearTimeout(this.timer));
  }

  take(event) {
    event.preventDefault();
    this.path = event.submitter?.getAttribute("formaction") ?? this.form.getAttribute("action");
    this.tries = 0;
    this.send();
  }

  retry() {
    if (this.path) this.send();
  }

  async send() {
    if (this.isBusy) return;
    clearTimeout(this.timer);
    this.isBusy = true;
    this.form.setAttribute("aria-busy", "true");
    try {
      const body = new URLSearchParams(new FormData(this.form));
      const next = preparedPage();
      const headers = { "X-In-Place": "1", ...(next && { "X-Prepared": next.tag }) };
      const answer = await fetch(this.path, { method: "POST", headers, body, redirect: "manual" });
      await this.follow(answer, next);
    } catch {
      if (!this.life.aborted) this.wait();
    }
    this.isBusy = false;
    this.form.removeAttribute("aria-busy");
  }

  async follow(answer, next) {
    const address = answer.headers.get("Content-Location");
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (address && answer.status === 204) {
      swapPage(next.html, address, addToToday(this.form));
      announcePage();
    } else if (address) {
      swapPage(await answer.text(), address);
      announcePage();
    } else if (answer.ok && isJson) {
      const { location } = await answer.json();
      window.location.assign(location);
    } else {
      this.form.action = this.path;
      HTMLFormElement.prototype.submit.call(this.form);
    }
  }

  /** Say that nothing answers, keep what is typed from now on, and try again in a while. */
  wait() {
    this.form.dispatchEvent(new Event("evalhub:not-sent"));
    this.notice.say(WAITING, [["Try now", () => this.retry()]]);
    this.timer = setTimeout(() => this.retry(), PAUSES[Math.min(this.tries, PAUSES.length - 1)]);
    this.tries += 1;
  }
}
