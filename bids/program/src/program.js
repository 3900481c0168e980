// The sealing program, one file: the core as a module (core.js), its worker, and what it does on a page.
//
// A page says what it is by `data-convoca` on one of its elements; the program of that name begins with it.

import { begin as act } from "./pages/act.js";
import { begin as handIn } from "./pages/hand_in.js";
import { begin as offline } from "./pages/offline.js";
import { begin as offlineAct } from "./pages/offline_act.js";
import { begin as ready } from "./pages/ready.js";
import { begin as reserved } from "./pages/reserved.js";
import { begin as resume } from "./pages/resume.js";
import { begin as sheet } from "./pages/sheet.js";
import { begin as withdraw } from "./pages/withdraw.js";
import { begin as write } from "./pages/write.js";
import { inWorker, serve } from "./worker.js";

export * from "./core.js";
export { inWords, readPercentage } from "./bid.js";
export { inWorker };

const PAGES = { write, withdraw, resume, "hand-in": handIn, offline, sheet, ready, act, reserved, "offline-act": offlineAct };

if (typeof WorkerGlobalScope !== "undefined") serve(self);
else if (typeof document !== "undefined") {
  for (const element of document.querySelectorAll("[data-convoca]")) PAGES[element.dataset.convoca](element);
}
