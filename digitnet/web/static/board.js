// The drawing board: strokes from mouse, pen, touch and keys, drawn dark on white.

import { greyBitmap } from "/static/bitmap.js";

const STEP = 12;
const SENT = 0.5; // of the board's side: as plain to the reader, and read in a third of the time

export class Board {
  #canvas;
  #context;
  #sent;
  #strokes = [];
  #current = null;
  #cursor;
  #changed;
  #brush = 32;

  // changed(): called after every visible change.
  constructor(canvas, changed) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { willReadFrequently: true });
    this.#changed = changed;
    const sent = document.createElement("canvas");
    sent.width = canvas.width * SENT;
    sent.height = canvas.height * SENT;
    this.#sent = sent.getContext("2d", { willReadFrequently: true });
    this.#cursor = { x: canvas.width / 2, y: canvas.height / 2, down: false, shown: false };
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(kind, () => this.#up());
    }
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#show(false));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    this.draw();
  }

  set brush(width) {
    this.#brush = width;
  }

  get empty() {
    return this.#strokes.length === 0;
  }

  clear() {
    this.#strokes = [];
    this.#current = null;
    this.#cursor.down = false;
    this.#update();
  }

  undo() {
    this.#strokes.pop();
    this.#current = null;
    this.#cursor.down = false;
    this.#update();
  }

  // The board as a picture, without the keyboard's cursor.
  picture() {
    const { width, height } = this.#sent.canvas;
    paintAll(this.#sent, this.#strokes, SENT);
    return greyBitmap(this.#sent.getImageData(0, 0, width, height));
  }

  draw() {
    const context = this.#context;
    paintAll(context, this.#strokes);
    const { x, y, down, shown } = this.#cursor;
    if (!shown) return;
    context.beginPath();
    context.arc(x, y, this.#brush / 2, 0, 2 * Math.PI);
    context.lineWidth = 3;
    context.strokeStyle = down ? "#a8410a" : "#00694c";
    context.stroke();
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    const scale = this.#canvas.width / box.width;
    // A mouse has no pressure and says a half.
    const pressure = event.pointerType === "pen" && event.pressure ? event.pressure : 0.5;
    return {
      x: (event.clientX - box.left) * scale,
      y: (event.clientY - box.top) * scale,
      width: this.#brush * (0.5 + pressure),
    };
  }

  #down(event) {
    if (!event.isPrimary || event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#show(false);
    this.#current = [this.#point(event)];
    this.#strokes.push(this.#current);
    this.#update();
  }

  #move(event) {
    if (!this.#current || !event.isPrimary) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    const drawn = this.#current.length;
    for (const move of moves.length ? moves : [event]) this.#current.push(this.#point(move));
    if (this.#cursor.shown) this.draw();
    else paint(this.#context, this.#current, drawn);
    this.#changed();
  }

  #up() {
    if (!this.#current) return;
    this.#current = null;
    this.#changed();
  }

  #key(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const cursor = this.#cursor;
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey || (command && key !== "z")) return;
    if (event.key in ways) {
      const [dx, dy] = ways[event.key];
      const step = event.shiftKey ? STEP / 3 : STEP;
      cursor.x = Math.min(Math.max(cursor.x + dx * step, 0), this.#canvas.width);
      cursor.y = Math.min(Math.max(cursor.y + dy * step, 0), this.#canvas.height);
      if (cursor.down) this.#strokes.at(-1)?.push({ x: cursor.x, y: cursor.y, width: this.#brush });
      this.#show(true);
      if (cursor.down) this.#changed();
    } else if (key === " ") {
      event.preventDefault();
      if (event.repeat) return;
      cursor.down = !cursor.down;
      if (cursor.down) this.#strokes.push([{ x: cursor.x, y: cursor.y, width: this.#brush }]);
      this.#show(true);
      this.#changed();
    } else if (key === "c" || key === "escape") {
      this.clear();
    } else if (key === "u" || (key === "z" && command)) {
      this.undo();
    } else {
      return;
    }
    event.preventDefault();
  }

  #show(shown) {
    this.#cursor.shown = shown;
    if (!shown) this.#cursor.down = false;
    this.draw();
  }

  #update() {
    this.draw();
    this.#changed();
  }
}

// Strokes dark on white, on the whole of a canvas.
function paintAll(context, strokes, scale = 1) {
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, context.canvas.width / scale, context.canvas.height / scale);
  context.strokeStyle = context.fillStyle = "#111";
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) paint(context, stroke);
}

// One stroke: points with widths, joined by round lines; from its first point on, or a later one.
export function paint(context, points, start = 0) {
  if (start === 0) {
    const [first] = points;
    context.beginPath();
    context.arc(first.x, first.y, first.width / 2, 0, 2 * Math.PI);
    context.fill();
  }
  for (let index = Math.max(1, start); index < points.length; index++) {
    const from = points[index - 1];
    const to = points[index];
    context.lineWidth = (from.width + to.width) / 2;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
  }
}
