// Where ciphertext waits until it has been sent: the browser's own file system, or memory where there is none.

const FOLDER = "convoca";

async function folder() {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch {
    return null; // pages without an origin, private windows of some browsers
  }
}

// A sink for a worker: whatever is written is a file afterwards. `name` is null where it is only in memory.
export async function newSink() {
  const home = await folder();
  const name = `${crypto.randomUUID()}.age`;
  try {
    const file = await home.getFileHandle(name, { create: true });
    const access = await file.createSyncAccessHandle();
    let place = 0;
    return {
      name,
      write: (bytes) => (place += access.write(bytes, { at: place })),
      close() {
        access.flush();
        access.close();
      },
      blob: () => file.getFile(),
    };
  } catch {
    const pieces = [];
    return { name: null, write: (bytes) => pieces.push(new Blob([bytes])), close() {}, blob: () => new Blob(pieces) };
  }
}

// The file of this name, or null where it is not there any more.
export async function stored(name) {
  try {
    return await (await (await folder()).getFileHandle(name)).getFile();
  } catch {
    return null;
  }
}

// Keep what was sealed for a call, in the place of what was sealed before: manifests, signatures, names of files.
// Nothing of it is secret.
export async function remember(tender, sealed) {
  const before = remembered(tender);
  localStorage.setItem(`convoca ${tender}`, JSON.stringify(sealed));
  const kept = new Set(sealed.parts.map((part) => part.file));
  const home = await folder();
  for (const { file } of before?.parts ?? []) {
    if (file && !kept.has(file)) await home?.removeEntry(file).catch(() => null);
  }
}

// What was sealed for a call on this device: { parts: [{manifest, sig, id, file}], declared }, or null.
export function remembered(tender) {
  try {
    return JSON.parse(localStorage.getItem(`convoca ${tender}`));
  } catch {
    return null;
  }
}
