// Grey pictures made larger or smaller, as OpenCV does it.

/**
 * A grey picture: values row by row.
 * @typedef {{values: Float32Array, width: number, height: number}} Grey
 */

/**
 * @param {number} width
 * @param {number} height
 * @returns {Grey}
 */
export const blank = (width, height) => ({ values: new Float32Array(width * height), width, height });

/**
 * @param {Grey} picture
 * @param {number} left
 * @param {number} top
 * @param {number} width
 * @param {number} height
 */
export function cut(picture, left, top, width, height) {
  const part = blank(width, height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * picture.width + left;
    part.values.set(picture.values.subarray(from, from + width), y * width);
  }
  return part;
}

/**
 * Each new pixel is the mean of what it covers (INTER_AREA, when made smaller).
 * @param {Grey} from
 * @param {number} width
 * @param {number} height
 */
export function shrink(from, width, height) {
  return resample(from, width, height, covered);
}

/**
 * INTER_LINEAR.
 * @param {Grey} from
 * @param {number} width
 * @param {number} height
 */
export function enlargeLinear(from, width, height) {
  return resample(from, width, height, (at, scale, size) => {
    const place = (at + 0.5) * scale - 0.5;
    const first = Math.floor(place);
    return clamped(first, [1 - (place - first), place - first], size);
  });
}

/**
 * INTER_CUBIC.
 * @param {Grey} from
 * @param {number} width
 * @param {number} height
 */
export function enlargeCubic(from, width, height) {
  return resample(from, width, height, (at, scale, size) => {
    const place = (at + 0.5) * scale - 0.5;
    const first = Math.floor(place);
    const t = place - first;
    const a = -0.75;
    const before = ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a;
    const own = ((a + 2) * t - (a + 3)) * t * t + 1;
    const next = ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1;
    return clamped(first - 1, [before, own, next, 1 - before - own - next], size);
  });
}

/** @typedef {{at: number[], share: number[]}} Taps which old pixels a new one is made of */

/**
 * @param {number} first
 * @param {number[]} share
 * @param {number} size
 * @returns {Taps}
 */
const clamped = (first, share, size) => ({
  at: share.map((_, index) => Math.min(size - 1, Math.max(0, first + index))),
  share,
});

/**
 * @param {number} at
 * @param {number} scale
 * @param {number} size
 * @returns {Taps}
 */
function covered(at, scale, size) {
  const start = at * scale;
  const end = Math.min(size, start + scale);
  const taps = { at: /** @type {number[]} */ ([]), share: /** @type {number[]} */ ([]) };
  for (let pixel = Math.floor(start); pixel < end; pixel++) {
    const part = Math.min(end, pixel + 1) - Math.max(start, pixel);
    if (part < 1e-9) continue;
    taps.at.push(pixel);
    taps.share.push(part / (end - start));
  }
  return taps;
}

// Rows first, then columns: every one of these is a product of the two.
/**
 * @param {Grey} from
 * @param {number} width
 * @param {number} height
 * @param {(at: number, scale: number, size: number) => Taps} taps
 * @returns {Grey}
 */
function resample(from, width, height, taps) {
  const across = Array.from({ length: width }, (_, at) => taps(at, from.width / width, from.width));
  const down = Array.from({ length: height }, (_, at) => taps(at, from.height / height, from.height));
  const narrow = new Float64Array(width * from.height);
  for (let y = 0; y < from.height; y++) {
    for (let x = 0; x < width; x++) {
      const { at, share } = across[x];
      let sum = 0;
      for (let tap = 0; tap < at.length; tap++) sum += share[tap] * from.values[y * from.width + at[tap]];
      narrow[y * width + x] = sum;
    }
  }
  const to = blank(width, height);
  for (let y = 0; y < height; y++) {
    const { at, share } = down[y];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let tap = 0; tap < at.length; tap++) sum += share[tap] * narrow[at[tap] * width + x];
      to.values[y * width + x] = sum;
    }
  }
  return to;
}
