// The server's answers. What it refuses comes as an Error with its own words.

// later: trying again in a second may help.
export class Refused extends Error {
  constructor(message, later = false) {
    super(message);
    this.later = later;
  }
}

const token = () => sessionStorage.getItem("token");

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token()) headers.Authorization = `Bearer ${token()}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Refused("the server does not answer; is it still running?");
  }
  if (response.status === 401) {
    const given = prompt("This server asks for a token:");
    if (!given) throw new Refused("this server asks for a token");
    sessionStorage.setItem("token", given);
    return ask(path, options);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer) {
    const message = answer?.error?.message ?? `the server answers with status ${response.status}`;
    throw new Refused(message, response.status === 503);
  }
  return answer;
}

const post = (path, body, type) =>
  ask(path, { method: "POST", body, headers: { "Content-Type": type } });

const PICTURE = "application/octet-stream";

export const read = (picture, { one = false } = {}) =>
  post(`/api/read?one=${one}&top=10`, picture, PICTURE);

export const explain = (picture, { one = false, digit = 0 } = {}) =>
  post(`/api/explain?one=${one}&top=10&digit=${digit}`, picture, PICTURE);

export const correct = (label, image) =>
  post("/api/correct", JSON.stringify({ label, image }), "application/json");

export const about = () => ask("/api/about");

// {shape, values: base64 of float32} -> {shape, values: Float32Array}
export function array({ shape, values }) {
  const bytes = Uint8Array.from(atob(values), (character) => character.charCodeAt(0));
  return { shape, values: new Float32Array(bytes.buffer) };
}
