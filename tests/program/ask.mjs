// Answers calls of the sealing program: node ask.mjs PROGRAM <calls.json. See tests/program/__init__.py.

const program = await import(process.argv[2]);

function read(value) {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== "object" || value === null) return value;
  if ("$bytes" in value) return new Uint8Array(Buffer.from(value.$bytes, "base64"));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, read(each)]));
}

function written(value) {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, written(each)]));
}

function sink() {
  const blocks = [];
  return { write: (bytes) => blocks.push(bytes.slice()), close() {}, all: () => new Uint8Array(Buffer.concat(blocks)) };
}

const more = {
  async sealBytes({ contents, ...how }) {
    const files = Object.entries(contents).map(([name, bytes]) => ({
      name,
      size: bytes.length,
      stream: () => new Blob([bytes]).stream(),
    }));
    const into = sink();
    const sealed = await program.seal({ ...how, files, sink: into });
    return { ...sealed, ciphertext: into.all() };
  },
  async openBytes({ ciphertext, ...how }) {
    const into = sink();
    await program.openEnvelope({ ...how, ciphertext: new Blob([ciphertext]).stream(), sink: into });
    return into.all();
  },
};

async function answer([name, ...given]) {
  try {
    return written((await (more[name] ?? program[name])(...read(given))) ?? null);
  } catch (error) {
    if (!(error instanceof program.SealingError)) throw error;
    return { $refused: [error.code, error.facts] };
  }
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const calls = JSON.parse(Buffer.concat(chunks).toString());
const answers = [];
for (const call of calls) answers.push(await answer(call));
process.stdout.write(JSON.stringify(answers));
