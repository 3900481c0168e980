// The bytes of `sobre/1` (docs/sobre-1.md §1): canonical JSON, hashes, signatures, base64, age keys.

import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64, bech32, hex as hexadecimal } from "@scure/base";
import canonicalize from "canonicalize";

export const VERSION = "sobre/1";
export const STAGES = [1, 2]; // envelope 1 technical, envelope 2 economic
export const PARTS = ["public", "reserved"];

const PRIVATE = "AGE-SECRET-KEY-";
const text = new TextEncoder();

// What was refused or found, by its stable `code`; `facts` say where or who, and never hold a secret.
export class SealingError extends Error {
  constructor(code, facts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

export const utf8 = (string) => text.encode(string);
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));
export const equal = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

export const xor = (...strings) =>
  strings.reduce((sum, string) => sum.map((byte, place) => byte ^ string[place]));

export const hex = (bytes) => hexadecimal.encode(bytes);
export const unhex = (string) => hexadecimal.decode(string);
export const b64 = (bytes) => base64.encode(bytes);

// Return the bytes; throws where the text is not the one spelling of them.
export function unb64(string) {
  const bytes = base64.decode(string);
  if (base64.encode(bytes) !== string) throw new Error("not canonical base64");
  return bytes;
}

// The bytes of a JSON value as RFC 8785 writes them.
export const jcs = (value) => utf8(canonicalize(value));

// The labelled SHA-256, `H` of §1.
export const digest = (label, ...parts) => sha256(join(utf8(label), Uint8Array.of(0), ...parts));

// The hex SHA-256 by which a kit, manifest or release is named: `id` of §1.
export const fingerprint = (value) => hex(sha256(jcs(value)));

// --- signatures ---

export const verifyKey = (key) => b64(ed25519.getPublicKey(key));

const signed = (label, value) => join(utf8(label + "\n"), jcs(value));

export const sign = (key, label, value) => b64(ed25519.sign(signed(label, value), key));

// Whether `signature` is by the holder of `public`; false for whatever is malformed.
export function isSigned(publicKey, label, value, signature) {
  try {
    return ed25519.verify(unb64(signature), signed(label, value), unb64(publicKey), { zip215: false });
  } catch {
    return false;
  }
}

// --- age keys ---

export const publicHalf = (secret) => x25519.getPublicKey(secret);
export const identity = (secret) => bech32.encodeFromBytes(PRIVATE, secret).toUpperCase();
export const recipient = (publicKey) => bech32.encodeFromBytes("age", publicKey);

function unbech32(prefix, string) {
  const { prefix: found, bytes } = bech32.decodeToBytes(string);
  if (found.toUpperCase() !== prefix.toUpperCase() || bytes.length !== 32) throw new Error("not an age key");
  return bytes;
}

// The 32 bytes of an age recipient; throws where it is none.
export function publicOf(string) {
  const bytes = unbech32("age", string);
  if (recipient(bytes) !== string) throw new Error("not the one spelling");
  return bytes;
}

// The 32 bytes of an age identity, read forgivingly where people paste it.
export function secretOf(string) {
  try {
    return unbech32(PRIVATE, string.trim().toUpperCase());
  } catch {
    throw new SealingError("envelope.key.invalid");
  }
}

export const recipientFor = (string) => recipient(publicHalf(secretOf(string)));
