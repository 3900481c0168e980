// The kit: the public key sheet of one stage, printed in the notice as twelve words (docs/sobre-1.md §4).

import { SealingError, VERSION, fingerprint, unhex } from "./bytes.js";
import { SEATS, WHERE, b64Of, equals, isName, isRecipient, matches, requireShape } from "./shapes.js";
import { toWords } from "./sheet.js";

const SHAPE = {
  ...WHERE,
  groups: [{ id: matches(/^[a-z0-9-]{1,30}$/), k: SEATS, of: [SEATS] }],
  custodians: [{ i: SEATS, name: isName, recipient: isRecipient, verify: b64Of(32) }],
  readers: [{ i: SEATS, name: isName, recipient: isRecipient }],
  time_lock: equals(null),
};

const same = (a, b) => a.length === b.length && a.every((item, place) => item === b[place]);
const repeats = (rows, name) => new Set(rows.map((row) => row[name])).size < rows.length;
const isRowOfSeats = (rows) => rows.every((row, place) => row.i === place + 1);
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

// Whether each custodian is in exactly one group, each reaches its k, and nobody opens alone.
function areWhole(groups, seats) {
  const placed = groups.flatMap((group) => group.of);
  return (
    same(sorted(placed), seats) &&
    !repeats(groups, "id") &&
    groups.reduce((sum, group) => sum + group.k, 0) > 1 &&
    groups.every((group) => group.k <= group.of.length && same(group.of, sorted(group.of)))
  );
}

// Refuse with `kit.shape.invalid` (defect) what is not a kit whose envelopes can be opened.
export function checkKit(kit) {
  requireShape(kit, SHAPE, "kit.shape.invalid");
  const { custodians, groups, readers } = kit;
  const faults = {
    custodians:
      custodians.length === 0 ||
      !isRowOfSeats(custodians) ||
      repeats(custodians, "recipient") ||
      repeats(custodians, "verify"),
    groups: !areWhole(groups, custodians.map((row) => row.i)),
    readers: !isRowOfSeats(readers),
  };
  const defect = Object.keys(faults).find((name) => faults[name]);
  if (defect) throw new SealingError("kit.shape.invalid", { defect });
}

const numbered = (rows) => rows.map((row, place) => ({ i: place + 1, ...row }));

// The kit of one stage; custodians have name, recipient (of this stage), verify; readers name, recipient.
export function makeKit({ tender, round, stage, custodians, groups, readers = [] }) {
  const kit = {
    v: VERSION,
    tender,
    round,
    stage,
    groups,
    custodians: numbered(custodians),
    readers: numbered(readers),
    time_lock: null,
  };
  checkKit(kit);
  return kit;
}

export const kitHash = (kit) => fingerprint(kit);

// The twelve words that the notice prints and the bidder compares.
export const kitWords = (kit) => toWords(unhex(kitHash(kit)).slice(0, 16));

// The number of the custodian whose sheet this is; refuses with `custody.sheet.not-in-kit`.
export function seatOf(kit, keys) {
  const isMine = (row) => row.verify === keys.verify && row.recipient === keys.recipients[kit.stage];
  const row = kit.custodians.find(isMine);
  if (!row) throw new SealingError("custody.sheet.not-in-kit");
  return row.i;
}

// The number of the reader whose sheet this is; refuses with `custody.sheet.not-in-kit`.
export function readerOf(kit, keys) {
  const row = kit.readers.find((each) => each.recipient === keys.readingRecipient);
  if (!row) throw new SealingError("custody.sheet.not-in-kit");
  return row.i;
}
