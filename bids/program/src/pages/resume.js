// On "My bid" and on the receipt: what was presented and is not here whole goes on arriving, after a closed tab too.

import { get } from "../sending.js";
import { remembered, stored } from "../store.js";
import { sendAll } from "./write.js";
import { complain, sentences, show } from "./ui.js";

export async function begin(root) {
  const told = await get(root.dataset.told).catch(() => null);
  const waiting = told?.standing.filter(({ received }) => !received) ?? [];
  if (!waiting.length) return;
  root.hidden = false;
  const blobs = await blobsOf(told, waiting);
  if (blobs.size < waiting.length) return show(root, "elsewhere");
  show(root, "sending");
  try {
    await sendAll(root, told.standing, blobs);
    location.reload();
  } catch (error) {
    complain(root, sentences(root, told, error));
  }
}

// The ciphertexts that this device keeps, by manifest.
async function blobsOf(told, waiting) {
  const wanted = new Set(waiting.map(({ manifest }) => manifest));
  const found = new Map();
  for (const { id, file } of remembered(told.tender)?.parts ?? []) {
    const blob = wanted.has(id) && file ? await stored(file) : null;
    if (blob) found.set(id, blob);
  }
  return found;
}
