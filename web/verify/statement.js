// The signed statement, the batch head and the envelope that joins them (spec/receipt.md).
import { Malformed, attempt, bigEndian, encodeUtf8 } from './bytes.js';
import { CborReader } from './cbor.js';
import { leafHash } from './merkle.js';

/** The last millisecond of the year 9999. */
export const MAX_TIME = 253402300799999n;
const MAX_BATCH = 1n << 20n;
const MAX_BATCH_PATH = 20;
const MAX_COSE = 4096;

/**
 * A CBOR map of constant size: a text at key 1, then byte strings of fixed lengths. Every byte that isn't part of a
 * value is the same in all of them, so reading one is comparing with a frame and slicing.
 */
function fixedMap(profile, lengths) {
  const frame = [0xa0 + 1 + lengths.length, 1, 0x60 + profile.length, ...encodeUtf8(profile)];
  const offsets = [];
  lengths.forEach((length, i) => {
    frame.push(i + 2, ...(length < 24 ? [0x40 + length] : [0x58, length]));
    offsets.push(frame.length);
    for (let k = 0; k < length; k++) frame.push(-1);
  });
  return bytes => {
    if (bytes.length !== frame.length || frame.some((b, i) => b >= 0 && b !== bytes[i])) return null;
    return lengths.map((length, i) => bytes.subarray(offsets[i], offsets[i] + length));
  };
}

const statementFields = fixedMap('assay/receipt/v1', [32, 16, 8, 8, 32, 1, 32, 32, 1]);
const headFields = fixedMap('assay/batch/v1', [32, 8, 32]);

export const LEVEL_SOURCES = ['request', 'key', 'model', 'node-default', 'payment'];
export const PHASES = ['progress', 'final', 'abort'];

/** Throws Malformed. */
export function readStatement(bytes) {
  const fields = statementFields(bytes);
  if (fields === null) throw new Malformed('statement/layout');
  const [keySet, id, issuedAt, counter, policy, source, claimsRoot, outputRoot, phase] = fields;
  const statement = {
    keySet, id, issuedAt: bigEndian(issuedAt), counter: bigEndian(counter), policy,
    levelSource: LEVEL_SOURCES[source[0]], claimsRoot, outputRoot, phase: PHASES[phase[0]],
    digest: leafHash(bytes),
  };
  if (statement.issuedAt > MAX_TIME) throw new Malformed('statement/issued-at');
  if (statement.counter === 0n) throw new Malformed('statement/counter');
  if (statement.levelSource === undefined) throw new Malformed('statement/level-source');
  if (statement.phase === undefined) throw new Malformed('statement/phase');
  return statement;
}

export function decodeBatchHead(bytes) {
  return attempt(() => {
    const fields = headFields(bytes);
    if (fields === null) throw new Malformed('batch/head');
    const head = { keySet: fields[0], size: bigEndian(fields[1]), root: fields[2] };
    if (head.size === 0n) throw new Malformed('batch/head');
    return head;
  });
}

/** An array of 32-byte strings; null if there are more than max or one has another length. */
export function readPath(reader, max) {
  const path = [];
  const length = reader.array();
  let sound = length <= max;
  for (let i = 0; i < length; i++) {
    const node = reader.bytes();
    sound &&= node.length === 32;
    if (sound) path.push(node);
  }
  return sound ? path : null;
}

/** `[statement, index, size, path, cose-sign1]`. Doesn't look into the COSE_Sign1. Throws Malformed. */
export function readEnvelope(bytes) {
  const reader = new CborReader(bytes);
  reader.array(5);
  const statementBytes = reader.bytes();
  const index = reader.uint();
  const size = reader.uint();
  const path = readPath(reader, MAX_BATCH_PATH);
  const cose = reader.bytes();
  reader.end();
  if (path === null || size > MAX_BATCH || index >= size) throw new Malformed('envelope/path');
  if (cose.length > MAX_COSE) throw new Malformed('envelope/signature');
  return { statement: readStatement(statementBytes), index, size, path, cose };
}
