// The worker, as the page sees it: questions and answers. Without one, the same in the page.

import { handle } from "./worker.js";

/** @typedef {import("./reading.js").Reading} Reading */
/** @typedef {import("./raster.js").Stroke} Stroke */
/** @typedef {{falls: Float32Array, reads: Int8Array}} Covered for each pixel; reads: -1 where no ink is covered */

/**
 * What a page that is one file carries with it.
 * @typedef {{weights: string, other: string, worker: string}} Carried
 */
/** @type {Carried | undefined} */
const carried = /** @type {any} */ (globalThis).digitnetCarried;

/** @param {string} name */
async function bytesOf(name) {
  if (carried) {
    const text = atob(name === "digitnet.bin" ? carried.weights : carried.other);
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer;
  }
  const response = await fetch(`static/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.arrayBuffer();
}

function startWorker() {
  try {
    if (!carried) return new Worker("static/worker.js", { type: "module" });
    return new Worker(URL.createObjectURL(new Blob([carried.worker], { type: "text/javascript" })));
  } catch {
    return null; // a page within a page may not have one
  }
}

export class Engine {
  /** @type {Map<number, {message: any, resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  #asked = new Map();
  #id = 0;
  /** @type {Worker | null} */
  #worker = null;

  /** @returns {Promise<ArrayBuffer>} the weights, once they are loaded */
  async start() {
    const [weights, other] = await Promise.all(["digitnet.bin", "documented.bin"].map(bytesOf));
    this.#worker = startWorker();
    if (this.#worker) {
      this.#worker.onmessage = ({ data }) => this.#answered(data);
      // One that cannot be started says so only here.
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.#worker = null;
        const begun = [...this.#asked.values()];
        this.#asked.clear();
        const loaded = load(); // by the page itself, from now on
        for (const { message, resolve, reject } of begun) loaded.then(() => this.#ask(message)).then(resolve, reject);
      };
    }
    const load = () => this.#ask({ kind: "weights", weights: weights.slice(0), other });
    await load();
    return weights;
  }

  /**
   * @param {Stroke[]} strokes
   * @param {number} touched
   * @param {boolean} compare
   * @returns {Promise<Reading>}
   */
  async read(strokes, touched, compare) {
    return (await this.#ask({ kind: "strokes", strokes, touched, compare })).reading;
  }

  /**
   * @param {import("./cut.js").Picture} picture
   * @param {number[]} box
   * @param {boolean} compare
   * @returns {Promise<Reading>}
   */
  async readPicture(picture, box, compare) {
    return (await this.#ask({ kind: "picture", picture, box, compare })).reading;
  }

  /**
   * @param {Uint8Array} image
   * @returns {Promise<Covered | null>} null where something newer was asked for
   */
  async cover(image) {
    return (await this.#ask({ kind: "cover", image })).covered;
  }

  /**
   * @param {any} message
   * @returns {Promise<any>}
   */
  #ask(message) {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { message, resolve, reject });
      if (this.#worker) this.#worker.postMessage({ id, ...message });
      else handle({ id, ...message }, (answer) => this.#answered(answer))
        .catch((error) => this.#answered({ id, error: String(error) }));
    });
  }

  /** @param {any} answer */
  #answered(answer) {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if (answer.error) asked?.reject(new Error(answer.error));
    else asked?.resolve(answer);
  }
}

/**
 * Runs the newest task only: while one is under way, the next waits and replaces older ones.
 * @param {(outdated: () => boolean) => Promise<void>} task
 */
export function newest(task) {
  let running = false;
  let waiting = false;
  return async function run() {
    waiting = true;
    if (running) return;
    running = true;
    try {
      while (waiting) {
        waiting = false;
        try {
          await task(() => waiting);
        } catch (error) {
          if (!waiting) throw error; // else the newest is tried all the same
        }
      }
    } finally {
      running = false;
    }
  };
}
