// Drafts in this browser: one for each task and version, for a while.
import { names, read, remove, write } from "./store.js";

const PREFIX = "evalhub-draft-";
const DAYS_KEPT = 14;

/** What is kept under `key`, or null. */
export function load(key) {
  try {
    const kept = JSON.parse(read(key));
    return kept?.typed ? kept : null;
  } catch {
    return null;
  }
}

export function store(key, kept) {
  write(key, JSON.stringify({ ...kept, at: Date.now() }));
}

/** Remove what is old, and what was submitted from another page than that of `key`. */
export function tidy(key) {
  const oldest = Date.now() - DAYS_KEPT * 24 * 60 * 60 * 1000;
  for (const name of names(PREFIX)) {
    const kept = load(name);
    if (!kept || kept.at < oldest || (kept.isSent && name !== key)) remove(name);
  }
}
