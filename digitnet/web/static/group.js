// Which strokes belong to one digit, where several digits are drawn beside each other.

import { boxOf } from "./raster.js";

/** @typedef {import("./raster.js").Stroke} Stroke */
/** @typedef {import("./raster.js").Box} Box */

const SAME = 0.5; // of the narrower stroke's width, over or under the other: one digit
const FAR = 0.5; // of the larger height: two digits, whatever they look like
const APART = 0.04; // of the larger height: paper between two strokes
const MOST = 3; // strokes, or heaps of strokes, that one digit is put together from
const JOIN_OVER_PAPER = 3; // as much doubt as a share of 1/20
const PART_WITHOUT_PAPER = 1;

/**
 * Digits from left to right, each as the indices of its strokes.
 * @param {Stroke[]} strokes
 * @param {(part: number[]) => number} sureness of strokes as one digit, 0 to 1
 * @returns {number[][]}
 */
export function group(strokes, sureness) {
  const heaps = heapsOf(strokes);
  if (heaps.length < 2) return heaps.map(({ part }) => part);
  // The best way to part the first n heaps, for every n.
  /** @type {{doubt: number, digits: number[][]}[]} */
  const best = [{ doubt: 0, digits: [] }];
  for (let end = 1; end <= heaps.length; end++) {
    best[end] = { doubt: Infinity, digits: [] };
    for (let start = end - 1; start >= Math.max(0, end - MOST); start--) {
      const between = heaps.slice(start, end);
      if (between.slice(1).some((heap, at) => gap(between[at], heap) > FAR)) break;
      const part = between.flatMap((heap) => heap.part);
      const joined = between.slice(1).filter((heap, at) => gap(between[at], heap) > APART).length;
      const parted = start > 0 && gap(heaps[start - 1], heaps[start]) <= APART ? 1 : 0;
      const doubt = best[start].doubt - Math.log(Math.max(1e-4, sureness(part))) +
        JOIN_OVER_PAPER * joined + PART_WITHOUT_PAPER * parted;
      if (doubt < best[end].doubt) best[end] = { doubt, digits: [...best[start].digits, part] };
    }
  }
  return best[heaps.length].digits;
}

/** @typedef {{part: number[], box: Box}} Heap */

// Strokes that lie over each other, from left to right.
/**
 * @param {Stroke[]} strokes
 * @returns {Heap[]}
 */
function heapsOf(strokes) {
  /** @type {Heap[]} */
  const heaps = [];
  strokes.forEach((stroke, index) => {
    let heap = { part: [index], box: boxOf([stroke]) };
    for (let at = heaps.length - 1; at >= 0; at--) {
      if (shared(heaps[at].box, heap.box) <= SAME) continue;
      const [other] = heaps.splice(at, 1);
      const part = [...other.part, ...heap.part].sort((a, b) => a - b);
      heap = { part, box: boxOf(part.map((own) => strokes[own])) };
      at = heaps.length; // it is wider now
    }
    heaps.push(heap);
  });
  return heaps.sort((a, b) => a.box.left + a.box.right - b.box.left - b.box.right);
}

/**
 * How much of the narrower one lies over or under the other.
 * @param {Box} a
 * @param {Box} b
 */
function shared(a, b) {
  const common = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  return common / Math.min(a.right - a.left, b.right - b.left);
}

// Paper between two heaps, as a share of the larger one's height.
/**
 * @param {Heap} a
 * @param {Heap} b
 */
function gap(a, b) {
  const height = Math.max(a.box.bottom - a.box.top, b.box.bottom - b.box.top);
  return (b.box.left - a.box.right) / height;
}
