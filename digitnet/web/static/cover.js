// What happens if a spot is covered: the 28x28 picture, coloured by what each spot adds.

import { inkOf, show } from "./colour.js";
import { $, pixelAt, stepped } from "./page.js";
import { words } from "./words.js";

const SIZE = 28;

export class Cover {
  /** @type {Uint8Array | null} */
  #image = null;
  /** @type {import("./engine.js").Covered | null} */
  #covered = null;
  #place = { x: 14, y: 14 };
  #told = false;

  constructor() {
    const canvas = $("seen");
    $("show-cover").addEventListener("change", () => this.#draw());
    canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.#tell(pixelAt(canvas, event, SIZE)));
    canvas.addEventListener("pointerleave", () => (this.#told = false));
    canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const place = stepped(this.#place, event, SIZE);
      if (place) this.#tell(place);
    });
  }

  /**
   * @param {Uint8Array | null} image
   * @param {import("./engine.js").Covered | null} covered null while it is not known
   */
  show(image, covered) {
    this.#image = image;
    this.#covered = covered;
    $("spot").textContent = covered ? words.cover.start : image ? words.cover.working : "";
    this.#draw();
    if (covered && this.#told) this.#tell(this.#place);
  }

  #draw() {
    const canvas = $("seen");
    const context = show(canvas, this.#image ?? new Uint8Array(SIZE * SIZE), SIZE, 255, "ink");
    if (!this.#covered || !$("show-cover").checked) return;
    const pixel = canvas.width / SIZE;
    const most = Math.max(0.02, ...this.#covered.falls.map(Math.abs));
    this.#covered.falls.forEach((fall, at) => {
      if (Math.abs(fall) < 0.002) return;
      context.fillStyle = inkOf(fall, Math.min(0.85, 0.15 + (0.7 * Math.abs(fall)) / most));
      context.fillRect((at % SIZE) * pixel, Math.floor(at / SIZE) * pixel, pixel, pixel);
    });
  }

  /** @param {{x: number, y: number}} place */
  #tell(place) {
    this.#place = place;
    this.#told = true;
    if (!this.#image || !this.#covered) return;
    const at = place.y * SIZE + place.x;
    const fall = this.#covered.falls[at];
    const read = this.#covered.reads[at];
    const points = Math.abs(100 * fall).toFixed(1);
    const { changes, costs, adds, then, spot } = words.cover;
    const what = Math.abs(fall) < 0.0005 ? changes : (fall > 0 ? costs(points) : adds(points)) + then(read);
    $("spot").textContent = spot(place.y + 1, place.x + 1, this.#image[at], what);
    this.#draw();
    const canvas = $("seen");
    const pixel = canvas.width / SIZE;
    const context = canvas.getContext("2d");
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.strokeRect((place.x - 2) * pixel, (place.y - 2) * pixel, 5 * pixel, 5 * pixel);
  }
}
