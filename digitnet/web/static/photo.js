// A picture with its digits: boxes, a button a digit, the text, a table to take away.

const $ = (id) => document.getElementById(id);
const ACCEPTED = "#00825f";
const REFUSED = "#d55e00";
let current = null; // {reading, bitmap}

export async function showPhoto(picture, reading, choose) {
  // Drawn as it was read: turned as its EXIF says.
  // What a browser cannot draw, as most cannot TIFF, is still shown as text.
  const options = { imageOrientation: "from-image" };
  const bitmap = await createImageBitmap(picture, options).catch(() => null);
  current = { reading, bitmap };
  $("photo").hidden = !bitmap;
  $("page").hidden = false;
  $("text").textContent = reading.text || "no digits found";
  const digits = reading.lines.flatMap((line) => line.digits);
  $("photo").setAttribute("aria-label", `The picture, read as ${reading.text || "no digits"}`);
  draw(digits, -1);
  const buttons = [];
  let index = 0;
  for (const line of reading.lines) {
    if (index) buttons.push(gap());
    for (const digit of line.digits) buttons.push(button(digit, index++));
  }
  $("digits").replaceChildren(...buttons);

  function button(digit, at) {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = digit.accepted ? digit.digit : "?";
    element.className = digit.accepted ? "" : "refused";
    element.title = `${digit.digit}: ${(100 * digit.confidence).toFixed(1)} % sure`;
    element.setAttribute("aria-pressed", "false");
    element.addEventListener("click", () => {
      for (const other of $("digits").querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
      element.setAttribute("aria-pressed", "true");
      draw(digits, at);
      choose(at, digit);
    });
    return element;
  }
}

function gap() {
  const element = document.createElement("span");
  element.className = "gap";
  return element;
}

export function hidePhoto() {
  current = null;
  $("page").hidden = true;
  $("digits").replaceChildren();
}

// Which digit lies under a point of the canvas, or -1.
export function digitAt(event) {
  if (!current) return -1;
  const box = $("photo").getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * current.reading.width;
  const y = ((event.clientY - box.top) / box.height) * current.reading.height;
  const digits = current.reading.lines.flatMap((line) => line.digits);
  return digits.findIndex(({ box: [left, top, width, height] }) =>
    x >= left && x <= left + width && y >= top && y <= top + height);
}

function draw(digits, chosen) {
  const { reading, bitmap } = current;
  if (!bitmap) return;
  const canvas = $("photo");
  const scale = Math.min(1, 1200 / Math.max(reading.width, reading.height));
  canvas.width = Math.max(1, Math.round(reading.width * scale));
  canvas.height = Math.max(1, Math.round(reading.height * scale));
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  digits.forEach((digit, index) => {
    const [x, y, width, height] = digit.box.map((value) => value * scale);
    const colour = digit.accepted ? ACCEPTED : REFUSED;
    const size = Math.max(12, Math.min(40, height / 2.5));
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = index === chosen ? 5 : 2;
    context.setLineDash(digit.accepted ? [] : [6, 4]);
    context.strokeRect(x - 3, y - 3, width + 6, height + 6);
    outlined(context, digit.accepted ? digit.digit : "?", x, y - 6, size, colour);
    outlined(context, `${Math.round(100 * digit.confidence)} %`, x, y + height + 4 + size / 2, size / 2, colour);
  });
}

function outlined(context, text, x, y, size, colour) {
  context.font = `700 ${size}px system-ui, sans-serif`;
  context.setLineDash([]);
  context.lineWidth = 3;
  context.strokeStyle = "#fff";
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

export const currentText = () => current?.reading.text ?? "";

// The columns of digitnet read --csv, but for the path.
export function table() {
  const rows = [["line", "position", "digit", "confidence", "accepted", "x", "y", "width", "height"]];
  current.reading.lines.forEach((line, row) =>
    line.digits.forEach(({ digit, confidence, accepted, box }, at) =>
      rows.push([row + 1, at + 1, digit, confidence, accepted, ...box])));
  return rows.map((row) => row.join(",")).join("\r\n") + "\r\n";
}
