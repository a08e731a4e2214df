// What each experiment puts on the board, and when its task is done.

import { BOARD } from "./board.js";
import { LETTERS, STROKES } from "./strokes.js";

/** @typedef {import("./raster.js").Stroke} Stroke */
/**
 * What is on the board, and what it is read as.
 * @typedef {object} Seen
 * @property {Stroke[]} strokes
 * @property {import("./reading.js").Digit} digit the one that is shown
 * @property {string} answer
 * @property {boolean} differ whether the two networks do
 * @property {Map<number, string>} pens answers so far by the pen's width; kept by the third task
 */
/**
 * @typedef {object} Task
 * @property {number} pen
 * @property {() => Stroke[]} put
 * @property {(seen: Seen) => Record<string, string> | null} done facts for what it shows, null before
 */

const [THIN, THICK] = [14, 60]; // near enough to the ends of the slider
const LETTER_PEN = 30;

/**
 * Strokes of ours on the board.
 * @param {number[][][]} strokes in a box of 100 x 100
 * @param {number} width of the pen
 * @param {number} share of the board's side
 * @param {number} left of the board's side
 * @param {number} top of the board's side
 * @returns {Stroke[]}
 */
export function placed(strokes, width = 32, share = 0.9, left = 0.05, top = 0.05) {
  const scale = (share * BOARD) / 100;
  return strokes.map((stroke) =>
    stroke.map(([x, y]) => ({ x: left * BOARD + x * scale, y: top * BOARD + y * scale, width })));
}

/** @param {string} letter */
export const letterOf = (letter) => placed(LETTERS[letter], LETTER_PEN);

/** @type {Task[]} */
export const TASKS = [
  {
    pen: 32,
    put: () => placed(STROKES[1], 32),
    done({ strokes, answer }) {
      const one = forms(this.put());
      return answer === "7" && strokes.length > one.length && one.every((form) => forms(strokes).includes(form)) ? {} : null;
    },
  },
  {
    pen: 22,
    put: () => placed(STROKES[3], 22, 0.4, 0.58, 0.58),
    done({ strokes, answer, digit }) {
      const ours = forms(this.put());
      const own = digit.strokes.every((index) => !ours.includes(forms([strokes[index]])[0]));
      return own && isDigit(answer) && inAnotherCorner(digit.box) ? {} : null;
    },
  },
  {
    pen: 10,
    put: () => placed(STROKES[5], 10),
    done({ strokes, answer, pens }) {
      if (!alike(strokes, this.put())) return null;
      pens.set(strokes[0][0].width, answer);
      const [thin, thick] = [Math.min(...pens.keys()), Math.max(...pens.keys())];
      if (thin > THIN || thick < THICK) return null;
      return { thin: pens.get(thin) ?? "", thick: pens.get(thick) ?? "" };
    },
  },
  {
    pen: LETTER_PEN,
    put: () => letterOf("A"),
    done({ strokes, answer }) {
      const letter = Object.keys(LETTERS).find((name) => alike(strokes, letterOf(name)));
      return letter && isDigit(answer) ? { letter, answer } : null;
    },
  },
  {
    pen: 32,
    put: () => placed(STROKES[7], 32).concat(placed([[[36, 58], [56, 56], [76, 54]]], 32)),
    done: ({ differ }) => (differ ? {} : null),
  },
];

/** @param {string} answer */
const isDigit = (answer) => /^\d$/.test(answer);

// Strokes by their points, whatever the pen.
/** @param {Stroke[]} strokes */
const forms = (strokes) => strokes.map((stroke) => JSON.stringify(stroke.map(({ x, y }) => [x, y])));

/**
 * @param {Stroke[]} a
 * @param {Stroke[]} b
 */
const alike = (a, b) => forms(a).join() === forms(b).join();

// In one quarter of the board, but not in ours, at the bottom right.
/** @param {import("./raster.js").Box | null} box */
function inAnotherCorner(box) {
  if (!box) return false;
  const half = BOARD / 2;
  const [left, right] = [box.right <= half, box.left >= half];
  const [top, bottom] = [box.bottom <= half, box.top >= half];
  return (left || right) && (top || bottom) && !(right && bottom);
}
