// The answer: a large digit, a sentence, eleven bars.

import { percent } from "./colour.js";
import { argmax } from "./network.js";
import { $, make } from "./page.js";
import { verdict } from "./reading.js";
import { words } from "./words.js";

export function prepareBars() {
  for (let index = 0; index <= 10; index++) {
    const name = index < 10 ? String(index) : words.none;
    $("bars").append(make("li", {},
      make("span", { className: "name", textContent: name }),
      make("span", { className: "track" }, make("span", { className: "fill" })),
      make("span", { className: "share" })));
  }
}

/** @param {number[]} shares */
export function named(shares) {
  const { kind, best } = verdict(shares);
  return kind === "digit" ? String(best) : kind === "none" ? words.none : "?";
}

/**
 * The likeliest answer, however unsure, with its share.
 * @param {number[]} shares
 */
export function likeliest(shares) {
  const best = argmax(shares);
  return `${best < 10 ? best : words.none} (${percent(shares[best])})`;
}

/** @param {number[]} shares */
export function sentence(shares) {
  const { kind, best, second, share } = verdict(shares);
  const { sure, none, unsure, doubtful } = words.answer;
  if (kind === "digit") return sure(percent(share));
  if (kind === "none") return none(percent(share));
  return second === 10 ? doubtful(String(best)) : unsure(String(best), String(second));
}

/** @param {number[] | null} shares */
function heading(shares) {
  if (!shares) return words.titles.empty;
  const { kind, best } = verdict(shares);
  return kind === "digit" ? words.titles.digit(String(best)) : words.titles[kind];
}

/**
 * @param {number[] | null} shares null where nothing is read
 * @param {string} note said in place of an answer, or after it
 */
export function showAnswer(shares, note = "") {
  const text = shares ? named(shares) : "";
  const big = $("answer");
  big.className = text.length > 1 ? "big long" : "big";
  big.textContent = text;
  const said = shares ? sentence(shares) : "";
  $("sure").textContent = [said, note].filter(Boolean).join(". ");
  speak([text, said, note].filter(Boolean).join(", "));
  const best = shares ? shares.indexOf(Math.max(...shares)) : -1;
  [...$("bars").children].forEach((item, index) => {
    const share = shares ? shares[index] : 0;
    const told = shares ? percent(share) : "";
    item.classList.toggle("best", index === best);
    if (item.lastChild.textContent === told) return; // most of them stay at nothing
    item.style.setProperty("--share", share.toFixed(3));
    item.lastChild.textContent = told;
  });
  $("title").textContent = heading(shares);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let speaking;

// Said to screen readers once the hand rests, not with every point of a stroke.
/** @param {string} text */
function speak(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    if ($("spoken").textContent !== text) $("spoken").textContent = text;
  }, 400);
}
