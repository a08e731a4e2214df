// Wires the page: the board, the network's answer, and what shows how it came about.

import { likeliest, named, prepareBars, showAnswer } from "./answer.js";
import { Board } from "./board.js";
import { show as show28 } from "./colour.js";
import { Cover } from "./cover.js";
import { Engine, newest } from "./engine.js";
import { Experiments } from "./experiments.js";
import { showLast } from "./last.js";
import { Look } from "./look.js";
import { kept, keep as keepIt } from "./memory.js";
import { Network, argmax } from "./network.js";
import { $, make, square } from "./page.js";
import { Picture } from "./picture.js";
import { showSteps } from "./steps.js";
import { STROKES } from "./strokes.js";
import { placed } from "./tasks.js";
import { numbersIn, parseWeights } from "./weights.js";
import { fillWords, words } from "./words.js";

/** @typedef {import("./reading.js").Reading} Reading */

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
/** What blank paper gives. @type {import("./network.js").Activations} */
let blank;
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
/** @type {Uint8Array | null} the image that is explained; null where none is */
let shown = null;
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
  const differ = other !== null && argmax(other) !== argmax(shares);
  if (other) $("other").textContent = words.other(likeliest(shares), likeliest(other), !differ);
  experiments.answered({ digit: digits[subject], answer: named(shares), differ });
  $("stage").classList.remove("empty");
  // For whoever builds on the page, as its benchmark does.
  document.dispatchEvent(new CustomEvent("reading", { detail: { text, shares } }));
}

// Once the pen rests: while it moves, the next answer would wait for this.
/** @param {Reading} reading */
function rest({ digits, subject, inside }) {
  clearTimeout(resting);
  const { image } = digits[subject];
  shown = image;
  watcher(image);
  resting = setTimeout(async () => {
    keep();
    showSteps(inside, weights.layers, image, blank);
    showLast(inside, weights.about);
    cover.show(image, null);
    const covered = await engine.cover(image);
    if (covered && shown === image) cover.show(image, covered); // the board may be empty by now
  }, REST_MS);
}

/** @param {string} note */
function nothing(note) {
  clearTimeout(resting);
  shown = null;
  showAnswer(null, note);
  $("several").replaceChildren();
  $("other").textContent = "";
  experiments.answered(null);
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

// Not before what was kept is on the board again.
function keep() {
  if (ready) keepIt({ strokes: board.sample ? [] : board.strokes, experiment: experiments.now });
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
// Of the worker, or of the network in it.
addEventListener("unhandledrejection", ({ reason }) => showAnswer(null, words.answer.failed(String(reason?.message ?? reason))));
engine.start().then((content) => {
  weights = parseWeights(content);
  // What the page says of its network is true of the recipe of the one that ships.
  if (weights.about.recipe !== "reading") $("network-facts").textContent = words.own(weights.about.recipe, numbersIn(weights));
  blank = new Network(weights).run(new Uint8Array(784));
  look = new Look(weights, () => {
    picture.pin(null);
    $("network").focus(); // and back to where the map was chosen
  });
  picture = new Picture($("network"), weights.layers, (place, walked) => {
    look.open(place);
    // Who walks on with arrow keys keeps the network in view.
    if (!walked) $("look").scrollIntoView({ block: "start" });
  });
  ready = true;
  const { strokes, experiment } = kept();
  // Who could not wait has drawn already.
  if (board.strokes.length) {
    readBoard();
    return;
  }
  // A seven of ours greets who comes first; it makes room for the first stroke.
  $("invite").hidden = false;
  if (strokes.length && experiment >= 0) experiments.start(experiment, strokes);
  else board.put(strokes.length ? strokes : placed(STROKES[7], 30, 0.8, 0.1, 0.16), !strokes.length);
}).catch((error) => showAnswer(null, words.answer.failed(error.message)));
