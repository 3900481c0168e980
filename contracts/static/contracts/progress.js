// Shows how far the reading of a workbook is; without it the page has a link that looks again.
const place = document.querySelector("[data-progress]");
const bar = place.querySelector("progress");
const title = place.querySelector("h2");
const words = place.querySelector("[data-words]");

async function look() {
  const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
  const far = await answer.json();
  if (far.state !== "waiting" && far.state !== "reading") return location.reload();
  title.textContent = far.title;
  if (far.text) words.textContent = far.text;
  if (far.total) [bar.max, bar.value] = [far.total, far.done];
  return setTimeout(look, 1500);
}

setTimeout(look, 1500);
