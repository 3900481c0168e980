// The sealing program, one file: the core as a module, its worker, and what it does on a page of Convoca.

export * from "./core.js";
