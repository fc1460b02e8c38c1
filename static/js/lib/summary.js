// The summary of what is missing, above the criteria, with a link to each control.

/** Put the summary of `problems`, {target, sentence}, on top, and give it the focus. */
export function sumUp(problems) {
  const template = document.getElementById("problems");
  document.querySelector(".criteria .error-summary")?.remove();
  const summary = template.content.firstElementChild.cloneNode(true);
  const list = document.createElement("ul");
  list.append(...problems.map(itemFor));
  summary.append(list);
  template.after(summary);
  summary.focus();
}

function itemFor({ target, sentence }) {
  const link = document.createElement("a");
  link.href = `#${target.id}`;
  link.textContent = sentence;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    target.closest("details")?.setAttribute("open", "");
    target.focus();
  });
  const item = document.createElement("li");
  item.append(link);
  return item;
}
