// Once the page is there, have the next tasks held, and fetch and decode their pictures meanwhile.

const whenIdle = window.requestIdleCallback ?? ((run) => setTimeout(run, 200));

export function mount(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

  async function prepare() {
    try {
      const answer = await fetch(form.dataset.aheadUrl, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        redirect: "manual",
      });
      if (answer.ok) (await answer.json()).pictures.forEach(fetchPicture);
    } catch {
      // Offline or leaving: the next task is then claimed when it is asked for.
    }
  }

  if (document.readyState === "complete") whenIdle(prepare);
  else window.addEventListener("load", () => whenIdle(prepare), { once: true });
}

function fetchPicture(address) {
  const image = new Image();
  image.src = address;
  image.decode().catch(() => {}); // one that is not there yet is asked for again when it is shown
}
