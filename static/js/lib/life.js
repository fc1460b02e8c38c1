// How long what a page mounted is to listen outside itself: until another page takes its place.

let current = new AbortController();

/** The signal that ends with the page that is shown now; for listeners on document and window. */
export function life() {
  return current.signal;
}

/** End it, and begin that of the page that comes in its place. */
export function beginAnew() {
  current.abort();
  current = new AbortController();
}

/** Call `run` every so many milliseconds while the page that is shown now lasts. */
export function every(milliseconds, run) {
  const timer = setInterval(run, milliseconds);
  life().addEventListener("abort", () => clearInterval(timer));
}
