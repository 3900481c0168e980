// The ZIP in an envelope (docs/sobre-1.md §6), written by client-zip: stored, padded, named as every system reads.

import { makeZip, predictLength } from "client-zip";

import { SealingError, utf8 } from "./bytes.js";
import { isNfc, isPrintable } from "./shapes.js";

const PADDING = "_relleno.bin";
const MAX_FILES = 200;
const MAX_NAME = 150; // bytes of UTF-8
const FORBIDDEN = /[/\\:*?"<>|]/;
export const UNIT = { 1: 1_048_576, 2: 65_536 }; // bytes that the length of a stage's ZIP is a multiple of
export const MAX_UNITS = { 1: 1024, 2: 1 }; // a percentage has few digits: the size of envelope 2 says nothing
const STAMP = new Date(2000, 0, 1); // as local time, which is what a ZIP holds

const folded = (name) => name.toUpperCase().toLowerCase();

export function isFileName(name) {
  const size = utf8(name).length;
  const trimmed = name.replace(/^[. ]+|[. ]+$/gu, "");
  return (
    size >= 1 &&
    size <= MAX_NAME &&
    isPrintable(name) &&
    isNfc(name) &&
    !FORBIDDEN.test(name) &&
    name === trimmed &&
    folded(name) !== PADDING
  );
}

// The name that a file may have, nearest to the one it comes with.
export function tidyName(name) {
  const allowed = (letter) => isPrintable(letter) && !FORBIDDEN.test(letter);
  let kept = [...name.normalize("NFC")].filter(allowed);
  while (utf8(kept.join("")).length > MAX_NAME) kept = kept.slice(1); // the end says what kind it is
  const cut = kept.join("").replace(/^[. ]+|[. ]+$/gu, "");
  return isFileName(cut) ? cut : "archivo";
}

function check(files) {
  if (!files.length) throw new SealingError("envelope.file.missing");
  if (files.length > MAX_FILES) throw new SealingError("envelope.file.too-many", { maximum: MAX_FILES });
  const seen = new Set();
  for (const { name } of files) {
    if (!isFileName(name)) throw new SealingError("envelope.file.name-invalid", { name });
    if (seen.has(folded(name))) throw new SealingError("envelope.file.repeated", { name });
    seen.add(folded(name));
  }
}

const lengthOf = (files) => Number(predictLength(files.map(({ name, size }) => ({ name, size }))));

// How long the ZIP of these files is, padding included; refuses what does not fit the stage, in bytes.
export function paddedLength(files, stage) {
  check(files);
  const least = lengthOf([...files, { name: PADDING, size: 0 }]);
  const limit = UNIT[stage] * MAX_UNITS[stage];
  if (least > limit) throw new SealingError("bid.upload.too-large", { size: least, limit });
  return Math.ceil(least / UNIT[stage]) * UNIT[stage];
}

// The ZIP as a stream; `files` have name, size and stream().
export function zip(files, stage) {
  const missing = paddedLength(files, stage) - lengthOf([...files, { name: PADDING, size: 0 }]);
  const members = files.map(({ name, stream }) => ({ name, input: stream(), lastModified: STAMP }));
  return makeZip([...members, { name: PADDING, input: new Uint8Array(missing), lastModified: STAMP }]);
}
