// Choosing files to upload: dropping them works too, and what is too much is said before it is sent.

const BYTES_PER_MB = 1024 * 1024;

export function mount(form) {
  const zone = form.querySelector("[data-drop]");
  const input = zone.querySelector("input[type=file]");
  const said = zone.querySelector("[data-said]");
  const button = form.querySelector("[type=submit]");
  const rule = `You can drop them here, too. ${said.textContent}`;

  const look = () => {
    const problem = tooMuch(input.files, form.dataset);
    input.setCustomValidity(problem);
    said.classList.toggle("error", Boolean(problem));
    said.textContent = problem || (input.files.length ? summary(input.files) : rule);
  };
  input.addEventListener("change", look);
  look();

  let depth = 0; // a drag enters and leaves every element on its way
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    zone.classList.toggle("is-over", depth > 0);
  };
  zone.addEventListener("dragenter", () => mark(1));
  zone.addEventListener("dragleave", () => mark(-1));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(-depth);
    if (holdsFolder(event.dataTransfer)) {
      said.textContent = "A folder cannot be sent. Put it in a ZIP, or choose the pictures in it.";
    } else if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      look();
    }
  });

  form.addEventListener("submit", (event) => {
    if (input.validity.customError) {
      event.preventDefault();
      input.focus();
      return;
    }
    if (!input.files.length) return; // the server says what is missing
    button.disabled = true;
    said.textContent = `Sending ${summary(input.files)}. Keep this page open until it is done.`;
  });
  // Back from the next page: the button works again.
  addEventListener("pageshow", () => {
    button.disabled = false;
    look();
  });
}

function tooMuch(files, { mostBytes, mostFiles }) {
  if (files.length > Number(mostFiles)) {
    return `These are ${files.length} files; ${mostFiles} can be sent in one go. Put them in a ZIP.`;
  }
  if (bytesOf(files) > Number(mostBytes)) {
    return `These are ${megabytes(bytesOf(files))}; ${megabytes(Number(mostBytes))} can be sent in one go. Send fewer.`;
  }
  return "";
}

function holdsFolder({ items }) {
  return [...items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
}

function summary(files) {
  return `${files.length} ${files.length === 1 ? "file" : "files"}, ${megabytes(bytesOf(files))}`;
}

function bytesOf(files) {
  return [...files].reduce((sum, file) => sum + file.size, 0);
}

function megabytes(bytes) {
  return `${(bytes / BYTES_PER_MB).toFixed(bytes < 10 * BYTES_PER_MB ? 1 : 0)} MB`;
}
