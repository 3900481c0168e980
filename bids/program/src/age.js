// age files with exactly one X25519 stanza (docs/sobre-1.md §2), written and read by typage.
//
// The two classes are typage's own extension points. The first keeps the one-time secret of what it wraps, for
// the dealer proof; the second opens with that secret, which is how the proof is judged.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64nopad } from "@scure/base";
import { Decrypter, Encrypter, Stanza } from "age-encryption";

import { identity, join, publicHalf, random, secretOf, utf8 } from "./bytes.js";

export const HEADER_SIZE = 168;
const CHUNK = 65_536;
const TAG = 16;
const NONCE = 16;
const B = "[A-Za-z0-9+/]{43}";
const HEADER = new RegExp(`^age-encryption\\.org/v1\n-> X25519 ${B}\n${B}\n--- ${B}\n$`);

// How many bytes the file of `plain` bytes has.
export const sizeOf = (plain) => HEADER_SIZE + NONCE + plain + TAG * Math.max(1, Math.ceil(plain / CHUNK));

export const hasOneStanza = (file) =>
  HEADER.test(String.fromCharCode(...file.subarray(0, HEADER_SIZE))) && file.length >= HEADER_SIZE;

function wrapCipher(ephemeral, publicKey) {
  const shared = x25519.getSharedSecret(ephemeral, publicKey); // throws where the key would fix the secret
  const salt = join(publicHalf(ephemeral), publicKey);
  return chacha20poly1305(hkdf(sha256, shared, salt, utf8("age-encryption.org/v1/X25519"), 32), new Uint8Array(12));
}

class Recipient {
  constructor(publicKey) {
    this.publicKey = publicKey;
  }

  wrapFileKey(fileKey) {
    this.ephemeral = random(32);
    const body = wrapCipher(this.ephemeral, this.publicKey).encrypt(fileKey);
    return [new Stanza(["X25519", base64nopad.encode(publicHalf(this.ephemeral))], body)];
  }
}

class Dealer {
  constructor(ephemeral, publicKey) {
    this.ephemeral = ephemeral;
    this.publicKey = publicKey;
  }

  unwrapFileKey([stanza]) {
    if (stanza.args[1] !== base64nopad.encode(publicHalf(this.ephemeral))) return null;
    return wrapCipher(this.ephemeral, this.publicKey).decrypt(stanza.body);
  }
}

function encrypter(publicKey) {
  const recipient = new Recipient(publicKey);
  const made = new Encrypter();
  made.addRecipient(recipient);
  return { made, recipient };
}

// A small plaintext as an age file, and the one-time secret that made it.
export async function encrypt(plain, publicKey) {
  const { made, recipient } = encrypter(publicKey);
  return { file: await made.encrypt(plain), ephemeral: recipient.ephemeral };
}

// A stream of plaintext as a stream of the age file.
export const encryptStream = (stream, publicKey) => encrypter(publicKey).made.encrypt(stream);

function decrypter(opener) {
  const made = new Decrypter();
  made.addIdentity(opener);
  return made;
}

async function openedBy(opener, file) {
  if (!hasOneStanza(file)) return null;
  try {
    return await decrypter(opener).decrypt(file);
  } catch {
    return null;
  }
}

// The plaintext of a small age file, or null where this identity does not open it.
export const decrypt = (file, key) => openedBy(identity(secretOf(key)), file);

// A stream of an age file as a stream of its plaintext.
export const decryptStream = (stream, key) => decrypter(identity(secretOf(key))).decrypt(stream);

// The plaintext of a small age file that this one-time secret made for `publicKey`, or null.
export const openedByDealer = (file, ephemeral, publicKey) => openedBy(new Dealer(ephemeral, publicKey), file);
