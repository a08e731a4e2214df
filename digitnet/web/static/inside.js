// What the network sees: stages, the 28x28 picture, the maps of every layer, kernels.

import { array } from "/static/api.js";

const $ = (id) => document.getElementById(id);
const LAYERS = [
  ["relu1", "After convolution 1: 16 maps of 28 x 28", "conv1"],
  ["relu2", "After convolution 2: 16 maps of 28 x 28", "conv2"],
  ["relu3", "After convolution 3: 32 maps of 14 x 14", "conv3"],
  ["relu4", "After convolution 4: 32 maps of 14 x 14", "conv4"],
  ["conv5", "Convolution 5: the score of each class at every place; its mean decides", "conv5"],
];
let shown = null;

export function hideInside() {
  shown = null;
  $("inside").hidden = true;
}

// The 28x28 picture that is shown, or null.
export const seenImage = () => shown?.image ?? null;

export function showInside(explained) {
  shown = explained;
  $("pixel").textContent = "";
  $("inside").hidden = false;
  drawSeen();
  $("stages").replaceChildren(...explained.stages.map(stage));
  $("whose").textContent = whose(explained);
  const arrays = Object.fromEntries(
    Object.entries(explained.inside).map(([name, packed]) => [name, array(packed)]),
  );
  $("layers").replaceChildren(...LAYERS.map((layer) => layerOf(arrays, ...layer)));
}

// Which network gave the answer; what is shown below it is of the 28x28 network.
function whose({ networks, own }) {
  const alone = own.is_digit
    ? `by itself it says ${own.digit}, ${(100 * own.probability).toFixed(0)} %`
    : "by itself it takes this for no digit";
  if (networks === "digitnet") return "This network alone gave the answer.";
  return networks === "both"
    ? `The answer is this network's and the finder's together; ${alone}.`
    : `The finder, another network, read the page; of this digit, seen by this network, ${alone}.`;
}

function stage({ name, image }) {
  const figure = document.createElement("figure");
  const picture = document.createElement("img");
  const caption = document.createElement("figcaption");
  picture.src = image;
  picture.alt = "";
  caption.textContent = name;
  figure.append(picture, caption);
  return figure;
}

function drawSeen() {
  if (!shown) return;
  const canvas = $("seen");
  const pixel = canvas.width / 28;
  const context = canvas.getContext("2d");
  const most = Math.max(0.01, ...shown.occlusion.flat().map(Math.abs));
  shown.image.forEach((row, y) =>
    row.forEach((value, x) => {
      context.fillStyle = `rgb(${value} ${value} ${value})`;
      context.fillRect(x * pixel, y * pixel, pixel, pixel);
      if (!$("show-occlusion").checked) return;
      const fall = shown.occlusion[y][x] / most;
      context.fillStyle = tint(fall);
      context.fillRect(x * pixel, y * pixel, pixel, pixel);
    }),
  );
}

// Blue where ink speaks for the answer, vermilion where it speaks against it.
function tint(share) {
  const colour = share > 0 ? "0 114 178" : "213 94 0";
  return `rgb(${colour} / ${Math.min(0.85, Math.abs(share))})`;
}

export function watchSeen() {
  $("show-occlusion").addEventListener("change", drawSeen);
  const canvas = $("seen");
  let place = [14, 14];
  const tell = ([x, y]) => {
    if (!shown) return;
    const fall = shown.occlusion[y][x];
    const points = `${Math.abs(100 * fall).toFixed(1)} points`;
    const what = Math.abs(fall) < 0.0005 ? "changes nothing" : fall > 0 ? `costs ${points}` : `adds ${points}`;
    $("pixel").textContent = `row ${y + 1}, column ${x + 1}: ink ${shown.image[y][x]}; blanking it ${what}`;
  };
  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const at = (value, start, size) => Math.min(27, Math.max(0, Math.floor((28 * (value - start)) / size)));
    place = [at(event.clientX, box.left, box.width), at(event.clientY, box.top, box.height)];
    tell(place);
  });
  canvas.addEventListener("keydown", (event) => {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!(event.key in ways)) return;
    event.preventDefault();
    place = place.map((value, axis) => Math.min(27, Math.max(0, value + ways[event.key][axis])));
    tell(place);
  });
}

function layerOf(arrays, name, title, kernelName) {
  const { shape: [count, height, width], values } = arrays[name];
  const kernels = arrays[`kernel of ${kernelName}`];
  const section = document.createElement("div");
  const heading = document.createElement("h3");
  const maps = document.createElement("div");
  heading.textContent = title;
  maps.className = "maps";
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
  for (let index = 0; index < count; index++) {
    const map = values.subarray(index * height * width, (index + 1) * height * width);
    const button = document.createElement("button");
    const label = name === "conv5" ? (index < 10 ? `score of ${index}` : "score of no digit") : `map ${index + 1}`;
    button.type = "button";
    button.tabIndex = index ? -1 : 0; // one stop a layer; arrow keys go on from there
    button.append(mapCanvas(map, width, height, most));
    button.setAttribute("aria-label", `${label}, from ${Math.min(...map).toFixed(2)} to ${Math.max(...map).toFixed(2)}`);
    for (const kind of ["pointerenter", "focus"]) {
      button.addEventListener(kind, () => showKernel(kernels, index, `${kernelName}, ${button.getAttribute("aria-label")}`));
    }
    for (const kind of ["pointerleave", "blur"]) {
      button.addEventListener(kind, () => ($("kernel").hidden = true));
    }
    maps.append(button);
  }
  maps.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...maps.children];
    const next = buttons[(buttons.indexOf(event.target) + step + count) % count];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  section.append(heading, maps);
  return section;
}

// Positive values light up blue, negative ones vermilion, on black.
function mapCanvas(values, width, height, most) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  values.forEach((value, index) => {
    const share = Math.sqrt(Math.abs(value) / most);
    const [red, green, blue] = value >= 0 ? [120, 205, 255] : [255, 140, 60];
    image.data.set([red * share, green * share, blue * share, 255], 4 * index);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

// The nine weights of an output, summed over its inputs where it has several.
function showKernel({ shape: [, inputs], values }, index, text) {
  const own = values.subarray(index * inputs * 9, (index + 1) * inputs * 9);
  const sums = new Float32Array(9);
  own.forEach((value, at) => (sums[at % 9] += value));
  const most = Math.max(1e-6, ...sums.map(Math.abs));
  const canvas = $("kernel").querySelector("canvas");
  const small = mapCanvas(sums, 3, 3, most);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  $("kernel").querySelector("span").textContent =
    inputs > 1 ? `${text}; its kernel, summed over ${inputs} inputs` : `${text}; its kernel`;
  $("kernel").hidden = false;
}
