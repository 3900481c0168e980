// What a custodian is asked for in an act, derived from the log alone: the server only carries it.

import { SealingError, b64, fingerprint } from "./bytes.js";
import { checkKit, seatOf } from "./kit.js";
import { release, verifyRelease } from "./opening.js";
import { openingList } from "./register.js";
import { toWords } from "./sheet.js";
import { rootOf } from "./tree.js";

const TRIAL_NAMES = ["Prueba 1", "Prueba 2"];
const OUT = ["not-admitted", "withdrawn", "returned"]; // states in which an envelope 1 stays shut
const NEXT = "qualified"; // the one state in which an envelope 2 is opened

// The state of each bid, by pseudonym, as the log tells it.
function statesOf(leaves) {
  const [bids, states] = [new Map(), new Map()];
  for (const { action, actor, facts } of leaves) {
    if (action === "bid.submit") bids.set(facts.bid, actor);
    if (action.startsWith("bid.") && facts.after) states.set(bids.get(facts.bid), facts.after);
  }
  return states;
}

// The kit with which bids of a stage and round were sealed: the last one before the close.
function kitOf(leaves, stage, round) {
  const found = leaves.findLast(({ action, facts }) => action === "kit" && facts.stage === stage && facts.round === round);
  if (!found) throw new SealingError("custody.kit.missing");
  checkKit(found.facts);
  return found.facts;
}

// An act as the log has it: { kit, size, root, words, rows }. `size` and `root` are the head of the log at the
// close, `words` its twelve words, which the chair reads aloud. Each row is { bidder, part, manifest, at, name,
// state, asked }; `asked` are those to be checked and handed over: in stage 2 only of bids that qualified.
export function actOf(leaves, stage, round = 1) {
  const { toOpen, size } = openingList(leaves, stage, round);
  const before = leaves.slice(0, size);
  const states = statesOf(leaves);
  const presented = new Map(before.map(({ action, at, facts }) => [action === "manifest" && facts.manifest, at]));
  const published = leaves.filter(({ action }) => action === "publish");
  const names = new Map(published.map(({ facts }) => [facts.bidder, facts.name]));
  const asked = (state) => (stage === 1 ? !OUT.includes(state) : state === NEXT);
  const rows = toOpen.map((row) => {
    const state = states.get(row.bidder) ?? "";
    return { ...row, at: presented.get(row.manifest), name: names.get(row.bidder) ?? "", state, asked: asked(state) };
  });
  const root = rootOf(before);
  return { kit: kitOf(before, stage, round), size, root: b64(root), words: toWords(root.slice(0, 16)), rows };
}

// The manifests of what an act asks for, in its order; refuses what the server added to the list
// (`opening.list.not-on-it`) or kept back from it (`opening.list.withheld`).
export function offered(act, manifests) {
  const found = new Map(manifests.map((manifest) => [fingerprint(manifest), manifest]));
  const asked = act.rows.filter((row) => row.asked).map((row) => row.manifest);
  const foreign = [...found.keys()].find((id) => !asked.includes(id));
  if (foreign) throw new SealingError("opening.list.not-on-it", { manifest: foreign.slice(0, 16) });
  const missing = asked.find((id) => !found.has(id));
  if (missing) throw new SealingError("opening.list.withheld", { manifest: missing.slice(0, 16) });
  return asked.map((id) => found.get(id));
}

// What a custodian signs about every envelope that an act asks for: checks, or parts handed over.
export async function signAll({ act, manifests, keys, mode }) {
  const i = seatOf(act.kit, keys);
  const signed = [];
  for (const manifest of offered(act, manifests)) signed.push(await release({ kit: act.kit, manifest, i, keys, mode }));
  return signed;
}

// The custodians who signed in the log that they checked this envelope: it is in order, or they complain.
function checkedBy(act, leaves, manifest) {
  const id = fingerprint(manifest);
  const said = leaves.filter(({ action, facts }) => action === "check" && facts.manifest === id && facts.mode === "check");
  return new Set(said.map(({ facts }) => verifyRelease(act.kit, manifest, facts)));
}

// Refuse (`opening.checks.not-in-log`) to hand over anything before the log shows, signed, that as many custodians
// of each body as it takes have checked every envelope. Of a reserved part the log keeps a digest, so the public
// ones count. The log has to begin as it did when the list was made.
export function requireChecked({ act, manifests, leaves }) {
  if (b64(rootOf(leaves.slice(0, act.size))) !== act.root) throw new SealingError("log.checkpoint.unsigned");
  const checked = manifests.filter(({ part }) => part === "public").map((manifest) => checkedBy(act, leaves, manifest));
  const ready = ({ of }) => of.filter((i) => checked.every((each) => each.has(i))).length;
  if (act.kit.groups.some((group) => ready(group) < group.k)) throw new SealingError("opening.checks.not-in-log");
}

// What a custodian hands over of a trial envelope, which was sealed for this sheet and a made-up second one.
// Refuses with `custody.trial.not-one` whatever could be a real envelope.
export function trialRelease({ kit, manifest, keys }) {
  const names = kit.custodians.map((row) => row.name);
  const isTrial = names.join() === TRIAL_NAMES.join() && seatOf(kit, keys) === 1;
  if (!isTrial) throw new SealingError("custody.trial.not-one");
  return release({ kit, manifest, i: 1, keys, mode: "release" });
}
