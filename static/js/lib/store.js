// Local storage that may be full, or closed by the browser: then things are forgotten, not broken.

export function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Forgotten, then.
  }
}

export function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // It was never there.
  }
}

/** The names that begin with `prefix`. */
export function names(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}
