// What each criterion asks for, given the answers before it: gates and conditions, as the server
// decides them in rubrics/conditions.py. The page only helps: what is sent is judged there.

/**
 * Return a Map from each criterion, in the order of the rubric, to {state, because}: required,
 * optional or void, and which criterion made it void. Void answers have no number for those after.
 */
export function standings(criteria) {
  const numbers = new Map();
  const closedBy = { whole: null, images: new Map() };
  const found = new Map();
  for (const criterion of criteria) {
    const standing = stand(criterion, numbers, closedBy);
    const number = standing.state === "void" ? null : criterion.number;
    found.set(criterion, standing);
    numbers.set(criterion.key, { criterion, number });
    if (!isWithin(number, criterion.gate)) continue;
    if (criterion.image === null) closedBy.whole ??= criterion;
    else if (!closedBy.images.has(criterion.image)) closedBy.images.set(criterion.image, criterion);
  }
  return found;
}

function stand({ isRequired, condition, image }, numbers, closedBy) {
  const gate = closedBy.whole ?? closedBy.images.get(image);
  if (gate) return { state: "void", because: gate };
  const byItself = { state: isRequired ? "required" : "optional" };
  // A follow-up asks for some criteria only: what the others rest on, the server knows.
  const other = condition && (numbers.get(`${condition.on}-${image}`) ?? numbers.get(condition.on));
  if (!other) return byItself;
  const isMet = isWithin(other.number, condition);
  if (condition.effect === "require") return { state: isMet ? "required" : "optional" };
  return isMet ? byItself : { state: "void", because: other.criterion };
}

/** Whether `number` lies in the band; a missing number or band takes nothing in. */
export function isWithin(number, band) {
  return number !== null && band !== null && band.low <= number && number <= band.high;
}

/** The band in two attributes, or null where there is none. */
export function bandOf(low, high) {
  return low && high ? { low: Number(low), high: Number(high) } : null;
}
