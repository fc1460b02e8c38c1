// The page of the next task, drawn ahead: shown once the server says that this is the next one.

let page = null;

/** Keep `next`, {tag, html}; or nothing. */
export function keepPrepared(next) {
  page = next ?? null;
}

/** What is kept: {tag, html}, or null. */
export function preparedPage() {
  return page;
}
