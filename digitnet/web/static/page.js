// Elements of the page, found by name and made in one line.

/**
 * @param {string} id
 * @returns {any} the element; every name stands in index.html
 */
export const $ = (id) => document.getElementById(id);

/**
 * @param {string} tag
 * @param {Record<string, any>} properties
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/**
 * A canvas whose pixels are as many as given.
 * @param {number} side
 * @param {Record<string, any>} properties
 * @returns {HTMLCanvasElement}
 */
export const square = (side, properties = {}) => make("canvas", { width: side, height: side, ...properties });

/**
 * The pixel of a map under the pointer.
 * @param {HTMLCanvasElement} canvas
 * @param {PointerEvent} event
 * @param {number} size
 */
export function pixelAt(canvas, event, size) {
  const box = canvas.getBoundingClientRect();
  const at = (/** @type {number} */ value, /** @type {number} */ start, /** @type {number} */ length) =>
    Math.min(size - 1, Math.max(0, Math.floor((size * (value - start)) / length)));
  return { x: at(event.clientX, box.left, box.width), y: at(event.clientY, box.top, box.height) };
}

/** @type {Record<string, number[]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * The pixel that an arrow key leads to, or null for another key.
 * @param {{x: number, y: number}} place
 * @param {KeyboardEvent} event
 * @param {number} size
 */
export function stepped(place, event, size) {
  const way = WAYS[event.key];
  if (!way || event.altKey || event.ctrlKey || event.metaKey) return null;
  event.preventDefault();
  const at = (/** @type {number} */ value) => Math.min(size - 1, Math.max(0, value));
  return { x: at(place.x + way[0]), y: at(place.y + way[1]) };
}
