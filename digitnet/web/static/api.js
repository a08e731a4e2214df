// The server's answers. What it refuses comes as an Error with its own words.

export class Refused extends Error {}

async function post(path, body, type) {
  let response;
  try {
    response = await fetch(path, { method: "POST", body, headers: { "Content-Type": type } });
  } catch {
    throw new Refused("the server does not answer; is it still running?");
  }
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error.message);
  return answer;
}

const PICTURE = "application/octet-stream";

export const read = (picture, { one = false } = {}) =>
  post(`/api/read?one=${one}&top=10`, picture, PICTURE);

export const explain = (picture, { one = false, digit = 0 } = {}) =>
  post(`/api/explain?one=${one}&top=10&digit=${digit}`, picture, PICTURE);

export const correct = (label, image) =>
  post("/api/correct", JSON.stringify({ label, image }), "application/json");

export async function about() {
  return (await fetch("/api/about")).json();
}

// {shape, values: base64 of float32} -> {shape, values: Float32Array}
export function array({ shape, values }) {
  const bytes = Uint8Array.from(atob(values), (character) => character.charCodeAt(0));
  return { shape, values: new Float32Array(bytes.buffer) };
}
