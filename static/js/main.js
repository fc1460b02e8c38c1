// Mount the behaviours that a page asks for: <div data-behavior="zoom keys">.
// Each is a module in behaviors/ that exports mount(element). htmx swaps are mounted too.

// Written out, so that the hashed file names of production find their way into the imports:
//   name: () => import("./behaviors/name.js"),
const behaviors = {
  menu: () => import("./behaviors/menu.js"),
};

async function mountAll(root) {
  const elements = [...root.querySelectorAll("[data-behavior]")];
  if (root.matches?.("[data-behavior]")) elements.unshift(root);
  for (const element of elements) {
    for (const name of element.dataset.behavior.split(/\s+/).filter(Boolean)) {
      const load = behaviors[name];
      if (!load || element.dataset.mounted?.split(" ").includes(name)) continue;
      element.dataset.mounted = `${element.dataset.mounted ?? ""} ${name}`.trim();
      (await load()).mount(element);
    }
  }
}

mountAll(document.documentElement);
document.addEventListener("htmx:afterSwap", (event) => mountAll(event.detail.elt));
