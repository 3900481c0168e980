// "My sheet": 24 words are made here, printed with their square, three of them typed again; the server is told the
// public keys, and nothing of the words.

import encodeQR from "qr";

import { custodianKeys, newSeed, seedToWords, signSheet, wordMeant } from "../core.js";
import { get, post } from "../sending.js";
import { complain, cut, say, sentences, show } from "./ui.js";

const ASKED = [3, 11, 20]; // places of the words that are typed again, from 1
const LETTERS = 4;
const SVG = "http://www.w3.org/2000/svg";

export async function begin(root) {
  const told = await get(root.dataset.told).catch(() => null);
  if (!told) return complain(root, [{ text: say(root, "offline") }]);
  let made;
  const on = (name, act) =>
    root.querySelector(`[data-do="${name}"]`)?.addEventListener("click", async () => {
      complain(root, []);
      try {
        await act();
      } catch (error) {
        complain(root, sentences(root, told, error));
      }
    });
  on("make", () => (made = make(root, told)));
  on("print", () => print());
  on("again", () => show(root, "words"));
  on("written", () => ask(root));
  on("send", () => send(root, told, made));
  root.querySelector("[data-do=make]").disabled = false;
  root.dataset.ready = "";
}

function make(root, { tender, round }) {
  const seed = newSeed();
  const words = seedToWords(seed);
  const items = words.map((word) => Object.assign(document.createElement("li"), { textContent: word }));
  root.querySelector("ol.words").replaceChildren(...items);
  root.querySelector("[data-square]").replaceChildren(square(words));
  show(root, "words");
  return { words, keys: custodianKeys(seed, tender, round) };
}

const bare = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "").slice(0, LETTERS).toUpperCase();

// The words as a square that a camera reads: of each the letters that decide.
function square(words) {
  const rows = encodeQR(words.map(bare).join(" "), "raw", { border: 4, ecc: "medium" });
  const path = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  const side = rows.length;
  const paper = element("path", { d: `M0 0h${side}v${side}h-${side}z`, fill: "#fff" });
  const drawn = element("path", { d: path, fill: "#000" });
  const frame = { viewBox: `0 0 ${side} ${side}`, width: 240, height: 240, "shape-rendering": "crispEdges", "aria-hidden": true };
  return element("svg", frame, paper, drawn);
}

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [each, value] of Object.entries(attributes)) made.setAttribute(each, value);
  made.append(...children);
  return made;
}

function ask(root) {
  for (const input of root.querySelectorAll("[data-place]")) input.value = "";
  show(root, "retype");
}

async function send(root, { tender, round, reads, routes }, { words, keys }) {
  const inputs = ASKED.map((place) => root.querySelector(`[data-place="${place}"]`));
  const wrong = inputs.find((input, row) => wordMeant(input.value.trim()) !== words[ASKED[row] - 1]);
  if (wrong) return complain(root, [{ id: wrong.id, text: say(root, "words-differ") }]);
  const answer = await post(routes.public, signSheet(keys, tender, round, reads), cut(root));
  location.assign(answer.next);
}
