// What is drawn survives a reload, with its experiment, where the browser keeps anything at all.

import { TASKS } from "./tasks.js";

/** @typedef {{strokes: import("./raster.js").Stroke[], experiment: number}} Kept experiment: -1 for none */

const NAME = "digitnet.drawing";

/** @param {Kept} what */
export function keep(what) {
  try {
    localStorage.setItem(NAME, JSON.stringify(what));
  } catch {
    // It does not: nothing is lost but the drawing.
  }
}

/** @returns {Kept} */
export function kept() {
  const nothing = { strokes: [], experiment: -1 };
  try {
    const { strokes, experiment } = JSON.parse(localStorage.getItem(NAME) ?? "{}");
    const whole = Array.isArray(strokes) && strokes.every((stroke) => Array.isArray(stroke) && stroke.length > 0 &&
      stroke.every((/** @type {any} */ point) => [point?.x, point?.y, point?.width].every(Number.isFinite)));
    return whole ? { strokes, experiment: TASKS[experiment] ? experiment : -1 } : nothing;
  } catch {
    return nothing;
  }
}
