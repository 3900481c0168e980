// Sealed envelopes, `sobre/1` (docs/sobre-1.md), for browsers and Node. Pure: no page, no network, no storage.
// Whatever is refused is a `SealingError` with a stable `code` and `facts`.
//
// A custodian's page needs, in this order:
//
//   const seed = newSeed(); seedToWords(seed)            // makes a sheet: 24 words, printed, kept by nobody else
//   wordsToSeed(typed), wordMeant(typed), wordList()     // reads what is typed; completes it word by word
//   const keys = custodianKeys(seed, tender, round)      // public: recipients, verify, readingRecipient
//   seatOf(kit, keys), readerOf(kit, keys)               // whose sheet this is; kitWords(kit): the twelve words
//   signSheet(keys, tender, round, reads)                // its public half, signed: what the server is told of it
//   const head = openNote(note, name, key)               // what the closing checkpoint states, its signature checked
//   requireLeaves(leaves, head)                          // the log that was shown is the one of the checkpoint
//   const act = actOf(leaves, stage, round)              // what is to be opened, from the log alone
//   await signAll({ act, manifests, keys, mode: "check" })         // signed: my shares are good; reveals nothing
//   await signAll({ act, manifests, keys, mode: "release" })       // signed: here are my shares
//   await recombine(kit, manifest, releases, reading)    // the key of the envelope, who failed, what is missing
//   await openEnvelope({ manifest, key, ciphertext, sink })        // the ZIP of the part

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
export { custodianKeys, newSeed, seedToWords, signSheet, toWords, wordList, wordMeant, wordsToSeed } from "./sheet.js";
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
export { actOf, offered, requireChecked, signAll, trialRelease } from "./act.js";
export { judge, openEnvelope, recombine, release, verifyRelease } from "./opening.js";
export { openingList, withdrawal } from "./register.js";
export { isIncluded, leafHash, openNote, requireLeaves, rootOf } from "./tree.js";
