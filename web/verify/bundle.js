// Bundles (`*.receipt`): everything that a verifier needs for one receipt (spec/receipt.md, "Bundle").
import { Malformed, attempt, compare } from './bytes.js';
import { CborReader } from './cbor.js';
import { readClaims, readOutput } from './claims.js';
import { readRevocation, readRotation } from './history.js';
import { readKeySet } from './keyset.js';
import { policyByLevel } from './levels.js';
import { sha256 } from './sha256.js';
import { readEnvelope, readPath } from './statement.js';

const MAX_BUNDLE = 64 << 20;
const MAX_ATTACHMENTS = 3; // as many leaves may name one
const MAX_LOG_PATH = 63;
const MAX_CHECKPOINT = 16 << 10;
const MAX_ENTRY = 4 << 10;
const MAX_KEY_EVENTS = 64;

/** Reads a bundle; keeps views of the bytes. Checks form only: whether it is true is the verifier's question. */
export function decodeBundle(bytes) {
  return attempt(() => {
    if (bytes.length > MAX_BUNDLE) throw new Malformed('bundle/too-large');
    const reader = new CborReader(bytes);
    const pairs = reader.map();
    if (pairs < 6 || pairs > 8) throw new Malformed('bundle/layout');
    reader.key(1);
    if (reader.text() !== 'assay/bundle/v1') throw new Malformed('bundle/profile');
    reader.key(2);
    const envelope = reader.bytes();
    reader.key(3);
    const keySet = reader.bytes();
    reader.key(4);
    const claims = reader.raw();
    reader.key(5);
    const output = reader.raw();
    reader.key(6);
    const attachments = readAttachments(reader);
    let log = null;
    if (pairs >= 7) {
      reader.key(7);
      log = readLogProof(reader);
    }
    let keyEvents = [];
    if (pairs === 8) {
      reader.key(8);
      keyEvents = readKeyEvents(reader);
    }
    reader.end();
    return {
      envelope: readEnvelope(envelope), keySet: readKeySet(keySet),
      claims: readClaims(claims), output: readOutput(output), attachments, log, keyEvents,
    };
  });
}

function readAttachments(reader) {
  const count = reader.array();
  if (count > MAX_ATTACHMENTS) throw new Malformed('bundle/attachment-count');
  const attachments = [];
  for (let i = 0; i < count; i++) {
    const content = reader.bytes();
    const digest = sha256(content);
    if (i > 0 && compare(attachments[i - 1].digest, digest) >= 0) throw new Malformed('bundle/attachment-order');
    attachments.push({ digest, content });
  }
  return attachments;
}

function readLogProof(reader) {
  if (reader.array() !== 4) throw new Malformed('bundle/log-proof');
  const entryBytes = reader.bytes();
  const index = reader.uint();
  const path = readPath(reader, MAX_LOG_PATH);
  const checkpoint = reader.bytes();
  if (path === null || checkpoint.length > MAX_CHECKPOINT) throw new Malformed('bundle/log-proof');
  return { entryBytes, entry: readLogEntry(entryBytes), index, path, checkpoint };
}

function readKeyEvents(reader) {
  const count = reader.array();
  if (count === 0 || count > MAX_KEY_EVENTS) throw new Malformed('bundle/key-events');
  const events = [];
  for (let i = 0; i < count; i++) {
    reader.array(3);
    const entryBytes = reader.bytes();
    const index = reader.uint();
    const path = readPath(reader, MAX_LOG_PATH);
    if (path === null || (i > 0 && events[i - 1].index >= index)) throw new Malformed('bundle/key-events');
    events.push({ entryBytes, entry: readLogEntry(entryBytes), index, path });
  }
  return events;
}

/** Throws Malformed. The bytes of a key set aren't looked into, nor are signatures. */
function readLogEntry(bytes) {
  if (bytes.length > MAX_ENTRY) throw new Malformed('entry/layout');
  const reader = new CborReader(bytes);
  const count = reader.array();
  if (reader.text() !== 'assay/log/v1') throw new Malformed('entry/profile');
  const entry = { kind: reader.text() };
  if (count === 3 && entry.kind === 'keyset') {
    entry.keySet = reader.bytes();
  } else if (count === 4 && entry.kind === 'rotation') {
    entry.rotation = readRotation(reader);
  } else if (count === 3 && entry.kind === 'revocation') {
    entry.revocation = readRevocation(reader);
  } else if (count === 5 && entry.kind === 'receipt') {
    entry.digest = reader.bytes(32);
    entry.level = reader.text();
    if (policyByLevel(entry.level) === null) throw new Malformed('entry/level');
    entry.bucket = reader.text();
    if (!/^(?:undisclosed|1e(?:[0-9]|1[0-8]))$/.test(entry.bucket)) throw new Malformed('entry/bucket');
  } else {
    throw new Malformed('entry/layout');
  }
  reader.end();
  return entry;
}

/** The bucket of a number of input elements: rounded up to a power of ten. */
export function sizeBucket(elements) {
  let exponent = 0;
  for (let power = 1; power < elements; power *= 10) exponent++;
  return `1e${exponent}`;
}
