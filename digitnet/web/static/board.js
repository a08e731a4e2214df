// The drawing board: strokes from mouse, pen, touch and keys, drawn dark on white.

import { paint } from "./pen.js";

/** @typedef {import("./raster.js").Stroke} Stroke */

export const BOARD = 448; // pixels a side, whatever its size on the screen
const STEP = 12;

export class Board {
  #canvas;
  #context;
  #changed;
  /** @type {Stroke[]} */
  #strokes = [];
  /** @type {Stroke | null} */
  #current = null;
  /** Which finger, pen or mouse draws it: others, as a palm, draw nothing meanwhile. */
  #pointer = -1;
  /** What Clear took, for Undo. @type {Stroke[]} */
  #cleared = [];
  #cursor = { x: BOARD / 2, y: BOARD / 2, down: false, shown: false };
  #brush = 32;
  /** Where the digit is that is shown, if several are drawn. @type {import("./raster.js").Box | null} */
  #marked = null;
  /** @type {CanvasImageSource | null} */
  #picture = null;
  /** Whether what is drawn is ours, and makes room for the first stroke. */
  sample = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(touched: number) => void} changed called after every change, with the newest stroke
   */
  constructor(canvas, changed) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.#changed = changed;
    canvas.width = canvas.height = BOARD;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(kind, (/** @type {any} */ event) => this.#up(event));
    }
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#show(false));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    this.draw();
  }

  /** @param {number} width */
  set brush(width) {
    this.#brush = width;
  }

  get strokes() {
    return this.#strokes;
  }

  /**
   * @param {Stroke[]} strokes
   * @param {boolean} sample
   */
  put(strokes, sample = false) {
    this.#strokes = strokes;
    this.#current = null;
    this.#picture = null;
    this.sample = sample;
    this.#update();
  }

  clear() {
    this.#cursor.down = false;
    if (!this.sample) this.#cleared = this.#strokes;
    this.put([]);
  }

  /** Takes the last stroke back, or what Clear did. */
  undo() {
    this.#cursor.down = false;
    const before = this.#strokes.length ? this.#strokes.slice(0, -1) : this.#cleared;
    this.#cleared = [];
    this.put(before);
  }

  /**
   * Shows a picture in place of what is drawn, until something is.
   * @param {CanvasImageSource | null} picture square
   */
  cover(picture) {
    if (picture === this.#picture) return;
    this.#picture = picture;
    this.draw();
  }

  /** @param {import("./raster.js").Box | null} box */
  mark(box) {
    if (JSON.stringify(box) === JSON.stringify(this.#marked)) return;
    this.#marked = box;
    this.draw();
  }

  draw() {
    const context = this.#context;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, BOARD, BOARD);
    if (this.#picture) {
      context.imageSmoothingEnabled = false;
      context.drawImage(this.#picture, 0.1 * BOARD, 0.1 * BOARD, 0.8 * BOARD, 0.8 * BOARD);
      return;
    }
    if (this.#marked) {
      const { left, top, right, bottom } = this.#marked;
      context.lineWidth = 3;
      context.strokeStyle = "#0b63c5";
      context.strokeRect(left - 8, top - 8, right - left + 16, bottom - top + 16);
    }
    context.strokeStyle = context.fillStyle = this.sample ? "#6b7280" : "#111";
    for (const stroke of this.#strokes) paint(context, stroke);
    const { x, y, down, shown } = this.#cursor;
    if (!shown) return;
    context.beginPath();
    context.arc(x, y, this.#brush / 2, 0, 2 * Math.PI);
    context.lineWidth = 4;
    context.strokeStyle = down ? "#b3470b" : "#0b63c5";
    context.stroke();
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    const scale = BOARD / box.width;
    // A mouse has no pressure and says a half.
    const pressure = event.pointerType === "pen" && event.pressure ? event.pressure : 0.5;
    return {
      x: (event.clientX - box.left) * scale,
      y: (event.clientY - box.top) * scale,
      width: this.#brush * (0.5 + pressure),
    };
  }

  #begin() {
    this.#picture = null;
    if (!this.sample) return;
    this.#strokes = [];
    this.sample = false;
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#current || !event.isPrimary || event.button !== 0) return;
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#begin();
    this.#show(false);
    this.#current = [this.#point(event)];
    this.#strokes = [...this.#strokes, this.#current];
    this.#update();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#current || event.pointerId !== this.#pointer) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    const drawn = this.#current.length;
    for (const move of moves.length ? moves : [event]) this.#current.push(this.#point(move));
    this.#context.strokeStyle = this.#context.fillStyle = "#111";
    paint(this.#context, this.#current, drawn);
    this.#changed(this.#strokes.length - 1);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#current || event.pointerId !== this.#pointer) return;
    this.#current = null;
    this.#changed(this.#strokes.length - 1);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    /** @type {Record<string, number[]>} */
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const cursor = this.#cursor;
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey || (command && key !== "z")) return;
    if (event.key in ways) {
      const [dx, dy] = ways[event.key];
      const step = event.shiftKey ? STEP / 3 : STEP;
      cursor.x = Math.min(Math.max(cursor.x + dx * step, 0), BOARD);
      cursor.y = Math.min(Math.max(cursor.y + dy * step, 0), BOARD);
      if (cursor.down) this.#strokes.at(-1)?.push({ x: cursor.x, y: cursor.y, width: this.#brush });
      this.#show(true);
      if (cursor.down) this.#changed(this.#strokes.length - 1);
    } else if (key === " ") {
      event.preventDefault();
      if (event.repeat) return;
      cursor.down = !cursor.down;
      if (cursor.down) {
        this.#begin();
        this.#strokes = [...this.#strokes, [{ x: cursor.x, y: cursor.y, width: this.#brush }]];
      }
      this.#show(true);
      this.#changed(this.#strokes.length - 1);
    } else if (key === "c") {
      this.clear();
    } else if (key === "u" || (key === "z" && command)) {
      this.undo();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {boolean} shown */
  #show(shown) {
    this.#cursor.shown = shown;
    if (!shown) this.#cursor.down = false;
    this.draw();
  }

  #update() {
    this.draw();
    this.#changed(this.#strokes.length - 1);
  }
}
