// Mount the behaviours that a page asks for: <div data-behavior="zoom keys">.
// Each is a module in behaviors/ that exports mount(element). htmx swaps are mounted too.

// Written out, so that the hashed file names of production find their way into the imports.
const behaviors = {
  ahead: () => import("./behaviors/ahead.js"),
  "change-draft": () => import("./behaviors/change-draft.js"),
  "criterion-panel": () => import("./behaviors/criterion-panel.js"),
  "draft-editor": () => import("./behaviors/draft-editor.js"),
  drawer: () => import("./behaviors/drawer.js"),
  flicker: () => import("./behaviors/flicker.js"),
  "in-place": () => import("./behaviors/in-place.js"),
  lease: () => import("./behaviors/lease.js"),
  "link-keys": () => import("./behaviors/link-keys.js"),
  marks: () => import("./behaviors/marks.js"),
  menu: () => import("./behaviors/menu.js"),
  popup: () => import("./behaviors/popup.js"),
  remarks: () => import("./behaviors/remarks.js"),
  reveal: () => import("./behaviors/reveal.js"),
  scale: () => import("./behaviors/scale.js"),
  "show-current": () => import("./behaviors/show-current.js"),
  surround: () => import("./behaviors/surround.js"),
  upload: () => import("./behaviors/upload.js"),
  verdict: () => import("./behaviors/verdict.js"),
  viewing: () => import("./behaviors/viewing.js"),
  "work-draft": () => import("./behaviors/work-draft.js"),
  "work-keys": () => import("./behaviors/work-keys.js"),
  zoom: () => import("./behaviors/zoom.js"),
};

/** Load all that is asked for side by side, then mount it at once: no page is half alive. */
async function mountAll(root) {
  const elements = [...root.querySelectorAll("[data-behavior]")];
  if (root.matches?.("[data-behavior]")) elements.unshift(root);
  const wanted = elements.flatMap((element) => unmounted(element).map((name) => [element, name]));
  const loaded = await Promise.allSettled(wanted.map(([, name]) => behaviors[name]()));
  loaded.forEach(({ value: module, reason }, index) => {
    try {
      if (reason) throw reason;
      module.mount(wanted[index][0]);
    } catch (error) {
      reportError(error); // one that fails leaves the others alive
    }
  });
}

/** The known behaviours of `element` that are not mounted yet; they are taken as mounted from here. */
function unmounted(element) {
  const names = element.dataset.behavior.split(/\s+/).filter((name) => name in behaviors);
  const before = element.dataset.mounted?.split(" ") ?? [];
  element.dataset.mounted = [...new Set([...before, ...names])].join(" ");
  return names.filter((name) => !before.includes(name));
}

mountAll(document.documentElement);
document.addEventListener("htmx:afterSwap", (event) => mountAll(event.detail.elt));
document.addEventListener("evalhub:swapped", () => mountAll(document.body));
