// A member of the committee puts the key of a reserved part together: what was handed over is for their sheet.

import { SealingError, readerOf, recombine } from "../core.js";
import { get, post } from "../sending.js";
import { complain, cut, say, sentences } from "./ui.js";
import { Words } from "./words.js";

export async function begin(root) {
  const told = await get(root.dataset.told).catch(() => null);
  if (!told) return complain(root, [{ text: say(root, "offline") }]);
  const words = new Words(root);
  const button = root.querySelector("[data-do=open]");
  button.addEventListener("click", async () => {
    complain(root, []);
    button.disabled = true;
    try {
      await open(root, told, words);
    } catch (error) {
      complain(root, sentences(root, told, error));
      button.disabled = false;
    }
  });
  button.disabled = false;
  root.dataset.ready = "";
}

async function open(root, { kit, manifest, releases, tender, round, routes }, words) {
  const keys = words.keys({ tender, round });
  const reading = { i: readerOf(kit, keys), identity: keys.readingIdentity };
  const { identity } = await recombine(kit, manifest, releases, reading);
  if (!identity) throw new SealingError("opening.reserved.not-enough");
  const answer = await post(routes.key, { identity }, cut(root));
  words.forget();
  location.assign(answer.next);
}
