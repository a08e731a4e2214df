// Five guided experiments: each puts something on the board and sets a task.

import { BOARD } from "./board.js";
import { $, make } from "./page.js";
import { boxOf } from "./raster.js";
import { STROKES } from "./strokes.js";
import { words } from "./words.js";

/** @typedef {import("./raster.js").Stroke} Stroke */

const LETTER = [[[28, 88], [40, 50], [50, 12], [60, 50], [72, 88]], [[36, 60], [50, 60], [64, 60]]];
const THIN = 10;

/**
 * A digit's strokes on the board.
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

/**
 * Strokes drawn again with another pen.
 * @param {Stroke[]} strokes
 * @param {number} width
 */
export const redrawn = (strokes, width) => strokes.map((stroke) => stroke.map((point) => ({ ...point, width })));

export class Experiments {
  #board;
  #now = -1;
  #compare;
  #done = false;

  /**
   * @param {import("./board.js").Board} board
   * @param {(on: boolean) => void} compare
   */
  constructor(board, compare) {
    this.#board = board;
    this.#compare = compare;
    words.experiments.list.forEach(({ name }, index) => {
      const button = make("button", { type: "button", className: "card" },
        make("span", { className: "number", textContent: String(index + 1), ariaHidden: "true" }), name);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => this.start(index));
      $("experiment-list").append(button);
    });
  }

  /** @param {number} index */
  start(index) {
    this.#now = index;
    this.#done = false;
    [...$("experiment-list").children].forEach((button, at) => button.setAttribute("aria-pressed", String(at === index)));
    $("task").hidden = false;
    $("lead").hidden = true;
    $("task").textContent = words.experiments.list[index].task;
    this.#compare(index === 4);
    const pen = [32, 22, THIN, 30, 32][index];
    this.#pen(pen);
    const own = [
      () => placed(STROKES[1], pen),
      () => placed(STROKES[3], pen, 0.4, 0.58, 0.58),
      () => placed(STROKES[5], pen),
      () => placed(LETTER, pen),
      () => placed(STROKES[7], pen).concat(placed([[[36, 58], [56, 56], [76, 54]]], pen)),
    ][index]();
    this.#board.put(own);
    $("stage").scrollIntoView({ block: "start" });
  }

  /** @param {number} width */
  #pen(width) {
    $("brush").value = String(width);
    this.#board.brush = width;
  }

  // The slider draws the third experiment's digit anew.
  /** @param {number} width */
  penMoved(width) {
    if (this.#now === 2) this.#board.put(redrawn(this.#board.strokes, width));
  }

  /**
   * What the newest drawing was read as.
   * @param {string} answer
   * @param {string | null} other the documented recipe's answer
   */
  answered(answer, other) {
    if (this.#now < 0 || this.#done) return;
    const strokes = this.#board.strokes;
    const pen = strokes[0]?.[0].width ?? 0;
    this.#done = [
      answer === "7",
      answer !== "3" && strokes.length > 0 && boxOf(strokes).left >= 0,
      pen >= 60,
      strokes.length > 0 && strokes[0].length !== LETTER[0].length && /^\d$/.test(answer),
      other !== null && other !== answer,
    ][this.#now];
    if (this.#done) $("task").append(" ", make("strong", { textContent: words.experiments.done }));
  }
}
