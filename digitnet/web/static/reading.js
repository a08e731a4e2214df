// What is drawn -> what it is read as, with every layer. Runs in the worker.

import { cutOut } from "./cut.js";
import { group } from "./group.js";
import { Network, argmax } from "./network.js";
import { normalise } from "./prepare.js";
import { boxOf, rasterise } from "./raster.js";
import { parseWeights } from "./weights.js";

/** @typedef {import("./raster.js").Stroke} Stroke */
/**
 * One digit as it is read.
 * @typedef {object} Digit
 * @property {number[]} strokes
 * @property {import("./raster.js").Box | null} box on the board
 * @property {Uint8Array} image [28, 28]
 * @property {number[]} shares [11]
 */
/**
 * @typedef {object} Reading
 * @property {Digit[]} digits from left to right
 * @property {number} subject which of them is shown
 * @property {import("./network.js").Activations} inside every layer's maps of that one
 * @property {number[] | null} other the shares that the documented recipe's network gives it
 */

const KEPT = 64; // digits whose reading is remembered, as most strokes of a drawing stay

export class Reading28 {
  /**
   * @param {ArrayBuffer} weights
   * @param {ArrayBuffer | null} other weights to compare with
   */
  constructor(weights, other) {
    this.network = new Network(parseWeights(weights));
    // With maps of its own: it is at work while strokes are read.
    this.covering = new Network(parseWeights(weights));
    this.other = other ? new Network(parseWeights(other)) : null;
    /** @type {Map<string, Digit>} */
    this.known = new Map();
  }

  /**
   * @param {Stroke[]} strokes at least one
   * @param {number} touched the stroke whose digit is shown
   * @param {boolean} compare
   * @returns {Reading}
   */
  read(strokes, touched, compare) {
    const parts = group(strokes, (part) => Math.max(...this.#shares(this.#digit(strokes, part)).slice(0, 10)));
    const digits = parts.map((part) => this.#digit(strokes, part));
    // The one that is shown gets its shares with its maps: many drawings are one digit.
    if (digits.length > 1) for (const digit of digits) this.#shares(digit);
    const found = parts.findIndex((part) => part.includes(touched));
    const subject = found < 0 ? digits.length - 1 : found;
    return this.#shown(digits, subject, compare);
  }

  /**
   * A digit of a photo.
   * @param {import("./cut.js").Picture} picture
   * @param {number[]} box middle x, y, width, height
   * @param {boolean} compare
   * @returns {Reading}
   */
  readPicture(picture, box, compare) {
    const ink = cutOut(picture, box);
    const image = ink ? normalise(ink) : new Uint8Array(784);
    return this.#shown([{ strokes: [], box: null, image, shares: [] }], 0, compare);
  }

  /**
   * @param {Digit[]} digits
   * @param {number} subject
   * @param {boolean} compare
   * @returns {Reading}
   */
  #shown(digits, subject, compare) {
    const inside = this.network.run(digits[subject].image);
    digits[subject].shares = inside.shares;
    const other = compare && this.other ? this.other.shares(digits[subject].image) : null;
    return { digits, subject, inside, other };
  }

  /**
   * @param {Stroke[]} strokes
   * @param {number[]} part
   * @returns {Digit}
   */
  #digit(strokes, part) {
    const own = part.map((index) => strokes[index]);
    const key = JSON.stringify([part, own.map((stroke) => [stroke.length, stroke[0], stroke.at(-1)])]);
    let digit = this.known.get(key);
    if (!digit) {
      const image = normalise(rasterise(own));
      digit = { strokes: part, box: boxOf(own), image, shares: [] };
      if (this.known.size >= KEPT) this.known.clear();
      this.known.set(key, digit);
    }
    return digit;
  }

  /** @param {Digit} digit */
  #shares(digit) {
    if (!digit.shares.length) digit.shares = this.network.shares(digit.image);
    return digit.shares;
  }
}

/**
 * What an answer's shares say: a digit, "no digit", or neither surely. The best digit, and the
 * likeliest of the other ten answers; 10 is "no digit".
 * @param {number[]} shares [11]
 */
export function verdict(shares) {
  const best = argmax(shares.slice(0, 10));
  const second = argmax(shares.map((share, answer) => (answer === best ? -1 : share)));
  /** @type {"digit" | "none" | "unsure"} */
  const kind = shares[best] >= 0.5 ? "digit" : shares[10] >= 0.5 ? "none" : "unsure";
  return { kind, best, second, share: kind === "none" ? shares[10] : shares[best] };
}
