// A sentence a layer: what it does to this drawing.

import { mostOf, short } from "./colour.js";
import { $, make } from "./page.js";
import { contributions, mapsOf, sizeOf } from "./trace.js";
import { words } from "./words.js";

const CLEAR = 0.3; // of a layer's largest value

/** @typedef {import("./network.js").Activations} Activations */

/**
 * @param {Activations} inside
 * @param {import("./weights.js").Layer[]} layers
 * @param {Uint8Array} image
 * @param {Activations} blank what blank paper gives
 */
export function showSteps(inside, layers, image, blank) {
  const told = [words.layers.picture(image.filter((value) => value > 0).length)];
  for (let layer = 1; layer <= 4; layer++) {
    const found = strongest(inside, blank, layer);
    const facts = {
      active: found.active, count: found.count, map: found.map + 1,
      where: words.layers.where[found.row][found.column],
      kind: layer === 1 ? words.layers.kinds[kindOf(layers[0].kernel.subarray(9 * found.map, 9 * found.map + 9), layers[0].scale[found.map])] : "",
      from: "",
    };
    if (layer > 1) facts.from = words.layers.maps(feeders(inside, layers, layer, found.map));
    const sentence = (layer === 1 ? words.layers.first : words.layers.middle)(facts);
    told.push(layer === 3 ? words.layers.pooled + sentence : sentence);
  }
  const order = inside.scores.map((score, index) => ({ score, index })).sort((a, b) => b.score - a.score);
  const name = (/** @type {number} */ index) => (index < 10 ? String(index) : `\u201c${words.none}\u201d`);
  told.push(words.layers.last({
    best: name(order[0].index), score: short(order[0].score),
    second: name(order[1].index), next: short(order[1].score),
  }));
  $("steps").replaceChildren(...told.map((text, layer) => make("li", {},
    make("h3", { textContent: words.layers.names[layer] }), make("p", { textContent: text }))));
}

// The map that the drawing changes most beside blank paper, in which ninth of it, and how many
// maps it changes clearly: by a good part of the layer's largest value.
/**
 * @param {Activations} inside
 * @param {Activations} blank
 * @param {number} layer
 */
function strongest(inside, blank, layer) {
  const maps = mapsOf(inside, layer);
  const paper = mapsOf(blank, layer);
  const size = sizeOf(layer);
  const plane = size * size;
  const count = maps.length / plane;
  const least = CLEAR * mostOf(maps);
  const changes = maps.map((value, at) => Math.abs(value - paper[at]));
  const own = (/** @type {number} */ index) => changes.subarray(index * plane, (index + 1) * plane);
  const sums = Array.from({ length: count }, (_, index) => own(index).reduce((sum, value) => sum + value, 0));
  const map = sums.indexOf(Math.max(...sums));
  const ninths = new Float64Array(9);
  own(map).forEach((value, at) => {
    const [y, x] = [Math.floor(at / size), at % size];
    ninths[3 * Math.floor((3 * y) / size) + Math.floor((3 * x) / size)] += value;
  });
  const best = ninths.indexOf(Math.max(...ninths));
  return {
    map, count, row: Math.floor(best / 3), column: best % 3,
    active: sums.filter((_, index) => mostOf(own(index)) > least).length,
  };
}

/**
 * @param {Activations} inside
 * @param {import("./weights.js").Layer[]} layers
 * @param {number} layer
 * @param {number} index
 */
function feeders(inside, layers, layer, index) {
  return contributions(inside, layers, { layer, index })
    .map((value, input) => ({ value, input }))
    .sort((a, b) => b.value - a.value)
    .slice(0, 2)
    .map(({ input }) => input + 1);
}

// What a first kernel looks for: where its positive numbers lie.
/**
 * @param {Float32Array} kernel
 * @param {number} scale
 * @returns {keyof typeof words.layers.kinds}
 */
function kindOf(kernel, scale) {
  const k = kernel.map((value) => value * scale);
  const down = k[6] + k[7] + k[8] - k[0] - k[1] - k[2];
  const across = k[2] + k[5] + k[8] - k[0] - k[3] - k[6];
  const total = k.reduce((sum, value) => sum + value, 0);
  const size = k.reduce((sum, value) => sum + Math.abs(value), 0);
  if (Math.abs(total) > 0.75 * size) return total > 0 ? "ink" : "paper";
  if (Math.max(Math.abs(down), Math.abs(across)) < 0.3 * size) return "spot";
  if (Math.abs(down) > Math.abs(across)) return down > 0 ? "below" : "above";
  return across > 0 ? "right" : "left";
}
