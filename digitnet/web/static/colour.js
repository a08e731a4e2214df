// How values look: brightness is how large, colour is the sign.

/** For values that speak for something, and against it; the two of the style sheet. */
export const POSITIVE = [92, 194, 255];
export const NEGATIVE = [255, 140, 66];

const LEVELS = 1024;
const GROUND = 10; // what zero looks like, of 255

/** @param {(share: number) => number[]} colour */
const ramp = (colour) =>
  Uint32Array.from({ length: LEVELS + 1 }, (_, level) => {
    const [red, green, blue] = colour(level / LEVELS).map(Math.round);
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });

// From black by way of the colour on to white; faint values are lifted.
/** @param {number[]} colour */
const glow = (colour) => ramp((share) => {
  const root = Math.sqrt(share);
  const level = Math.min(1, 1.25 * root);
  const white = Math.max(0, root - 0.66) * 1.8;
  return colour.map((part) => Math.min(255, GROUND + (part - GROUND) * level + (255 - part) * white * level));
});

const RAMPS = {
  positive: glow(POSITIVE),
  negative: glow(NEGATIVE),
  ink: ramp((share) => [1, 1, 1].map(() => GROUND + (255 - GROUND) * share)),
};

/**
 * Paints maps side by side, one pixel a value.
 * @param {ImageData} picture
 * @param {ArrayLike<number>} maps [count, size, size]
 * @param {number} size
 * @param {number} most the value that is brightest
 * @param {"maps" | "ink"} look ink is white, and has no sign
 */
export function paintMaps(picture, maps, size, most, look) {
  const pixels = new Uint32Array(picture.data.buffer);
  const { positive, negative, ink } = RAMPS;
  const scale = LEVELS / (most || 1);
  const plane = size * size;
  for (let start = 0, left = 0; start < maps.length; start += plane, left += size) {
    for (let y = 0; y < size; y++) {
      let from = start + y * size;
      for (let to = y * picture.width + left, end = to + size; to < end; to++, from++) {
        const value = maps[from];
        const level = Math.min(LEVELS, Math.abs(value) * scale) | 0;
        pixels[to] = look === "ink" ? ink[level] : value < 0 ? negative[level] : positive[level];
      }
    }
  }
}

/**
 * @param {number} value
 * @param {number} alpha
 */
export function inkOf(value, alpha = 1) {
  return `rgb(${(value < 0 ? NEGATIVE : POSITIVE).join(" ")} / ${alpha})`;
}

/**
 * @param {ArrayLike<number>} values
 */
export function mostOf(values) {
  let most = 1e-6;
  for (let index = 0; index < values.length; index++) most = Math.max(most, Math.abs(values[index]));
  return most;
}

const small = document.createElement("canvas");

/**
 * Draws a map enlarged, every value a sharp square.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} size
 * @param {number} most
 * @param {"maps" | "ink"} look
 */
export function show(canvas, values, size, most, look = "maps") {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const picture = new ImageData(size, size);
  paintMaps(picture, values, size, most, look);
  small.width = small.height = size;
  /** @type {CanvasRenderingContext2D} */ (small.getContext("2d")).putImageData(picture, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  return context;
}

/**
 * A number in few characters, with a true minus.
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  const text = size >= 100 ? size.toFixed(0) : size >= 10 ? size.toFixed(1) : size.toFixed(2);
  return (value < 0 && Number(text) !== 0 ? "\u2212" : "") + text;
}

/** @param {number} share */
export const percent = (share) =>
  `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 0 : 1)} %`;
