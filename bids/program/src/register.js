// What the log says of envelopes, and the list to open, derived from it alone (docs/sobre-1.md §7).

import { SealingError, VERSION, isSigned, sign } from "./bytes.js";
import { MANIFEST, SIGNED, isPresented } from "./envelope.js";
import { WHERE, b64Of, defects, fits, integer, isHex } from "./shapes.js";

const WITHDRAW = "sobre/1 withdraw";
const SIG = b64Of(64);
const ENTRY = { ...Object.fromEntries(SIGNED.map((name) => [name, MANIFEST[name]])), manifest: isHex, sig: SIG };
const WITHDRAWAL = { v: WHERE.v, manifest: isHex, sig: SIG };
const CLOSE = { v: WHERE.v, round: WHERE.round, deadline: integer(0, 2 ** 40) };

// The facts of the `withdraw` entry, signed with the bidder's key (32 bytes).
export const withdrawal = (manifest, key) => ({ v: VERSION, manifest, sig: sign(key, WITHDRAW, { manifest }) });

// Whole seconds of an instant of the log, the fraction dropped.
const seconds = (at) => Math.floor(Date.parse(at.replace(/(\.\d{3})\d+/, "$1")) / 1000);

// The envelopes of one round as the log grows: the last of each (bidder, stage, part), and the withdrawn.
class Register {
  constructor(round, deadline) {
    Object.assign(this, { round, deadline, closed: false });
    this.keys = new Map(); // the bidder's key by bidder, pinned by the first entry that counts
    this.last = new Map(); // facts by (bidder, stage, part)
    this.counted = new Set(); // every manifest that counted, replaced ones too
    this.withdrawn = new Set();
  }

  // Take one `manifest` entry; return why it does not count, or null.
  manifest(facts, at) {
    if (defects(facts, ENTRY).length) return "envelope.shape.invalid";
    if (facts.round !== this.round) return null;
    if (this.closed) return "bid.submission.reception-closed";
    if (at >= this.deadline) return "bid.submission.late";
    const { sig, ...presented } = facts;
    if (!isPresented(presented, sig)) return "envelope.signature.invalid";
    return this.follow(facts);
  }

  follow(facts) {
    const place = [facts.bidder, facts.stage, facts.part].join();
    const last = this.last.get(place) ?? { seq: 0, manifest: null };
    if ((this.keys.get(facts.bidder) ?? facts.bidder_key) !== facts.bidder_key) return "envelope.key.not-the-bidders";
    if (facts.seq !== last.seq + 1 || facts.replaces !== last.manifest) return "envelope.order.invalid";
    this.keys.set(facts.bidder, facts.bidder_key);
    this.last.set(place, facts);
    this.counted.add(facts.manifest);
    return null;
  }

  // Take one `withdraw` entry; return why it does not count, or null.
  withdraw(facts, at) {
    if (defects(facts, WITHDRAWAL).length) return "envelope.shape.invalid";
    if (!this.counted.has(facts.manifest)) return null;
    if (this.closed) return "bid.submission.reception-closed";
    const named = [...this.last.values()].find((row) => row.manifest === facts.manifest);
    if (!named) return "bid.withdrawal.not-the-last";
    if (at >= this.deadline) return "bid.withdrawal.after-deadline";
    const { manifest, sig } = facts;
    if (!isSigned(named.bidder_key, WITHDRAW, { manifest }, sig)) return "bid.withdrawal.signature-invalid";
    this.withdrawn.add(manifest);
    return null;
  }

  standing(stage) {
    const rows = [...this.last.values()].filter((row) => row.stage === stage && !this.withdrawn.has(row.manifest));
    const order = (a, b) => (a.bidder === b.bidder ? (a.part < b.part ? -1 : 1) : a.bidder < b.bidder ? -1 : 1);
    return rows.map(({ bidder, part, manifest }) => ({ bidder, part, manifest })).sort(order);
  }
}

function closing(leaves, round) {
  const closes = ({ action, facts }) => {
    const stated = { v: facts.v, round: facts.round, deadline: facts.deadline };
    return action === "close" && fits(stated, CLOSE) && stated.round === round;
  };
  const end = leaves.findIndex(closes);
  if (end < 0) throw new SealingError("opening.closing.not-done");
  return { end, deadline: leaves[end].facts.deadline };
}

// The envelopes of a stage to be opened: { toOpen: [{bidder, part, manifest}], ignored: [{leaf, code}], size }, the
// last being how many leaves there were with the close.
// `leaves` are those of the tender's log in order; that they are those of the closing checkpoint, `openNote` and
// `rootOf` prove. Refuses with `opening.closing.not-done` while there is no `close` of the round.
export function openingList(leaves, stage, round = 1) {
  const { end, deadline } = closing(leaves, round);
  const register = new Register(round, deadline);
  const ignored = [];
  for (const [place, { index, at, action, facts }] of leaves.entries()) {
    register.closed = place >= end;
    if (action !== "manifest" && action !== "withdraw") continue;
    const code = register[action](facts, seconds(at));
    if (code) ignored.push({ leaf: index, code });
  }
  return { toOpen: register.standing(stage), ignored, size: end + 1 };
}
