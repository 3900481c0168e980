// A log of Convoca as a browser checks it: RFC 6962 and 9162, C2SP signed notes, Ed25519 of the Web Crypto.

export const bytes = (text) => new TextEncoder().encode(text)
export const unb64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const hex = (data) => Array.from(data, (each) => each.toString(16).padStart(2, "0")).join("")
export const same = (a, b) => hex(a) === hex(b)

export function joined(...parts) {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)))
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)))
}

export const leafHash = (leaf) => sha256([0], bytes(leaf))
const nodeHash = (left, right) => sha256([1], left, right)

// RFC 9162, 2.1.3.2: the root to which a proof of inclusion leads
export async function included(leaf, index, size, path) {
  let [node, here, last] = [await leafHash(leaf), index, size - 1]
  for (const other of path.map(unb64)) {
    if (last === 0) throw new RangeError("the proof is too long")
    if (here % 2 || here === last) {
      node = await nodeHash(other, node)
      while (here && here % 2 === 0) [here, last] = [Math.floor(here / 2), Math.floor(last / 2)]
    } else {
      node = await nodeHash(node, other)
    }
    ;[here, last] = [Math.floor(here / 2), Math.floor(last / 2)]
  }
  if (last !== 0) throw new RangeError("the proof is too short")
  return node
}

// RFC 9162, 2.1.4.2: whether the second tree begins with the first
export async function extended(first, second, proof) {
  if (first.size === second.size) return proof.length === 0 && same(first.root, second.root)
  let path = proof.map(unb64)
  if (Number.isInteger(Math.log2(first.size))) path = [first.root, ...path]
  let [here, last] = [first.size - 1, second.size - 1]
  while (here % 2) [here, last] = [Math.floor(here / 2), Math.floor(last / 2)]
  let [old, now] = [path[0], path[0]]
  for (const other of path.slice(1)) {
    if (last === 0) return false
    if (here % 2 || here === last) {
      old = await nodeHash(other, old)
      now = await nodeHash(other, now)
      while (here && here % 2 === 0) [here, last] = [Math.floor(here / 2), Math.floor(last / 2)]
    } else {
      now = await nodeHash(now, other)
    }
    ;[here, last] = [Math.floor(here / 2), Math.floor(last / 2)]
  }
  return last === 0 && same(old, first.root) && same(now, second.root)
}

export function readNote(note) {
  const end = note.indexOf("\n\n")
  const body = note.slice(0, end + 1)
  const [origin, size, root] = body.split("\n")
  const signatures = note.slice(end + 2).trim().split("\n").map((line) => line.split(" "))
  return { body, origin, size: Number(size), root: unb64(root), signatures }
}

export async function isSigned(head, keys) {
  for (const [, name, data] of head.signatures) {
    if (name !== head.origin) continue
    for (const { key } of keys) {
      const public_ = await crypto.subtle.importKey("raw", unb64(key), "Ed25519", false, ["verify"])
      if (await crypto.subtle.verify("Ed25519", public_, unb64(data).slice(4), bytes(head.body))) return true
    }
  }
  return false
}

export async function canCheck() {
  try {
    await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])
    return true
  } catch {
    return false
  }
}

// The text at an address of ours, or null where there is nothing
export async function asked(address) {
  const answer = await fetch(address)
  if (answer.status === 404) return null
  if (!answer.ok) throw new Error(answer.status)
  return answer.text()
}
