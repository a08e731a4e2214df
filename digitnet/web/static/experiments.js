// Five guided experiments: each puts something on the board, sets a task, and says what it shows.

import { $, make } from "./page.js";
import { LETTERS } from "./strokes.js";
import { TASKS, letterOf } from "./tasks.js";
import { words } from "./words.js";

/** @typedef {import("./raster.js").Stroke} Stroke */

const [PENS, LETTER, NETWORKS] = [2, 3, 4];

/**
 * Strokes drawn again with another pen.
 * @param {Stroke[]} strokes
 * @param {number} width
 */
export const redrawn = (strokes, width) => strokes.map((stroke) => stroke.map((point) => ({ ...point, width })));

export class Experiments {
  #board;
  #compare;
  #done = false;
  /** @type {Map<number, string>} */
  #pens = new Map();
  #task = make("p");
  #shows = make("p");
  /** Which is on the board; none before the first. */
  now = -1;

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
      button.addEventListener("click", () => {
        this.start(index);
        $("stage").scrollIntoView({ block: "start" });
      });
      $("experiment-list").append(button);
    });
  }

  /**
   * @param {number} index
   * @param {Stroke[]} strokes what is on the board, where it is not the beginning
   */
  start(index, strokes = TASKS[index].put()) {
    this.now = index;
    this.#done = false;
    this.#pens.clear();
    [...$("experiment-list").children].forEach((button, at) => button.setAttribute("aria-pressed", String(at === index)));
    $("task").hidden = false;
    $("lead").hidden = true;
    const { task, shows } = words.experiments.list[index];
    this.#task.textContent = task;
    // Room for the end from the start: a line more would move the board under the pen.
    const room = make("p", { textContent: `${words.experiments.done} ${shows({ thin: words.none, thick: words.none, letter: "A", answer: "1" })}`, ariaHidden: "true" });
    $("task").replaceChildren(make("div", { className: "said" }, this.#task, room, this.#shows), ...(index === LETTER ? [this.#letters()] : []));
    this.#finish(null);
    this.#compare(index === NETWORKS);
    // The slider says how thick the digit of the third experiment is, also after a reload.
    const pen = index === PENS ? strokes[0]?.[0]?.width ?? TASKS[index].pen : TASKS[index].pen;
    $("brush").value = String(pen);
    this.#board.brush = pen;
    this.#board.put(strokes);
  }

  #letters() {
    return make("div", { className: "tools", role: "group", ariaLabel: words.experiments.letters },
      ...Object.keys(LETTERS).map((letter) => {
        const button = make("button", { type: "button", textContent: letter });
        button.addEventListener("click", () => this.#board.put(letterOf(letter)));
        return button;
      }));
  }

  // The slider draws the third experiment's digit anew.
  /** @param {number} width */
  penMoved(width) {
    if (this.now === PENS) this.#board.put(redrawn(this.#board.strokes, width));
  }

  /**
   * What the newest drawing was read as.
   * @param {Omit<import("./tasks.js").Seen, "strokes" | "pens"> | null} seen null for an empty board
   */
  answered(seen) {
    // What was found stays found; whether two networks agree is true of one drawing only.
    if (this.now < 0 || (this.#done && this.now !== NETWORKS)) return;
    this.#finish(seen && TASKS[this.now].done({ ...seen, strokes: this.#board.strokes, pens: this.#pens }));
  }

  /** @param {Record<string, string> | null} facts null while the task is not done */
  #finish(facts) {
    this.#done = facts !== null;
    this.#task.className = this.#done ? "away" : "";
    if (!facts) this.#shows.replaceChildren();
    else if (!this.#shows.hasChildNodes()) {
      this.#shows.append(make("strong", { textContent: words.experiments.done }), ` ${words.experiments.list[this.now].shows(facts)}`);
    }
  }
}
