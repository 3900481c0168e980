// Present, or finish sending, envelopes that were sealed elsewhere and are carried in one file.

import { readCarrier } from "../bid.js";
import { SealingError, fingerprint } from "../core.js";
import { get, post } from "../sending.js";
import { sendAll } from "./write.js";
import { complain, sentences, show } from "./ui.js";

export async function begin(root) {
  const told = await get(root.dataset.told).catch(() => null);
  const button = root.querySelector("[data-do=hand-in]");
  const file = root.querySelector("[data-carrier]");
  button.disabled = !told;
  button.addEventListener("click", async () => {
    complain(root, []);
    try {
      await handIn(root, told, file.files[0]);
    } catch (error) {
      show(root, "choose");
      complain(root, sentences(root, told, error));
    }
  });
}

async function handIn(root, told, file) {
  if (!file) throw new SealingError("envelope.carrier.invalid");
  const { tender, parts, declared, blobs } = await readCarrier(file);
  if (tender !== told.tender) throw new SealingError("envelope.carrier.invalid");
  show(root, "sending");
  const ids = parts.map(({ manifest }) => fingerprint(manifest));
  const cut = (is) => (root.querySelector("[data-step=sending] [data-cut]").hidden = !is);
  const answer = isStanding(told, ids)
    ? { standing: told.standing, receipt: told.routes.receipt }
    : await post(told.routes.present, { parts, declared, means: "file" }, cut);
  await sendAll(root, answer.standing, new Map(ids.map((id, place) => [id, blobs[place]])));
  location.assign(answer.receipt);
}

const isStanding = (told, ids) => ids.length === told.standing.length && told.standing.every(({ manifest }) => ids.includes(manifest));
