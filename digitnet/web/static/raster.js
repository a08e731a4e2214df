// Strokes -> ink: how much of each pixel is covered.

import { otsu, tight } from "./cut.js";
import { blank } from "./resize.js";

/**
 * A point of a stroke: place and the line's width there, pixels of the board.
 * @typedef {{x: number, y: number, width: number}} Point
 */
/** @typedef {Point[]} Stroke */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

const SIDE = 112; // pixels of the longer side: enough to measure the thinnest stroke

/**
 * Where the ink of strokes lies.
 * @param {Stroke[]} strokes
 * @returns {Box}
 */
export function boxOf(strokes) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y, width } of strokes.flat()) {
    box.left = Math.min(box.left, x - width / 2);
    box.top = Math.min(box.top, y - width / 2);
    box.right = Math.max(box.right, x + width / 2);
    box.bottom = Math.max(box.bottom, y + width / 2);
  }
  return box;
}

/**
 * Strokes as a picture that is as large as their ink: coverage in steps of 1/255.
 * @param {Stroke[]} strokes
 */
export function draw(strokes) {
  const box = boxOf(strokes);
  const scale = SIDE / Math.max(box.right - box.left, box.bottom - box.top);
  const size = (/** @type {number} */ length) => Math.ceil(length * scale) + 2;
  const picture = blank(size(box.right - box.left), size(box.bottom - box.top));
  for (const stroke of strokes) {
    let from = null;
    for (const point of stroke) {
      const to = { x: (point.x - box.left) * scale + 1, y: (point.y - box.top) * scale + 1, width: point.width * scale };
      // A slow hand leaves many points in one pixel.
      if (from && point !== stroke.at(-1) && Math.hypot(to.x - from.x, to.y - from.y) < 1) continue;
      cover(picture, from ?? to, to);
      from = to;
    }
  }
  for (let at = 0; at < picture.values.length; at++) {
    picture.values[at] = Math.round(255 * picture.values[at]) / 255;
  }
  return picture;
}

/**
 * The ink of strokes, cut to its box. Round lines, as the board draws them.
 * @param {Stroke[]} strokes
 * @returns {import("./prepare.js").Ink}
 */
export function rasterise(strokes) {
  const picture = draw(strokes);
  const { values, width, height } = picture;
  const counts = new Float64Array(256);
  counts[0] = 2 * (width + height) + 4; // a rim of paper around
  for (let at = 0; at < values.length; at++) counts[Math.round(255 * values[at])]++;
  const threshold = otsu(counts);
  const inside = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at++) inside[at] = values[at] > threshold ? 1 : 0;
  return tight(picture, inside);
}

// A line with round ends, from one point to another.
/**
 * @param {import("./resize.js").Grey} picture
 * @param {Point} from
 * @param {Point} to
 */
function cover({ values, width, height }, from, to) {
  const radius = (from.width + to.width) / 4;
  const reach = radius + 1;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const right = Math.min(width, Math.ceil(Math.max(from.x, to.x) + reach));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const bottom = Math.min(height, Math.ceil(Math.max(from.y, to.y) + reach));
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const [px, py] = [column + 0.5 - from.x, row + 0.5 - from.y];
      const along = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      const [ax, ay] = [px - along * dx, py - along * dy];
      const distance = Math.sqrt(ax * ax + ay * ay);
      const covered = Math.min(1, radius + 0.5 - distance);
      const at = row * width + column;
      if (covered > values[at]) values[at] = covered;
    }
  }
}
