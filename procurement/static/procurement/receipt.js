// Checks a receipt of the log in the visitor's own browser: RFC 6962 and 9162, C2SP signed notes, Ed25519.
// Reads the file where it is and fetches only what is public: keys, the head of the log, a proof.

import { asked, canCheck, extended, included, isSigned, readNote, same } from "./log.js"

const result = document.getElementById("result")
const words = document.getElementById("said").content

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
