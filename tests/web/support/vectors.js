// The receipt vectors that all verifiers are held to (spec/vectors/receipts; of proofs, spec/vectors/receipt-proofs; of attested hardware, spec/vectors/tee-receipts; of paid requests, spec/vectors/payment-receipts; of chats, spec/vectors/chat-receipts).
import { readFileSync } from 'node:fs';

const folderOf = name => new URL(`../../../spec/vectors/${name}/`, import.meta.url);
const folder = folderOf('receipts');

/** A file beside the index, as plain bytes (a Buffer would be a view of a shared pool). */
export const vectorFile = name => new Uint8Array(readFileSync(new URL(name, folder)));

const listOf = where => JSON.parse(readFileSync(new URL('index.json', where), 'utf8')).vectors;

export const receiptVectors = listOf(folder);
export const proofVectors = listOf(folderOf('receipt-proofs'));
export const teeVectors = listOf(folderOf('tee-receipts'));
export const paymentVectors = listOf(folderOf('payment-receipts'));
export const chatVectors = listOf(folderOf('chat-receipts'));

const utf8 = text => (text === undefined ? undefined : new TextEncoder().encode(text));

const folders = [[proofVectors, 'receipt-proofs'], [teeVectors, 'tee-receipts'], [paymentVectors, 'payment-receipts'], [chatVectors, 'chat-receipts']];
const fileOf = (vector, name) => new Uint8Array(readFileSync(new URL(name, folderOf(folders.find(([vectors]) => vectors.includes(vector))?.[1] ?? 'receipts'))));

/** A vector as the verifier's input. */
export const inputOf = vector => ({
  bundle: fileOf(vector, vector.bundle),
  chainFacts: vector.chainFacts === undefined ? undefined : fileOf(vector, vector.chainFacts),
  confirmations: vector.confirmations,
  trust: vector.trust,
  firstUse: vector.firstUse,
  now: new Date(vector.now),
  require: vector.require ?? undefined,
  policy: utf8(vector.policy),
  askedPolicy: utf8(vector.askedPolicy),
  model: vector.model ?? undefined,
  request: vector.request === null ? undefined : fileOf(vector, vector.request),
  response: vector.response === null ? undefined : fileOf(vector, vector.response),
});
