// The server's answers. What it refuses comes as an Error with words for people.

import { $ } from "./page.js";
import { words } from "./words.js";

export class Refused extends Error {
  /**
   * @param {string} message
   * @param {boolean} later whether trying again in a second may help
   * @param {boolean} unreadable whether it is the file that cannot be read
   */
  constructor(message, later = false, unreadable = false) {
    super(message);
    this.later = later;
    this.unreadable = unreadable;
  }
}

const kept = () => sessionStorage.getItem("token");

// Asks for the token in a form, once: whoever else needs it meanwhile waits for the same.
/** @type {Promise<string> | null} */
let asking = null;

/** @param {boolean} wrong whether one was given, and refused */
function askToken(wrong) {
  asking ??= new Promise((resolve) => {
    const form = $("token");
    form.hidden = false;
    if (wrong) $("problem").textContent = words.token.wrong;
    $("token-word").focus({ preventScroll: true });
    form.onsubmit = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      sessionStorage.setItem("token", $("token-word").value);
      form.hidden = true;
      $("problem").textContent = "";
      asking = null;
      resolve($("token-word").value);
    };
  });
  return asking;
}

/**
 * @param {string} path
 * @param {RequestInit} options
 * @returns {Promise<any>}
 */
async function ask(path, options = {}) {
  const token = kept();
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Refused(words.pictures.gone);
  }
  if (response.status === 401) {
    await askToken(token !== null && token === kept());
    return ask(path, options);
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const { large, unreadable, busy, refused } = words.pictures;
  // Only a picture is asked about again.
  /** @type {Record<number, string>} */
  const said = { 413: large, 422: unreadable };
  if (path.startsWith("api/read")) said[503] = busy;
  const own = answer?.error?.message;
  const tooLarge = response.status === 422 && /pixels/.test(own ?? "");
  const message = tooLarge ? large : said[response.status] ?? own ?? refused(response.status);
  throw new Refused(message, response.status === 503, response.status === 422 && !tooLarge);
}

/**
 * @param {string} path
 * @param {BodyInit} body
 * @param {string} type
 */
const post = (path, body, type) => ask(path, { method: "POST", body, headers: { "Content-Type": type } });

/** @param {Blob} picture */
export const read = (picture) => post("api/read?top=10", picture, "application/octet-stream");

/**
 * @param {string} label
 * @param {Uint8Array} image
 * @returns {Promise<{name: string}>}
 */
export function correct(label, image) {
  const rows = Array.from({ length: 28 }, (_, row) => [...image.subarray(28 * row, 28 * row + 28)]);
  return post("api/correct", JSON.stringify({ label, image: rows }), "application/json");
}

/** @param {string} name */
export const withdraw = (name) => ask(`api/correct/${name}`, { method: "DELETE" });

export const about = () => ask("api/about");
