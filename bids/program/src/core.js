// Sealed envelopes, `sobre/1` (docs/sobre-1.md), for browsers and Node. Pure: no page, no network, no storage.
// Whatever is refused is a `SealingError` with a stable `code` and `facts`.
//
// A custodian's page needs, in this order:
//
//   const seed = newSeed(); seedToWords(seed)            // makes a sheet: 24 words, printed, kept by nobody else
//   wordsToSeed(typed), wordMeant(typed), wordList()     // reads what is typed; completes it word by word
//   const keys = custodianKeys(seed, tender, round)      // public: recipients, verify, readingRecipient
//   seatOf(kit, keys), readerOf(kit, keys)               // whose sheet this is; kitWords(kit): the twelve words
//   const head = openNote(note, name, key)               // what the closing checkpoint states, its signature checked
//   requireLeaves(leaves, head)                          // the log that was shown is the one of the checkpoint
//   const { toOpen, ignored } = openingList(leaves, stage, round)  // what is to be opened, from the log alone
//   await release({ kit, manifest, i, keys, mode: "check" })       // signed: my share is good; reveals nothing
//   await release({ kit, manifest, i, keys, mode: "release" })     // signed: here is my share
//   await recombine(kit, manifest, releases, reading)    // the key of the envelope, who failed, what is missing
//   await openEnvelope({ manifest, key, ciphertext, sink })        // the ZIP of the part
//
// Before a release compare `fingerprint(manifest)` with the list: the server only carries the manifests.

export {
  SealingError,
  VERSION,
  b64,
  fingerprint,
  hex,
  jcs,
  random,
  recipientFor,
  sign,
  unb64,
  unhex,
  verifyKey,
} from "./bytes.js";
export { custodianKeys, newSeed, seedToWords, toWords, wordList, wordMeant, wordsToSeed } from "./sheet.js";
export { checkKit, kitHash, kitWords, makeKit, readerOf, seatOf } from "./kit.js";
export { isFileName, paddedLength, tidyName } from "./archive.js";
export {
  bidderPseudonym,
  checkManifest,
  contextOf,
  keyFile,
  newBidderKey,
  presentation,
  readKeyFile,
  seal,
  verifyManifest,
} from "./envelope.js";
export { judge, openEnvelope, recombine, release, verifyRelease } from "./opening.js";
export { openingList, withdrawal } from "./register.js";
export { isIncluded, leafHash, openNote, requireLeaves, rootOf } from "./tree.js";
