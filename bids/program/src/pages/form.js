// Reads the form of a bid, finds what is wrong with it, and keeps what is typed in a file of the bidder's own.

import { readPercentage } from "../bid.js";
import { kitWords, wordMeant } from "../core.js";
import { isPhoto } from "../photos.js";
import { inWorker } from "../worker.js";
import { say } from "./ui.js";

const DRAFT = "borrador/1";
const ASKED = 3; // of the twelve words of each kit
const NOT_TYPED = /^(csrfmiddlewaretoken|percentage|without)$/;

const value = (form, name) => form.elements[name]?.value.trim() ?? "";
const isTick = (field) => field.type === "checkbox";

// --- the twelve words ---

function places() {
  const found = new Set();
  while (found.size < ASKED) found.add(crypto.getRandomValues(new Uint8Array(1))[0] % 12);
  return [...found].sort((a, b) => a - b);
}

// Ask for three of the twelve words of each kit, which stand in the printed notice and not on this page.
export function askWords(root, kits) {
  const box = root.querySelector("[data-words]");
  const inputs = kits.flatMap((kit) => places().map((place) => wordInput(root, kit, place)));
  box.replaceChildren(...inputs);
}

function wordInput(root, kit, place) {
  const id = `word-${kit.stage}-${place}`;
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = say(root, "word", { stage: kit.stage, place: place + 1 });
  const input = Object.assign(document.createElement("input"), { id, autocomplete: "off", spellcheck: false });
  input.setAttribute("autocapitalize", "none");
  Object.assign(input.dataset, { stage: kit.stage, place });
  const field = Object.assign(document.createElement("div"), { className: "field" });
  field.append(label, input);
  return field;
}

function wrongWord(root, kits) {
  const typed = [...root.querySelectorAll("[data-words] input")];
  const wrong = typed.find((input) => {
    const kit = kits.find((each) => each.stage === Number(input.dataset.stage));
    return wordMeant(input.value.trim()) !== kitWords(kit)[input.dataset.place];
  });
  if (!wrong) return [];
  return [{ id: wrong.id, code: "envelope.kit.words-mismatch", text: say(root, "words-differ") }];
}

// --- what is wrong ---

function wrongField(root, field) {
  const label = root.querySelector(`label[for="${field.id}"]`)?.firstChild?.textContent.trim() ?? field.name;
  if (field.required && !(isTick(field) ? field.checked : field.value.trim())) {
    return [{ id: field.id, text: say(root, "missing", { label }) }];
  }
  const typed = field.value.trim();
  const sound = { decimal: /^\d{1,10}([.,]\d{1,2})?$/, numeric: /^\d{1,2}$/ }[field.inputMode];
  const isAmount = field.name !== "percentage" && sound;
  if (typed && isAmount && !sound.test(typed)) return [{ id: field.id, text: say(root, "number", { label }) }];
  return [];
}

const isTouched = (member) => Boolean(member.name || member.role || member.years || member.sector);

function wrongTeam(root, form, told) {
  const team = teamIn(form);
  const first = form.querySelector("[name^=team-]").id;
  if (team.length < told.team.least) return [{ id: first, text: say(root, "team", { least: told.team.least }) }];
  if (team.some((member) => !member.name || !member.role || !/^\d{1,2}$/.test(member.years))) {
    return [{ id: first, text: say(root, "member") }];
  }
  if (told.team.sector && !team.some((member) => member.sector)) return [{ id: first, text: say(root, "sector") }];
  return [];
}

function wrongFiles(root, form, told) {
  const files = filesIn(form);
  const empty = files.find(({ file }) => file.size === 0);
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  if (empty) return [{ id: empty.id, code: "document.file.empty", text: say(root, "empty", { name: empty.file.name }) }];
  if (size > told.limit) {
    const facts = { size: Math.ceil(size / 1e6), limit: Math.floor(told.limit / 1e6) };
    return [{ id: files[0].id, code: "bid.upload.too-large", text: say(root, "large", facts) }];
  }
  return [];
}

function missingPapers(root, form, told) {
  const there = new Set(filesIn(form).map(({ key }) => key));
  const missing = told.papers.filter(({ key }) => !there.has(key));
  form.querySelector("[data-without]").hidden = !missing.length;
  if (form.elements.without.checked) return [];
  return missing.map(({ key, label }) => ({ id: `paper-${key}`, text: say(root, "paper", { label }) }));
}

// Everything that is wrong with the form, in its order: { id, text, code }.
export function faults(root, form, told) {
  const plain = [...form.elements].filter((field) => field.name && !/^(team-|paper-)/.test(field.name));
  const offer = readPercentage(value(form, "percentage"), told.offer);
  const limits = { least: told.offer.least, most: told.offer.most };
  const wrongOffer = { id: "id_percentage", code: "bid.offer.outside-limits", text: say(root, "offer", limits) };
  return [
    ...plain.flatMap((field) => (field.name === "percentage" ? [] : wrongField(root, field))),
    ...wrongTeam(root, form, told),
    ...wrongFiles(root, form, told),
    ...missingPapers(root, form, told),
    ...(offer ? [] : [wrongOffer]),
    ...wrongWord(root, told.kits),
  ];
}

// --- what is typed ---

function teamIn(form) {
  const rows = [...form.elements].filter((field) => /^team-\d+-name$/.test(field.name)).map((field) => field.name.split("-")[1]);
  const member = (row) => ({
    name: value(form, `team-${row}-name`),
    role: value(form, `team-${row}-role`),
    years: value(form, `team-${row}-years`),
    sector: form.elements[`team-${row}-sector`].checked,
  });
  return rows.map(member).filter(isTouched);
}

function filesIn(form) {
  const inputs = [...form.querySelectorAll("input[type=file][data-paper]")];
  return inputs.flatMap((input) => [...input.files].map((file) => ({ key: input.dataset.paper, id: input.id, file })));
}

function answerOf(field) {
  if (isTick(field)) return field.checked;
  const typed = field.value.trim();
  return field.inputMode === "decimal" && typed ? Number(typed.replace(",", ".")).toFixed(2) : typed;
}

// The papers, the photographs of each joined into one PDF.
async function papersIn(form, onProgress) {
  const papers = [];
  for (const [key, rows] of grouped(filesIn(form))) {
    const files = rows.map(({ file }) => file);
    const photos = files.filter(isPhoto);
    papers.push(...files.filter((file) => !isPhoto(file)).map((file) => ({ key, name: file.name, blob: file })));
    if (photos.length) {
      const blob = await inWorker("photos", { photos }, onProgress);
      papers.push({ key, name: `${key}.pdf`, blob });
    }
  }
  return papers;
}

function grouped(rows) {
  const found = new Map();
  for (const row of rows) found.set(row.key, [...(found.get(row.key) ?? []), row]);
  return found;
}

// All that goes into the envelopes: { answers, team, papers, percentage }.
export async function read(form, told, onProgress) {
  const fields = told.fields.map(({ name }) => form.elements[name]);
  return {
    answers: Object.fromEntries(fields.map((field) => [field.name, answerOf(field)])),
    team: teamIn(form).map((member) => ({ ...member, years: Number(member.years) })),
    papers: await papersIn(form, onProgress),
    percentage: readPercentage(value(form, "percentage"), told.offer),
  };
}

// --- the draft, a file of the bidder's own ---

const typedFields = (form) =>
  [...form.elements].filter((field) => field.name && field.type !== "file" && !NOT_TYPED.test(field.name));

// What is typed, without the percentage and without files.
export function draft(form, told) {
  const said = (field) => (isTick(field) ? (field.checked ? "on" : "") : field.value);
  const fields = Object.fromEntries(typedFields(form).map((field) => [field.name, said(field)]));
  return new Blob([JSON.stringify({ v: DRAFT, tender: told.tender, fields }, null, 1)], { type: "application/json" });
}

// Fill the form with a draft; false where the file is another one.
export function fill(form, told, text) {
  let document;
  try {
    document = JSON.parse(text);
    if (document.v !== DRAFT || document.tender !== told.tender) return false;
  } catch {
    return false;
  }
  for (const field of typedFields(form)) {
    const said = document.fields[field.name] ?? "";
    if (isTick(field)) field.checked = said === "on";
    else field.value = said;
    if (said) field.closest("details")?.setAttribute("open", "");
  }
  return true;
}
