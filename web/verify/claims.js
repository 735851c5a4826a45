// The claims tree: eight groups of salted leaves in the registry's order (spec/receipt.md, "Claims tree").
import { Malformed } from './bytes.js';
import { CborReader } from './cbor.js';
import { leafHash, root } from './merkle.js';
import { MAX_TENSORS, readTensorFields } from './tensors.js';

/** Group, then label and type of each leaf. No place ever changes. */
export const REGISTRY = [
  ['request', [
    ['protocol', 'text'], ['wire_digest', 'digest'], ['inputs', 'tensors'], ['system_prompt', 'digest'],
    ['messages', 'digests'], ['attachments', 'digests'], ['tools', 'digest'], ['response_format', 'text'],
    ['sampling', 'text'], ['seed', 'uint'], ['client_nonce', 'bytes'], ['policy', 'text'],
    ['level_source', 'text'], ['mutations', 'texts']]],
  ['model', [
    ['name', 'text'], ['model_id', 'digest'], ['tokenizer', 'digest'], ['template', 'digest'], ['statement', 'digest']]],
  ['execution', [
    ['backend', 'text'], ['semantics', 'text'], ['instruction_set', 'text'], ['cache', 'text'], ['saturated', 'uint']]],
  ['output', [
    ['wire_digest', 'digest'], ['parts', 'uint'], ['tool_calls', 'digest'], ['logprobs', 'digest'],
    ['finish_reason', 'texts'], ['usage', 'text']]],
  ['time', [['received', 'uint'], ['started', 'uint'], ['finished', 'uint']]],
  ['parties', [['node', 'text'], ['api_key', 'text'], ['gateway', 'text']]],
  ['payment', [['offer', 'text'], ['payload', 'text'], ['price', 'text']]],
  ['lineage', [['relation', 'text'], ['receipts', 'digests']]],
];

function list(reader, item) {
  const length = reader.array();
  const items = [];
  for (let left = length; left > 0; left--) items.push(item(reader));
  return items;
}

function digest(reader) {
  const bytes = reader.bytes();
  if (bytes.length !== 32) throw new Malformed('claims/type');
  return bytes;
}

function readTensors(reader) {
  const length = reader.array();
  if (length > MAX_TENSORS) throw new Malformed('tensor/count');
  const tensors = [];
  for (let i = 0; i < length; i++) {
    if (reader.array() !== 4) throw new Malformed('tensor/layout');
    tensors.push(readTensorFields(reader));
  }
  return tensors;
}

// CBOR major type that a value must have, and its reader.
const TYPES = {
  text: [3, reader => reader.text()],
  bytes: [2, reader => reader.bytes()],
  digest: [2, digest],
  uint: [0, reader => reader.uint()],
  texts: [4, reader => list(reader, r => r.text())],
  digests: [4, reader => list(reader, digest)],
  tensors: [4, readTensors],
};

/** The start of every salted leaf: an array of that length with a 16-byte salt. */
function readSalt(reader, length, code) {
  if (reader.array() !== length || reader.bytes().length !== 16) throw new Malformed(code);
}

/** A redacted leaf's hash, or null if the next item isn't one. */
function tryRedacted(reader) {
  if (reader.major !== 2) return null;
  const hash = reader.bytes();
  if (hash.length !== 32) throw new Malformed('claims/redacted-length');
  return hash;
}

function readValue(reader, type) {
  if (reader.major !== TYPES[type][0]) throw new Malformed('claims/type');
  return TYPES[type][1](reader);
}

function readLeaf(reader, label, type) {
  const redacted = tryRedacted(reader);
  if (redacted !== null) return { disclosed: false, value: null, hash: redacted };
  const start = reader.position;
  readSalt(reader, 3, 'claims/leaf');
  if (reader.text() !== label) throw new Malformed('claims/label');
  const value = reader.nextIsNull ? reader.null() : readValue(reader, type);
  return { disclosed: true, value, hash: leafHash(reader.data.subarray(start, reader.position)) };
}

/**
 * Reads the claims section of a bundle. Throws Malformed.
 * `get` gives a leaf by name: disclosed or not, value (null if absent), leaf hash.
 */
export function readClaims(section) {
  const reader = new CborReader(section);
  const leaves = new Map();
  if (reader.array() !== REGISTRY.length) throw new Malformed('claims/layout');
  const groupRoots = REGISTRY.map(([group, fields]) => {
    if (reader.array() !== fields.length) throw new Malformed('claims/layout');
    return root(fields.map(([label, type]) => {
      const leaf = readLeaf(reader, label, type);
      leaves.set(`${group}.${label}`, leaf);
      return leaf.hash;
    }));
  });
  reader.end();
  return {
    get: name => leaves.get(name),
    value: name => leaves.get(name).value,
    root: root(groupRoots.map(leafHash)),
    redacted: [...leaves.values()].filter(leaf => !leaf.disclosed).length,
  };
}

/** Reads the output section of a bundle. A redacted part is null in `parts`; `tensors` is null if there is one. Throws Malformed. */
export function readOutput(section) {
  const reader = new CborReader(section);
  const count = reader.array();
  if (count > MAX_TENSORS) throw new Malformed('tensor/count');
  const hashes = [];
  const parts = [];
  for (let i = 0; i < count; i++) {
    const redacted = tryRedacted(reader);
    if (redacted !== null) {
      hashes.push(redacted);
      parts.push(null);
      continue;
    }
    const start = reader.position;
    readSalt(reader, 5, 'output/leaf');
    parts.push(readTensorFields(reader, true));
    hashes.push(leafHash(section.subarray(start, reader.position)));
  }
  reader.end();
  const redacted = parts.filter(part => part === null).length;
  return { count, redacted, parts, tensors: redacted === 0 ? parts : null, root: root(hashes) };
}

/** Whether nothing disclosed says that something else than an exact program ran. */
export const mayBeExact = claims => (claims.value('execution.semantics') ?? 'fixed-point/v1') === 'fixed-point/v1';

/** Whether nothing disclosed says that what ran can't be run again by anybody. */
export const mayBeRunAgain = claims => mayBeExact(claims) || claims.value('execution.semantics') === 'llama.cpp/sampler-v1';
