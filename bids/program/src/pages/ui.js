// What the pages of the program share: steps, sentences, errors, progress, files to save.

// A sentence that the page brings in its language: data-say-NAME on `root`, with {places} filled.
export function say(root, name, facts = {}) {
  const key = `say${name.replace(/(?:^|-)(.)/gu, (_whole, letter) => letter.toUpperCase())}`;
  return (root.dataset[key] ?? name).replace(/\{(\w+)\}/gu, (whole, fact) => facts[fact] ?? whole);
}

// Show one step of the page and hide the others.
export function show(root, step) {
  for (const each of root.querySelectorAll("[data-step]")) each.hidden = each.dataset.step !== step;
  root.querySelector(`[data-step="${step}"] :is(h1, h2)`)?.scrollIntoView();
}

// What an error says to people: the sentences of the server, or those of the program's own codes.
export function sentences(root, told, error) {
  if (error.refusals) return error.refusals;
  const known = told?.sentences?.[error.code];
  const fill = (text) => text.replace(/%\((\w+)\)s/gu, (whole, fact) => error.facts?.[fact] ?? whole);
  return [{ code: error.code ?? "", text: known ? fill(known) : say(root, "failed", { reason: error.code ?? error.message }) }];
}

// List what is wrong above the page: rows of { text, code, id (of the field) }; none hides the list. `heading` is
// the name of a sentence of the page, where the heading that stands there does not say it.
export function complain(root, rows, heading) {
  const box = root.querySelector("[data-errors]");
  box.hidden = !rows.length;
  if (heading) box.querySelector("h2").textContent = say(root, heading);
  box.querySelector("ul").replaceChildren(...rows.map(complaint));
  if (rows.length) box.focus();
}

function complaint({ text, code, id }) {
  const item = document.createElement("li");
  const line = document.createElement(id ? "a" : "span");
  line.textContent = text;
  if (id) line.href = `#${id}`;
  item.append(line);
  if (code) item.append(Object.assign(document.createElement("code"), { className: "rule", textContent: code }));
  return item;
}

// What to do while the line is cut, for `post`: say so on the page.
export const cut = (root) => (is) => (root.querySelector("[data-line-cut]").hidden = !is);

// Offer a file to be saved.
export function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Move the bar of a step: `done` of `total`, and what is being done.
export function progress(root, done, total, text) {
  const bar = root.querySelector("[data-step]:not([hidden]) progress");
  Object.assign(bar, { max: total, value: done });
  const line = root.querySelector("[data-step]:not([hidden]) [data-line]");
  if (text !== undefined) line.textContent = text;
}

export const megabytes = (bytes) => (bytes / 1e6).toLocaleString(document.documentElement.lang || "es", { maximumFractionDigits: 1 });
