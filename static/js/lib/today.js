// What somebody has done today, on a page that was drawn before the judgment that leads to it.

const counted = (page) => page.querySelector(".today b");
const timed = (page) => page.querySelector(".active-time");

/** Count the judgment of `form` in; return what writes that on the page which comes next. */
export function addToToday(form) {
  const judgments = Number(counted(document).textContent) + 1;
  const spent = Number(form.querySelector("[name=work-active_seconds]").value) || 0;
  const seconds = Number(timed(document).dataset.seconds) + spent;
  const words = timed(document).innerHTML;
  return (page) => {
    counted(page).textContent = judgments;
    timed(page).dataset.seconds = seconds;
    timed(page).innerHTML = words;
  };
}
