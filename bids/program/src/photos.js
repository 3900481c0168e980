// Photographs as one small PDF (decision 17): turned upright, shrunk, and redrawn, so that what a camera writes
// into a file, the place above all, is not in it. Runs in a worker.

import { SealingError } from "./core.js";

const LONGEST = 1600; // pixels of the longer side: an A4 sheet at 140 dots an inch
const QUALITY = 0.72;
const PAGE = [595, 842]; // points, A4

export const isPhoto = ({ type, name }) => type.startsWith("image/") || /\.(jpe?g|png|webp|heic|heif)$/iu.test(name);

async function redrawn(photo) {
  let picture;
  try {
    picture = await createImageBitmap(photo, { imageOrientation: "from-image" });
  } catch {
    throw new SealingError("envelope.photo.unreadable", { name: photo.name });
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // a PDF page is white where a picture is transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return { width, height, jpeg: new Uint8Array(await jpeg.arrayBuffer()) };
}

// Where a picture stands on its page: as large as it fits, in the middle.
function placed({ width, height }) {
  const [across, high] = width > height ? [PAGE[1], PAGE[0]] : PAGE;
  const scale = Math.min(across / width, high / height);
  const [w, h] = [width * scale, height * scale];
  return { across, high, matrix: [w, 0, 0, h, (across - w) / 2, (high - h) / 2].map((n) => n.toFixed(2)).join(" ") };
}

// Writes numbered objects and knows where each begins.
class Objects {
  constructor() {
    Object.assign(this, { chunks: [], size: 0, places: [] });
    this.put("%PDF-1.4\n");
  }

  put(...pieces) {
    for (const piece of pieces) {
      const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
      this.chunks.push(bytes);
      this.size += bytes.length;
    }
  }

  add(number, dictionary, stream) {
    this.places[number] = this.size;
    this.put(`${number} 0 obj\n${dictionary}\n`);
    if (stream) this.put("stream\n", stream, "\nendstream\n");
    this.put("endobj\n");
  }

  end() {
    const start = this.size;
    const rows = this.places.slice(1).map((place) => `${String(place).padStart(10, "0")} 00000 n \n`);
    this.put(`xref\n0 ${rows.length + 1}\n0000000000 65535 f \n${rows.join("")}`);
    this.put(`trailer\n<</Size ${rows.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`);
    return new Blob(this.chunks, { type: "application/pdf" });
  }
}

// One PDF, a page for each photograph, in their order.
export async function photosToPdf(photos, onProgress) {
  const objects = new Objects();
  const numbers = photos.map((_photo, place) => 3 + 3 * place);
  objects.add(1, "<</Type/Catalog/Pages 2 0 R>>");
  objects.add(2, `<</Type/Pages/Count ${photos.length}/Kids[${numbers.map((n) => `${n} 0 R`).join(" ")}]>>`);
  for (const [place, photo] of photos.entries()) {
    const [page, drawing, image] = [numbers[place], numbers[place] + 1, numbers[place] + 2];
    const { width, height, jpeg } = await redrawn(photo);
    const { across, high, matrix } = placed({ width, height });
    const box = `/MediaBox[0 0 ${across} ${high}]/Resources<</XObject<</P ${image} 0 R>>>>`;
    objects.add(page, `<</Type/Page/Parent 2 0 R${box}/Contents ${drawing} 0 R>>`);
    const drawn = new TextEncoder().encode(`q ${matrix} cm /P Do Q`);
    objects.add(drawing, `<</Length ${drawn.length}>>`, drawn);
    const kind = "/Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode";
    objects.add(image, `<<${kind}/Width ${width}/Height ${height}/Length ${jpeg.length}>>`, jpeg);
    onProgress?.(place + 1, photos.length);
  }
  return objects.end();
}
