// Sample pictures of our own making: strokes on paper, drawn in the browser.

import { make } from "./page.js";
import { paint } from "./pen.js";
import { STROKES } from "./strokes.js";

const SAMPLES = [
  { lines: ["23 11 2026"], paper: "#f4f1e8", ink: "#1b2a6b", rules: null, slant: -0.03 },
  { lines: ["31415", "92653", "58979"], paper: "#fbfbf9", ink: "#22232a", rules: "squares", slant: 0 },
  { lines: ["12 30", "405"], paper: "#23392f", ink: "#e9ead9", rules: null, slant: 0.05 },
];

// A small generator, so that a sample is the same picture every time.
/** @param {number} seed */
function random(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/**
 * @param {number} index in the order of their names in words.js
 * @returns {Promise<Blob>}
 */
export async function sample(index) {
  const { lines, paper, ink, rules, slant } = SAMPLES[index];
  const chance = random(index + 7);
  const canvas = make("canvas", {
    width: 160 + 84 * Math.max(...lines.map((line) => line.length)),
    height: 150 + 150 * lines.length,
  });
  const context = canvas.getContext("2d");
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (rules) drawSquares(context, canvas.width, canvas.height);
  context.rotate(slant);
  context.fillStyle = context.strokeStyle = ink;
  lines.forEach((line, row) => {
    [...line].forEach((character, column) => {
      if (character === " ") return;
      const scale = 0.78 + 0.12 * chance();
      const x = 80 + 84 * column + 10 * chance();
      const y = 80 + 150 * row + 14 * chance() + (slant < 0 ? 30 : 0);
      const lean = 0.18 * (chance() - 0.4);
      for (const stroke of STROKES[character]) {
        paint(context, stroke.map(([px, py]) => ({
          x: x + scale * (px + lean * (50 - py)) + 1.5 * chance(),
          y: y + scale * py + 1.5 * chance(),
          width: 7 + 2 * chance(),
        })));
      }
    });
  });
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 */
function drawSquares(context, width, height) {
  context.strokeStyle = "#b9cbe0";
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = 20; at < Math.max(width, height); at += 38) {
    context.moveTo(at, 0);
    context.lineTo(at, height);
    context.moveTo(0, at);
    context.lineTo(width, at);
  }
  context.stroke();
}
