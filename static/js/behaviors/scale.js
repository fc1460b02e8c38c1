// A slider beside the number field of a scale. Unset is not the middle: no thumb until it is set.

export function mount(scale) {
  const slider = scale.querySelector("[data-scale-slider]");
  const field = scale.querySelector("input[type=number]");
  const places = Number(slider.max) - Number(slider.min) >= 10 ? 0 : 2;

  function follow() {
    slider.classList.toggle("unset", field.value === "");
    if (field.value !== "") slider.value = field.value;
  }

  slider.addEventListener("input", () => {
    field.value = Number(slider.value).toFixed(places);
    slider.classList.remove("unset");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  slider.addEventListener("change", () =>
    field.dispatchEvent(new Event("change", { bubbles: true })),
  );
  field.addEventListener("input", follow);
  slider.step = places ? "0.01" : "1";
  slider.hidden = false;
  follow();
}
