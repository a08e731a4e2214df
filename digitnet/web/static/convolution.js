// Three by three convolutions over padded maps, plain loops over typed arrays.
//
// Maps are kept with a rim of one zero around each: [channels, size + 2, size + 2].

/** @typedef {{top: number, bottom: number, left: number, right: number}} Bounds first and past the last */

/**
 * Kernels with the scale folded in, in blocks of four outputs: [blocks, inputs, 9, 4].
 * @param {import("./weights.js").Layer} layer
 */
export function fold({ inputs, outputs, kernel, scale }) {
  const blocks = Math.ceil(outputs / 4);
  const folded = new Float32Array(blocks * inputs * 36);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < 9; tap++) {
        folded[(((output >> 2) * inputs + input) * 9 + tap) * 4 + (output & 3)] =
          kernel[(output * inputs + input) * 9 + tap] * scale[output];
      }
    }
  }
  return folded;
}

const lanes = [0, 1, 2, 3].map(() => new Float32Array(32 * 32));

/**
 * One layer on a part of the map, or all of it; ReLU where `rectify` says so.
 * @param {Float32Array} source padded
 * @param {Float32Array} folded as `fold` makes it
 * @param {Float32Array} shift [outputs]
 * @param {number} size
 * @param {Float32Array} target padded; only the part within the bounds is written
 * @param {boolean} rectify
 * @param {Bounds} bounds
 */
export function convolve(source, folded, shift, size, target, rectify, bounds) {
  const stride = size + 2;
  const plane = stride * stride;
  const inputs = source.length / plane;
  const outputs = target.length / plane;
  const { top, bottom, left, right } = bounds;
  const [a, b, c, d] = lanes;
  for (let first = 0; first < outputs; first += 4) {
    for (let y = top; y < bottom; y++) {
      const from = y * size + left;
      const to = y * size + right;
      a.fill(shift[first], from, to);
      b.fill(shift[first + 1], from, to);
      c.fill(shift[first + 2], from, to);
      d.fill(shift[first + 3], from, to);
    }
    for (let input = 0; input < inputs; input++) {
      addInput(source, input * plane, folded, ((first >> 2) * inputs + input) * 36, size, bounds);
    }
    for (let lane = 0; lane < 4 && first + lane < outputs; lane++) {
      const sums = lanes[lane];
      for (let y = top; y < bottom; y++) {
        const row = (first + lane) * plane + (y + 1) * stride + 1;
        for (let x = left; x < right; x++) {
          const value = sums[y * size + x];
          target[row + x] = rectify && value < 0 ? 0 : value;
        }
      }
    }
  }
}

// Adds one input's part to four outputs at once: each of nine pixels is used four times.
/**
 * @param {Float32Array} source
 * @param {number} start of the input's plane
 * @param {Float32Array} k
 * @param {number} w where its 36 weights begin
 * @param {number} size
 * @param {Bounds} bounds
 */
function addInput(source, start, k, w, size, { top, bottom, left, right }) {
  const [a, b, c, d] = lanes;
  const stride = size + 2;
  for (let row = 0; row < 3; row++) {
    const at = w + 12 * row;
    const a0 = k[at], b0 = k[at + 1], c0 = k[at + 2], d0 = k[at + 3];
    const a1 = k[at + 4], b1 = k[at + 5], c1 = k[at + 6], d1 = k[at + 7];
    const a2 = k[at + 8], b2 = k[at + 9], c2 = k[at + 10], d2 = k[at + 11];
    for (let y = top; y < bottom; y++) {
      let place = start + (y + row) * stride + left;
      let p = source[place];
      let q = source[place + 1];
      place += 2;
      for (let to = y * size + left, end = y * size + right; to < end; to++) {
        const r = source[place++];
        if (p !== 0 || q !== 0 || r !== 0) {
          a[to] += p * a0 + q * a1 + r * a2;
          b[to] += p * b0 + q * b1 + r * b2;
          c[to] += p * c0 + q * c1 + r * c2;
          d[to] += p * d0 + q * d1 + r * d2;
        }
        p = q;
        q = r;
      }
    }
  }
}

/**
 * The largest of each two by two, on a part of the smaller map.
 * @param {Float32Array} source padded, twice the size
 * @param {number} size of the target
 * @param {Float32Array} target padded
 * @param {Bounds} bounds in the target
 */
export function pool(source, size, target, { top, bottom, left, right }) {
  const stride = size + 2;
  const wide = 2 * size + 2;
  const channels = target.length / (stride * stride);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const at = channel * wide * wide + (2 * y + 1) * wide + 2 * x + 1;
        target[channel * stride * stride + (y + 1) * stride + x + 1] = Math.max(
          source[at], source[at + 1], source[at + wide], source[at + wide + 1],
        );
      }
    }
  }
}

/**
 * The maps without their rim: [channels, size, size].
 * @param {Float32Array} padded
 * @param {number} size
 */
export function withoutRim(padded, size) {
  const stride = size + 2;
  const channels = padded.length / (stride * stride);
  const maps = new Float32Array(channels * size * size);
  for (let row = 0; row < channels * size; row++) {
    const channel = Math.floor(row / size);
    const from = channel * stride * stride + ((row % size) + 1) * stride + 1;
    maps.set(padded.subarray(from, from + size), row * size);
  }
  return maps;
}
