// The inputs of a map as a row of buttons, each with a bar for what it adds.

import { mostOf, short, show } from "./colour.js";
import { make, square } from "./page.js";
import { words } from "./words.js";

/**
 * @param {number} count
 * @param {(input: number) => void} chosen
 */
export function inputButtons(count, chosen) {
  const row = make("div", { className: "inputs", role: "group", ariaLabel: words.look.inputs });
  for (let input = 0; input < count; input++) {
    const button = make("button", { type: "button" }, square(44), make("span", { className: "adds" }));
    button.tabIndex = input ? -1 : 0; // one stop; arrow keys go on from there
    button.addEventListener("click", () => chosen(input));
    row.append(button);
  }
  row.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => walk(row, event));
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {KeyboardEvent} event
 */
function walk(row, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = /** @type {HTMLElement[]} */ ([...row.children]);
  const now = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
  const next = (now + step + buttons.length) % buttons.length;
  buttons.forEach((button, at) => (button.tabIndex = at === next ? 0 : -1));
  buttons[next].focus();
  buttons[next].click();
}

/**
 * @param {HTMLElement} row
 * @param {Float32Array} fed the inputs' maps
 * @param {number} size
 * @param {number[]} adds what each adds
 * @param {number} chosen
 */
export function drawInputs(row, fed, size, adds, chosen) {
  const most = mostOf(adds);
  const ink = adds.length === 1;
  const brightest = ink ? 3.3 : mostOf(fed);
  /** @type {any[]} */ ([...row.children]).forEach((button, input) => {
    const values = fed.subarray(input * size * size, (input + 1) * size * size);
    show(button.firstChild, ink ? shifted(values) : values, size, brightest, ink ? "ink" : "maps");
    button.setAttribute("aria-label", words.look.input(input + 1, short(adds[input])));
    button.setAttribute("aria-pressed", String(input === chosen));
    button.lastChild.className = adds[input] < 0 ? "adds against" : "adds";
    button.lastChild.style.setProperty("--share", String(Math.abs(adds[input]) / most));
  });
}

// The first layer's input counts from its mean: here its paper is black again.
/** @param {Float32Array} input */
export const shifted = (input) => input.map((value) => value - input[0]);
