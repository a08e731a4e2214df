// A picture with its digits: boxes, a button a digit, the text, a table to take away.

import { percent } from "./colour.js";
import { $, make } from "./page.js";
import { words } from "./words.js";

const ACCEPTED = "#0b63c5";
const REFUSED = "#b3470b";
const SHOWN = 1100; // pixels of the longer side
const ENLARGED = 6; // times, at most

/**
 * What was read of a picture, or of a page of one. drawn: the browser may draw it; bitmap: while it is on show.
 * @typedef {{picture: Blob, name: string, reading: any, drawn: boolean, bitmap: ImageBitmap | null}} Photo
 */

/** @type {Photo | null} */
let current = null;
/** @type {(digit: any, index: number) => void} */
let choose = () => {};

/** @param {any} reading */
export const digitsOf = (reading) => reading.lines.flatMap((/** @type {any} */ line) => line.digits);

/**
 * @param {Photo} photo
 * @param {(digit: any, index: number) => void} chosen
 */
export function showPhoto(photo, chosen) {
  current = photo;
  choose = chosen;
  const { reading, bitmap } = photo;
  $("photo").hidden = !bitmap;
  $("page").hidden = false;
  $("text").textContent = reading.text || words.pictures.nothing;
  $("photo").setAttribute("aria-label", words.pictures.read(reading.text || "\u2013"));
  draw(-1);
  /** @type {Node[]} */
  const buttons = [];
  let index = 0;
  for (const line of reading.lines) {
    if (index) buttons.push(make("span", { className: "gap" }));
    for (const digit of line.digits) buttons.push(buttonOf(digit, index++));
  }
  $("digits").replaceChildren(...buttons);
}

/**
 * @param {any} digit
 * @param {number} at
 */
function buttonOf(digit, at) {
  const { sure, doubtful } = words.pictures;
  const button = make("button", {
    type: "button",
    textContent: digit.accepted ? digit.digit : "?",
    className: digit.accepted ? "" : "refused",
    title: (digit.accepted ? sure : doubtful)(digit.digit, percent(digit.confidence)),
  });
  button.setAttribute("aria-label", button.title);
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    for (const other of $("digits").querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    draw(at);
    choose(digit, at);
  });
  return button;
}

export function hidePhoto() {
  current = null;
  $("page").hidden = true;
  $("digits").replaceChildren();
}

// Which digit lies under a point of the canvas, or -1.
/** @param {PointerEvent} event */
export function digitAt(event) {
  if (!current) return -1;
  const { reading } = current;
  const box = $("photo").getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * reading.width;
  const y = ((event.clientY - box.top) / box.height) * reading.height;
  return digitsOf(reading).findIndex((/** @type {any} */ digit) => {
    const [left, top, width, height] = digit.box;
    return x >= left && x <= left + width && y >= top && y <= top + height;
  });
}

/** @param {number} chosen */
function draw(chosen) {
  if (!current?.bitmap) return;
  const { reading, bitmap } = current;
  const canvas = $("photo");
  const scale = Math.min(ENLARGED, SHOWN / Math.max(reading.width, reading.height));
  canvas.width = Math.max(1, Math.round(reading.width * scale));
  canvas.height = Math.max(1, Math.round(reading.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  /** @type {number[][]} */
  const taken = [];
  digitsOf(reading).forEach((/** @type {any} */ digit, /** @type {number} */ index) => {
    const [x, y, width, height] = digit.box.map((/** @type {number} */ value) => value * scale);
    const colour = digit.accepted ? ACCEPTED : REFUSED;
    const size = Math.max(13, Math.min(36, height / 2.5));
    context.lineWidth = index === chosen ? 6 : 2;
    context.strokeStyle = colour;
    context.setLineDash(digit.accepted ? [] : [6, 4]);
    context.strokeRect(x - 3, y - 3, width + 6, height + 6);
    outlined(context, digit.accepted ? digit.digit : "?", x, Math.max(size, y - 6), size, colour, taken, true);
    // How sure, where it is in doubt or asked for, and where there is room.
    if (digit.confidence < 0.95 || index === chosen) {
      outlined(context, `${Math.round(100 * digit.confidence)} %`, x, y + height + 6 + size / 2, Math.max(12, size / 2), colour, taken, index === chosen);
    }
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} colour
 * @param {number[][]} taken boxes of texts that stand already
 * @param {boolean} always also where another text stands
 */
function outlined(context, text, x, y, size, colour, taken, always) {
  context.font = `700 ${size}px system-ui, sans-serif`;
  const width = context.measureText(text).width;
  const meets = taken.some(([left, top, right, bottom]) => x < right && x + width > left && y - size < bottom && y > top);
  if (meets && !always) return;
  taken.push([x, y - size, x + width, y]);
  context.setLineDash([]);
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = "#fff";
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

/** @param {number} index */
export const press = (index) => $("digits").querySelectorAll("button")[index]?.click();

export const currentText = () => current?.reading.text ?? "";

// The columns of digitnet read --csv, but for the path.
export function table() {
  const rows = [["line", "position", "digit", "confidence", "accepted", "x", "y", "width", "height"]];
  current?.reading.lines.forEach((/** @type {any} */ line, /** @type {number} */ row) =>
    line.digits.forEach((/** @type {any} */ digit, /** @type {number} */ at) =>
      rows.push([row + 1, at + 1, digit.digit, digit.confidence, digit.accepted, ...digit.box])));
  return rows.map((row) => row.join(",")).join("\r\n") + "\r\n";
}

/**
 * The pixels around a digit, grey and upright, and where its box is in them: what the network
 * is shown of it. Null where the browser cannot draw the picture.
 * @param {Photo} photo
 * @param {number[]} box left, top, width, height in the picture
 */
export function pixelsAround({ bitmap, reading }, [left, top, width, height]) {
  if (!bitmap) return null;
  const { turned } = reading;
  const room = Math.ceil(0.3 * Math.max(width, height)) + 4;
  const x = Math.max(0, Math.floor(left - room));
  const y = Math.max(0, Math.floor(top - room));
  const wide = Math.min(reading.width, Math.ceil(left + width + room)) - x;
  const high = Math.min(reading.height, Math.ceil(top + height + room)) - y;
  const side = turned % 180 ? [high, wide] : [wide, high];
  const canvas = make("canvas", { width: side[0], height: side[1] });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.translate(side[0] / 2, side[1] / 2);
  context.rotate((turned * Math.PI) / 180);
  context.drawImage(bitmap, x, y, wide, high, -wide / 2, -high / 2, wide, high);
  const { data } = context.getImageData(0, 0, side[0], side[1]);
  const values = new Uint8Array(side[0] * side[1]);
  for (let at = 0; at < values.length; at++) {
    values[at] = Math.round(0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2]);
  }
  // The box's middle turns with the pixels.
  const angle = (turned * Math.PI) / 180;
  const [dx, dy] = [left + width / 2 - x - wide / 2, top + height / 2 - y - high / 2];
  const middle = [side[0] / 2 + dx * Math.cos(angle) - dy * Math.sin(angle), side[1] / 2 + dx * Math.sin(angle) + dy * Math.cos(angle)];
  const own = turned % 180 ? [height, width] : [width, height];
  return { picture: { values, width: side[0], height: side[1] }, box: [...middle, ...own] };
}
