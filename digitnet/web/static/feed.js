// What happens to numbers before a kernel finds them, in a sentence with those of one place.

import { short } from "./colour.js";
import { words } from "./words.js";

const SIZE = 28;

/** @typedef {{x: number, y: number}} Place */

/**
 * A pixel of the picture, as layer 1 is fed.
 * @param {Float32Array} input scaled
 * @param {any} about mean and std of the weights
 * @param {Place} place
 */
export function scaledAt(input, about, { x, y }) {
  const scaled = input[y * SIZE + x];
  return words.look.scaled({ value: pixelOf(scaled, about), mean: about.mean, std: about.std, scaled: short(scaled) });
}

/**
 * @param {number} scaled
 * @param {any} about
 * @returns {number} 0 to 255
 */
export const pixelOf = (scaled, { mean, std }) => Math.round(255 * (scaled * std + mean));

/**
 * The four numbers of which layer 3 is fed the largest.
 * @param {Float32Array} map of layer 2
 * @param {Place} place in the smaller map
 */
export function pooledAt(map, { x, y }) {
  const at = 2 * y * SIZE + 2 * x;
  const four = [at, at + 1, at + SIZE, at + SIZE + 1].map((index) => map[index]);
  return words.look.pooled(four.map(short), short(Math.max(...four)));
}
