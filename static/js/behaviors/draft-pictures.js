// The example image of a level: sent at once, so that a save has nothing left to send.

/** Send the picture chosen in `input`; true where the level has it now. */
export async function sendPicture(form, input) {
  const box = input.closest("[data-example]");
  const problem = box.querySelector("[data-example-problem]");
  const [picture] = input.files;
  if (!picture) return false;
  const body = new FormData();
  body.append("picture", picture);
  let answer = { problem: "The picture could not be sent. Try again." };
  try {
    const response = await fetch(form.dataset.exampleTo, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": form.querySelector("[name='csrfmiddlewaretoken']").value },
    });
    answer = await response.json();
  } catch {
    // The sentence above says it.
  }
  problem.hidden = !answer.problem;
  problem.textContent = answer.problem ?? "";
  input.value = "";
  if (answer.problem) return false;
  box.querySelector("[name$='-example']").value = answer.sha256;
  box.querySelector("[name$='-takes_away']").checked = false;
  const shown = box.querySelector("[data-example-shown]");
  shown.src = answer.url;
  shown.hidden = false;
  box.querySelector("[data-example-away]").hidden = false;
  return true;
}
