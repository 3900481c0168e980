// Where the words of a sheet are typed or read from its square: completed from the list of 2048, never sent.

import { custodianKeys, wordList, wordMeant, wordsToSeed } from "../core.js";

const OFFERED = 4; // words to choose from while one is being typed
const SHORTEST = 2; // letters from which on words are offered
const PAUSE = 200; // milliseconds between two looks through the camera
const fold = (string) => string.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

async function readsSquares() {
  if (!("BarcodeDetector" in globalThis && navigator.mediaDevices)) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

export class Words {
  constructor(root) {
    this.box = root.querySelector("[data-typed]");
    this.text = this.box.querySelector("textarea");
    this.text.addEventListener("input", () => this.typed());
    this.text.disabled = false;
    this.offerCamera();
  }

  part(name) {
    return this.box.querySelector(`[data-${name}]`);
  }

  // The keys that the words make for a tender and round; refuses words that are no sheet.
  keys({ tender, round }) {
    return custodianKeys(wordsToSeed(this.text.value), tender, round);
  }

  forget() {
    this.text.value = "";
    this.typed();
  }

  typed() {
    const words = this.text.value.split(/[^\p{L}\p{M}]+/u).filter(Boolean);
    const isGap = /[^\p{L}\p{M}]$/u.test(this.text.value);
    const last = isGap ? "" : (words.at(-1) ?? "");
    const whole = last ? words.slice(0, -1) : words;
    if (isGap && this.text.selectionEnd === this.text.value.length) this.complete(whole);
    const wrong = whole.findIndex((word) => !wordMeant(word));
    const count = wrong < 0 ? whole.length + Number(Boolean(wordMeant(last))) : wrong;
    this.part("status").textContent = wrong < 0 ? `${count} / 24` : this.box.dataset.unknown.replace("{place}", wrong + 1);
    this.offer(whole, fold(last));
  }

  // Write out the words whose beginning was typed.
  complete(words) {
    this.text.value = `${words.map((word) => wordMeant(word) ?? word).join(" ")} `;
  }

  offer(whole, beginning) {
    const isShort = beginning.length < SHORTEST;
    const fitting = isShort ? [] : wordList().filter((word) => fold(word).startsWith(beginning));
    const shown = fitting.length > 1 && fitting.length <= 8 ? fitting : fitting.slice(0, OFFERED);
    this.part("offers").replaceChildren(...shown.map((word) => this.button(word, [...whole, word])));
  }

  button(word, words) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn alt", textContent: word });
    made.addEventListener("click", () => {
      this.complete(words);
      this.text.focus();
      this.typed();
    });
    return made;
  }

  // Some browsers read squares by themselves: only there is it offered.
  offerCamera() {
    const button = this.part("camera");
    button.addEventListener("click", () => this.look().catch(() => (button.hidden = true)));
    readsSquares().then((can) => (button.hidden = !can));
  }

  async look() {
    const video = this.part("video");
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    Object.assign(video, { srcObject: stream, hidden: false });
    await video.play();
    let found = [];
    while (!found.length && video.isConnected) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      found = await detector.detect(video).catch(() => []);
    }
    for (const track of stream.getTracks()) track.stop();
    video.hidden = true;
    this.complete((found[0]?.rawValue ?? "").split(/\s+/u).filter(Boolean));
    this.typed();
  }
}
