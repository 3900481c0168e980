// The custodian's sheet: a seed, its 24 words, and the keys of one tender and round (docs/sobre-1.md §3).

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/spanish.js";

import { STAGES, SealingError, identity, publicHalf, random, recipient, sign, utf8, verifyKey } from "./bytes.js";

const WORDS = 24;
const LETTERS = 4; // that decide which word of the list is meant

const fold = (string) => string.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const BY_BEGINNING = new Map(wordlist.map((word) => [fold(word).slice(0, LETTERS), word]));

// The 2048 words as people write them, for a page that completes what is typed.
export const wordList = () => wordlist.map((word) => word.normalize("NFC"));

// Bytes as BIP 39 words in Spanish, as people write them (NFC).
export const toWords = (bytes) => entropyToMnemonic(bytes, wordlist).normalize("NFC").split(/\s+/u);

// The secret of a new sheet, 32 bytes.
export const newSeed = () => random(32);
export const seedToWords = toWords;

// The word of the list that is meant by what was typed, or undefined.
export const wordMeant = (typed) => BY_BEGINNING.get(fold(typed).slice(0, LETTERS))?.normalize("NFC");

// The seed that somebody typed: case, accents, gaps and what follows four letters do not matter.
// Refuses with `custody.words.unknown-word` (position, from 1), `.count` or `.checksum`.
export function wordsToSeed(string) {
  const typed = fold(string).match(/\p{L}+/gu) ?? [];
  const known = typed.map((word) => BY_BEGINNING.get(word.slice(0, LETTERS)));
  if (known.includes(undefined)) {
    throw new SealingError("custody.words.unknown-word", { position: known.indexOf(undefined) + 1 });
  }
  if (known.length !== WORDS) {
    throw new SealingError("custody.words.count", { count: known.length, expected: WORDS });
  }
  try {
    return mnemonicToEntropy(known.join(" "), wordlist);
  } catch {
    throw new SealingError("custody.words.checksum");
  }
}

// The keys of a sheet for one tender and round: another tender, round or stage has others.
// Public: recipients (by stage), verify, readingRecipient. Secret: identities (by stage), sign, readingIdentity.
export function custodianKeys(seed, tender, round) {
  const key = (info) => hkdf(sha256, seed, utf8(`${tender}|${round}`), utf8(`sobre/1 ${info}`), 32);
  const opening = STAGES.map((stage) => [stage, key(`x25519 stage ${stage}`)]);
  const reading = key("reading");
  const sign = key("ed25519");
  return {
    recipients: Object.fromEntries(opening.map(([stage, secret]) => [stage, recipient(publicHalf(secret))])),
    verify: verifyKey(sign),
    readingRecipient: recipient(publicHalf(reading)),
    identities: Object.fromEntries(opening.map(([stage, secret]) => [stage, identity(secret)])),
    sign,
    readingIdentity: identity(reading),
  };
}

// What the server is told of a sheet: { recipients, verify, reader }, and `sig`, by which whoever has the sheet
// stands by it. `reader` is empty for whoever reads no reserved part.
export function signSheet(keys, tender, round, reads) {
  const told = {
    recipients: STAGES.map((stage) => keys.recipients[stage]),
    verify: keys.verify,
    reader: reads ? keys.readingRecipient : "",
  };
  return { ...told, sig: sign(keys.sign, "convoca/1 sheet", { tender, round, ...told }) };
}
