// Wires the page: the board, pictures, and what the network sees of either.

import { prepareBars, showAnswer } from "/static/answer.js";
import { Refused, about, correct, explain, read } from "/static/api.js";
import { Board } from "/static/board.js";
import { hideInside, seenImage, showInside, watchSeen } from "/static/inside.js";
import { currentText, digitAt, hidePhoto, showPhoto, table } from "/static/photo.js";
import { sample, sampleNames } from "/static/samples.js";

const $ = (id) => document.getElementById(id);
const problem = (text = "") => ($("problem").textContent = text);

// Runs the newest task only: while one is under way, the next waits and replaces older ones.
function newest(task) {
  let running = false;
  let waiting = false;
  return async function run() {
    if (running) {
      waiting = true;
      return;
    }
    running = true;
    do {
      waiting = false;
      try {
        await task(() => waiting);
        $("board-problem").textContent = "";
      } catch (error) {
        $("board-problem").textContent = error.message;
        if (!error.later) continue;
        await new Promise((done) => setTimeout(done, 1000));
        waiting = true;
      }
    } while (waiting);
    running = false;
  };
}

const board = new Board($("board"), () => readBoard());
const readBoard = newest(async (outdated) => {
  if (board.empty) {
    showAnswer(null);
    hideInside();
    return;
  }
  const picture = board.picture();
  const reading = await read(picture, { one: true });
  if (outdated() || board.empty) return;
  showAnswer(reading.lines[0]?.digits[0] ?? null);
  // Once the pen rests: while it moves, the next answer would wait for this.
  clearTimeout(resting);
  resting = setTimeout(() => explainBoard(), 100);
});
let resting;
const explainBoard = newest(async (outdated) => {
  if (board.empty) return;
  const explained = await explain(board.picture(), { one: true });
  if (outdated() || board.empty) return;
  if (explained.digit === null) hideInside();
  else showInside(explained);
  $("kept").textContent = "";
});

$("clear").addEventListener("click", () => board.clear());
$("undo").addEventListener("click", () => board.undo());
const setBrush = () => (board.brush = Number($("brush").value));
$("brush").addEventListener("input", setBrush);
setBrush();
prepareBars();
watchSeen();

// Counts what was asked for, so that an answer that comes late does not replace a newer one.
let asked = 0;

async function readPicture(picture) {
  const mine = ++asked;
  problem();
  try {
    const reading = await read(picture);
    if (mine !== asked) return;
    await showPhoto(picture, reading, async (index, digit) => {
      const choice = ++asked;
      try {
        const explained = await explain(picture, { digit: index });
        if (choice !== asked) return;
        showInside(explained);
        showAnswer(digit);
        $("inside").scrollIntoView({ block: "nearest" });
      } catch (error) {
        problem(error.message);
      }
    });
  } catch (error) {
    if (mine !== asked) return;
    hidePhoto();
    problem(error.message);
  }
}

for (const id of ["file", "camera"]) {
  $(id).addEventListener("change", (event) => {
    const [picture] = event.target.files;
    if (picture) readPicture(picture);
    event.target.value = "";
  });
}
$("photo").addEventListener("click", (event) => {
  const index = digitAt(event);
  if (index >= 0) $("digits").querySelectorAll("button")[index].click();
});

const firstPicture = (transfer) => [...transfer.files].find((file) => file.type.startsWith("image/"));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  $("drop").classList.add("over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) $("drop").classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  $("drop").classList.remove("over");
  const picture = firstPicture(event.dataTransfer);
  if (picture) readPicture(picture);
  else problem("that is no picture");
});
document.addEventListener("paste", (event) => {
  const picture = firstPicture(event.clipboardData);
  if (picture) readPicture(picture);
});

sampleNames().forEach((name, index) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.addEventListener("click", async () => readPicture(await sample(index)));
  $("samples").append(button, " ");
});

$("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(currentText());
    $("copy").textContent = "Copied";
  } catch {
    // Over plain http from another machine there is no clipboard: the text is marked instead.
    getSelection().selectAllChildren($("text"));
    $("copy").textContent = "Marked: copy it";
  }
  setTimeout(() => ($("copy").textContent = "Copy text"), 1500);
});
$("csv").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([table()], { type: "text/csv" }));
  link.download = "digits.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

for (const label of [..."0123456789", "none"]) {
  $("label").append(new Option(label === "none" ? "not a digit" : label, label));
}
$("correct").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    if (!seenImage()) throw new Refused("draw a digit first");
    await correct($("label").value, seenImage());
    $("kept").textContent = "Kept, with its 28 x 28 picture, in this server's folder.";
  } catch (error) {
    $("kept").textContent = error.message;
  }
});
about()
  .then(({ collects }) => ($("correct").hidden = !collects))
  .catch((error) => problem(error.message));
