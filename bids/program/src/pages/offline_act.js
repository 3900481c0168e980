// A custodian without network: the file of the act and the words of the paper; what is signed is saved, and carried
// to the page of the act.

import { SealingError, actOf, fingerprint, offered, seatOf, signAll } from "../core.js";
import { draw } from "./act.js";
import { complain, save, sentences, show } from "./ui.js";
import { Words } from "./words.js";

const FORMAT = "convoca/act/1";

export function begin(root) {
  const words = new Words(root);
  let told;
  const tried = (act) => async () => {
    complain(root, []);
    try {
      await act();
    } catch (error) {
      complain(root, sentences(root, null, error));
    }
  };
  const input = root.querySelector("[data-act-file]");
  input.addEventListener("change", tried(async () => (told = await read(root, input.files[0]))));
  for (const mode of ["check", "release"]) {
    root.querySelector(`[data-do=${mode}]`).addEventListener("click", tried(() => sign(told, words, mode)));
  }
}

// What the file of an act says, and the manifests of what is to be opened by its log.
async function read(root, file) {
  const { v, leaves, stage, round, manifests, number } = JSON.parse(await file.text());
  if (v !== FORMAT) throw new SealingError("opening.act.foreign-file");
  const act = actOf(leaves, stage, round);
  const asked = new Set(act.rows.filter((row) => row.asked).map((row) => row.manifest));
  const wanted = manifests.filter((manifest) => asked.has(fingerprint(manifest)));
  draw(root, act, offered(act, wanted));
  show(root, "list");
  return { act, manifests: wanted, number };
}

async function sign({ act, manifests, number }, words, mode) {
  const keys = words.keys(act.kit);
  const signed = await signAll({ act, manifests, keys, mode });
  const what = { check: "comprobado", release: "abierto" }[mode];
  save(new Blob([JSON.stringify(signed)]), `${what}-${number}-custodio-${seatOf(act.kit, keys)}.json`);
}
