// Digits as strokes of our own, in a box of 100 x 100: for sample pictures and for tests.

/**
 * @param {number} x
 * @param {number} y
 * @param {number} rx
 * @param {number} ry
 * @param {number} from degrees
 * @param {number} to
 * @param {number} steps
 */
const arc = (x, y, rx, ry, from, to, steps = 14) =>
  Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });

/** @type {Record<string, number[][][]>} */
export const STROKES = {
  0: [[...arc(50, 50, 26, 38, -80, 285)]],
  1: [[[45, 21], [52, 12], [51, 50], [50, 88]]],
  2: [[...arc(50, 32, 22, 20, -160, 20), [62, 50], [44, 68], [26, 86], [50, 85], [77, 86]]],
  3: [[...arc(46, 30, 21, 18, -150, 90), ...arc(46, 67, 25, 19, -90, 150)]],
  4: [[[54, 12], [40, 36], [24, 60], [50, 61], [78, 60]], [[61, 38], [60, 64], [59, 90]]],
  5: [[[34, 14], [31, 46], ...arc(48, 65, 25, 22, -120, 140)], [[34, 14], [54, 14], [73, 13]]],
  6: [[[62, 12], [44, 32], [32, 58], ...arc(51, 67, 20, 20, -180, 180)]],
  7: [[[25, 16], [50, 15], [74, 15], [60, 42], [50, 66], [43, 88]]],
  8: [[...arc(50, 31, 18, 18, 60, -235), [50, 50], ...arc(50, 69, 22, 19, -110, 245)]],
  9: [[...arc(48, 33, 20, 20, 0, -360), [68, 33], [66, 60], [60, 88]]],
};
