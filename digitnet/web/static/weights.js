// The network's weights, from the binary that `digitnet export` writes.

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {number} inputs
 * @property {number} outputs
 * @property {Float32Array} kernel [outputs, inputs, 3, 3]
 * @property {Float32Array} scale [outputs], batch normalisation; ones in the last layer
 * @property {Float32Array} shift [outputs], batch normalisation's shift, or the last layer's bias
 * @property {boolean} last
 */
/**
 * @typedef {object} Weights
 * @property {any} about what the file says of itself
 * @property {Layer[]} layers
 */

const FORMAT = "digitnet page";
const VERSION = 1;

/**
 * @param {ArrayBuffer} content
 * @returns {Weights}
 */
export function parseWeights(content) {
  const bytes = new Uint8Array(content);
  const end = bytes.indexOf(10) + 1;
  const about = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  if (about.format !== FORMAT || about.version !== VERSION) {
    throw new Error(`weights are ${about.format} version ${about.version}`);
  }
  const take = TAKEN[about.dtype];
  /** @type {Record<string, {shape: number[], values: Float32Array}>} */
  const tensors = {};
  const place = { bytes, at: end };
  for (const [name, shape] of about.tensors) {
    tensors[name] = { shape, values: take(place, shape, name.endsWith(".kernel")) };
  }
  if (place.at !== bytes.length) throw new Error("weights are not whole");
  const layers = ["conv1", "conv2", "conv3", "conv4", "conv5"].map((name) => {
    const { shape: [outputs, inputs], values: kernel } = tensors[`${name}.kernel`];
    const last = !(`${name}.scale` in tensors);
    return {
      name,
      inputs,
      outputs,
      kernel,
      last,
      scale: last ? new Float32Array(outputs).fill(1) : tensors[`${name}.scale`].values,
      shift: tensors[last ? `${name}.bias` : `${name}.shift`].values,
    };
  });
  return { about, layers };
}

/**
 * How many numbers a network has learned.
 * @param {Weights} weights
 */
export function numbersIn({ layers }) {
  // Of each map a bias and two of batch normalisation, which are folded here.
  return layers.reduce((sum, { kernel, outputs, last }) => sum + kernel.length + (last ? 1 : 3) * outputs, 0);
}

/** @typedef {{bytes: Uint8Array, at: number}} Place where the next number is */

/** @param {number[]} shape */
const countOf = (shape) => shape.reduce((product, side) => product * side, 1);

// How numbers are stored: whole, without their last byte, or kernels as bytes with a scale.
/** @type {Record<string, (place: Place, shape: number[], kernel: boolean) => Float32Array>} */
const TAKEN = {
  float32: (place, shape) => floats(place, countOf(shape), 4),
  float24: (place, shape) => floats(place, countOf(shape), 3),
  int8(place, shape, kernel) {
    if (!kernel) return floats(place, countOf(shape), 4);
    const scales = floats(place, shape[0], 4);
    const own = countOf(shape) / shape[0];
    const values = new Int8Array(place.bytes.slice(place.at, place.at + countOf(shape)).buffer);
    place.at += values.length;
    return Float32Array.from(values, (value, index) => value * scales[Math.floor(index / own)]);
  },
};

// The upper bytes of floats, the lowest of them first.
/**
 * @param {Place} place
 * @param {number} count
 * @param {number} width bytes
 */
function floats(place, count, width) {
  const values = new Float32Array(count);
  const bytes = new Uint8Array(values.buffer);
  for (let index = 0; index < count; index++) {
    bytes.set(place.bytes.subarray(place.at, place.at + width), 4 * index + 4 - width);
    place.at += width;
  }
  return values;
}
