// The witness's own part: 24 words make a key, the key signs a head of the log that follows from the last one.
// Words and key stay in this page; only the public half and the signature go to the server (C2SP cosignature/v1).

import { asked, bytes, canCheck, extended, isSigned, joined, readNote, sha256 } from "./log.js"

const box = document.getElementById("witness")
const texts = document.getElementById("said").content
const b64 = (data) => btoa(String.fromCharCode(...data))
const say = (name) => texts.querySelector(`[data-is=${name}]`).textContent
const PKCS8 = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20] // then the 32 bytes
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()

let list = [] // 2048 words; the first four letters decide
const known = () => list.map((word) => fold(word).slice(0, 4))

async function toWords(seed) {
  const check = await sha256(seed)
  const bits = [...seed, check[0]].map((each) => each.toString(2).padStart(8, "0")).join("")
  return Array.from({ length: 24 }, (_, place) => list[parseInt(bits.slice(11 * place, 11 * place + 11), 2)])
}

async function toSeed(text) {
  const places = (fold(text).match(/[a-z]+/g) ?? []).map((word) => known().indexOf(word.slice(0, 4)))
  if (places.includes(-1)) throw new Error(`${say("unknown")} ${places.indexOf(-1) + 1}`)
  if (places.length !== 24) throw new Error(say("count"))
  const bits = places.map((place) => place.toString(2).padStart(11, "0")).join("")
  const all = Uint8Array.from(bits.match(/.{8}/g), (each) => parseInt(each, 2))
  const seed = all.slice(0, 32)
  if ((await sha256(seed))[0] !== all[32]) throw new Error(say("checksum"))
  return seed
}

// { sign, public }: Ed25519 from the seed, for this log alone
async function keyOf(text) {
  const material = await crypto.subtle.importKey("raw", await toSeed(text), "HKDF", false, ["deriveBits"])
  const how = { name: "HKDF", hash: "SHA-256", salt: bytes(box.dataset.log), info: bytes("convoca/1 witness") }
  const secret = new Uint8Array(await crypto.subtle.deriveBits(how, material, 256))
  const sign = await crypto.subtle.importKey("pkcs8", joined(PKCS8, secret), "Ed25519", true, ["sign"])
  const { x } = await crypto.subtle.exportKey("jwk", sign)
  const text64 = x.replaceAll("-", "+").replaceAll("_", "/")
  return { sign, public: Uint8Array.from(atob(text64), (letter) => letter.charCodeAt(0)) }
}

async function keyId(name, key) {
  return (await sha256(bytes(name), [10, 4], key)).slice(0, 4)
}

async function verifier(name, key) {
  const id = Array.from(await keyId(name, key), (each) => each.toString(16).padStart(2, "0")).join("")
  return `${name}+${id}+${b64(joined([4], key))}`
}

async function cosignature(head, name, key) {
  const seconds = Math.floor(Date.now() / 1000)
  const stamp = new DataView(new ArrayBuffer(8))
  stamp.setBigUint64(0, BigInt(seconds))
  const message = bytes(`cosignature/v1\ntime ${seconds}\n${head.body}`)
  const signed = new Uint8Array(await crypto.subtle.sign("Ed25519", key.sign, message))
  const data = joined(await keyId(name, key.public), new Uint8Array(stamp.buffer), signed)
  return `\u2014 ${name} ${b64(data)}\n`
}

// The head of the log, once its signature is good and it follows from the last one that this device cosigned
async function newHead() {
  const note = await asked(box.dataset.checkpoint)
  const head = readNote(note)
  const { keys } = JSON.parse(await asked(box.dataset.keys))
  if (head.origin !== box.dataset.log || !(await isSigned(head, keys))) throw new Error(say("unsigned"))
  const kept = localStorage.getItem(`cosigned ${head.origin}`)
  if (kept) {
    const last = readNote(kept)
    const told = await asked(`${box.dataset.consistency}?from=${last.size}&to=${head.size}`)
    const follows = told && (await extended(last, head, JSON.parse(told).proof))
    if (!follows) throw new Error(say("inconsistent"))
  }
  return { head, note }
}

async function enrol(form) {
  const key = await keyOf(form.querySelector("textarea").value)
  form.key.value = await verifier(box.dataset.name, key.public)
}

async function sign(form) {
  const key = await keyOf(form.querySelector("textarea").value)
  if (b64(key.public) !== box.dataset.key) throw new Error(say("other"))
  const { head, note } = await newHead()
  form.note.value = note + (await cosignature(head, box.dataset.name, key))
  localStorage.setItem(`cosigned ${head.origin}`, note)
}

async function makeSheet() {
  const words = await toWords(crypto.getRandomValues(new Uint8Array(32)))
  document.getElementById("sheet").replaceChildren(
    ...words.map((word) => Object.assign(document.createElement("li"), { textContent: word }))
  )
}

function submits(form, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const error = form.querySelector("[role=alert]")
    try {
      await work(form)
      form.querySelector("textarea").value = "" // it has no name: the words never leave the page
      form.submit()
    } catch (fault) {
      error.textContent = fault.message
      error.hidden = false
    }
  })
}

async function begin() {
  list = (await asked(box.dataset.words)).trim().split("\n")
  for (const each of document.querySelectorAll("[data-with-script]")) each.hidden = false
  for (const [id, work] of Object.entries({ enrol, sign })) {
    const form = document.getElementById(id)
    if (form) submits(form, work)
  }
  document.getElementById("make")?.addEventListener("click", makeSheet)
}

if (await canCheck()) begin()
else document.getElementById("old").hidden = false
