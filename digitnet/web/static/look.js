// One map in full: its inputs, the kernel that slides, products and sums in numbers.

import { inkOf, mostOf, short, show } from "./colour.js";
import { pixelOf, pooledAt, scaledAt } from "./feed.js";
import { drawInputs, inputButtons, shifted } from "./inputs.js";
import { $, make, pixelAt, square, stepped } from "./page.js";
import { contributions, inputsOf, mapsOf, sizeOf, stepsOf } from "./trace.js";
import { words } from "./words.js";

/** @typedef {import("./network.js").Activations} Activations */
/** @typedef {import("./weights.js").Layer} Layer */
/** @typedef {import("./trace.js").Place} Place */

export class Look {
  /** @type {Place | null} */
  #place = null;
  /** @type {Activations | null} */
  #inside = null;
  #layers;
  #about;
  #input = 0;
  #at = { x: 0, y: 0 };
  /** The maps between input and output. @type {{raw: Float32Array, normed: Float32Array} | null} */
  #steps = null;
  /** @type {Record<string, any>} */
  #parts = {};

  /**
   * @param {import("./weights.js").Weights} weights
   * @param {() => void} closed
   */
  constructor({ about, layers }, closed) {
    this.#about = about;
    this.#layers = layers;
    $("look-close").addEventListener("click", () => {
      this.hide();
      closed();
    });
  }

  hide() {
    this.#place = null;
    $("look").hidden = true;
  }

  /** @param {Activations | null} inside */
  update(inside) {
    this.#inside = inside;
    if (!inside) this.hide();
    else if (this.#place) this.#compute();
  }

  /** @param {Place} place */
  open(place) {
    this.#place = place;
    $("look").hidden = false;
    this.#build();
    const found = this.#adds();
    this.#input = found.indexOf(Math.max(...found));
    this.#at = this.#peak();
    this.#compute();
  }

  // The map before and after each step, and all that shows them.
  #compute() {
    const { layer, index } = /** @type {Place} */ (this.#place);
    if (layer > 0) this.#steps = stepsOf(/** @type {Activations} */ (this.#inside), this.#layers, { layer, index });
    this.#draw();
  }

  #adds() {
    const place = /** @type {Place} */ (this.#place);
    return place.layer === 0 ? [0] : contributions(/** @type {Activations} */ (this.#inside), this.#layers, place);
  }

  // Where the map answers most.
  #peak() {
    const { layer, index } = /** @type {Place} */ (this.#place);
    const size = sizeOf(layer);
    const own = mapsOf(/** @type {Activations} */ (this.#inside), layer).subarray(index * size * size, (index + 1) * size * size);
    const at = own.indexOf(Math.max(...own));
    return { x: at % size, y: Math.floor(at / size) };
  }

  #build() {
    const { layer, index } = /** @type {Place} */ (this.#place);
    const text = words.look;
    const inputs = layer === 0 ? 0 : this.#layers[layer - 1].inputs;
    $("look-title").textContent = layer === 0 ? text.picture : layer < 5 ? text.map(layer, index + 1)
      : text.vote(index < 10 ? String(index) : `\u201c${words.none}\u201d`);
    $("look-what").textContent = layer === 0 ? text.whatPicture : text.what(inputs);
    const parts = (this.#parts = /** @type {Record<string, any>} */ ({}));
    const size = sizeOf(layer);
    const map = (/** @type {string} */ name, /** @type {string} */ caption) => {
      const canvas = this.#pointed(square(224, { className: "map" }), size, caption);
      parts[name] = canvas;
      const keys = name === "source"; // which a phone has not
      return make("figure", {}, canvas, make("figcaption", { textContent: caption, className: keys ? "keys" : "" }));
    };
    if (layer === 0) {
      parts.reading = make("p", { className: "reading", ariaLive: "polite" });
      $("look-inside").replaceChildren(make("div", { className: "results" }, map("rectified", text.picture)), parts.reading);
      return;
    }
    parts.inputs = inputButtons(inputs, (input) => {
      this.#input = input;
      this.#draw();
    });
    const grid = (/** @type {string} */ name, /** @type {string} */ caption) => {
      parts[name] = make("div", { className: `nine ${name}` }, ...Array.from({ length: 9 }, () => make("span")));
      return make("figure", {}, parts[name], make("figcaption", { textContent: caption }));
    };
    const sign = (/** @type {string} */ mark) => make("span", { className: "sign", textContent: mark });
    parts.where = make("p", { className: "hint" });
    parts.fed = make("p", { className: "hint fed" });
    parts.sums = make("dl", { className: "sums" });
    const last = layer === 5;
    $("look-inside").replaceChildren(
      make("h3", { textContent: text.inputs }), make("p", { className: "hint", textContent: text.inputsHint }), parts.inputs,
      make("h3", { textContent: text.window }), parts.fed, parts.where,
      make("div", { className: "products" }, map("source", text.explore), make("div", { className: "grids" },
        grid("pixels", text.pixels), sign("\u00d7"), grid("kernel", text.kernel), sign("="), grid("products", text.products))),
      make("h3", { textContent: text.sum }), parts.sums,
      make("h3", { textContent: text.results }),
      make("div", { className: "results" }, ...(last
        ? [map("rectified", text.votes)]
        : [map("raw", text.convolved), map("normed", text.normalised), map("rectified", text.rectified)])));
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} size
   * @param {string} name
   */
  #pointed(canvas, size, name) {
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", name);
    canvas.addEventListener("pointermove", (event) => this.#move(pixelAt(canvas, event, size)));
    canvas.addEventListener("keydown", (event) => {
      const place = stepped(this.#at, event, size);
      if (place) this.#move(place);
    });
    return canvas;
  }

  /** @param {{x: number, y: number}} place */
  #move(place) {
    if (place.x === this.#at.x && place.y === this.#at.y) return;
    this.#at = place;
    this.#draw();
  }

  #draw() {
    const { layer, index } = /** @type {Place} */ (this.#place);
    const inside = /** @type {Activations} */ (this.#inside);
    const parts = this.#parts;
    const size = sizeOf(layer);
    const plane = size * size;
    const own = mapsOf(inside, layer).subarray(index * plane, (index + 1) * plane);
    const { x, y } = this.#at;
    if (layer === 0) {
      const ink = own.map((value) => pixelOf(value, this.#about));
      this.#frame(show(parts.rectified, ink, size, 255, "ink"), size, 1);
      parts.reading.textContent = words.look.pixel(y + 1, x + 1, ink[y * size + x]);
      return;
    }
    const { inputs, kernel } = this.#layers[layer - 1];
    const fed = inputsOf(inside, layer);
    drawInputs(parts.inputs, fed, size, this.#adds(), this.#input);
    const input = fed.subarray(this.#input * plane, (this.#input + 1) * plane);
    this.#frame(show(parts.source, layer === 1 ? shifted(input) : input, size, layer === 1 ? 3.3 : mostOf(fed), layer === 1 ? "ink" : "maps"), size, 3);
    const pixels = Array.from({ length: 9 }, (_, tap) => {
      const [row, column] = [y + Math.floor(tap / 3) - 1, x + (tap % 3) - 1];
      return row < 0 || column < 0 || row >= size || column >= size ? 0 : input[row * size + column];
    });
    const start = (index * inputs + this.#input) * 9;
    const nine = kernel.subarray(start, start + 9);
    const products = pixels.map((pixel, tap) => pixel * nine[tap]);
    numbers(parts.pixels, pixels, mostOf(fed));
    numbers(parts.kernel, nine, mostOf(nine));
    numbers(parts.products, products, mostOf(products));
    if (layer === 1) parts.fed.textContent = scaledAt(input, this.#about, { x, y });
    if (layer === 3) parts.fed.textContent = pooledAt(inside.conv2.subarray(this.#input * 784, (this.#input + 1) * 784), { x, y });
    parts.where.textContent = words.look.place(y + 1, x + 1);
    this.#drawSums(products.reduce((sum, value) => sum + value, 0), own);
    const steps = /** @type {{raw: Float32Array, normed: Float32Array}} */ (this.#steps);
    if (layer < 5) {
      this.#frame(show(parts.raw, steps.raw, size, mostOf(steps.raw)), size, 1);
      this.#frame(show(parts.normed, steps.normed, size, mostOf(steps.normed)), size, 1);
    }
    this.#frame(show(parts.rectified, own, size, layer < 5 ? mostOf(steps.normed) : mostOf(own)), size, 1);
  }

  /**
   * @param {number} sum of the nine products of one input
   * @param {Float32Array} own
   */
  #drawSums(sum, own) {
    const { layer, index } = /** @type {Place} */ (this.#place);
    const { inputs, scale, shift } = this.#layers[layer - 1];
    const size = sizeOf(layer);
    const at = this.#at.y * size + this.#at.x;
    const text = words.look;
    const { raw, normed } = /** @type {{raw: Float32Array, normed: Float32Array}} */ (this.#steps);
    const rows = [[text.sumOne, sum], [text.sumAll(inputs), raw[at]]];
    if (inputs === 1) rows.pop();
    if (layer < 5) rows.push([text.scale, scale[index]], [text.shift, shift[index]], [text.normed, normed[at]], [text.relu, own[at]]);
    else rows.push([text.bias, shift[index]], [text.vote_, own[at]], [text.mean, own.reduce((total, value) => total + value, 0) / own.length]);
    this.#parts.sums.replaceChildren(...rows.map(([name, value], row) => make("div", { className: row === rows.length - 1 ? "result" : "" },
      make("dt", { textContent: name }), make("dd", { textContent: short(Number(value)) }))));
  }

  // The window of the kernel, or the one pixel that comes out of it.
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} size
   * @param {number} side
   */
  #frame(context, size, side) {
    const pixel = context.canvas.width / size;
    const from = (side - 1) / 2;
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.strokeRect((this.#at.x - from) * pixel, (this.#at.y - from) * pixel, side * pixel, side * pixel);
  }
}

/**
 * @param {HTMLElement} grid
 * @param {ArrayLike<number>} values
 * @param {number} most
 */
function numbers(grid, values, most) {
  [...grid.children].forEach((cell, at) => {
    cell.textContent = short(values[at]);
    /** @type {HTMLElement} */ (cell).style.backgroundColor = inkOf(values[at], 0.45 * Math.min(1, Math.abs(values[at]) / most));
  });
}
