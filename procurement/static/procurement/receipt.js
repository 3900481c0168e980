// Checks a receipt of the log in the visitor's own browser: RFC 6962 and 9162, C2SP signed notes, Ed25519.
// Reads the file where it is and fetches only what is public: keys, the head of the log, a proof.

const result = document.getElementById("result")
const words = document.getElementById("said").content
const bytes = (text) => new TextEncoder().encode(text)
const unb64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const hex = (data) => Array.from(data, (each) => each.toString(16).padStart(2, "0")).join("")
const same = (a, b) => hex(a) === hex(b)

function joined(...parts) {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)))
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)))
}

const leafHash = (leaf) => sha256([0], bytes(leaf))
const nodeHash = (left, right) => sha256([1], left, right)

// RFC 9162, 2.1.3.2: the root to which a proof of inclusion leads
async function included(leaf, index, size, path) {
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
async function extended(first, second, proof) {
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

function readNote(note) {
  const end = note.indexOf("\n\n")
  const body = note.slice(0, end + 1)
  const [origin, size, root] = body.split("\n")
  const signatures = note.slice(end + 2).trim().split("\n").map((line) => line.split(" "))
  return { body, origin, size: Number(size), root: unb64(root), signatures }
}

async function isSigned(head, keys) {
  for (const [, name, data] of head.signatures) {
    if (name !== head.origin) continue
    for (const { key } of keys) {
      const public_ = await crypto.subtle.importKey("raw", unb64(key), "Ed25519", false, ["verify"])
      if (await crypto.subtle.verify("Ed25519", public_, unb64(data).slice(4), bytes(head.body))) return true
    }
  }
  return false
}

async function canCheck() {
  try {
    await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])
    return true
  } catch {
    return false
  }
}

async function asked(address) {
  const answer = await fetch(address)
  if (answer.status === 404) return null
  if (!answer.ok) throw new Error(answer.status)
  return answer.text()
}

// Whether the log of today begins with a head: true, false, "later" where it is not shown yet, or "unreachable"
async function today(head, keys) {
  try {
    const note = await asked(result.dataset.checkpoint)
    const now = note && readNote(note)
    if (!now || now.size < head.size) return "later"
    const told = await asked(`${result.dataset.consistency}?from=${head.size}&to=${now.size}`)
    return (await isSigned(now, keys)) && told !== null && extended(head, now, JSON.parse(told).proof)
  } catch {
    return "unreachable"
  }
}

async function checked(receipt, keys) {
  const head = readNote(receipt.checkpoint)
  const found = { event: receipt.index, signature: await isSigned(head, keys), proof: false, today: false }
  if (head.origin !== result.dataset.log || JSON.parse(receipt.leaf).index !== receipt.index) return found
  try {
    found.proof = same(await included(receipt.leaf, receipt.index, head.size, receipt.proof), head.root)
  } catch {
    found.proof = false
  }
  found.today = await today(head, keys)
  return found
}

const say = (name) => words.querySelector(`[data-is=${name}]`).cloneNode(true)

function row(name, held) {
  const list = document.createElement("li")
  const answer = held === true ? "yes" : held === false ? "no" : held
  list.textContent = `${say(name).textContent}: ${say(answer).textContent}`
  list.dataset.held = answer
  return list
}

function show(rows) {
  const parts = rows.map((found) => {
    const title = document.createElement("h2")
    title.textContent = `${say("event").textContent} ${found.event}`
    const list = document.createElement("ul")
    list.append(...["signature", "proof", "today"].map((name) => row(name, found[name])))
    return [title, list]
  })
  const spoilt = rows.some((found) => !found.signature || !found.proof)
  const bad = rows.some((found) => found.today === false)
  const verdict = say(spoilt ? "spoilt" : bad ? "bad" : "good")
  verdict.className = spoilt || bad ? "refused" : "lead"
  result.replaceChildren(verdict, ...parts.flat())
}

async function check(file) {
  const receipt = JSON.parse(await file.text())
  if (receipt.log !== result.dataset.log) return result.replaceChildren(say("foreign"))
  if (!receipt.receipts.length) return result.replaceChildren(say("unsigned"))
  const { keys } = JSON.parse(await asked(result.dataset.keys))
  return show(await Promise.all(receipt.receipts.map((each) => checked(each, keys))))
}

document.getElementById("receipt").addEventListener("change", (event) => {
  const [file] = event.target.files
  if (file) check(file).catch(() => result.replaceChildren(say("unreadable")))
})
result.replaceChildren(say((await canCheck()) ? "ready" : "old"))
