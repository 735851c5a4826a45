// What a node's log says about one thing: an entry, and the proof that the log has it (spec/receipt.md, "Log entry").
import { Malformed, attempt } from './bytes.js';
import { CborReader } from './cbor.js';
import { isEd25519Key } from './ed25519.js';
import { EVIDENCE_BASES, FINDINGS } from './endorsement.js';
import { readRevocation, readRotation } from './history.js';
import { policyByLevel } from './levels.js';
import { noteKey, parseCheckpoint, parseNote, verifyNote } from './note.js';
import { readPath } from './statement.js';

const MAX_LOG_PATH = 63;
const MAX_CHECKPOINT = 16 << 10;
const MAX_ENTRY = 4 << 10;
const MAX_KEY_EVENTS = 64;
const GRADES = ['simulated', 'operator-held', 'third-party-hosted'];

/** An array of four. Throws Malformed. */
export function readLogProof(reader) {
  if (reader.array() !== 4) throw new Malformed('bundle/log-proof');
  const entryBytes = reader.bytes();
  const index = reader.uint();
  const path = readPath(reader, MAX_LOG_PATH);
  const checkpoint = reader.bytes();
  if (path === null || checkpoint.length > MAX_CHECKPOINT) throw new Malformed('bundle/log-proof');
  return { entryBytes, entry: readLogEntry(entryBytes), index, path, checkpoint };
}

/** Throws Malformed. */
export function readKeyEvents(reader) {
  const count = reader.array();
  if (count === 0 || count > MAX_KEY_EVENTS) throw new Malformed('bundle/key-events');
  const events = [];
  for (let i = 0; i < count; i++) {
    reader.array(3);
    const entryBytes = reader.bytes();
    const index = reader.uint();
    const path = readPath(reader, MAX_LOG_PATH);
    const { value: entry } = attempt(() => readLogEntry(entryBytes));
    if (path === null || entry === null || (i > 0 && events[i - 1].index >= index)) throw new Malformed('bundle/key-events');
    events.push({ entryBytes, entry, index, path });
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
  } else if (count === 5 && entry.kind === 'endorsement') {
    entry.digest = reader.bytes(32);
    entry.by = reader.text();
    entry.finding = reader.text();
    if (!EVIDENCE_BASES.includes(entry.by) || !FINDINGS.includes(entry.finding)) throw new Malformed('entry/layout');
  } else if (count === 7 && entry.kind === 'attestation') {
    entry.evidence = reader.bytes(32);
    entry.type = reader.text();
    entry.grade = reader.text();
    entry.platform = reader.bytes(32);
    entry.key = reader.bytes(32);
    if (!/^[-0-9a-z]{1,40}$/.test(entry.type) || !GRADES.includes(entry.grade)) throw new Malformed('entry/layout');
  } else if (count === 5 && entry.kind === 'attestation-policy') {
    entry.policy = reader.bytes(32);
    entry.name = reader.text();
    entry.version = reader.uint();
    if (!/^[ -~]{1,200}$/.test(entry.name) || entry.version === 0n) throw new Malformed('entry/layout');
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

/**
 * Opens a checkpoint as one of the key set's own log: the checkpoint, null where it can't be read, and why it doesn't hold, null if it does
 * (`platform/…` where that isn't known).
 */
export async function openCheckpoint(bytes, keySet) {
  if (!isEd25519Key(keySet.logKey)) return { checkpoint: null, error: 'log/key' };
  const note = parseNote(bytes);
  if (note.error !== null) return { checkpoint: null, error: note.error };
  const { value: checkpoint, error } = parseCheckpoint(note.value.text);
  const signature = await verifyNote(note.value, noteKey(keySet.origin, keySet.logKey));
  return { checkpoint, error: signature ?? error ?? (checkpoint.origin === keySet.origin ? null : 'log/origin-differs') };
}
