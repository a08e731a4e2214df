// The worker: reads what is drawn, so that drawing never waits.

import { Reading28 } from "./reading.js";

const AT_ONCE = 16; // patches that are covered before the next message is looked at

/** @type {Reading28 | null} */
let reading = null;
let newest = 0;

/**
 * Does what one message asks for.
 * @param {any} message
 * @param {(answer: any) => void} answer
 */
export async function handle(message, answer) {
  const { id, kind } = message;
  if (kind === "weights") {
    reading = new Reading28(message.weights, message.other);
    answer({ id });
    return;
  }
  if (!reading) throw new Error("the weights come first");
  newest = Math.max(newest, id);
  if (kind === "strokes") answer({ id, reading: reading.read(message.strokes, message.touched, message.compare) });
  if (kind === "picture") answer({ id, reading: reading.readPicture(message.picture, message.box, message.compare) });
  if (kind === "cover") answer({ id, covered: await cover(reading, message.image, id) });
}

// By how much the answer's share falls at each spot, and what is read then; null when something newer is asked for.
/**
 * @param {Reading28} own
 * @param {Uint8Array} image
 * @param {number} id
 */
async function cover(own, image, id) {
  const falls = new Float32Array(28 * 28);
  const reads = new Int8Array(28 * 28).fill(-1);
  let count = 0;
  for (const { row, column, fall, read } of own.covering.occlusion(image, 2)) {
    for (const [y, x] of [[row, column], [row - 1, column], [row, column - 1], [row - 1, column - 1]]) {
      falls[y * 28 + x] = fall;
      reads[y * 28 + x] = read;
    }
    if (++count % AT_ONCE) continue;
    await new Promise((resume) => setTimeout(resume));
    if (id !== newest) return null;
  }
  return { falls, reads };
}

const scope = /** @type {any} */ (globalThis);
if (typeof scope.WorkerGlobalScope === "function" && scope instanceof scope.WorkerGlobalScope) {
  scope.onmessage = (/** @type {MessageEvent} */ event) => handle(event.data, (answer) => {
    // The maps are handed over, not copied.
    const inside = answer.reading?.inside ?? {};
    const maps = Object.values(inside).filter((values) => values instanceof Float32Array);
    scope.postMessage(answer, maps.map(({ buffer }) => buffer));
  }).catch((error) => scope.postMessage({ id: event.data.id, error: String(error) }));
}
