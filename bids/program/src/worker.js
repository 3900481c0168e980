// What runs beside the page, so that it goes on answering: sealing, opening, photographs.
//
// The page calls `inWorker(name, argument, onProgress)`; the worker is this same file, read with its fingerprint.

import { SealingError, openEnvelope, seal } from "./core.js";
import { photosToPdf } from "./photos.js";
import { newSink } from "./store.js";

const asFile = ({ name, blob }) => ({ name, size: blob.size, stream: () => blob.stream() });

const TASKS = {
  // Seal one part: { kit, part, files: [{name, blob}], bidder, key, seq, replaces }.
  async seal({ files, ...how }, onProgress) {
    const sink = await newSink();
    const sealed = await seal({ ...how, files: files.map(asFile), sink, onProgress });
    return { ...sealed, file: sink.name, blob: await sink.blob() };
  },

  // Open one part: { manifest, key, blob }; returns the ZIP.
  async open({ blob, ...how }, onProgress) {
    const sink = await newSink();
    await openEnvelope({ ...how, ciphertext: blob.stream(), sink, onProgress });
    return { file: sink.name, blob: await sink.blob() };
  },

  photos: ({ photos }, onProgress) => photosToPdf(photos, onProgress),
};

export function serve(scope) {
  scope.addEventListener("message", async ({ data: { id, task, argument } }) => {
    const onProgress = (done, total) => scope.postMessage({ id, progress: [done, total] });
    try {
      scope.postMessage({ id, result: await TASKS[task](argument, onProgress) });
    } catch (error) {
      const { code, facts, message } = error;
      scope.postMessage({ id, failure: { code, facts, message } });
    }
  });
}

// The text of this program: in the page without network it stands inside, elsewhere it is fetched and compared.
async function programText({ src, integrity, textContent }) {
  return src ? (await fetch(src, { integrity })).text() : textContent;
}

let worker;
async function started() {
  const script = document.querySelector("script[data-program]");
  const text = new Blob([await programText(script)], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(text), { type: script.type === "module" ? "module" : "classic" });
}

let calls = 0;
export async function inWorker(task, argument, onProgress) {
  worker ??= started();
  const running = await worker;
  calls += 1;
  const id = calls;
  return new Promise((resolve, reject) => {
    const hear = ({ data }) => {
      if (data.id !== id) return;
      if (data.progress) return onProgress?.(...data.progress);
      running.removeEventListener("message", hear);
      if (!data.failure) return resolve(data.result);
      const { code, facts, message } = data.failure;
      reject(code ? new SealingError(code, facts) : new Error(message));
    };
    running.addEventListener("message", hear);
    running.addEventListener("error", (event) => reject(new Error(event.message)), { once: true });
    running.postMessage({ id, task, argument });
  });
}
