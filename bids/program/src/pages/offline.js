// The program in one file, for a computer without network: the form is drawn from the file of the call, and what
// is sealed is saved to be carried back.

import { askWords } from "./form.js";
import { complain, say, show } from "./ui.js";
import { Writing } from "./write.js";

const MORE_ROWS = 2; // of the team, beyond how many the terms ask for

export function begin(root) {
  const input = root.querySelector("[data-told-file]");
  input.addEventListener("change", async () => {
    complain(root, []);
    const told = toldIn(await input.files[0].text());
    if (!told) return complain(root, [{ text: say(root, "foreign-call") }]);
    drawForm(root, told);
    new Alone(root, told).start();
    show(root, "form");
  });
}

function toldIn(text) {
  try {
    const told = JSON.parse(text);
    return told.v === "convoca/1" ? told : null;
  } catch {
    return null;
  }
}

// One visit without network: nothing is presented from here.
class Alone extends Writing {
  keep() {}
}

// --- the form ---

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const KINDS = { textarea: () => element("textarea", { rows: 4 }), checkboxinput: () => element("input", { type: "checkbox" }) };

function field({ name, label, hint, required, kind }, prefix = "", inputMode = "") {
  const input = (KINDS[kind] ?? (() => element("input", { type: "text" })))();
  Object.assign(input, { name: prefix + name, id: `id_${prefix}${name}`, required: required && !prefix, autocomplete: "off" });
  if (kind === "numberinput") input.inputMode = inputMode;
  const caption = element("label", { htmlFor: input.id, textContent: label });
  const note = element("p", { className: "hint", innerText: hint.replace(/<[^>]*>/gu, " ") });
  return element("div", { className: "field" }, caption, ...(hint ? [note] : []), input);
}

function person(told, row) {
  const rows = told.team.fields.map((each) => field(each, `team-${row}-`, "numeric"));
  return element("fieldset", {}, element("legend", { textContent: `Persona ${row + 1}` }), ...rows);
}

function paper({ key, label, rule }) {
  const input = element("input", { type: "file", multiple: true, id: `paper-${key}` });
  input.dataset.paper = key;
  const caption = element("label", { htmlFor: input.id, textContent: label });
  return element("div", { className: "field" }, caption, element("p", { className: "hint", textContent: rule }), input);
}

function drawForm(root, told) {
  const fill = (name, ...children) => root.querySelector(`[data-fill=${name}]`).replaceChildren(...children);
  const rows = Array.from({ length: told.team.least + MORE_ROWS }, (_none, row) => person(told, row));
  root.querySelector("[data-title]").textContent = `${told.number} · ${told.title} · ${told.name}`;
  fill("statement", ...told.fields.map((each) => field(each, "", "decimal")));
  fill("team", ...rows);
  fill("papers", ...told.papers.map(paper));
  fill("offer", ...told.offer.fields.map((each) => field(each)));
  root.querySelector("[data-of-key]").hidden = !told.key;
  askWords(root, told.kits);
}
