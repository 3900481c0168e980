// "Write your bid and seal it": from the form to the receipt. What is typed leaves the browser sealed or not at all.

import { carrier, commitment, inWords, keyFor, orderOf, partsOf } from "../bid.js";
import { fingerprint, keyFile } from "../core.js";
import { Refused, get, post, send } from "../sending.js";
import { remember, remembered, stored } from "../store.js";
import { inWorker } from "../worker.js";
import { askWords, draft, faults, fill, read } from "./form.js";
import { complain, megabytes, progress, say, save, sentences, show } from "./ui.js";

export async function begin(root) {
  const told = await get(root.dataset.told).catch(() => null);
  if (!told) return complain(root, [{ text: say(root, "offline") }]);
  const writing = new Writing(root, told);
  writing.start();
  await writing.offerKept();
}

// Whether a part that was sealed earlier can still be presented: for this bidder and these keys, next in order.
function isNext(told, { manifest }) {
  const { seq, replaces } = orderOf(told, manifest.stage, manifest.part);
  const kit = told.kits.find((each) => each.stage === manifest.stage);
  return (
    manifest.bidder === told.bidder &&
    kit !== undefined &&
    manifest.kit === fingerprint(kit) &&
    manifest.seq === seq &&
    manifest.replaces === replaces
  );
}

// The life of one visit to the page; `sealed` is there once the envelopes are closed.
export class Writing {
  constructor(root, told) {
    Object.assign(this, { root, told, form: root.querySelector("form"), saved: false });
  }

  start() {
    const on = (name, act) => this.root.querySelector(`[data-do="${name}"]`)?.addEventListener("click", () => this.tried(act));
    askWords(this.root, this.told.kits);
    on("seal", () => this.seal());
    on("save-draft", () => save(draft(this.form, this.told), `borrador-${this.told.number}.json`));
    on("save-key", () => this.saveKey());
    on("save-sealed", () => this.saveSealed());
    on("save-commitment", () => this.saveCommitment());
    on("again", () => show(this.root, "form"));
    on("present", () => this.present());
    this.root.querySelector("[data-load]")?.addEventListener("change", ({ target }) => this.load(target.files[0]));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.root.querySelector("[data-do=seal]").disabled = false;
    this.root.dataset.ready = "";
  }

  async tried(act) {
    complain(this.root, []);
    try {
      await act();
    } catch (error) {
      if (this.root.querySelector("[data-step=sealing]:not([hidden])")) show(this.root, "form");
      complain(this.root, sentences(this.root, this.told, error), "refused");
    }
  }

  async load(file) {
    complain(this.root, []);
    if (!fill(this.form, this.told, await file.text())) complain(this.root, [{ text: say(this.root, "foreign-draft") }]);
  }

  async seal() {
    const wrong = faults(this.root, this.form, this.told);
    if (wrong.length) return complain(this.root, wrong, "incomplete");
    show(this.root, "sealing");
    const chosen = this.root.querySelector("[data-key-file]")?.files[0];
    const key = keyFor(this.told, await chosen?.text());
    const drawing = (done, total) => progress(this.root, done, total, say(this.root, "drawing", { done, total }));
    const typed = await read(this.form, this.told, drawing);
    this.sealed = [];
    for (const part of partsOf(this.told, typed)) this.sealed.push(await this.sealPart(part, key));
    this.keyFile = keyFile(key, this.sealed);
    this.declared = this.declaredIn(typed);
    await this.keep();
    this.showSealed(typed.percentage);
  }

  sealPart({ kit, part, files }, key) {
    const how = { kit, part, files, bidder: this.told.bidder, key, ...orderOf(this.told, kit.stage, part) };
    const tell = (done, total) => {
      const facts = { stage: kit.stage, done: megabytes(done), total: megabytes(total) };
      progress(this.root, done, total, say(this.root, "sealing", facts));
    };
    return inWorker("seal", how, tell);
  }

  declaredIn({ answers }) {
    return answers.bid_bond ? [this.told.guarantee] : [];
  }

  // Offer to present what was sealed on this device and never presented: the tab was closed in between.
  async offerKept() {
    const kept = remembered(this.told.tender);
    if (!kept?.parts.every((part) => part.file && isNext(this.told, part))) return;
    const blobs = await Promise.all(kept.parts.map(({ file }) => stored(file)));
    if (blobs.includes(null)) return;
    const box = this.root.querySelector("[data-kept-sealed]");
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => {
      this.sealed = kept.parts.map((part, place) => ({ ...part, blob: blobs[place] }));
      this.declared = kept.declared;
      this.tried(() => this.handOver());
    });
  }

  keep() {
    const parts = this.sealed.map(({ manifest, sig, id, file }) => ({ manifest, sig, id, file }));
    return remember(this.told.tender, { parts, declared: this.declared });
  }

  showSealed(percentage) {
    this.saved = false;
    this.form.elements.percentage.value = "";
    const offered = this.root.querySelector("[data-offered]");
    offered.textContent = `${percentage} %: ${inWords(percentage)}.`;
    this.root.querySelector("[data-memory]").hidden = this.sealed.every(({ file }) => file);
    show(this.root, "sealed");
  }

  saveKey() {
    save(new Blob([JSON.stringify(this.keyFile)], { type: "application/json" }), `clave-${this.told.number}.json`);
    this.saved = true;
  }

  saveSealed() {
    save(carrier(this.told, this.sealed, this.declared), `sobres-${this.told.number}.convoca`);
  }

  saveCommitment() {
    save(new Blob([commitment(this.told, this.sealed, this.declared)]), `compromiso-${this.told.number}.json`);
  }

  async present() {
    const tick = this.root.querySelector("[data-kept]");
    if (!this.saved || !tick.checked) {
      return complain(this.root, [{ id: tick.id, text: say(this.root, "save-first") }], "incomplete");
    }
    await this.handOver();
  }

  async handOver() {
    const parts = this.sealed.map(({ manifest, sig }) => ({ manifest, sig }));
    const cut = (is) => (this.root.querySelector("[data-step]:not([hidden]) [data-cut]").hidden = !is);
    const answer = await post(this.told.routes.present, { parts, declared: this.declared, means: this.means }, cut);
    show(this.root, "sending");
    const blobs = new Map(this.sealed.map(({ id, blob }) => [id, blob]));
    await sendAll(this.root, answer.standing, blobs);
    location.assign(answer.receipt);
  }

  get means() {
    return "page";
  }
}

// Send every envelope that is not here whole, one after the other.
export async function sendAll(root, standing, blobs) {
  const total = standing.reduce((sum, { size }) => sum + size, 0);
  const cut = (is) => (root.querySelector("[data-step]:not([hidden]) [data-cut]").hidden = !is);
  let before = 0;
  for (const awaited of standing) {
    const blob = blobs.get(awaited.manifest);
    if (!awaited.received && !blob) throw new Refused({ refusals: [{ code: "bid.upload.not-here", text: say(root, "not-here") }] });
    const tell = (sent) => {
      const facts = { done: megabytes(before + sent), total: megabytes(total) };
      progress(root, before + sent, total, say(root, "sending", facts));
    };
    tell(awaited.offset);
    await send(awaited, blob, tell, cut);
    before += awaited.size;
  }
}
