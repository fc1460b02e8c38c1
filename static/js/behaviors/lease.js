// Renew the hold on the task while the page is visible, and say it when the hold or the sign-in ends.
import { every, life } from "../lib/life.js";

export function mount(form) {
  const { renewUrl, renewSeconds, signInUrl } = form.dataset;
  const period = Number(renewSeconds) * 1000;
  const notice = form.querySelector("[data-hold-notice]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let last = Date.now();
  let isOver = false;

  function say(title, words, link) {
    const strong = document.createElement("strong");
    strong.textContent = title;
    notice.replaceChildren(strong, ` ${words} `, ...(link ? [link] : []));
    notice.hidden = false;
  }

  function sayLost(message) {
    isOver = true;
    say(
      message,
      "You can still submit: your judgment counts if a place is free, and is kept and shown to the lead if not.",
    );
  }

  function saySignedOut() {
    const link = document.createElement("a");
    link.href = signInUrl;
    link.textContent = "Sign in again";
    say("You are signed out.", "What you typed is kept in this browser and comes back.", link);
  }

  async function renew() {
    last = Date.now();
    let answer;
    try {
      answer = await fetch(renewUrl, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        redirect: "manual",
      });
    } catch {
      return; // offline: try again next time
    }
    if (answer.status === 409) sayLost((await answer.json()).message);
    else if (answer.type === "opaqueredirect" || answer.status === 403) saySignedOut();
    else if (answer.ok) notice.hidden = true;
  }

  function renewIfDue() {
    if (!isOver && !document.hidden && Date.now() - last >= period) renew();
  }

  form.addEventListener("evalhub:signed-out", saySignedOut);
  every(Math.min(period, 15_000), renewIfDue);
  document.addEventListener("visibilitychange", renewIfDue, { signal: life() });
}
