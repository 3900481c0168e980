// Shows how far the reading of a workbook is; without it the page has a link that looks again.
const place = document.querySelector("[data-progress]");
const bar = place.querySelector("progress");
const words = place.querySelector("[data-words]");

async function look() {
  const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
  const { state, done, total, text } = await answer.json();
  if (state !== "waiting" && state !== "reading") return location.reload();
  if (total) [bar.max, bar.value, words.textContent] = [total, done, text];
  return setTimeout(look, 1500);
}

setTimeout(look, 1500);
