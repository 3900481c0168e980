// To the server: JSON with patience, and ciphertext in pieces that fit the line (decision 17).

const SMALLEST = 64 << 10;
const LARGEST = 4 << 20;
const QUICK = 2_000; // milliseconds: a piece that took less is followed by a larger one
const SLOW = 8_000;
const LONGEST_WAIT = 30_000;

// What the server refuses: a list of { code, text }, and where it says so the `offset` at which a file goes on.
export class Refused extends Error {
  constructor({ refusals, offset }) {
    super(refusals[0].code);
    this.refusals = refusals;
    this.offset = offset;
    this.code = refusals[0].code;
  }
}

// The line is there and the server answers, but it does not know who asks any more, or does not let them.
class Shut extends Error {
  code = "session.ended";
}

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

async function answered(response) {
  const document = await response.json().catch(() => null);
  if (document?.refusals) throw new Refused(document);
  if (response.redirected || [401, 403, 404].includes(response.status)) throw new Shut();
  if (!response.ok || !document) throw new Error(`status ${response.status}`);
  return document;
}

const ask = (url, options = {}) =>
  fetch(url, {
    credentials: "same-origin",
    cache: "no-store",
    ...options,
    headers: { "X-CSRFToken": token(), ...options.headers },
  }).then(answered);

export const get = (url) => ask(url);

const wait = (milliseconds) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
  });

// Try again while the line is cut, ever more seldom; what the server refuses, and a session that ended, is final. `told(true)` says that
// the line is cut, `told(false)` that it goes on.
async function patiently(act, told) {
  for (let pause = 1_000; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
    try {
      const found = await act();
      told(false);
      return found;
    } catch (error) {
      if (error instanceof Refused || error instanceof Shut) throw error;
      told(true);
      await wait(pause);
    }
  }
}

export function post(url, value, told = () => {}) {
  const options = { method: "POST", body: JSON.stringify(value), headers: { "Content-Type": "application/json" } };
  return patiently(() => ask(url, options), told);
}

// What is worth trying again: another window holds the file, the disk is full.
const PASSING = new Set(["bid.upload.another-writer", "bid.upload.no-space"]);

async function sendPiece(url, offset, piece) {
  const headers = { "Content-Type": "application/octet-stream" };
  try {
    return await ask(`${url}?offset=${offset}`, { method: "PUT", body: piece, headers });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === "bid.upload.another-place") return { offset: error.offset };
    if (PASSING.has(error.code)) throw new Error(error.code);
    throw error;
  }
}

// Send a file to where it is awaited: { url, size, offset, received }. Pieces grow and shrink with the line; after
// a cut the server says where to go on. `onProgress(sent, total)`, `told(cut)`.
export async function send(awaited, blob, onProgress, told = () => {}) {
  let [{ offset, received }, size] = [awaited, 4 * SMALLEST];
  while (!received) {
    const begun = performance.now();
    let cut = false;
    const sent = await patiently(
      () => (cut ? get(awaited.url) : sendPiece(awaited.url, offset, blob.slice(offset, offset + size))),
      (is) => {
        cut ||= is;
        told(is);
      },
    );
    ({ offset, received } = sent);
    onProgress(offset, awaited.size);
    const took = performance.now() - begun;
    if (cut || took > SLOW) size = Math.max(SMALLEST, size / 2);
    else if (took < QUICK) size = Math.min(LARGEST, 2 * size);
  }
}
