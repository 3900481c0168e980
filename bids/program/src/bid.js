// What a bidder puts into the envelopes, as `bids/content.py` reads it, and the file that carries sealed parts.

import { SealingError, newBidderKey, readKeyFile, tidyName, unb64, verifyKey } from "./core.js";

const ONES = (
  "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis " +
  "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis " +
  "veintisiete veintiocho veintinueve"
).split(" ");
const TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa cien".split(" ");
const CARRIER = "convoca/sealed/1";
const LONGEST_HEAD = 1 << 20;

// A percentage as people type it, with two decimals ("10.20"), or null where it is none of the call.
export function readPercentage(typed, { least, most, zero }) {
  const plain = typed.trim().replace(/%$/u, "").trim().replace(",", ".");
  const found = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!found) return null;
  const cents = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  const limit = (text) => Math.round(Number(text) * 100);
  if (cents < limit(least) || cents > limit(most) || (!zero && cents === 0)) return null;
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}

// A percentage as it is read aloud: "10.20" is "diez con 20/100 por ciento".
export function inWords(percentage) {
  const [whole, cents] = percentage.split(".");
  const [ten, one] = [Math.floor(whole / 10), whole % 10];
  const said = whole < 30 ? ONES[whole] : TENS[ten - 3] + (one ? ` y ${ONES[one]}` : "");
  return `${said} con ${cents}/100 por ciento`;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

const written = (value) => new Blob([JSON.stringify(sorted(value), null, 1)]);

// The files of each part: [{ kit, part, files: [{name, blob}] }]. `answers` are text by name, `team` a list,
// `papers` a list of { key, name, blob }, `percentage` as `readPercentage` gives it.
export function partsOf(told, { answers, team, papers, percentage }) {
  const part = told.kits[0].readers.length ? "reserved" : "public";
  const offerStage = Math.max(...told.kits.map((kit) => kit.stage));
  const parts = new Map();
  const put = (stage, where, wanted, blob) => {
    const place = `${stage} ${where}`;
    if (!parts.has(place)) parts.set(place, { kit: told.kits.find((kit) => kit.stage === stage), part: where, files: [] });
    const { files } = parts.get(place);
    const taken = (name) => files.some((file) => file.name.toLowerCase() === name.toLowerCase());
    let name = tidyName(wanted);
    for (let times = 2; taken(name); times += 1) name = tidyName(`${times}-${wanted}`);
    files.push({ name, blob });
    return name;
  };
  const kept = {};
  for (const { key, name, blob } of papers) (kept[key] ??= []).push(put(1, part, name, blob));
  const open = Object.entries(answers).filter(([name]) => !told.reserved.includes(name));
  const reserved = Object.entries(answers).filter(([name]) => told.reserved.includes(name));
  const form = { ...Object.fromEntries(open), name: told.name, team, papers: kept };
  put(1, "public", told.files.form, written(form));
  put(1, part, told.files.reserved, written(Object.fromEntries(reserved)));
  put(offerStage, "public", told.files.offer, written({ percentage, words: inWords(percentage) }));
  return [...parts.values()];
}

// What an envelope follows: the last one of its place, if there is one.
export function orderOf(told, stage, part) {
  const last = told.last.find((row) => row.stage === stage && row.part === part);
  return last ? { seq: last.seq + 1, replaces: last.manifest } : { seq: 1, replaces: null };
}

// The signing key: new at first, afterwards that of the key file (its text), which nobody else has.
export function keyFor(told, keyFileText) {
  if (!told.key) return newBidderKey();
  if (!keyFileText) throw new SealingError("envelope.key-file.missing");
  const key = unb64(readKeyFile(keyFileText).key);
  if (verifyKey(key) !== told.key) throw new SealingError("envelope.key.not-the-bidders");
  return key;
}

// The head of the file below, alone: it fixes every byte by its hash, and is small enough to mail while the server is down.
export function commitment(told, sealed, declared) {
  const parts = sealed.map(({ manifest, sig }) => ({ manifest, sig }));
  return `${JSON.stringify({ v: CARRIER, tender: told.tender, declared, parts })}\n`;
}

// One file with everything sealed, to carry from the program without network to the page: a line of JSON, then
// the ciphertexts in order. `sealed` are { manifest, sig, id, blob }.
export function carrier(told, sealed, declared) {
  return new Blob([commitment(told, sealed, declared), ...sealed.map(({ blob }) => blob)]);
}

// What a carrier holds: { tender, declared, parts, blobs }; refuses with `envelope.carrier.invalid`.
export async function readCarrier(blob) {
  try {
    const start = new Uint8Array(await blob.slice(0, LONGEST_HEAD).arrayBuffer());
    let place = start.indexOf(10) + 1;
    const head = JSON.parse(new TextDecoder().decode(start.subarray(0, place)));
    if (head.v !== CARRIER) throw new Error("another file");
    const blobs = head.parts.map(({ manifest }) => {
      const begin = place;
      place += manifest.ciphertext.size;
      return blob.slice(begin, place);
    });
    if (place !== blob.size) throw new Error("cut");
    return { ...head, blobs };
  } catch {
    throw new SealingError("envelope.carrier.invalid");
  }
}

// What a draft file says, as `partsOf` takes it: { answers, team }; refuses with `bid.draft.foreign-file`.
export function readDraft(told, text) {
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    document = {};
  }
  const { v, tender, fields = {} } = document;
  if (v !== "borrador/1" || tender !== told.tender) throw new SealingError("bid.draft.foreign-file");
  const isTick = ({ kind }) => kind === "checkboxinput";
  const said = (each, name) => (isTick(each) ? fields[name] === "on" : (fields[name] ?? "").trim());
  const amount = (each, text) => (each.kind === "numberinput" && text ? Number(text.replace(",", ".")).toFixed(2) : text);
  const answers = Object.fromEntries(told.fields.map((each) => [each.name, amount(each, said(each, each.name))]));
  const rows = Object.keys(fields).map((name) => /^team-(\d+)-name$/.exec(name)?.[1]).filter(Boolean);
  const member = (row) => Object.fromEntries(told.team.fields.map((each) => [each.name, said(each, `team-${row}-${each.name}`)]));
  const team = rows.map(member).filter(({ name }) => name).map((each) => ({ ...each, years: Number(each.years) }));
  return { answers, team };
}
