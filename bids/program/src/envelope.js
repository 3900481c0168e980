// Sealing a part of a bid, its manifest, and the bidder's key file (docs/sobre-1.md §5, §6).

import { sha256 } from "@noble/hashes/sha2.js";

import * as age from "./age.js";
import { MAX_UNITS, UNIT, paddedLength, zip } from "./archive.js";
import {
  SealingError,
  VERSION,
  b64,
  digest,
  fingerprint,
  hex,
  identity,
  isSigned,
  jcs,
  join,
  publicHalf,
  publicOf,
  random,
  recipient,
  sign,
  unb64,
  unhex,
  utf8,
  verifyKey,
} from "./bytes.js";
import { checkKit, kitHash } from "./kit.js";
import { PART, SEATS, WHERE, b64Of, equals, fits, integer, isHex, isIdentity, isRecipient } from "./shapes.js";
import { matches, optional, requireShape } from "./shapes.js";
import { split } from "./shares.js";

export const SHARE = 33; // y bytes and x
const BLOCK = 1 << 20; // bytes handed to the sink at once
const MANIFEST_LABEL = "sobre/1 manifest";
const SEQ = integer(1, 999);
export const MANIFEST = {
  ...WHERE,
  kit: isHex,
  bidder: isHex,
  bidder_key: b64Of(32),
  part: PART,
  seq: SEQ,
  replaces: optional(isHex),
  envelope: isRecipient,
  shares: [{ i: SEATS, commit: isHex, ct: b64Of(age.sizeOf(32 + SHARE)) }],
  deal: matches(/^[A-Za-z0-9+/]{1,100000}={0,2}$/),
  ciphertext: { sha256: isHex, size: integer(1, 2 ** 31) },
};
export const SIGNED = ["v", "tender", "round", "stage", "kit", "bidder", "bidder_key", "part", "seq", "replaces"];
const KEY_FILE = {
  v: equals(VERSION),
  tender: WHERE.tender,
  round: WHERE.round,
  bidder: isHex,
  key: b64Of(32),
  envelopes: [{ stage: WHERE.stage, part: PART, seq: SEQ, manifest: isHex, identity: isIdentity }],
};

const pick = (names, object) => Object.fromEntries(names.map((name) => [name, object[name]]));

// --- who seals ---

// The signing key of a bidder for one tender and round, 32 bytes; only the key file keeps it.
export const newBidderKey = () => random(32);

// How the log calls a bidder until the opening: hex, from the salt (32 bytes) and its RUC or DNI, in any order.
export function bidderPseudonym(salt, ids) {
  const rows = [...ids].sort();
  const sound = rows.every((row) => /^[A-Z0-9]{1,20}$/.test(row)) && new Set(rows).size === rows.length;
  if (salt.length !== 32 || !rows.length || !sound) throw new SealingError("bidder.ids.invalid");
  return hex(digest("sobre/1 bidder", salt, utf8(rows.join("|"))));
}

// --- what is bound to what ---

// The 32 bytes that tie a share to its envelope, bidder, kit and part.
export const contextOf = (manifest) =>
  digest(
    "sobre/1 ctx",
    unhex(manifest.kit),
    unhex(manifest.bidder),
    unb64(manifest.bidder_key),
    publicOf(manifest.envelope),
    utf8(manifest.part),
  );

// The hex commitment to what custodian `i` was dealt.
export const commitment = (context, i, share) => hex(digest("sobre/1 share", context, Uint8Array.of(i), share));

// The fields that the log keeps and the bidder signs.
export const presentation = (manifest) => ({ ...pick(SIGNED, manifest), manifest: fingerprint(manifest) });

export const isPresented = (presented, sig) => isSigned(presented.bidder_key, MANIFEST_LABEL, presented, sig);

// --- sealing ---

// The rows of the manifest, one per custodian, and the sealed proof of what was dealt.
async function deal(kit, context, envelope, shares) {
  const rows = [];
  const proof = { esk: [], shares: [] };
  for (const { i, recipient: reader } of kit.custodians) {
    const share = shares.get(i);
    const { file, ephemeral } = await age.encrypt(join(context, share), publicOf(reader));
    rows.push({ i, commit: commitment(context, i, share), ct: b64(file) });
    proof.esk.push(b64(ephemeral));
    proof.shares.push(b64(share));
  }
  return { shares: rows, deal: b64((await age.encrypt(jcs(proof), envelope)).file) };
}

// Hand a stream to the sink in blocks; return the hash and size of what went through.
async function pour(stream, sink, onProgress) {
  const hash = sha256.create();
  const block = new Uint8Array(BLOCK);
  let [size, used] = [0, 0];
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done || used + value.length > BLOCK) {
      hash.update(block.subarray(0, used));
      await sink.write(block.slice(0, used));
      onProgress?.(size);
      used = 0;
    }
    if (done) return { sha256: hex(hash.digest()), size };
    block.set(value, used); // no stream here hands on more than a chunk of age, 64 KiB
    used += value.length;
    size += value.length;
  }
}

// Seal files into one part: only ciphertext goes to `sink` (write(bytes), close()), one block is in memory.
// `files` have name, size and stream(). Returns the manifest and its signature, which are public, its id, and
// the identity, which only the bidder's key file keeps. `onProgress(done, total)` counts bytes of ciphertext.
export async function seal({ kit, part, files, bidder, key, sink, seq = 1, replaces = null, onProgress }) {
  checkKit(kit);
  const secret = random(32);
  const envelope = publicHalf(secret);
  const manifest = {
    ...pick(Object.keys(WHERE), kit),
    kit: kitHash(kit),
    bidder,
    bidder_key: verifyKey(key),
    part,
    seq,
    replaces,
    envelope: recipient(envelope),
  };
  checkHead(kit, manifest);
  const total = age.sizeOf(paddedLength(files, kit.stage));
  Object.assign(manifest, await deal(kit, contextOf(manifest), envelope, await split(secret, kit.groups)));
  const ciphertext = await age.encryptStream(zip(files, kit.stage), envelope);
  manifest.ciphertext = await pour(ciphertext, sink, (done) => onProgress?.(done, total));
  await sink.close();
  if (manifest.ciphertext.size !== total) throw new SealingError("envelope.file.changed");
  const sig = sign(key, MANIFEST_LABEL, presentation(manifest));
  return { manifest, sig, id: fingerprint(manifest), identity: identity(secret) };
}

// --- receiving ---

// Whether this is the size of a padded envelope of the stage.
function isCiphertextSize(size, stage) {
  const step = age.sizeOf(UNIT[stage]) - age.sizeOf(0) + 16; // an empty file has the tag of one chunk
  const units = (size - age.HEADER_SIZE - 16) / step;
  return Number.isInteger(units) && units >= 1 && units <= MAX_UNITS[stage];
}

// Whether this can be the sealed proof for so many custodians, by its header and size.
function isDeal(string, custodians) {
  const rows = (size) => Array(custodians).fill(b64(new Uint8Array(size)));
  const size = age.sizeOf(jcs({ esk: rows(32), shares: rows(SHARE) }).length);
  return b64Of(size)(string) && age.hasOneStanza(unb64(string));
}

function checkHead(kit, manifest) {
  const code = "envelope.shape.invalid";
  requireShape(pick(SIGNED, manifest), pick(SIGNED, MANIFEST), code);
  if ((manifest.seq === 1) !== (manifest.replaces === null)) throw new SealingError(code, { defect: "replaces" });
  if (manifest.part === "reserved" && !kit.readers.length) throw new SealingError("envelope.readers.missing");
}

// Refuse a manifest whose shape, sizes or kit are not right; its signature is looked at elsewhere.
export function checkManifest(kit, manifest) {
  const code = "envelope.shape.invalid";
  requireShape(manifest, MANIFEST, code);
  if (manifest.kit !== kitHash(kit)) throw new SealingError("envelope.kit.outdated");
  const seats = (rows) => rows.map((row) => row.i).join();
  const checks = {
    kit: () => Object.keys(WHERE).every((name) => manifest[name] === kit[name]),
    shares: () => seats(manifest.shares) === seats(kit.custodians),
    ct: () => manifest.shares.every((row) => age.hasOneStanza(unb64(row.ct))),
    deal: () => isDeal(manifest.deal, kit.custodians.length),
    size: () => isCiphertextSize(manifest.ciphertext.size, kit.stage),
  };
  const defect = Object.keys(checks).find((name) => !checks[name]());
  if (defect) throw new SealingError(code, { defect });
  checkHead(kit, manifest);
}

// The id of a manifest that is whole, of this kit, and signed by its bidder; otherwise refuse.
export function verifyManifest(kit, manifest, sig) {
  checkManifest(kit, manifest);
  if (!isPresented(presentation(manifest), sig)) throw new SealingError("envelope.signature.invalid");
  return fingerprint(manifest);
}

// --- the bidder's own file ---

// The key file for parts sealed with one key: the bidder saves it, nobody else keeps it.
export function keyFile(key, sealed) {
  const rows = sealed.map(({ manifest, id, identity: secret }) => ({
    ...pick(["stage", "part", "seq"], manifest),
    manifest: id,
    identity: secret,
  }));
  const first = pick(["v", "tender", "round", "bidder"], sealed[0].manifest);
  return { ...first, key: b64(key), envelopes: rows };
}

// A key file as an object; refuses with `envelope.key-file.invalid` whatever else was picked.
export function readKeyFile(string) {
  let document;
  try {
    document = JSON.parse(string);
  } catch {
    throw new SealingError("envelope.key-file.invalid", { defect: "json" });
  }
  if (!fits(document, KEY_FILE)) throw new SealingError("envelope.key-file.invalid");
  return document;
}
