// Where a picture stands in its viewport: the arithmetic of zoom and pan, without the page.
// A scale of 1 is 100 %: one pixel of the first picture on one pixel of the screen.

export const LARGEST = 16;

/** The scale at which every picture fits its viewport; never beyond its natural size in CSS pixels. */
export function fitScale(frames, ratio) {
  const fits = frames.map(({ width, height, room }) =>
    Math.min((room.width * ratio) / width, (room.height * ratio) / height),
  );
  return Math.min(...fits, ratio);
}

export function clampScale(scale, fit) {
  return Math.min(Math.max(scale, Math.min(fit, 1)), LARGEST);
}

/** Keep the middle of the view such that no edge comes inside while the picture is larger than its room. */
export function clampMiddle(middle, size, room) {
  if (size <= room) return 0.5;
  const half = room / 2 / size;
  return Math.min(Math.max(middle, half), 1 - half);
}

/** The box of a picture in its room, in CSS pixels, its corner on a whole pixel of the screen. */
export function place({ width, height, room }, { scale, x, y }, ratio) {
  const box = { width: (width * scale) / ratio, height: (height * scale) / ratio };
  const corner = (middle, size, space, from) => {
    const at = space / 2 - clampMiddle(middle, size, space) * size;
    return Math.round((from + at) * ratio) / ratio - from;
  };
  return {
    ...box,
    left: corner(x, box.width, room.width, room.left),
    top: corner(y, box.height, room.height, room.top),
  };
}

/** The middle after zooming, such that the point under the pointer stays where it is. */
export function zoomAt({ width, height, room }, view, scale, pointer, ratio) {
  const box = place({ width, height, room }, view, ratio);
  const at = {
    x: (pointer.x - room.left - box.left) / box.width,
    y: (pointer.y - room.top - box.top) / box.height,
  };
  const size = { width: (width * scale) / ratio, height: (height * scale) / ratio };
  return {
    scale,
    x: at.x + (room.left + room.width / 2 - pointer.x) / size.width,
    y: at.y + (room.top + room.height / 2 - pointer.y) / size.height,
  };
}
