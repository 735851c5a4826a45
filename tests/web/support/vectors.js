// The receipt vectors that all verifiers are held to (spec/vectors/receipts; of proofs, spec/vectors/receipt-proofs; of attested hardware, spec/vectors/tee-receipts).
import { readFileSync } from 'node:fs';

const folderOf = name => new URL(`../../../spec/vectors/${name}/`, import.meta.url);
const folder = folderOf('receipts');

/** A file beside the index, as plain bytes (a Buffer would be a view of a shared pool). */
export const vectorFile = name => new Uint8Array(readFileSync(new URL(name, folder)));

const listOf = where => JSON.parse(readFileSync(new URL('index.json', where), 'utf8')).vectors;

export const receiptVectors = listOf(folder);
export const proofVectors = listOf(folderOf('receipt-proofs'));
export const teeVectors = listOf(folderOf('tee-receipts'));

const utf8 = text => (text === undefined ? undefined : new TextEncoder().encode(text));

/** A vector as the verifier's input. */
export const inputOf = vector => ({
  bundle: new Uint8Array(readFileSync(new URL(vector.bundle, folderOf(proofVectors.includes(vector) ? 'receipt-proofs' : teeVectors.includes(vector) ? 'tee-receipts' : 'receipts')))),
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
