// The last step in full, as it is reckoned: is it a digit at all, and which of the ten.
//
// All is worked out from the numbers as they are shown, so that a calculator gives the same.

import { mostOf, percent, show } from "./colour.js";
import { $, make, square } from "./page.js";
import { words } from "./words.js";

const SIZE = 14;
const DIGITS = 10;

/** @param {number} value */
const shown = (value) => value.toFixed(3).replace("-", "\u2212");
/** @param {number} value */
const rounded = (value) => Number(value.toFixed(3));

/**
 * @param {import("./network.js").Activations} inside
 * @param {any} about temperature and threshold of the weights
 */
export function showLast({ conv5, scores, shares }, about) {
  const text = words.last;
  const own = scores.map(rounded);
  const temperature = rounded(about.temperature ?? 1);
  const powers = own.slice(0, DIGITS).map((score) => Math.exp(score / temperature));
  const total = powers.reduce((sum, one) => sum + one, 0);
  const digit = showWhether(own, about);
  const largest = Math.max(...shares);
  const most = mostOf(conv5);
  const rows = own.map((score, index) => {
    const canvas = square(56, { ariaHidden: "true" });
    show(canvas, conv5.subarray(index * SIZE * SIZE, (index + 1) * SIZE * SIZE), SIZE, most);
    const track = make("span", { className: "track" }, make("span", { className: "fill" }));
    track.style.setProperty("--share", String(shares[index]));
    const cells = index < DIGITS ? [power(powers[index]), part(powers[index] / total)] : ["", ""];
    return row(index < DIGITS ? String(index) : words.none, shares[index] === largest ? "best" : "",
      [canvas], [shown(score)], ...cells.map((cell) => [cell]), [track, part(shares[index])]);
  });
  const sum = row(text.total, "sum", [], [], [power(total)], [percent(1)], [percent(1)]);
  const head = [text.answer, text.map, text.score, text.power(shown(temperature)), text.among, text.share(whole(digit))];
  $("last-table").replaceChildren(
    make("thead", {}, make("tr", {}, ...head.map((name) => make("th", { textContent: name, scope: "col" })))),
    make("tbody", {}, ...rows, sum));
}

/**
 * The first step in a sentence.
 * @param {number[]} scores
 * @param {any} about
 * @returns {number} how likely it is a digit at all
 */
function showWhether(scores, about) {
  if (scores.length <= DIGITS) {
    $("last-digit").textContent = "";
    return 1;
  }
  const digits = scores.slice(0, DIGITS).reduce((sum, score) => sum + Math.exp(score), 0);
  const threshold = rounded(about.digit_threshold);
  const none = Math.exp(scores[DIGITS] + threshold);
  const share = digits / (digits + none);
  $("last-digit").textContent = words.last.digit({
    digits: power(digits), score: shown(scores[DIGITS]), sign: threshold < 0 ? "\u2212" : "+",
    threshold: shown(Math.abs(threshold)), none: power(none), share: whole(share),
  });
  return share;
}

/**
 * @param {string} name
 * @param {string} className
 * @param {...(Node | string)[]} cells
 */
const row = (name, className, ...cells) => make("tr", { className },
  make("th", { textContent: name, scope: "row" }), ...cells.map((cell) => make("td", {}, ...cell)));

/**
 * A share that is not quite nothing, or not quite all, is not shown as such.
 * @param {number} share
 */
const part = (share) => (share < 0.0005 ? "< 0.1 %" : share > 0.9995 ? "> 99.9 %" : percent(share));

// For the one that is reckoned with further.
/** @param {number} share */
const whole = (share) => `${(100 * share).toPrecision(6)} %`;

const RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

/**
 * Four digits that count; what is small or large as 4.123 x 10 to a power.
 * @param {number} value
 */
function power(value) {
  if (value >= 0.001 && value < 1e7) return value >= 1000 ? Math.round(value).toLocaleString(words.language) : value.toPrecision(4);
  const [digits, exponent] = value.toExponential(3).split("e");
  const raised = [...String(Math.abs(Number(exponent)))].map((digit) => RAISED[Number(digit)]).join("");
  return `${digits}\u2009\u00d7\u200910${Number(exponent) < 0 ? "\u207b" : ""}${raised}`;
}
