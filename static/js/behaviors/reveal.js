// A picture that is blurred until somebody wants to see it: a button in the place of the <details>.

export function mount(details) {
  const picture = details.closest(".picture");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button veil";
  button.textContent = details.querySelector("summary").textContent;
  button.addEventListener("click", () => {
    picture.classList.remove("is-veiled");
    picture.querySelector("[data-viewport]").focus({ preventScroll: true });
    button.remove();
  });
  details.replaceWith(button);
}
