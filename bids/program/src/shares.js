// Shamir's sharing by groups, all of which must open (docs/sobre-1.md §6): a share is its y bytes, then x.

import { combine, split as splitAmong } from "shamir-secret-sharing";

import { equal, join, random, xor } from "./bytes.js";

const sameShare = (secret, seats) => seats.map((seat) => join(secret, Uint8Array.of(seat)));

// Each custodian's share of `secret`, by number: the secret is the xor of one Shamir secret per group.
export async function split(secret, groups) {
  const parts = groups.slice(1).map(() => random(secret.length));
  parts.push(xor(secret, ...parts));
  const shares = new Map();
  for (const [place, group] of groups.entries()) {
    const { k, of } = group;
    const dealt = k === 1 ? sameShare(parts[place], of) : await splitAmong(parts[place], of.length, k);
    of.forEach((seat, turn) => shares.set(seat, dealt[turn]));
  }
  return shares;
}

// The secret at 0 of the polynomial through these shares; throws where they are none.
async function interpolate(shares) {
  if (shares.some((share) => share.at(-1) === 0)) throw new Error("x is zero");
  return shares.length === 1 ? shares[0].slice(0, -1) : combine(shares);
}

// The secret that these shares make, one list for each group; throws where they make none.
export async function rebuild(byGroup) {
  return xor(...(await Promise.all(byGroup.map(interpolate))));
}

// Whether all these shares lie on one polynomial of degree k - 1: each, in the place of the k-th of the first,
// must give the same secret, since it then shares k points with it.
export async function agree(shares, k) {
  try {
    if (new Set(shares.map((share) => share.at(-1))).size < shares.length) return false;
    const secret = await interpolate(shares.slice(0, k));
    for (const share of shares.slice(k)) {
      const other = await interpolate([...shares.slice(0, k - 1), share]);
      if (!equal(other, secret)) return false;
    }
    return true;
  } catch {
    return false;
  }
}
