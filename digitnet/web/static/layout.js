// Where the picture of the network has each map: columns from left to right, or rows on a phone.

/** @typedef {{layer: number, index: number, x: number, y: number, side: number}} Tile */
/** @typedef {{x: number, y: number, text: number, align: CanvasTextAlign}} Caption text: of which layer */
/** @typedef {{tiles: Tile[], captions: Caption[], width: number, height: number, upright: boolean}} Layout */

const COUNTS = [1, 16, 16, 32, 32, 11];
const TOP = 34; // for the captions
const AROUND = 290; // the head above, the legend below

/**
 * @param {number} width css pixels
 * @param {number} classes
 * @param {boolean} upright
 * @param {number} room the window's height, which columns use as far as they are wide
 * @returns {Layout}
 */
export const layoutOf = (width, classes, upright, room) =>
  (upright ? rows(width, classes) : columns(width, classes, room));

/**
 * @param {number} width
 * @param {number} classes
 * @param {number} room
 * @returns {Layout}
 */
function columns(width, classes, room) {
  const height = Math.round(Math.min(Math.max(460, room - AROUND), Math.max(460, width * 0.72)));
  const pitch = (height - TOP) / 16;
  const side = pitch - 3;
  const last = (height - TOP) / 11;
  const sides = [3.4 * pitch, side, side, 2 * pitch - 3, 2 * pitch - 3, last - 4];
  const gap = (width - sides.reduce((sum, own) => sum + own, 0) - 2) / 5;
  /** @type {Tile[]} */
  const tiles = [];
  /** @type {Caption[]} */
  const captions = [];
  let x = 1;
  COUNTS.forEach((count, layer) => {
    const own = layer === 5 ? classes : count;
    for (let index = 0; index < own; index++) {
      if (layer === 0) tiles.push({ layer, index, x, y: TOP + (height - TOP - sides[0]) / 2, side: sides[0] });
      else if (layer === 5) tiles.push({ layer, index, x, y: TOP + index * last + 2, side: last - 4 });
      else tiles.push({ layer, index, x: x + Math.floor(index / 16) * pitch, y: TOP + (index % 16) * pitch, side });
    }
    const align = layer === 0 ? "left" : layer === 5 ? "right" : "center";
    const at = layer === 0 ? x : layer === 5 ? width : x + sides[layer] / 2;
    captions.push({ x: at, y: layer === 0 ? TOP + (height - TOP - sides[0]) / 2 - 20 : 2, text: layer, align });
    x += sides[layer] + gap;
  });
  return { tiles, captions, width, height, upright: false };
}

/**
 * @param {number} width
 * @param {number} classes
 * @returns {Layout}
 */
function rows(width, classes) {
  const pitch = width / 16;
  const last = width / 11;
  const label = 18;
  const gap = 26;
  /** @type {Tile[]} */
  const tiles = [];
  /** @type {Caption[]} */
  const captions = [];
  let y = 2;
  COUNTS.forEach((count, layer) => {
    captions.push({ x: 0, y, text: layer, align: "left" });
    y += label;
    const own = layer === 5 ? classes : count;
    for (let index = 0; index < own; index++) {
      if (layer === 0) tiles.push({ layer, index, x: (width - 4 * pitch) / 2, y: y - label, side: 4 * pitch });
      else if (layer === 5) tiles.push({ layer, index, x: index * last + 1, y, side: last - 2 });
      else tiles.push({ layer, index, x: (index % 16) * pitch + 1, y: y + Math.floor(index / 16) * pitch, side: pitch - 2 });
    }
    y += (layer === 0 ? 4 * pitch - label : layer === 5 ? last : (own / 16) * pitch) + gap;
  });
  return { tiles, captions, width, height: Math.ceil(y - gap), upright: true };
}

/**
 * The tile under a point, or none.
 * @param {Layout} layout
 * @param {number} x
 * @param {number} y
 */
export const tileAt = ({ tiles }, x, y) =>
  tiles.find((tile) => x >= tile.x - 1.5 && x < tile.x + tile.side + 1.5 && y >= tile.y - 1.5 && y < tile.y + tile.side + 1.5);

/**
 * The next tile for an arrow key: up and down within a layer, sideways to the layer beside it.
 * @param {Layout} layout
 * @param {import("./trace.js").Place} from
 * @param {string} key
 */
export function neighbour({ tiles, upright }, from, key) {
  const along = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[key];
  if (!along) return null;
  const within = (key === "ArrowUp" || key === "ArrowDown") !== upright;
  const own = tiles.filter(({ layer }) => layer === from.layer);
  if (within) return own[(from.index + along + own.length) % own.length];
  const next = tiles.filter(({ layer }) => layer === from.layer + along);
  return next[Math.min(next.length - 1, Math.floor((from.index / own.length) * next.length))] ?? null;
}
