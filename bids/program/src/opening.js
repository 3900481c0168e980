// What custodians hand over, how an envelope opens with it, and who is to blame (docs/sobre-1.md §8, §9).

import { sha256 } from "@noble/hashes/sha2.js";

import * as age from "./age.js";
import { SealingError, VERSION, b64, equal, fingerprint, hex, identity, isSigned, join } from "./bytes.js";
import { publicOf, recipientFor, sign, unb64, verifyKey } from "./bytes.js";
import { SHARE, checkManifest, commitment, contextOf } from "./envelope.js";
import { kitHash } from "./kit.js";
import { SEATS, b64Of, equals, fits, isHex, matches, oneOf, requireShape } from "./shapes.js";
import { agree, rebuild } from "./shares.js";

const LABEL = "sobre/1 release";
const COMMON = {
  v: equals(VERSION),
  manifest: isHex,
  i: SEATS,
  mode: oneOf("check", "release"),
  sig: b64Of(64),
};
const RELEASE = equals("release");
const SHAPES = {
  ok: { ok: equals(true), mode: equals("check") },
  share: { share: b64Of(SHARE), mode: RELEASE },
  readers: { readers: [{ i: SEATS, ct: b64Of(age.sizeOf(32 + SHARE)) }], mode: RELEASE },
  complaint: { complaint: matches(/^[a-z.-]{1,60}$/) },
};
const DEAL = { esk: [b64Of(32)], shares: [b64Of(SHARE)] };

const rowOf = (rows, i) => rows.find((row) => row.i === i);
const verdict = (who, i, code) => ({ who, i, code });

// --- what a custodian does ---

function committed(manifest, i, share) {
  if (commitment(contextOf(manifest), i, share) !== rowOf(manifest.shares, i).commit) {
    throw new SealingError("share.commitment.mismatch");
  }
  return share;
}

// The share in an age file; refuses with what a custodian complains of.
async function shareIn(manifest, i, file, key) {
  const context = contextOf(manifest);
  const plain = await age.decrypt(file, key);
  if (plain?.length !== context.length + SHARE) throw new SealingError("share.ciphertext.unreadable");
  if (!equal(plain.subarray(0, 32), context)) throw new SealingError("share.context.foreign");
  return committed(manifest, i, plain.slice(32));
}

function requireSheet(kit, i, key, signKey) {
  const row = rowOf(kit.custodians, i);
  if (!row || recipientFor(key) !== row.recipient || verifyKey(signKey) !== row.verify) {
    throw new SealingError("custody.sheet.not-in-kit");
  }
}

// The share as it travels: bare for a public part, encrypted to each reader for a reserved one.
async function handedOver(kit, manifest, share) {
  if (manifest.part === "public") return { share: b64(share) };
  const readers = [];
  for (const { i, recipient } of kit.readers) {
    const { file } = await age.encrypt(join(contextOf(manifest), share), publicOf(recipient));
    readers.push({ i, ct: b64(file) });
  }
  return { readers };
}

// The signed word of custodian `i` on an envelope: the share is good, here it is, or a complaint.
// `mode` "check" reveals nothing. Nothing is signed for another kit (`custodian.release.foreign-envelope`) or
// with another sheet (`custody.sheet.not-in-kit`). Ask only for manifests of `openingList`.
export async function release({ kit, manifest, i, keys, mode = "check" }) {
  if (manifest.kit !== kitHash(kit)) throw new SealingError("custodian.release.foreign-envelope");
  checkManifest(kit, manifest);
  const key = keys.identities[kit.stage];
  requireSheet(kit, i, key, keys.sign);
  const body = { v: VERSION, manifest: fingerprint(manifest), i, mode };
  try {
    const share = await shareIn(manifest, i, unb64(rowOf(manifest.shares, i).ct), key);
    Object.assign(body, mode === "check" ? { ok: true } : await handedOver(kit, manifest, share));
  } catch (complaint) {
    if (!(complaint instanceof SealingError)) throw complaint;
    body.complaint = complaint.code;
  }
  return { ...body, sig: sign(keys.sign, LABEL, body) };
}

// --- what is done with it ---

function requireReleaseShape(kit, manifest, released) {
  const code = "custodian.release.shape-invalid";
  const kind = Object.keys(SHAPES).find((name) => Object.hasOwn(Object(released), name)) ?? "ok";
  requireShape(released, { ...COMMON, ...SHAPES[kind] }, code);
  const wrong = { public: "readers", reserved: "share" }[manifest.part];
  const seats = (rows) => rows.map((row) => row.i).join();
  if (kind === wrong || seats(released.readers ?? kit.readers) !== seats(kit.readers)) {
    throw new SealingError(code, { defect: kind });
  }
}

// The number of the custodian who signed a release of this envelope; refuses what nobody signed.
export function verifyRelease(kit, manifest, released) {
  requireReleaseShape(kit, manifest, released);
  if (released.manifest !== fingerprint(manifest)) throw new SealingError("custodian.release.foreign-envelope");
  const { sig, ...body } = released;
  const custodian = rowOf(kit.custodians, released.i);
  if (!custodian || !isSigned(custodian.verify, LABEL, body, sig)) {
    throw new SealingError("custodian.release.signature-invalid");
  }
  return released.i;
}

// The share in a release, null where it holds none that we can read; a `SealingError` where it is in doubt.
async function shareOf(manifest, released, reading) {
  if (released.complaint) throw new SealingError(released.complaint);
  if (released.share) return committed(manifest, released.i, unb64(released.share));
  if (released.readers && reading) {
    return shareIn(manifest, released.i, unb64(rowOf(released.readers, reading.i).ct), reading.identity);
  }
  return null;
}

// The good shares by custodian, who is in doubt, and verdicts on what nobody signed.
async function sift(kit, manifest, releases, reading) {
  const [shares, doubted, verdicts] = [new Map(), new Set(), []];
  for (const released of releases) {
    try {
      verifyRelease(kit, manifest, released);
    } catch (forged) {
      verdicts.push(verdict(null, null, forged.code));
      continue;
    }
    try {
      const share = await shareOf(manifest, released, reading);
      if (share) shares.set(released.i, share);
    } catch (doubt) {
      if (!(doubt instanceof SealingError)) throw doubt;
      doubted.add(released.i);
    }
  }
  const waiting = [...doubted].filter((i) => !shares.has(i)).sort((a, b) => a - b);
  return { shares, doubted: waiting, verdicts };
}

function missingOf(kit, shares) {
  const lacks = kit.groups.map(({ id, k, of }) => [id, k - of.filter((i) => shares.has(i)).length]);
  return Object.fromEntries(lacks.filter(([, count]) => count > 0));
}

async function rebuilt(kit, shares) {
  const chosen = ({ k, of }) => of.filter((i) => shares.has(i)).slice(0, k).map((i) => shares.get(i));
  try {
    return identity(await rebuild(kit.groups.map(chosen)));
  } catch {
    return null;
  }
}

// What these releases of one envelope yield: { identity or null, verdicts [{who, i, code}], missing {group: n} }.
// For a reserved part, `reading` is { i: reader's number, identity: reading identity }.
export async function recombine(kit, manifest, releases, reading = null) {
  checkManifest(kit, manifest);
  const { shares, doubted, verdicts } = await sift(kit, manifest, releases, reading);
  const missing = missingOf(kit, shares);
  if (Object.keys(missing).length) {
    const waiting = doubted.map((i) => verdict(null, i, "share.doubt.unjudged"));
    return { identity: null, verdicts: [...verdicts, ...waiting], missing };
  }
  const key = await rebuilt(kit, shares);
  if (key === null || recipientFor(key) !== manifest.envelope) {
    return { identity: null, verdicts: [...verdicts, verdict("bidder", null, "envelope.key.not-rebuilt")], missing };
  }
  return { identity: key, verdicts: [...verdicts, ...(await judge(kit, manifest, key, doubted))], missing };
}

// --- the dealer proof ---

async function proofIn(manifest, key) {
  const plain = await age.decrypt(unb64(manifest.deal), key);
  try {
    const proof = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(plain));
    const whole = fits(proof, DEAL) && proof.esk.length === manifest.shares.length;
    return whole && proof.shares.length === proof.esk.length ? proof : null;
  } catch {
    return null;
  }
}

async function wasDealtWell(manifest, custodian, share, ephemeral) {
  const [context, row] = [contextOf(manifest), rowOf(manifest.shares, custodian.i)];
  if (commitment(context, custodian.i, share) !== row.commit) return false;
  const plain = await age.openedByDealer(unb64(row.ct), ephemeral, publicOf(custodian.recipient));
  return plain !== null && equal(plain, join(context, share));
}

// The verdicts of the dealer proof: the bidder for each share falsely dealt, else who was doubted.
// `key` may be the bidder's own, where custodians did not suffice.
export async function judge(kit, manifest, key, doubted) {
  const proof = await proofIn(manifest, key);
  if (proof === null) return [verdict("bidder", null, "deal.bidder.false")];
  const dealt = new Map();
  const verdicts = [];
  for (const [place, custodian] of kit.custodians.entries()) {
    const [share, ephemeral] = [unb64(proof.shares[place]), unb64(proof.esk[place])];
    dealt.set(custodian.i, share);
    const well = await wasDealtWell(manifest, custodian, share, ephemeral);
    if (!well) verdicts.push(verdict("bidder", custodian.i, "share.bidder.false"));
  }
  const lies = new Set(verdicts.map((each) => each.i));
  const agreed = await Promise.all(kit.groups.map(({ k, of }) => agree(of.map((i) => dealt.get(i)), k)));
  if (agreed.includes(false)) verdicts.unshift(verdict("bidder", null, "deal.bidder.false"));
  const custodians = doubted.filter((i) => !lies.has(i)).map((i) => verdict("custodian", i, "share.custodian.false"));
  return [...verdicts, ...custodians];
}

// --- opening ---

// Reads a ciphertext once: its hash, size and beginning are known, whatever becomes of its decryption.
class Watched {
  constructor(stream, onProgress) {
    this.reader = stream.getReader();
    this.onProgress = onProgress;
    this.hash = sha256.create();
    this.size = 0;
    this.head = new Uint8Array();
  }

  async next() {
    const { value, done } = await this.reader.read();
    if (done) return null;
    this.hash.update(value);
    this.size += value.length;
    if (this.head.length < age.HEADER_SIZE) this.head = join(this.head, value.subarray(0, age.HEADER_SIZE));
    this.onProgress?.(this.size);
    return value;
  }

  stream() {
    const pull = async (controller) => {
      const value = await this.next();
      return value === null ? controller.close() : controller.enqueue(value);
    };
    return new ReadableStream({ pull });
  }
}

// Write the plaintext to the sink; false where the ciphertext does not open, while a sink that fails throws.
async function decryptInto(stream, key, sink) {
  let reader;
  try {
    reader = (await age.decryptStream(stream, key)).getReader();
  } catch {
    return false;
  }
  for (;;) {
    const piece = await reader.read().catch(() => null);
    if (piece === null) return false;
    if (piece.done) return true;
    await sink.write(piece.value);
  }
}

// Decrypt a ciphertext (a stream) into `sink` (write(bytes), close()): the ZIP of the part, `key` being the
// identity rebuilt or the bidder's own.
// Refuses with `envelope.key.foreign` before reading; with `envelope.ciphertext.changed` (who: server) or
// `envelope.ciphertext.unreadable` (who: bidder) after having written: then throw away what is in the sink.
export async function openEnvelope({ manifest, key, ciphertext, sink, onProgress }) {
  if (recipientFor(key) !== manifest.envelope) throw new SealingError("envelope.key.foreign");
  const watched = new Watched(ciphertext, onProgress);
  const opens = await decryptInto(watched.stream(), key, sink);
  while ((await watched.next()) !== null); // the hash is judged first, over the whole
  await sink.close();
  if (hex(watched.hash.digest()) !== manifest.ciphertext.sha256) {
    throw new SealingError("envelope.ciphertext.changed", { who: "server" });
  }
  if (!opens || watched.size !== manifest.ciphertext.size || !age.hasOneStanza(watched.head)) {
    throw new SealingError("envelope.ciphertext.unreadable", { who: "bidder" });
  }
}
