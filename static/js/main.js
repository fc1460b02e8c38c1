// Mount the behaviours that a page asks for: <div data-behavior="zoom keys">.
// Each is a module in behaviors/ that exports mount(element). htmx swaps are mounted too.

// Written out, so that the hashed file names of production find their way into the imports.
const behaviors = {
  "criterion-panel": () => import("./behaviors/criterion-panel.js"),
  flicker: () => import("./behaviors/flicker.js"),
  lease: () => import("./behaviors/lease.js"),
  "local-draft": () => import("./behaviors/local-draft.js"),
  menu: () => import("./behaviors/menu.js"),
  popup: () => import("./behaviors/popup.js"),
  scale: () => import("./behaviors/scale.js"),
  surround: () => import("./behaviors/surround.js"),
  viewing: () => import("./behaviors/viewing.js"),
  "work-keys": () => import("./behaviors/work-keys.js"),
  zoom: () => import("./behaviors/zoom.js"),
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
