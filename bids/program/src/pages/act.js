// "I am ready" and "Open", in the act: the list comes from the log, the words of the paper sign here.

import { SealingError, actOf, kitWords, openNote, requireChecked, requireLeaves, signAll, offered, seatOf, unb64 } from "../core.js";
import { get, post } from "../sending.js";
import { complain, cut, say, sentences, show } from "./ui.js";
import { Words } from "./words.js";

const PAUSE = 3_000; // milliseconds between two looks at who has checked

export async function begin(root) {
  const told = await get(root.dataset.told).catch(() => null);
  if (!told) return complain(root, [{ text: say(root, "offline") }]);
  new Acting(root, told).start();
}

class Acting {
  constructor(root, told) {
    Object.assign(this, { root, told, words: new Words(root) });
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  start() {
    const on = (name, act) => this.root.querySelector(`[data-do="${name}"]`).addEventListener("click", () => this.tried(act, name));
    on("read", () => this.read());
    on("check", () => this.check());
    on("open", () => this.open());
    this.root.querySelector("[data-do=read]").disabled = false;
    this.root.dataset.ready = "";
  }

  async tried(act, name) {
    const button = this.root.querySelector(`[data-do="${name}"]`);
    complain(this.root, []);
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      complain(this.root, sentences(this.root, this.told, error));
    }
    button.disabled = false;
  }

  // Make the keys, and find in the log what there is to open.
  async read() {
    const keys = this.words.keys(this.told);
    const log = await get(this.told.routes.log);
    const act = actOf(log.leaves, this.told.stage, this.told.round);
    await this.compareHead(log.leaves.slice(0, act.size));
    if (seatOf(act.kit, keys) !== this.told.i) throw new SealingError("custody.sheet.not-in-kit");
    const manifests = offered(act, this.told.manifests);
    this.words.forget();
    Object.assign(this, { act, keys, manifests });
    draw(this.root, act, manifests);
    show(this.root, "list");
  }

  // The head of the log at the close, where the installation signed it: the leaves are all of it. Where it did not,
  // the page says so, and the twelve words decide alone.
  async compareHead(leaves) {
    const answer = await fetch(`${this.told.routes.checkpoint}/${leaves.length}`, { cache: "no-store" });
    this.part("unsigned").hidden = answer.ok;
    if (!answer.ok) return;
    const [note, { keys }] = [await answer.text(), await get(this.told.routes.keys)];
    const open = ({ key }) => {
      try {
        return openNote(note, this.told.log, unb64(key));
      } catch {
        return null;
      }
    };
    const head = keys.map(open).find(Boolean);
    if (head?.origin !== this.told.log) throw new SealingError("log.checkpoint.unsigned");
    requireLeaves(leaves, head);
  }

  async check() {
    if (!this.part("compared").checked) return complain(this.root, [{ id: this.part("compared").id, text: say(this.root, "compare-first") }]);
    if (!this.told.checked) await this.sign("check");
    show(this.root, "checked");
    await this.wait();
  }

  // Sign about every envelope, and hand it in; what is there already is as good.
  async sign(mode) {
    const signed = await signAll({ ...this, mode });
    const complaints = signed.filter((each) => each.complaint);
    this.part("complaints").hidden = !complaints.length;
    if (signed.length) await post(this.told.routes.signed, signed, cut(this.root)).catch(unlessThere);
  }

  async wait() {
    for (;;) {
      const now = await get(this.root.dataset.told).catch(() => this.told);
      this.part("how-many").textContent = say(this.root, "how-many", now.counts);
      this.part("go").hidden = !now.opens;
      if (now.opens || !this.root.isConnected) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  // Whether enough have checked is read in the log: the server alone is not believed.
  async open() {
    const { leaves } = await get(this.told.routes.log);
    requireChecked({ ...this, leaves });
    await this.sign("release");
    this.keys = null;
    location.assign(this.told.routes.act);
  }
}

// Show an act: the words of its close, those of its keys, and what is to be opened by the log.
export function draw(root, act, manifests) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const item = (text) => Object.assign(document.createElement("li"), { textContent: text });
  part("closing").replaceChildren(...act.words.map(item));
  part("kit").textContent = kitWords(act.kit).join(" ");
  const rows = [...act.rows].sort((one, other) => (one.at < other.at ? -1 : 1));
  const bidders = [...new Set(rows.map((row) => row.bidder))];
  for (const list of root.querySelectorAll("[data-envelopes]")) {
    list.replaceChildren(...rows.map((row) => item(line(root, row, bidders.indexOf(row.bidder)))));
  }
  part("none").hidden = manifests.length > 0;
}

function line(root, row, place) {
  const name = row.name || say(root, "unnamed", { start: row.bidder.slice(0, 8) });
  const what = row.asked ? `envelope-${row.part}` : "envelope-out";
  return say(root, what, { number: place + 1, name, hour: hour(row.at) });
}

// What the server has already is as good as handed in.
function unlessThere(error) {
  if (error.code !== "custodian.releases.nothing-new") throw error;
}

const hour = (at) => new Date(at).toLocaleString(document.documentElement.lang || "es", { dateStyle: "short", timeStyle: "medium", timeZone: "America/Lima" });
