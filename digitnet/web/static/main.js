// Wires the page: the board, the network's answer, and what shows how it came about.

import { named, prepareBars, showAnswer } from "./answer.js";
import { Board } from "./board.js";
import { show as show28 } from "./colour.js";
import { Cover } from "./cover.js";
import { Engine, newest } from "./engine.js";
import { Experiments, placed } from "./experiments.js";
import { showLast } from "./last.js";
import { Look } from "./look.js";
import { $, make, square } from "./page.js";
import { Picture } from "./picture.js";
import { showSteps } from "./steps.js";
import { STROKES } from "./strokes.js";
import { parseWeights } from "./weights.js";
import { fillWords, words } from "./words.js";

/** @typedef {import("./reading.js").Reading} Reading */

const KEPT = "digitnet.drawing"; // where the browser keeps what is drawn
const REST_MS = 120; // after which what follows from an answer is worked out
const WIDE = 900; // pixels from which every part of the page is open

fillWords();
prepareBars();
document.head.append(make("meta", { name: "description", content: words.description }));
for (const [term, what] of words.glossary.terms) {
  $("terms").append(make("div", {}, make("dt", { textContent: term }), make("dd", { textContent: what })));
}
for (const part of document.querySelectorAll("details")) part.open = innerWidth >= WIDE;

const engine = new Engine();
const cover = new Cover();
/** @type {import("./weights.js").Weights} */
let weights;
/** @type {Picture} */
let picture;
/** @type {Look} */
let look;
let touched = 0;
let compare = false;
let ready = false;
// A digit of a photo is the subject until something is drawn.
let photo = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;
/** Called with the 28x28 picture that is shown, null for none. @type {(image: Uint8Array | null) => void} */
let watcher = () => {};

const board = new Board($("board"), (stroke) => {
  touched = stroke;
  photo = false;
  $("invite").textContent = words.board.invite;
  $("invite").hidden = board.strokes.length > 0 && !board.sample;
  clearTimeout(resting);
  if (ready) readBoard();
});
const experiments = new Experiments(board, (on) => {
  compare = on;
  if (!on) $("other").textContent = "";
});

const readBoard = newest(async (outdated) => {
  if (!board.strokes.length) {
    nothing(words.answer.empty);
    return;
  }
  const reading = await engine.read(board.strokes, touched, compare);
  if (photo || !board.strokes.length) return;
  show(reading, "");
  if (!outdated()) rest(reading);
});

/**
 * @param {Reading} reading
 * @param {string} note
 */
function show(reading, note) {
  const { digits, subject, inside, other } = reading;
  const { shares } = digits[subject];
  const text = digits.map((digit) => (named(digit.shares).length > 1 ? "?" : named(digit.shares))).join("");
  showAnswer(shares, digits.length > 1 ? words.answer.several(text) : note);
  showSeveral(reading);
  board.mark(digits.length > 1 ? digits[subject].box : null);
  picture.show(inside, shares.indexOf(Math.max(...shares)));
  look.update(inside);
  if (other) {
    const [own, theirs] = [named(shares), named(other)];
    $("other").textContent = words.other(own, theirs, own === theirs);
  }
  experiments.answered(named(shares), other ? named(other) : null);
  $("stage").classList.remove("empty");
  // For whoever builds on the page, as its benchmark does.
  document.dispatchEvent(new CustomEvent("reading", { detail: { text, shares } }));
}

// Once the pen rests: while it moves, the next answer would wait for this.
/** @param {Reading} reading */
function rest({ digits, subject, inside }) {
  clearTimeout(resting);
  const { image } = digits[subject];
  watcher(image);
  resting = setTimeout(async () => {
    keep();
    showSteps(inside, weights.layers, image);
    showLast(inside, weights.about);
    cover.show(image, null);
    const falls = await engine.cover(image);
    if (falls) cover.show(image, falls);
  }, REST_MS);
}

/** @param {string} note */
function nothing(note) {
  clearTimeout(resting);
  showAnswer(null, note);
  $("several").replaceChildren();
  $("other").textContent = "";
  $("steps").replaceChildren();
  $("last-table").replaceChildren();
  picture.show(null, -1);
  picture.pin(null);
  look.update(null);
  cover.show(null, null);
  watcher(null);
  board.mark(null);
  $("stage").classList.add("empty");
  keep();
}

// A button a digit, where several are drawn.
/** @param {Reading} reading */
function showSeveral({ digits, subject }) {
  if (digits.length < 2) {
    $("several").replaceChildren();
    return;
  }
  $("several").replaceChildren(...digits.map((digit, index) => {
    const name = named(digit.shares);
    const button = make("button", { type: "button", textContent: name.length > 1 ? "?" : name, ariaLabel: words.answer.looking(name) });
    button.setAttribute("aria-pressed", String(index === subject));
    button.addEventListener("click", () => {
      touched = digit.strokes[0];
      readBoard();
    });
    return button;
  }));
}

// What is drawn survives a reload, where the browser keeps anything at all.
function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(board.sample ? [] : board.strokes));
  } catch {
    // It does not: nothing is lost but the drawing.
  }
}

function kept() {
  try {
    const strokes = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    const whole = Array.isArray(strokes) && strokes.every((stroke) => Array.isArray(stroke) && stroke.length > 0 &&
      stroke.every((/** @type {any} */ point) => [point?.x, point?.y, point?.width].every(Number.isFinite)));
    return whole ? strokes : [];
  } catch {
    return [];
  }
}

addEventListener("pagehide", keep);
$("clear").addEventListener("click", () => board.clear());
$("undo").addEventListener("click", () => board.undo());
$("brush").addEventListener("input", () => {
  board.brush = Number($("brush").value);
  experiments.penMoved(Number($("brush").value));
});
board.brush = Number($("brush").value);

/**
 * Makes a digit of a photo the subject.
 * @param {import("./cut.js").Picture} pixels
 * @param {number[]} box middle x, y, width, height
 */
export async function showDigit(pixels, box) {
  if (!ready) return;
  photo = true;
  const own = await engine.readPicture(pixels, box, compare);
  if (!photo) return;
  show(own, words.answer.photo);
  rest(own);
  const digit = square(28);
  show28(digit, own.digits[0].image, 28, 255, "ink");
  board.cover(digit);
  $("invite").textContent = words.board.photo;
  $("invite").hidden = false;
  $("stage").scrollIntoView({ block: "start" });
}

/** @param {(image: Uint8Array | null) => void} told of every picture that is shown, once the pen rests */
export function watch(told) {
  watcher = told;
}

showAnswer(null, words.answer.loading);
engine.start().then((content) => {
  weights = parseWeights(content);
  look = new Look(weights, () => {
    picture.pin(null);
    $("network").focus({ preventScroll: true });
  });
  picture = new Picture($("network"), weights.layers, (place) => look.open(place));
  ready = true;
  const strokes = kept();
  // A seven of ours greets who comes first; it makes room for the first stroke.
  $("invite").hidden = false;
  board.put(strokes.length ? strokes : placed(STROKES[7], 30, 0.8, 0.1, 0.16), !strokes.length);
}).catch((error) => showAnswer(null, words.answer.failed(error.message)));
