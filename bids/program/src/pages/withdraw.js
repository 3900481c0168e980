// Take the bid back: the key file is read here, signs here, and is not sent.

import { keyFor } from "../bid.js";
import { withdrawal } from "../core.js";
import { get, post } from "../sending.js";
import { complain, say, sentences } from "./ui.js";

export async function begin(root) {
  const told = await get(root.dataset.told).catch(() => null);
  const button = root.querySelector("[data-do=withdraw]");
  button.disabled = !told;
  button.addEventListener("click", async () => {
    complain(root, []);
    try {
      await withdraw(root, told);
    } catch (error) {
      complain(root, sentences(root, told, error));
    }
  });
}

async function withdraw(root, told) {
  const number = root.querySelector("[data-number]");
  if (number.value.trim() !== told.number) return complain(root, [{ id: number.id, text: say(root, "number") }]);
  const key = keyFor(told, await root.querySelector("[data-key-file]").files[0]?.text());
  const signatures = Object.fromEntries(told.standing.map(({ manifest }) => [manifest, withdrawal(manifest, key).sig]));
  const answer = await post(told.routes.withdraw, { signatures });
  location.assign(answer.home);
}
