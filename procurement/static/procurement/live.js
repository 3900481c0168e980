// Follows a page that others write: asks every two seconds whether it says anything new, and shows that.
// Without this module the page is the same, and is asked for again by hand or by the browser.

const EVERY = 2000
const PATIENCE = 30000 // at most so long between two questions while nobody answers

const status = document.getElementById("live")
const news = document.getElementById("news")
let seen = null // ETag of what is shown
let ahead = 0 // how far the server's clock is ahead of this one
let wait = EVERY
let last = Date.now()

function show(page) {
  document.title = page.title
  for (const part of ["main", "header .call"]) {
    document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes)
  }
  const said = document.querySelector("h1").textContent
  if (news.textContent !== said) news.textContent = said
}

async function look() {
  const answer = await fetch(location.href, { cache: "no-cache" })
  if (!answer.ok) throw new Error(answer.status)
  const date = Date.parse(answer.headers.get("Date"))
  if (date) ahead = date - Date.now()
  const tag = answer.headers.get("ETag")
  if (tag !== seen) show(new DOMParser().parseFromString(await answer.text(), "text/html"))
  seen = tag
  last = Date.now()
}

async function follow() {
  if (!document.hidden) {
    try {
      await look()
      wait = EVERY
    } catch {
      wait = Math.min(wait * 2, PATIENCE)
    }
  }
  setTimeout(follow, wait + Math.random() * EVERY / 4)
}

function left(seconds) {
  const days = Math.floor(seconds / 86400)
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
  return (days ? `${days} d ` : "") + parts.map(part => String(part).padStart(2, "0")).join(":")
}

function tick() {
  for (const clock of document.querySelectorAll("[data-until]")) {
    const seconds = Math.round((Date.parse(clock.dataset.until) - Date.now() - ahead) / 1000)
    clock.textContent = seconds > 0 ? left(seconds) : clock.dataset.over
    clock.closest("[hidden]")?.removeAttribute("hidden")
  }
  const silent = Math.round((Date.now() - last) / 1000)
  status.textContent = (silent > 10 ? status.dataset.lost : status.dataset.live).replace("{}", silent)
  status.classList.toggle("refused", silent > 10)
}

status.hidden = false
setInterval(tick, 1000)
document.addEventListener("visibilitychange", () => document.hidden || look().catch(() => {}))
follow()
