// A row of links that scrolls sideways on a phone: bring the current one into view.

export function mount(row) {
  const current = row.querySelector("[aria-current]");
  if (current) row.scrollLeft = current.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
}
