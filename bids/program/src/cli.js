// The same program at a command line, for bidders, custodians and auditors: node sobre.mjs; without arguments it
// says what it can do. Words are read from standard input, so that no history of commands keeps them.

import { createReadStream, openAsBlob } from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";

import { carrier, keyFor, orderOf, partsOf, readCarrier, readDraft, readPercentage } from "./bid.js";
import * as core from "./core.js";

const USAGE = `Convoca, programa de sobres cerrados (${core.VERSION})

Postor
  words CONVOCATORIA.json                    las doce palabras de cada sobre: compárelas con el aviso impreso
  seal CONVOCATORIA.json BORRADOR.json NOMBRE --percentage 10.20 --paper CLAVE=ARCHIVO ... [--key CLAVE.json]
                                             cierra los sobres: NOMBRE.convoca (se presenta), NOMBRE.clave.json (se guarda)
  withdraw CLAVE.json MANIFIESTO...          firma el retiro de los sobres con esos nombres
  unpack NOMBRE.convoca CARPETA              saca manifiestos y sobres cerrados, para abrirlos con age

Custodio (las palabras se escriben en la entrada)
  sheet                                      hace una hoja nueva: 24 palabras
  keys EXPEDIENTE RONDA                      las llaves públicas de una hoja
  list BITACORA.jsonl SOBRE RONDA            qué sobres se abren, según la bitácora
  check CLAVES.json MANIFIESTO.json          firma: mi parte está bien; no revela nada
  release CLAVES.json MANIFIESTO.json        firma: aquí está mi parte

Quien revisa
  join CLAVES.json MANIFIESTO.json PARTES.json   la llave del sobre, y quién falló
  open MANIFIESTO.json SOBRE.age LLAVE SALIDA.zip`;

const json = async (file) => JSON.parse(await readFile(file, "utf8"));
const say = (value) => console.log(typeof value === "string" ? value : JSON.stringify(value, null, 1));

async function typed() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function fileSink(name) {
  const file = await open(name, "w");
  return { write: (bytes) => file.writeFile(bytes), close: () => file.close() };
}

const asFile = ({ name, blob }) => ({ name, size: blob.size, stream: () => blob.stream() });

async function papersIn(rows = []) {
  const papers = [];
  for (const row of rows) {
    const [key, file] = [row.slice(0, row.indexOf("=")), row.slice(row.indexOf("=") + 1)];
    papers.push({ key, name: path.basename(file), blob: await openAsBlob(file) });
  }
  return papers;
}

async function seal([call, draft, name], { percentage = "", paper, key: keyFile }) {
  const told = await json(call);
  const offered = readPercentage(percentage, told.offer);
  if (!offered) throw new core.SealingError("bid.offer.outside-limits");
  const key = keyFor(told, keyFile && (await readFile(keyFile, "utf8")));
  const said = readDraft(told, await readFile(draft, "utf8"));
  const parts = partsOf(told, { ...said, papers: await papersIn(paper), percentage: offered });
  const sealed = [];
  for (const { kit, part, files } of parts) {
    const file = `${name}.${kit.stage}.${part}.age`;
    const how = { kit, part, bidder: told.bidder, key, ...orderOf(told, kit.stage, part) };
    const made = await core.seal({ ...how, files: files.map(asFile), sink: await fileSink(file) });
    sealed.push({ ...made, blob: await openAsBlob(file) });
  }
  const declared = said.answers.bid_bond ? [told.guarantee] : [];
  await writeFile(`${name}.clave.json`, JSON.stringify(core.keyFile(key, sealed)), { mode: 0o600 });
  const whole = await fileSink(`${name}.convoca`);
  for await (const chunk of carrier(told, sealed, declared).stream()) await whole.write(chunk);
  await whole.close();
  say(sealed.map(({ id }) => id).join("\n"));
}

async function unpack([file, folder]) {
  const { parts, blobs } = await readCarrier(await openAsBlob(file));
  for (const [place, { manifest }] of parts.entries()) {
    const name = path.join(folder, `${manifest.stage}.${manifest.part}`);
    await writeFile(`${name}.manifest.json`, JSON.stringify(manifest));
    await writeFile(`${name}.age`, blobs[place].stream());
    say(`${core.fingerprint(manifest)} ${name}.age`);
  }
}

async function withdraw([file, ...manifests]) {
  const key = core.unb64(core.readKeyFile(await readFile(file, "utf8")).key);
  say(manifests.map((manifest) => core.withdrawal(manifest, key)));
}

async function keysFor(tender, round) {
  return core.custodianKeys(core.wordsToSeed(await typed()), tender, round);
}

async function hand(mode, [kitFile, manifestFile]) {
  const [kit, manifest] = [await json(kitFile), await json(manifestFile)];
  const keys = await keysFor(kit.tender, kit.round);
  say(await core.release({ kit, manifest, i: core.seatOf(kit, keys), keys, mode }));
}

async function list([log, stage, round]) {
  const leaves = (await readFile(log, "utf8")).trim().split("\n").map((line) => JSON.parse(line));
  say(core.openingList(leaves, Number(stage), Number(round)));
}

async function unseal([manifestFile, ciphertext, key, target]) {
  const stream = Readable.toWeb(createReadStream(ciphertext));
  await core.openEnvelope({ manifest: await json(manifestFile), key, ciphertext: stream, sink: await fileSink(target) });
}

const COMMANDS = {
  words: async ([call]) => say((await json(call)).kits.map((kit) => `${kit.stage}: ${core.kitWords(kit).join(" ")}`).join("\n")),
  seal,
  unpack,
  withdraw,
  sheet: async () => say(core.seedToWords(core.newSeed()).join(" ")),
  async keys([tender, round]) {
    const { recipients, verify, readingRecipient } = await keysFor(tender, Number(round));
    say({ recipients, verify, readingRecipient });
  },
  list,
  check: (given) => hand("check", given),
  release: (given) => hand("release", given),
  join: async ([kit, manifest, releases]) => say(await core.recombine(await json(kit), await json(manifest), await json(releases))),
  open: unseal,
};

const options = { percentage: { type: "string" }, paper: { type: "string", multiple: true }, key: { type: "string" } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [name, ...given] = positionals;
if (!Object.hasOwn(COMMANDS, name ?? "")) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    await COMMANDS[name](given, values);
  } catch (error) {
    console.error(error.code ?? error.message, error.facts ?? "");
    process.exitCode = 1;
  }
}
