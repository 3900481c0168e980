// "I am ready", before the announcement: the words of the paper open a trial envelope of each stage.

import { SealingError, trialRelease } from "../core.js";
import { get, post } from "../sending.js";
import { complain, cut, say, sentences } from "./ui.js";
import { Words } from "./words.js";

export async function begin(root) {
  const told = await get(root.dataset.told).catch(() => null);
  if (!told) return complain(root, [{ text: say(root, "offline") }]);
  const words = new Words(root);
  const button = root.querySelector("[data-do=prove]");
  button.addEventListener("click", async () => {
    complain(root, []);
    button.disabled = true;
    try {
      await prove(root, told, words);
    } catch (error) {
      complain(root, sentences(root, told, error));
      button.disabled = false;
    }
  });
  button.disabled = false;
  root.dataset.ready = "";
}

async function prove(root, told, words) {
  const keys = words.keys(told);
  if (keys.verify !== told.verify) throw new SealingError("custodian.words.wrong", { custodian: told.name });
  const { token, trials } = await get(told.routes.trial);
  const releases = [];
  for (const { kit, manifest } of trials) releases.push(await trialRelease({ kit, manifest, keys }));
  const answer = await post(told.routes.ready, { token, releases }, cut(root));
  words.forget();
  location.assign(answer.next);
}
