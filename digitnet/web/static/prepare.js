// A digit's ink -> the 28x28 form of MNIST, its stroke width evened.
//
// The same steps as `digitnet/reading/normalise.py` and `digitnet/mnist_format.py`, which say why.

import { blank, cut, enlargeCubic, enlargeLinear, shrink } from "./resize.js";

/** @typedef {import("./resize.js").Grey} Grey */
/**
 * One digit, cut to its bounding box.
 * @typedef {object} Ink
 * @property {Grey} coverage 0 paper to 1 ink
 * @property {Uint8Array} inside which pixels are its own ink
 */

const SIZE = 28;
const BOX = 20; // the digit's longer side, pixels
const CENTRE = 14; // the pixel that the centre of mass falls on
const FINE = 4 * BOX; // strokes are measured at this size at least
const STROKE_RANGE = [1.6, 3.8]; // stroke width of nine in ten of MNIST's digits, pixels of the box

/**
 * @param {Ink} ink
 * @returns {Uint8Array} [28, 28], light ink on black
 */
export function normalise({ coverage, inside }) {
  return mnistForm(evened(coverage, inside) ?? coverage);
}

// Ink with its stroke width brought into MNIST's range, cut tight; null to keep the greys.
/**
 * @param {Grey} coverage
 * @param {Uint8Array} inside
 */
function evened(coverage, inside) {
  const { width, height } = coverage;
  const side = Math.max(width, height);
  const peak = largest(coverage.values);
  /** @type {Grey} */
  let fine = {
    width, height,
    values: coverage.values.map((value, at) =>
      inside[at] ? Math.max(value, 0.55 * peak) : Math.min(value, 0.45 * peak)),
  };
  if (side < FINE) {
    const size = (/** @type {number} */ pixels) => Math.max(1, roundEven((pixels * FINE) / side));
    fine = enlargeCubic(fine, size(width), size(height));
  }
  const unit = Math.max(FINE, side) / BOX; // fine pixels to one of the box
  const room = roundEven(unit) + 2; // for a stroke that grows
  const framed = blank(fine.width + 2 * room, fine.height + 2 * room);
  const filled = new Uint8Array(framed.values.length);
  for (let y = 0; y < fine.height; y++) {
    for (let x = 0; x < fine.width; x++) {
      const ink = fine.values[y * fine.width + x] > 0.5 * peak;
      filled[(y + room) * framed.width + x + room] = ink ? 1 : 0;
    }
  }
  const depth = distances(filled, framed.width, framed.height, 1);
  const stroke = strokeWidth(filled, depth) / unit;
  const wanted = Math.min(Math.max(stroke, STROKE_RANGE[0]), STROKE_RANGE[1]);
  if (side <= 1.2 * BOX && wanted === stroke) return null;
  const away = distances(filled, framed.width, framed.height, 0);
  const edge = ((wanted - stroke) / 2) * unit; // how far outwards
  for (let at = 0; at < filled.length; at++) {
    framed.values[at] = Math.min(1, Math.max(0, depth[at] - away[at] + edge + 0.5));
  }
  return cutTight(framed);
}

// Mean width of the strokes, pixels: across one of width w the depth rises from 1 to w / 2.
/**
 * @param {Uint8Array} filled
 * @param {Float32Array} depth
 */
function strokeWidth(filled, depth) {
  let count = 0;
  let total = 0;
  for (let at = 0; at < filled.length; at++) {
    count += filled[at];
    total += depth[at];
  }
  return count ? 4 * (total / count - 0.5) : 0;
}

// How far each pixel that is `of` lies from one that is not: OpenCV's DIST_L2, 3x3.
/**
 * @param {Uint8Array} filled
 * @param {number} width
 * @param {number} height
 * @param {number} of
 */
function distances(filled, width, height, of) {
  const near = 0.955;
  const far = 1.3693;
  const most = 8192;
  const stride = width + 2;
  const padded = new Float32Array(stride * (height + 2)).fill(most);
  for (let y = 0; y < height; y++) {
    let at = (y + 1) * stride + 1;
    for (let x = 0; x < width; x++, at++) {
      padded[at] = filled[y * width + x] !== of ? 0 : Math.min(
        padded[at - stride - 1] + far, padded[at - stride] + near,
        padded[at - stride + 1] + far, padded[at - 1] + near,
      );
    }
  }
  const found = new Float32Array(width * height);
  for (let y = height - 1; y >= 0; y--) {
    let at = (y + 1) * stride + width;
    for (let x = width - 1; x >= 0; x--, at--) {
      padded[at] = Math.min(
        padded[at], padded[at + stride + 1] + far, padded[at + stride] + near,
        padded[at + stride - 1] + far, padded[at + 1] + near,
      );
      found[y * width + x] = padded[at];
    }
  }
  return found;
}

/** @param {Grey} picture */
function cutTight(picture) {
  const { values, width, height } = picture;
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] <= 0.5) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  // A blot's rim can be all that there is, and shrink away.
  return right < 0 ? null : cut(picture, left, top, right + 1 - left, bottom + 1 - top);
}

// Into the 20x20 box, grey levels stretched, centred by mass.
/** @param {Grey} ink */
export function mnistForm(ink) {
  let side = Math.max(ink.width, ink.height, 10);
  let square = blank(side, side);
  const top = (side - ink.height) >> 1;
  const left = (side - ink.width) >> 1;
  for (let y = 0; y < ink.height; y++) {
    square.values.set(ink.values.subarray(y * ink.width, (y + 1) * ink.width), (top + y) * side + left);
  }
  while (side < BOX) {
    side *= 2;
    square = enlargeLinear(square, side, side);
  }
  const box = side === BOX ? square : shrink(square, BOX, BOX);
  const peak = largest(box.values);
  const image = new Uint8Array(SIZE * SIZE);
  if (peak < 1e-6) return image;
  const grey = Uint8Array.from(box.values, (value) => roundEven((value * 255) / peak));
  let [mass, down, across] = [0, 0, 0];
  grey.forEach((value, at) => {
    mass += value;
    down += value * Math.floor(at / BOX);
    across += value * (at % BOX);
  });
  const place = (/** @type {number} */ moment) =>
    Math.min(Math.max(CENTRE - roundEven(moment / mass), 0), SIZE - BOX);
  const [row, column] = [place(down), place(across)];
  for (let y = 0; y < BOX; y++) {
    image.set(grey.subarray(y * BOX, (y + 1) * BOX), (row + y) * SIZE + column);
  }
  return image;
}

/** @param {Float32Array} values */
export function largest(values) {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  return most;
}

// Python rounds a half to the even neighbour.
/** @param {number} value */
export function roundEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}
