// The hash tree over the log (RFC 6962), and the signed notes that state its head (C2SP tlog-checkpoint).

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { SealingError, equal, jcs, join, unb64, utf8 } from "./bytes.js";

export const leafHash = (leaf) => sha256(join(Uint8Array.of(0), jcs(leaf)));
const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));

// The root over these leaves (as JSON), computed from nothing else.
export function rootOf(leaves) {
  const edge = [];
  leaves.forEach((leaf, place) => {
    edge.push(leafHash(leaf));
    for (let size = place; size & 1; size >>= 1) {
      const right = edge.pop();
      edge.push(nodeHash(edge.pop(), right));
    }
  });
  return edge.length ? edge.reduceRight((total, subtree) => nodeHash(subtree, total)) : sha256(new Uint8Array());
}

// Whether a leaf (its hash) stands at `index` in the tree of `size` leaves with this root (RFC 9162 §2.1.3.2).
export function isIncluded(hash, index, size, proof, root) {
  let [place, last, found] = [index, size - 1, hash];
  if (index < 0 || index >= size) return false;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place % 2 || place === last) {
      found = nodeHash(sibling, found);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      found = nodeHash(found, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(found, root);
}

// What a checkpoint states, { origin, size, root (bytes) }, if the key (32 bytes) signed it by that name.
// Refuses with `log.checkpoint.unsigned`.
export function openNote(note, name, key) {
  const end = note.indexOf("\n\n");
  const body = note.slice(0, end + 1);
  const id = sha256(join(utf8(`${name}\n`), Uint8Array.of(1), key)).slice(0, 4);
  const isOurs = (line) => {
    const [dash, signer, blob] = line.split(" ");
    if (dash !== "—" || signer !== name) return false;
    const bytes = unb64(blob);
    return equal(bytes.slice(0, 4), id) && ed25519.verify(bytes.slice(4), utf8(body), key, { zip215: false });
  };
  if (end < 0 || !note.slice(end + 2).split("\n").some(isOurs)) throw new SealingError("log.checkpoint.unsigned");
  const [origin, size, root] = body.split("\n");
  return { origin, size: Number(size), root: unb64(root) };
}

// Refuse leaves that are not all that the checkpoint states: `log.checkpoint.other-leaves`.
export function requireLeaves(leaves, { size, root }) {
  if (leaves.length !== size || !equal(rootOf(leaves), root)) throw new SealingError("log.checkpoint.other-leaves");
}
