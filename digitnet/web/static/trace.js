// Which maps feed a map, and by how much: what the edges of the picture are drawn from.

/** @typedef {import("./network.js").Activations} Activations */
/** @typedef {import("./weights.js").Layer} Layer */
/** @typedef {{layer: number, index: number}} Place a map: its layer, 0 the input, and its number */
/** @typedef {{from: Place, to: Place, value: number}} Edge value: signed, what it adds on average */

const SIZES = [28, 28, 28, 14, 14, 14];

/**
 * The maps of a layer, as the picture shows them: 0 is the input, 5 the last convolution.
 * @param {Activations} inside
 * @param {number} layer
 */
export const mapsOf = (inside, layer) =>
  [inside.input, inside.conv1, inside.conv2, inside.conv3, inside.conv4, inside.conv5][layer];

/** @param {number} layer */
export const sizeOf = (layer) => SIZES[layer];

/**
 * What a layer's convolution is fed: the layer before, halved between two and three.
 * @param {Activations} inside
 * @param {number} layer
 */
export const inputsOf = (inside, layer) => (layer === 3 ? inside.pool : mapsOf(inside, layer - 1));

/**
 * What each input adds to a map, on average over the places where the map answers.
 * @param {Activations} inside
 * @param {Layer[]} layers
 * @param {Place} place
 * @returns {number[]} after batch normalisation's scale
 */
export function contributions(inside, layers, { layer, index }) {
  const { inputs, kernel, scale, last } = layers[layer - 1];
  const size = SIZES[layer];
  const own = mapsOf(inside, layer).subarray(index * size * size, (index + 1) * size * size);
  const fed = inputsOf(inside, layer);
  /** @type {number[]} where the map answers: few places, mostly */
  const places = [];
  for (let at = 0; at < own.length; at++) if (last || own[at] > 0) places.push(at);
  const found = new Array(inputs).fill(0);
  for (let tap = 0; tap < 9 && places.length; tap++) {
    const [dy, dx] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
    const seen = places.filter((at) => {
      const [y, x] = [Math.floor(at / size) + dy, (at % size) + dx];
      return y >= 0 && y < size && x >= 0 && x < size;
    });
    const shift = dy * size + dx;
    for (let input = 0; input < inputs; input++) {
      let sum = 0;
      const start = input * size * size + shift;
      for (const at of seen) sum += fed[start + at];
      found[input] += (sum * kernel[(index * inputs + input) * 9 + tap] * scale[index]) / places.length;
    }
  }
  return found;
}

/**
 * All edges into one map.
 * @param {Activations} inside
 * @param {Layer[]} layers
 * @param {Place} to
 * @returns {Edge[]}
 */
export function edgesInto(inside, layers, to) {
  if (to.layer === 0) return [];
  return contributions(inside, layers, to).map((value, index) => ({
    from: { layer: to.layer - 1, index }, to, value,
  }));
}

/**
 * The way back from an answer: at each layer the few maps that spoke loudest for or against it.
 * @param {Activations} inside
 * @param {Layer[]} layers
 * @param {number} answer
 * @returns {Edge[]}
 */
export function trace(inside, layers, answer) {
  const widths = [0, 3, 3, 3, 5]; // edges into one map, by the layer they come from
  /** @type {Edge[]} */
  const edges = [];
  let heads = [answer];
  for (let layer = 5; layer > 0; layer--) {
    const most = layer === 1 ? 1 : widths[layer - 1];
    const chosen = heads.flatMap((index) =>
      edgesInto(inside, layers, { layer, index })
        .filter(({ value }) => value !== 0)
        .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
        .slice(0, most));
    edges.push(...chosen);
    // Those that speak for it are followed further.
    heads = [...new Set(chosen.sort((a, b) => b.value - a.value).map(({ from }) => from.index))].slice(0, 4);
  }
  return edges;
}

// A map after the convolution and after batch normalisation, with nothing folded.
/**
 * @param {Activations} inside
 * @param {Layer[]} layers
 * @param {Place} place
 */
export function stepsOf(inside, layers, { layer, index }) {
  const { inputs, kernel, scale, shift, last } = layers[layer - 1];
  const size = sizeOf(layer);
  const fed = inputsOf(inside, layer);
  const raw = new Float32Array(size * size);
  for (let input = 0; input < inputs; input++) {
    for (let tap = 0; tap < 9; tap++) {
      const weight = kernel[(index * inputs + input) * 9 + tap];
      const [dy, dx] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
      for (let y = Math.max(0, -dy); y < Math.min(size, size - dy); y++) {
        for (let x = Math.max(0, -dx); x < Math.min(size, size - dx); x++) {
          raw[y * size + x] += weight * fed[input * size * size + (y + dy) * size + x + dx];
        }
      }
    }
  }
  return { raw, normed: raw.map((value) => (last ? value + shift[index] : value * scale[index] + shift[index])) };
}
