// Photos that are dropped, chosen or pasted: a list of them, one at a time on show.

import { Refused, read } from "./api.js";
import { $, make } from "./page.js";
import { currentText, digitAt, hidePhoto, press, showPhoto, table } from "./photo.js";
import { sample } from "./samples.js";
import { words } from "./words.js";

/** @typedef {import("./photo.js").Photo} Photo */

const PAUSE_MS = 1000;

export class Pictures {
  #chosen;
  // Counts what was asked for, so that an answer that comes late does not replace a newer one.
  #asked = 0;
  #shown = 0;
  /** @type {Photo | null} */
  #photo = null;

  /** @param {(photo: Photo, digit: any) => void} chosen called when a digit becomes the subject */
  constructor(chosen) {
    this.#chosen = chosen;
    for (const id of ["file", "camera"]) {
      $(id).addEventListener("change", (/** @type {any} */ event) => {
        const files = [...event.target.files];
        event.target.value = "";
        this.read(files);
      });
    }
    $("photo").addEventListener("click", (/** @type {PointerEvent} */ event) => press(digitAt(event)));
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
      this.read([...(event.dataTransfer?.files ?? [])]);
    });
    document.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length) this.read(files);
    });
    words.pictures.samples.forEach((name, index) => {
      const button = make("button", { type: "button", textContent: name });
      button.addEventListener("click", async () => this.read([new File([await sample(index)], name, { type: "image/png" })]));
      $("samples").append(button, " ");
    });
    $("copy").addEventListener("click", () => copy());
    $("csv").addEventListener("click", () => save());
  }

  /** @param {File[]} files */
  async read(files) {
    const mine = ++this.#asked;
    this.#shown++; // what is still being decoded is not shown any more
    hidePhoto();
    $("list").replaceChildren();
    $("problem").textContent = "";
    $("pictures").scrollIntoView({ block: "start" });
    if (!files.length) $("problem").textContent = words.pictures.notPicture;
    let first = true;
    /** @type {string[]} */
    const problems = [];
    for (const file of files) {
      const name = file.name || words.pictures.pasted;
      $("working").textContent = words.pictures.working(name);
      try {
        const photos = await readOne(file, name);
        const several = files.length > 1 || photos.length > 1;
        for (const photo of photos) {
          if (mine !== this.#asked) return;
          if (photo.reading.error) {
            problems.push(`${photo.name}: ${photo.reading.error}`);
            continue;
          }
          if (several) this.#list(photo, first);
          if (first) await this.#show(photo);
          first = false;
        }
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        problems.push(files.length > 1 ? `${name}: ${message}` : message);
      }
      if (mine !== this.#asked) return;
      $("problem").textContent = problems.join(" ");
    }
    $("working").textContent = "";
  }

  /**
   * @param {Photo} photo
   * @param {boolean} shown
   */
  #list(photo, shown) {
    const button = make("button", { type: "button" }, `${photo.name}: ${photo.reading.text.replaceAll("\n", " / ") || "\u2013"}`);
    button.setAttribute("aria-pressed", String(shown));
    button.addEventListener("click", () => {
      for (const other of $("list").querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
      this.#show(photo);
    });
    $("list").append(make("li", {}, button));
  }

  // Only what is on show is kept decoded: a photo of 12 megapixels takes 48 MB.
  /** @param {Photo} photo */
  async #show(photo) {
    const mine = ++this.#shown;
    // Drawn as it was read: turned as its EXIF says.
    // What a browser cannot draw, as most cannot TIFF, is still shown as text.
    const bitmap = photo.drawn ? await createImageBitmap(photo.picture, { imageOrientation: "from-image" }).catch(() => null) : null;
    if (mine !== this.#shown) {
      bitmap?.close();
      return;
    }
    this.#photo?.bitmap?.close();
    if (this.#photo) this.#photo.bitmap = null;
    photo.bitmap = bitmap;
    this.#photo = photo;
    showPhoto(photo, (digit) => this.#chosen(photo, digit));
    $("text").focus({ preventScroll: true });
    $("text").scrollIntoView({ block: "nearest" });
  }
}

/**
 * @param {File} file
 * @param {string} name
 * @returns {Promise<Photo[]>} one a page
 */
async function readOne(file, name) {
  const heic = /^image\/hei[cf]/.test(file.type) || /\.(hei[cf]|hif)$/i.test(name);
  const known = !file.type || /^(image\/|application\/pdf$)/.test(file.type);
  if (!known) throw new Refused(words.pictures.notPicture);
  for (;;) {
    try {
      const answer = await read(file);
      const readings = Array.isArray(answer.pages) ? answer.pages : [answer];
      return readings.map((/** @type {any} */ reading) => ({
        picture: file,
        name: readings.length > 1 ? words.pictures.page(name, reading.page) : name,
        reading,
        drawn: reading.page === 1, // a browser draws no other page
        bitmap: null,
      }));
    } catch (error) {
      // A server reads HEIC only where it has the package for it.
      if (error instanceof Refused && error.unreadable && heic) throw new Refused(words.pictures.heic);
      if (!(error instanceof Refused) || !error.later) throw error;
      $("working").textContent = error.message;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}

async function copy() {
  try {
    await navigator.clipboard.writeText(currentText());
    $("copy").textContent = words.pictures.copied;
  } catch {
    // Over plain http from another machine there is no clipboard: the text is marked instead.
    getSelection()?.selectAllChildren($("text"));
    $("copy").textContent = words.pictures.marked;
  }
  setTimeout(() => ($("copy").textContent = words.pictures.copy), 1500);
}

function save() {
  const link = make("a", { href: URL.createObjectURL(new Blob([table()], { type: "text/csv" })), download: "digits.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
