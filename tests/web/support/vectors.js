// The receipt vectors that all verifiers are held to (spec/vectors/receipts).
import { readFileSync } from 'node:fs';

const folder = new URL('../../../spec/vectors/receipts/', import.meta.url);

/** A file beside the index, as plain bytes (a Buffer would be a view of a shared pool). */
export const vectorFile = name => new Uint8Array(readFileSync(new URL(name, folder)));

export const receiptVectors = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')).vectors;

const utf8 = text => (text === undefined ? undefined : new TextEncoder().encode(text));

/** A vector as the verifier's input. */
export const inputOf = vector => ({
  bundle: vectorFile(vector.bundle),
  trust: vector.trust,
  firstUse: vector.firstUse,
  now: new Date(vector.now),
  require: vector.require ?? undefined,
  policy: utf8(vector.policy),
  askedPolicy: utf8(vector.askedPolicy),
  model: vector.model ?? undefined,
  request: vector.request === null ? undefined : vectorFile(vector.request),
  response: vector.response === null ? undefined : vectorFile(vector.response),
});
