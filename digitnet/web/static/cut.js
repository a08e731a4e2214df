// One digit's ink, cut out of a grey picture around a box.
//
// The same steps as `digitnet/reading/crop.py`, which says why; but digits of a few pixels are not
// enlarged first.

import { blank, cut } from "./resize.js";
import { roundEven } from "./prepare.js";

/** @typedef {import("./prepare.js").Ink} Ink */
/**
 * A picture of 8 bits.
 * @typedef {{values: Uint8Array, width: number, height: number}} Picture
 */
/** @typedef {{start: number, stop: number}} Range */

const AROUND = 0.25; // of the box's longer side
const LEAST_CONTRAST = 12; // grey levels
const GRAIN = 4; // deviations of the paper
const THROUGH = 0.9; // of the window's width or height
const OWN = 0.5; // of a stroke, within the box

/**
 * The digit's ink without its neighbours; null where there is none.
 * @param {Picture} picture
 * @param {number[]} box middle x, y, width, height
 * @returns {Ink | null}
 */
export function cutOut(picture, [x, y, boxWidth, boxHeight]) {
  const room = Math.max(2, AROUND * Math.max(boxWidth, boxHeight));
  const rows = range(y, boxHeight / 2 + room, picture.height);
  const columns = range(x, boxWidth / 2 + room, picture.width);
  const [width, height] = [columns.stop - columns.start, rows.stop - rows.start];
  const down = within(rows, range(y, boxHeight / 2 + 1, picture.height));
  const across = within(columns, range(x, boxWidth / 2 + 1, picture.width));
  const grey = new Float32Array(width * height);
  const inBox = new Uint8Array(width * height);
  /** @type {number[]} */
  const ring = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      grey[at] = picture.values[(rows.start + row) * picture.width + columns.start + column];
      inBox[at] = row >= down.start && row < down.stop && column >= across.start && column < across.stop ? 1 : 0;
      if (!inBox[at]) ring.push(grey[at]);
    }
  }
  let [paper, grain] = [borderGrey(picture), 0];
  if (ring.length >= 0.1 * grey.length) {
    paper = median(ring);
    grain = median(ring.map((value) => Math.abs(value - paper)));
  }
  let skew = 0;
  for (let at = 0; at < grey.length; at++) if (inBox[at]) skew += (grey[at] - paper) ** 3;
  const sign = skew > 0 ? 1 : -1;
  const signed = grey.map((value) => sign * (value - paper));
  const peak = quantile(Array.from(signed).filter((_, at) => inBox[at]), 0.98);
  if (peak < LEAST_CONTRAST) return null;
  const haze = Math.min(2 * grain, 0.3 * peak);
  const coverage = blank(width, height);
  const counts = new Float64Array(256);
  for (let at = 0; at < grey.length; at++) {
    coverage.values[at] = Math.min(1, Math.max(0, (signed[at] - haze) / (peak - haze)));
    if (inBox[at]) counts[roundEven(255 * coverage.values[at])]++;
  }
  const threshold = Math.max(otsu(counts), Math.min((GRAIN * grain) / peak, 0.5));
  return ownInk(coverage, inBox, threshold);
}

// Parts of ink that lie mostly in the box, without the ruled lines that run through the window; what
// lies beside them is wiped off.
/**
 * @param {import("./resize.js").Grey} coverage
 * @param {Uint8Array} inBox
 * @param {number} threshold
 * @returns {Ink | null}
 */
function ownInk(coverage, inBox, threshold) {
  const { width, height, values } = coverage;
  const labels = new Int32Array(values.length);
  const mine = [false];
  const ruled = [false];
  let [main, most] = [0, 0];
  for (let first = 0; first < values.length; first++) {
    if (labels[first] || !(values[first] > threshold)) continue;
    const label = mine.length;
    const part = [first];
    labels[first] = label;
    let inside = 0;
    let leaves = false;
    let [left, right, top, bottom] = [width, 0, height, 0];
    for (let next = 0; next < part.length; next++) {
      const [px, py] = [part[next] % width, Math.floor(part[next] / width)];
      const rim = px === 0 || py === 0 || px === width - 1 || py === height - 1;
      inside += inBox[part[next]];
      leaves ||= rim && !inBox[part[next]];
      [left, right, top, bottom] = [Math.min(left, px), Math.max(right, px), Math.min(top, py), Math.max(bottom, py)];
      for (let ny = Math.max(0, py - 1); ny <= Math.min(height - 1, py + 1); ny++) {
        for (let nx = Math.max(0, px - 1); nx <= Math.min(width - 1, px + 1); nx++) {
          const at = ny * width + nx;
          if (labels[at] || !(values[at] > threshold)) continue;
          labels[at] = label;
          part.push(at);
        }
      }
    }
    ruled.push(leaves && (right - left + 1 > THROUGH * width || bottom - top + 1 > THROUGH * height));
    mine.push(inside > OWN * part.length && part.length > 2);
    if (mine[label] && inside > most) [main, most] = [label, inside];
  }
  if (!main) return null;
  const own = labels.map((label, at) => {
    const kept = mine[label] && (!ruled[label] || (label === main && inBox[at]));
    return kept ? 1 : 0;
  });
  for (let at = 0; at < values.length; at++) {
    if (!labels[at] || own[at]) continue;
    const [px, py] = [at % width, Math.floor(at / width)];
    for (let ny = Math.max(0, py - 1); ny <= Math.min(height - 1, py + 1); ny++) {
      for (let nx = Math.max(0, px - 1); nx <= Math.min(width - 1, px + 1); nx++) values[ny * width + nx] = 0;
    }
  }
  return tight(coverage, Uint8Array.from(own));
}

/**
 * Coverage and what is inside, cut to the box of what is inside.
 * @param {import("./resize.js").Grey} picture
 * @param {Uint8Array} inside
 * @returns {Ink}
 */
export function tight(picture, inside) {
  const { width, height } = picture;
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside[y * width + x]) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  if (right <= left) return { coverage: blank(1, 1), inside: new Uint8Array(1) };
  const own = { values: Float32Array.from(inside), width, height };
  return {
    coverage: cut(picture, left, top, right - left, bottom - top),
    inside: Uint8Array.from(cut(own, left, top, right - left, bottom - top).values),
  };
}

/**
 * Otsu's threshold of levels 0 to 255, as a share: ink is more than that.
 * @param {Float64Array} counts [256]
 */
export function otsu(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, level) => sum + count * level, 0) / total;
  let [below, sum, best, chosen] = [0, 0, 0, 0];
  for (let level = 0; level < 256; level++) {
    const share = counts[level] / total;
    below += share;
    sum += share * level;
    const above = 1 - below;
    if (Math.min(below, above) < 1.2e-7 || Math.max(below, above) > 1 - 1.2e-7) continue;
    const apart = sum / below - (mean - sum) / above;
    const sigma = below * above * apart * apart;
    if (sigma > best) [best, chosen] = [sigma, level];
  }
  return Math.fround((chosen + 1) / 255);
}

/** @param {Picture} picture */
function borderGrey({ values, width, height }) {
  const rim = [];
  for (let x = 0; x < width; x++) rim.push(values[x], values[(height - 1) * width + x]);
  for (let y = 1; y < height - 1; y++) rim.push(values[y * width], values[y * width + width - 1]);
  return rim.sort((a, b) => a - b)[rim.length >> 1];
}

/** @param {number[]} values */
const median = (values) => quantile(values, 0.5);

/**
 * @param {number[]} values
 * @param {number} share
 */
function quantile(values, share) {
  const sorted = Float32Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/**
 * @param {number} middle
 * @param {number} reach
 * @param {number} end
 * @returns {Range}
 */
function range(middle, reach, end) {
  const start = Math.min(Math.max(0, roundEven(middle - reach)), end - 1);
  return { start, stop: Math.max(start + 1, Math.min(end, roundEven(middle + reach))) };
}

/**
 * @param {Range} outer
 * @param {Range} inner
 * @returns {Range}
 */
const within = (outer, inner) => ({
  start: Math.max(0, inner.start - outer.start),
  stop: inner.stop - outer.start,
});
