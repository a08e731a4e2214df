// The network itself: 28x28 -> every layer's maps, the scores, the answer's shares; occlusion.

import { convolve, fold, pool, withoutRim } from "./convolution.js";

export const SIDE = 28;
const SMALL = 14;
const NONE = 10;

/**
 * What every layer makes of a picture; maps are [channels, size, size].
 * @typedef {object} Activations
 * @property {Float32Array} input [1, 28, 28], as the first layer is fed
 * @property {Float32Array} conv1 [16, 28, 28], after ReLU, as the next three are
 * @property {Float32Array} conv2 [16, 28, 28]
 * @property {Float32Array} pool [16, 14, 14]
 * @property {Float32Array} conv3 [32, 14, 14]
 * @property {Float32Array} conv4 [32, 14, 14]
 * @property {Float32Array} conv5 [classes, 14, 14], a score at each place
 * @property {number[]} scores [classes], their means
 * @property {number[]} shares [11], of the answer: ten digits and "no digit"
 */

/** @typedef {import("./convolution.js").Bounds} Bounds */

const padded = (/** @type {number} */ channels, /** @type {number} */ size) =>
  new Float32Array(channels * (size + 2) ** 2);
const whole = (/** @type {number} */ size) => ({ top: 0, bottom: size, left: 0, right: size });

export class Network {
  /** @param {import("./weights.js").Weights} weights */
  constructor({ about, layers }) {
    this.about = about;
    this.layers = layers;
    this.folded = layers.map(fold);
    const [one, two, three, four, five] = layers.map(({ outputs }) => outputs);
    this.input = padded(1, SIDE);
    this.one = padded(one, SIDE);
    this.two = padded(two, SIDE);
    this.small = padded(two, SMALL);
    this.three = padded(three, SMALL);
    this.four = padded(four, SMALL);
    this.five = padded(five, SMALL);
  }

  /**
   * @param {ArrayLike<number>} image [28, 28], 0 to 255, light ink on black
   * @returns {Activations}
   */
  run(image) {
    this.#place(image);
    this.#layers(whole(SIDE));
    convolve(
      this.four, this.folded[4], this.layers[4].shift, SMALL, this.five, false, whole(SMALL),
    );
    const scores = this.#scores();
    return {
      input: withoutRim(this.input, SIDE),
      conv1: withoutRim(this.one, SIDE),
      conv2: withoutRim(this.two, SIDE),
      pool: withoutRim(this.small, SMALL),
      conv3: withoutRim(this.three, SMALL),
      conv4: withoutRim(this.four, SMALL),
      conv5: withoutRim(this.five, SMALL),
      scores,
      shares: sharesOf(scores, this.about),
    };
  }

  /**
   * The shares alone.
   * @param {ArrayLike<number>} image
   */
  shares(image) {
    this.#place(image);
    this.#layers(whole(SIDE));
    return sharesOf(this.#scores(), this.about);
  }

  /**
   * By how much the answer's share falls where a patch is blanked (Zeiler and Fergus 2014).
   * A patch reaches only a part of each map, and only that is computed again.
   * @param {ArrayLike<number>} image
   * @param {number} step a patch at every so many pixels
   * @returns {Generator<{row: number, column: number, fall: number, read: number}>} read: the
   *   likeliest answer then
   */
  *occlusion(image, step) {
    const patch = 5;
    const best = argmax(this.shares(image));
    const kept = this.#copies();
    const before = sharesOf(this.#scores(), this.about)[best];
    for (let row = step >> 1; row < SIDE; row += step) {
      for (let column = step >> 1; column < SIDE; column += step) {
        const bounds = grown({ top: row, bottom: row + 1, left: column, right: column + 1 }, patch >> 1, SIDE);
        if (!inked(image, bounds)) continue;
        this.#restore(kept);
        for (let y = bounds.top; y < bounds.bottom; y++) {
          const from = (y + 1) * (SIDE + 2) + 1;
          this.input.fill(this.#level(0), from + bounds.left, from + bounds.right);
        }
        this.#layers(bounds);
        const shares = sharesOf(this.#scores(), this.about);
        yield { row, column, fall: before - shares[best], read: argmax(shares) };
      }
    }
  }

  /** @param {number} value */
  #level(value) {
    return (value / 255 - this.about.mean) / this.about.std;
  }

  /** @param {ArrayLike<number>} image */
  #place(image) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        this.input[(y + 1) * (SIDE + 2) + x + 1] = this.#level(image[y * SIDE + x]);
      }
    }
  }

  // Layers one to four, where a change within the bounds of the input reaches.
  /** @param {Bounds} bounds */
  #layers(bounds) {
    const run = (/** @type {number} */ index, /** @type {Float32Array} */ from, /** @type {number} */ size, /** @type {Float32Array} */ to, /** @type {Bounds} */ part) =>
      convolve(from, this.folded[index], this.layers[index].shift, size, to, true, part);
    let part = grown(bounds, 1, SIDE);
    run(0, this.input, SIDE, this.one, part);
    part = grown(part, 1, SIDE);
    run(1, this.one, SIDE, this.two, part);
    part = {
      top: part.top >> 1, bottom: (part.bottom + 1) >> 1, left: part.left >> 1, right: (part.right + 1) >> 1,
    };
    pool(this.two, SMALL, this.small, part);
    part = grown(part, 1, SMALL);
    run(2, this.small, SMALL, this.three, part);
    run(3, this.three, SMALL, this.four, grown(part, 1, SMALL));
  }

  #copies() {
    return [this.input, this.one, this.two, this.small, this.three, this.four].map((maps) => maps.slice());
  }

  /** @param {Float32Array[]} kept */
  #restore(kept) {
    [this.input, this.one, this.two, this.small, this.three, this.four].forEach((maps, index) => maps.set(kept[index]));
  }

  // The mean of the last convolution: as both are linear, sums of its input are enough.
  #scores() {
    const { inputs, outputs, kernel, shift } = this.layers[4];
    const stride = SMALL + 2;
    const sums = new Float64Array(inputs * 9);
    for (let input = 0; input < inputs; input++) {
      for (let y = 0; y < SMALL; y++) {
        const row = input * stride * stride + (y + 1) * stride + 1;
        let all = 0;
        for (let x = 0; x < SMALL; x++) all += this.four[row + x];
        const across = [all - this.four[row + SMALL - 1], all, all - this.four[row]];
        for (let down = 0; down < 3; down++) {
          // The window's row `down` never covers the last row, or the first.
          if ((down === 0 && y === SMALL - 1) || (down === 2 && y === 0)) continue;
          for (let tap = 0; tap < 3; tap++) sums[input * 9 + 3 * down + tap] += across[tap];
        }
      }
    }
    return Array.from({ length: outputs }, (_, output) => {
      let total = 0;
      for (let at = 0; at < inputs * 9; at++) total += kernel[output * inputs * 9 + at] * sums[at];
      return total / (SMALL * SMALL) + shift[output];
    });
  }
}

/**
 * Scores -> eleven shares that add up to one, as `digitnet.reading` takes them: softmax over the
 * ten digits, and how likely it is a digit at all.
 * @param {number[]} scores [10] or [11]
 * @param {any} about temperature and threshold
 */
export function sharesOf(scores, about) {
  const digits = scores.slice(0, 10);
  const shares = softmax(digits.map((score) => score / (about.temperature ?? 1)));
  const isDigit = digitShare(scores, about);
  return [...shares.map((share) => share * isDigit), 1 - isDigit];
}

/**
 * @param {number[]} scores
 * @param {any} about
 */
export function digitShare(scores, about) {
  if (scores.length <= NONE) return 1;
  const most = Math.max(...scores.slice(0, 10));
  const together = most + Math.log(scores.slice(0, 10).reduce((sum, s) => sum + Math.exp(s - most), 0));
  return 1 / (1 + Math.exp(-(together - scores[NONE] - about.digit_threshold)));
}

/** @param {number[]} values */
export function softmax(values) {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** @param {ArrayLike<number>} values */
export function argmax(values) {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}

/**
 * @param {Bounds} bounds
 * @param {number} by
 * @param {number} size
 */
function grown({ top, bottom, left, right }, by, size) {
  return {
    top: Math.max(0, top - by), bottom: Math.min(size, bottom + by),
    left: Math.max(0, left - by), right: Math.min(size, right + by),
  };
}

/**
 * @param {ArrayLike<number>} image
 * @param {Bounds} bounds
 */
function inked(image, { top, bottom, left, right }) {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) if (image[y * SIDE + x] > 0) return true;
  }
  return false;
}
