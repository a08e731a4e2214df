// "Wrong? It is ...": sent once for each drawing, and withdrawn if it was a mistake.

import { about, correct, withdraw } from "./api.js";
import { $ } from "./page.js";
import { words } from "./words.js";

export class Correction {
  /** @type {Uint8Array | null} */
  #image = null;
  #collects = false;
  #sent = "";
  #drawings = 0; // so far: an answer that comes later is of another one

  constructor() {
    $("label").append(new Option(words.wrong.choose, ""));
    for (const label of words.classes) {
      $("label").append(new Option(label === "none" ? words.wrong.none : label, label));
    }
    $("correct").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.#send();
    });
    $("withdraw").addEventListener("click", () => this.#withdraw());
  }

  async start() {
    this.#collects = (await about()).collects;
    this.show(this.#image);
  }

  /** @param {Uint8Array | null} image */
  show(image) {
    const same = image !== null && this.#image !== null && image.every((value, at) => value === this.#image?.[at]);
    this.#image = image;
    $("correct").hidden = !this.#collects || !image;
    if (same) return;
    this.#ready();
    $("kept").textContent = "";
  }

  #ready() {
    this.#drawings++;
    this.#sent = "";
    $("label").value = "";
    $("label").disabled = false;
    $("correct").querySelector("[type=submit]").hidden = false;
    $("withdraw").hidden = true;
  }

  async #send() {
    const drawing = this.#drawings;
    if (!this.#image || this.#sent) return;
    try {
      this.#sent = "?";
      const { name } = await correct($("label").value, this.#image);
      if (this.#drawings !== drawing) return; // another digit is on the board, which was not sent
      this.#sent = name;
      $("label").disabled = true;
      $("correct").querySelector("[type=submit]").hidden = true;
      $("withdraw").hidden = false;
      $("kept").textContent = words.wrong.kept;
    } catch (error) {
      if (this.#drawings !== drawing) return;
      this.#sent = "";
      $("kept").textContent = /** @type {Error} */ (error).message;
    }
  }

  async #withdraw() {
    try {
      await withdraw(this.#sent);
      this.#ready();
      $("kept").textContent = words.wrong.withdrawn;
    } catch (error) {
      $("kept").textContent = /** @type {Error} */ (error).message;
    }
  }
}
