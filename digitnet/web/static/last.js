// The last step in full: a map for each answer, its mean, softmax, the share.

import { mostOf, percent, short, show } from "./colour.js";
import { softmax } from "./network.js";
import { $, make, square } from "./page.js";
import { words } from "./words.js";

const SIZE = 14;

/**
 * @param {import("./network.js").Activations} inside
 * @param {any} about temperature and threshold of the weights
 */
export function showLast({ conv5, scores, shares }, about) {
  const most = mostOf(conv5);
  const { answer, map, score, power, share, total, note } = words.last;
  const head = make("tr", {}, ...[answer, map, score, power, share].map((text) =>
    make("th", { textContent: text, scope: "col" })));
  const powers = softmax(scores);
  const largest = Math.max(...shares);
  const rows = scores.map((own, index) => {
    const canvas = square(56, { ariaHidden: "true" });
    show(canvas, conv5.subarray(index * SIZE * SIZE, (index + 1) * SIZE * SIZE), SIZE, most);
    const track = make("span", { className: "track" }, make("span", { className: "fill" }));
    track.style.setProperty("--share", String(shares[index]));
    return make("tr", { className: shares[index] === largest ? "best" : "" },
      make("th", { textContent: index < 10 ? String(index) : words.none, scope: "row" }),
      make("td", {}, canvas),
      make("td", { textContent: short(own) }),
      make("td", { textContent: powerOf(own) }),
      make("td", {}, track, make("span", { textContent: percent(shares[index]) })));
  });
  const sum = make("tr", { className: "sum" },
    make("th", { textContent: total, scope: "row" }), make("td"), make("td"),
    make("td", { textContent: powerOf(scores[powers.indexOf(Math.max(...powers))] - Math.log(Math.max(...powers))) }),
    make("td", { textContent: percent(1) }));
  $("last-table").replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows, sum));
  $("last-note").textContent = note(about.temperature.toFixed(2), short(about.digit_threshold));
}

// e to the score, from thousandths to millions.
/** @param {number} score */
function powerOf(score) {
  const power = Math.exp(score);
  return power >= 1000 ? Math.round(power).toLocaleString(words.language) : power >= 0.001 ? power.toPrecision(3) : power.toExponential(0);
}
