// How strokes look: round lines of a width that may change along them.

/** @typedef {import("./raster.js").Stroke} Stroke */

/**
 * One stroke, from its first point on or a later one, in the context's own colour.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} points
 * @param {number} start
 */
export function paint(context, points, start = 0) {
  context.lineCap = context.lineJoin = "round";
  if (start === 0) {
    const [first] = points;
    context.beginPath();
    context.arc(first.x, first.y, first.width / 2, 0, 2 * Math.PI);
    context.fill();
  }
  for (let index = Math.max(1, start); index < points.length; index++) {
    const from = points[index - 1];
    const to = points[index];
    context.lineWidth = (from.width + to.width) / 2;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }
}
