// Builds the sealing program into a folder: node build.mjs FOLDER. Called by script/build_program.

import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { build } from "esbuild";

const folder = process.argv[2];
const common = {
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none", // licences.txt has them whole
  alias: { "@noble/post-quantum/hybrid.js": "./src/absent.js" },
  logLevel: "warning",
};
const browser = { ...common, target: "es2022", platform: "browser" };
const banner = { js: "// Convoca, sealing program sobre/1. Made of bids/program; licences in licences.txt." };

await build({ ...browser, entryPoints: ["src/program.js"], outfile: path.join(folder, "sealing.js"), banner });
await build({
  ...common,
  entryPoints: ["src/cli.js"],
  outfile: path.join(folder, "sobre.mjs"),
  platform: "node",
  target: "node20",
  banner: { js: `#!/usr/bin/env node\n${banner.js}` },
});

// One file that works without network: the program and its style inside the page. As a plain script, because a
// page from a disk may not start a worker from a module.
async function offline() {
  const made = await build({ ...browser, entryPoints: ["src/program.js"], format: "iife", write: false });
  const program = made.outputFiles[0].text;
  const [page, style] = await Promise.all(
    ["src/offline.html", "src/offline.css"].map((file) => readFile(file, "utf8")),
  );
  const inline = program.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
  const whole = page.replace("/* style */", () => style).replace("/* program */", () => inline);
  await writeFile(path.join(folder, "sobre.html"), whole);
}

// The licence of every library that is inside.
async function licences() {
  const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
  const texts = [];
  for (const name of Object.keys(dependencies).sort()) {
    const home = path.join("node_modules", name);
    const { version } = JSON.parse(await readFile(path.join(home, "package.json"), "utf8"));
    const file = (await readdir(home)).find((each) => /^licen[cs]e/i.test(each));
    texts.push(`${name} ${version}\n\n${(await readFile(path.join(home, file), "utf8")).trim()}\n`);
  }
  await writeFile(path.join(folder, "licences.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

await offline();
await licences();
