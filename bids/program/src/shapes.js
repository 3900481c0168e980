// Shapes of JSON: an object has exactly these fields, a list has items of one shape, the rest are questions.

import { PARTS, SealingError, STAGES, VERSION, publicOf, unb64 } from "./bytes.js";

function decodes(decode, value) {
  try {
    return typeof value === "string" && decode(value);
  } catch {
    return false;
  }
}

export const equals = (constant) => (value) => value === constant;
export const oneOf = (...constants) => (value) => constants.includes(value);
export const integer = (low, high) => (value) => Number.isSafeInteger(value) && low <= value && value <= high;
export const matches = (pattern) => (value) => typeof value === "string" && pattern.test(value);
export const b64Of = (size) => (value) => (decodes(unb64, value) || []).length === size;
export const isHex = matches(/^[0-9a-f]{64}$/);
export const isRecipient = (value) => Boolean(decodes(publicOf, value));
export const isIdentity = matches(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/);
export const optional = (question) => (value) => value === null || question(value);
export const isNfc = (value) => value.normalize("NFC") === value;
export const isPrintable = (value) => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(value);

// How a person or body is called: 1 to 100 printable characters, NFC.
export const isName = (value) =>
  typeof value === "string" && value !== "" && [...value].length <= 100 && isPrintable(value) && isNfc(value);

export const WHERE = {
  v: equals(VERSION),
  tender: matches(/^[A-Za-z0-9._:-]{1,100}$/),
  round: integer(1, 99),
  stage: oneOf(...STAGES),
};
export const SEATS = integer(1, 255);
export const PART = oneOf(...PARTS);

function isObjectOf(names, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const found = Object.keys(value);
  return found.length === names.length && names.every((name) => Object.hasOwn(value, name));
}

// The places where a JSON value has not this shape; none means that it has.
export function defects(value, shape, at = "fields") {
  if (typeof shape === "function") return shape(value) ? [] : [at];
  if (Array.isArray(shape)) {
    return Array.isArray(value) ? value.flatMap((item) => defects(item, shape[0], at)) : [at];
  }
  const names = Object.keys(shape);
  if (!isObjectOf(names, value)) return [at];
  return names.flatMap((name) => defects(value[name], shape[name], name));
}

export const fits = (value, shape) => defects(value, shape).length === 0;

// Refuse with `code` a value that has not this shape, naming the first field that is wrong.
export function requireShape(value, shape, code) {
  const [defect] = defects(value, shape);
  if (defect) throw new SealingError(code, { defect });
}
