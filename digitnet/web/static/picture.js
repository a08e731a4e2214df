// The network as one picture: every map at its real values, and the edges that feed a map.

import { inkOf, mostOf, paintMaps } from "./colour.js";
import { drawEdges, key } from "./edges.js";
import { layoutOf, neighbour, tileAt } from "./layout.js";
import { make } from "./page.js";
import { edgesInto, mapsOf, sizeOf, trace } from "./trace.js";
import { words } from "./words.js";

/** @typedef {import("./trace.js").Place} Place */
/** @typedef {import("./trace.js").Edge} Edge */
/** @typedef {import("./layout.js").Tile} Tile */

const COLUMNS = "(min-width: 48rem)"; // as in the style sheet

export class Picture {
  #canvas;
  #context;
  #layers;
  #chosen;
  /** @type {import("./layout.js").Layout} */
  #layout;
  /** @type {import("./network.js").Activations | null} */
  #inside = null;
  #answer = -1;
  /** @type {Place | null} */
  #pinned = null;
  /** @type {Place | null} */
  #over = null;
  #waiting = false;
  #ground = "#0b121d";
  #atlas;
  /** @type {ImageData[]} a layer's */
  #pixels = [];
  /** @type {Map<number, Tile>} */
  #places = new Map();

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./weights.js").Layer[]} layers
   * @param {(place: Place, walked: boolean) => void} chosen called when a map is clicked, or
   *   walked to with arrow keys
   */
  constructor(canvas, layers, chosen) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    this.#layers = layers;
    this.#chosen = chosen;
    this.#layout = layoutOf(600, layers[4].outputs, false, innerHeight);
    this.#atlas = /** @type {CanvasRenderingContext2D} */ (
      make("canvas", { width: 28 * 32, height: 28 }).getContext("2d", { willReadFrequently: true }));
    new ResizeObserver(() => this.#measure()).observe(/** @type {Element} */ (canvas.parentElement));
    addEventListener("resize", () => this.#measure()); // its height counts too
    this.#measure();
    canvas.addEventListener("pointermove", (event) => this.#hover(this.#at(event)));
    canvas.addEventListener("pointerleave", () => this.#hover(null));
    canvas.addEventListener("click", (event) => this.#choose(this.#at(event)));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * @param {import("./network.js").Activations | null} inside null for an empty board
   * @param {number} answer the class whose way is shown while no map is chosen
   */
  show(inside, answer) {
    this.#inside = inside;
    this.#answer = answer;
    this.#paint(); // at once: what waits for a frame is shown in the one after it
  }

  /** @param {Place | null} place */
  pin(place) {
    this.#pinned = place;
    this.#later();
  }

  #measure() {
    const width = Math.floor(/** @type {Element} */ (this.#canvas.parentElement).clientWidth);
    if (!width) return;
    const sharp = Math.min(2, devicePixelRatio || 1);
    this.#ground = getComputedStyle(this.#canvas).getPropertyValue("--stage") || "#0b121d";
    this.#layout = layoutOf(width, this.#layers[4].outputs, !matchMedia(COLUMNS).matches, innerHeight);
    this.#places = new Map(this.#layout.tiles.map((tile) => [key(tile), tile]));
    this.#canvas.width = Math.round(width * sharp);
    this.#canvas.height = Math.round(this.#layout.height * sharp);
    this.#canvas.style.height = `${this.#layout.height}px`;
    // The bars beside it are as high.
    this.#canvas.closest("div")?.style.setProperty("--height", `${this.#layout.height}px`);
    this.#context.setTransform(sharp, 0, 0, sharp, 0, 0);
    this.#paint();
  }

  // Once a frame, however often something changes.
  #later() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#paint();
    });
  }

  #paint() {
    const context = this.#context;
    const { tiles, captions, width, height } = this.#layout;
    context.fillStyle = this.#ground;
    context.fillRect(0, 0, width, height);
    const place = this.#over ?? this.#pinned;
    const edges = this.#edges(place);
    drawEdges(context, edges, this.#places, this.#layout.upright, place !== null ? 5 : 4);
    const on = new Set(edges.flatMap(({ from, to }) => [key(from), key(to)]));
    let layer = -1;
    for (const tile of tiles) {
      if (tile.layer !== layer) {
        layer = tile.layer;
        if (this.#inside) this.#load(layer);
      }
      this.#drawTile(tile, on.has(key(tile)), place);
    }
    context.textBaseline = "top";
    context.lineJoin = "round";
    const letter = width > 1000 ? 15 : 12; // a projector is seen from the back row
    for (const { x, y, text, align } of captions) {
      const { name, size } = words.columns[text];
      context.textAlign = align;
      context.font = `600 ${letter}px system-ui, sans-serif`;
      this.#write(name, x, y, "#f2f5fa");
      const after = context.measureText(`${name}  `).width;
      context.font = `${letter - 1}px system-ui, sans-serif`;
      if (this.#layout.upright) this.#write(size, x + after, y, "#a9b6c9");
      else if (text) this.#write(size, x, y + letter + 2, "#a9b6c9");
    }
  }

  // With a rim that keeps it apart from the edges under it, and hides no more of them.
  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {string} colour
   */
  #write(text, x, y, colour) {
    this.#context.strokeStyle = this.#ground;
    this.#context.lineWidth = 4;
    this.#context.strokeText(text, x, y);
    this.#context.fillStyle = colour;
    this.#context.fillText(text, x, y);
  }

  // A layer's maps side by side, one pixel a value, to be drawn from.
  /** @param {number} layer */
  #load(layer) {
    const inside = /** @type {import("./network.js").Activations} */ (this.#inside);
    const maps = mapsOf(inside, layer);
    const size = sizeOf(layer);
    const most = layer === 0 ? 1 : mostOf(maps);
    const ink = layer === 0 ? maps.map((value) => (value - maps[0]) / 3.25) : maps;
    const count = maps.length / (size * size);
    this.#pixels[layer] ??= new ImageData(count * size, size);
    paintMaps(this.#pixels[layer], ink, size, most, layer === 0 ? "ink" : "maps");
    this.#atlas.putImageData(this.#pixels[layer], 0, 0);
  }

  /**
   * @param {Tile} tile
   * @param {boolean} on whether an edge ends here
   * @param {Place | null} place
   */
  #drawTile({ layer, index, x, y, side }, on, place) {
    const context = this.#context;
    const size = sizeOf(layer);
    context.globalAlpha = place === null || on || same(place, { layer, index }) ? 1 : 0.45;
    if (this.#inside) {
      context.imageSmoothingEnabled = false;
      context.drawImage(this.#atlas.canvas, index * size, 0, size, size, x, y, side, side);
    } else {
      context.fillStyle = "#141d2b";
      context.fillRect(x, y, side, side);
    }
    context.globalAlpha = 1;
    const chosen = place !== null && same(place, { layer, index });
    const wins = layer === 5 && index === this.#answer;
    context.lineWidth = chosen || wins ? 2.5 : 1;
    context.strokeStyle = chosen ? "#ffffff" : wins ? inkOf(1) : on ? "#6f8096" : "#2a3649";
    context.strokeRect(x - 0.5, y - 0.5, side + 1, side + 1);
  }

  /** @param {Place | null} place */
  #edges(place) {
    if (!this.#inside) return [];
    if (place) return edgesInto(this.#inside, this.#layers, place).filter(({ value }) => value !== 0);
    return this.#answer < 0 ? [] : trace(this.#inside, this.#layers, this.#answer);
  }

  /** @param {MouseEvent} event */
  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    const scale = this.#layout.width / box.width;
    return tileAt(this.#layout, (event.clientX - box.left) * scale, (event.clientY - box.top) * scale) ?? null;
  }

  /** @param {Tile | null} tile */
  #hover(tile) {
    if (tile === this.#over || !this.#inside) return;
    this.#over = tile;
    this.#canvas.classList.toggle("pointing", Boolean(tile));
    this.#later();
  }

  /**
   * @param {Tile | null} tile
   * @param {boolean} walked
   */
  #choose(tile, walked = false) {
    if (!tile || !this.#inside) return;
    this.#over = null;
    this.pin({ layer: tile.layer, index: tile.index });
    this.#chosen({ layer: tile.layer, index: tile.index }, walked);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#inside || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = this.#pinned ?? { layer: 5, index: Math.max(0, this.#answer) };
    const next = neighbour(this.#layout, from, event.key);
    if (!next && event.key !== "Enter") return;
    event.preventDefault();
    this.#choose(next ?? /** @type {Tile} */ (this.#layout.tiles.find((tile) => same(tile, from))), Boolean(next));
  }
}

/**
 * @param {Place} a
 * @param {Place} b
 */
const same = (a, b) => a.layer === b.layer && a.index === b.index;
