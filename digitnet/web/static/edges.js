// The edges of the picture: from a map to those that feed it, as wide as what they add.

import { inkOf, mostOf } from "./colour.js";

/** @typedef {import("./trace.js").Edge} Edge */

/** @param {import("./trace.js").Place} place */
export const key = ({ layer, index }) => 64 * layer + index;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Edge[]} edges
 * @param {Map<number, import("./layout.js").Tile>} places tiles by `key`
 * @param {boolean} upright
 * @param {number} widest pixels
 */
export function drawEdges(context, edges, places, upright, widest) {
  const most = [0, 1, 2, 3, 4].map((layer) =>
    mostOf(edges.filter(({ from }) => from.layer === layer).map(({ value }) => value)));
  context.lineCap = "round";
  // The strongest lie on top.
  for (const { from, to, value } of [...edges].sort((a, b) => Math.abs(a.value) - Math.abs(b.value))) {
    const share = Math.abs(value) / most[from.layer];
    const [a, b] = [places.get(key(from)), places.get(key(to))];
    if (!a || !b) continue;
    const [x1, y1] = upright ? [a.x + a.side / 2, a.y + a.side] : [a.x + a.side, a.y + a.side / 2];
    const [x2, y2] = upright ? [b.x + b.side / 2, b.y] : [b.x, b.y + b.side / 2];
    context.beginPath();
    context.moveTo(x1, y1);
    if (upright) context.bezierCurveTo(x1, (y1 + y2) / 2, x2, (y1 + y2) / 2, x2, y2);
    else context.bezierCurveTo((x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2);
    context.lineWidth = 0.6 + widest * share;
    context.strokeStyle = inkOf(value, 0.2 + 0.65 * share);
    context.stroke();
  }
}
