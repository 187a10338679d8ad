/* Areas of a picture as lists of whole pixels: `rect` left, top, right, bottom; `circle` x, y, radius;
   `ellipse` x, y and two radii; `poly` x, y of each corner. */
const NUMBERS = { rect: 4, circle: 3, ellipse: 4 };

export const isWhole = (shape, at) =>
  at.every(Number.isFinite) && (at.length === NUMBERS[shape] || (shape === 'poly' && at.length >= 6 && at.length % 2 === 0));

/* Left, top, right and bottom of what an area covers. */
export function boxOf(shape, at) {
  if (shape === 'rect') return at;
  if (shape === 'poly') {
    const [across, down] = [at.filter((_n, i) => i % 2 === 0), at.filter((_n, i) => i % 2)];
    return [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)];
  }
  const [x, y, wide, high = wide] = at;
  return [x - wide, y - high, x + wide, y + high];
}

/* The area of a shape that fills a box. */
export function fromBox(shape, [left, top, right, bottom]) {
  if (shape === 'rect') return [left, top, right, bottom];
  if (shape === 'poly') return [left, top, right, top, right, bottom, left, bottom];
  const middle = [Math.round((left + right) / 2), Math.round((top + bottom) / 2)];
  const radii = [Math.max(1, Math.floor((right - left) / 2)), Math.max(1, Math.floor((bottom - top) / 2))];
  return shape === 'circle' ? [...middle, Math.min(...radii)] : [...middle, ...radii];
}

export const between = ([x, y], [u, v]) => [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];

/* The points by which an area is changed. */
export function handlesOf(shape, at) {
  if (shape === 'circle') return [[at[0] + at[2], at[1]]];
  if (shape === 'ellipse') return [[at[0] + at[2], at[1]], [at[0], at[1] + at[3]]];
  const corners = shape === 'rect' ? fromBox('poly', at) : at;
  return corners.flatMap((n, i) => (i % 2 ? [] : [[n, corners[i + 1]]]));
}

/* The area after one of these points was pulled to another place. */
export function pulled(shape, at, handle, [x, y]) {
  if (shape === 'circle') return [at[0], at[1], Math.max(1, Math.round(Math.hypot(x - at[0], y - at[1])))];
  if (shape === 'ellipse') return at.with(2 + handle, Math.max(1, Math.abs(handle ? y - at[1] : x - at[0])));
  if (shape === 'poly') return at.with(2 * handle, x).with(2 * handle + 1, y);
  return between(handlesOf('rect', at)[(handle + 2) % 4], [x, y]);
}

/* The area moved by so much, but not out of the picture. */
export function moved(shape, at, [dx, dy], [width, height]) {
  const [left, top, right, bottom] = boxOf(shape, at);
  const by = [Math.max(-left, Math.min(dx, width - right)), Math.max(-top, Math.min(dy, height - bottom))];
  const places = shape === 'circle' || shape === 'ellipse' ? 2 : at.length;
  return at.map((n, i) => (i < places ? n + by[i % 2] : n));
}

/* A polygon with one corner more, on the side that is nearest. */
export function withCorner(at, [x, y]) {
  const corners = handlesOf('poly', at);
  const detour = corners.map(([u, v], i) => {
    const [s, t] = corners[(i + 1) % corners.length];
    return Math.hypot(x - u, y - v) + Math.hypot(x - s, y - t) - Math.hypot(s - u, t - v);
  });
  const side = detour.indexOf(Math.min(...detour)) + 1;
  return at.toSpliced(2 * side, 0, x, y);
}

/* A polygon without one of its corners; three stay. */
export const withoutCorner = (at, corner) => (at.length > 6 ? at.toSpliced(2 * corner, 2) : at);
