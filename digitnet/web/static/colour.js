// How values look: brightness is how large, colour is the sign.

/** For values that speak for something, and against it; the two of the style sheet. */
export const POSITIVE = [92, 194, 255];
export const NEGATIVE = [255, 140, 66];

/**
 * Values as a picture of one pixel each, black at zero.
 * @param {ArrayLike<number>} values
 * @param {number} size pixels a side
 * @param {number} most the value that is brightest
 * @param {"maps" | "ink"} look ink is white, and has no sign
 */
export function pictureOf(values, size, most, look = "maps") {
  const picture = new ImageData(size, size);
  fill(picture.data, 0, values, most, look);
  return picture;
}

/**
 * @param {Uint8ClampedArray} data
 * @param {number} at
 * @param {ArrayLike<number>} values
 * @param {number} most
 * @param {"maps" | "ink"} look
 */
function fill(data, at, values, most, look) {
  for (let index = 0; index < values.length; index++, at += 4) {
    const value = values[index];
    const share = Math.sqrt(Math.min(1, Math.abs(value) / (most || 1)));
    const colour = look === "ink" ? [255, 255, 255] : value < 0 ? NEGATIVE : POSITIVE;
    // The upper third goes on to white.
    const white = look === "ink" ? 0 : Math.max(0, share - 0.66) * 1.8;
    const level = look === "ink" ? Math.abs(value) / (most || 1) : Math.min(1, share * 1.25);
    for (let part = 0; part < 3; part++) {
      data[at + part] = 10 + (colour[part] - 10) * level + (255 - colour[part]) * white * level;
    }
    data[at + 3] = 255;
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
  small.width = small.height = size;
  /** @type {CanvasRenderingContext2D} */ (small.getContext("2d")).putImageData(pictureOf(values, size, most, look), 0, 0);
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
