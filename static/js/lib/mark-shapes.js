// Draw marks as SVG over a picture. Places are in percent, so that zoom and pan need no redrawing.

const NAMESPACE = "http://www.w3.org/2000/svg";
const RADIUS = 11;

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The parts of one mark: its outline, and its name in a disc at its first point. */
export function shapesOf(points, name) {
  const [x, y] = [0, 1].map((axis) => `${Math.min(...points.map((point) => point[axis]))}%`);
  const [cx, cy] = points.length === 2 ? [x, y] : points[0].map((share) => `${share}%`);
  return [
    ...outlineOf(points, x, y),
    discFor(name, cx, cy),
    svg("text", { x: cx, y: cy }, name),
  ];
}

/** A disc about a place; a longer one where the name needs the room. */
function discFor({ length }, cx, cy) {
  if (length < 3) return svg("circle", { cx, cy, r: RADIUS, class: "disc" });
  const half = RADIUS + 3 * (length - 1);
  const transform = `translate(${-half} ${-RADIUS})`;
  const size = { width: 2 * half, height: 2 * RADIUS, rx: RADIUS };
  return svg("rect", { x: cx, y: cy, ...size, transform, class: "disc" });
}

function outlineOf(points, x, y) {
  if (points.length === 1) return [];
  if (points.length === 2) {
    const [width, height] = [0, 1].map((axis) => `${Math.abs(points[1][axis] - points[0][axis])}%`);
    return ["under", "over"].map((name) => svg("rect", { x, y, width, height, class: name }));
  }
  const shape = { points: points.map((point) => point.join(",")).join(" ") };
  const lines = ["under", "over"].map((name) => svg("polygon", { ...shape, class: name }));
  return [svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none" }, ...lines)];
}
