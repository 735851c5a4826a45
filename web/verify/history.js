// A node's key sets in the order of its log, as far as a bundle shows them (spec/receipt.md, "Key history").
import { Malformed, bigEndian, equal } from './bytes.js';
import { CborReader } from './cbor.js';
import { decodeSign1, verifySign1 } from './cose.js';
import { readKeySet } from './keyset.js';
import { leafHash, verifyInclusion } from './merkle.js';
import { isLacking } from './platform.js';
import { MAX_TIME } from './statement.js';

const MAX_REASON = 200;

/** The two COSE_Sign1 of a rotation entry. Throws Malformed. */
export function readRotation(reader) {
  const byOld = sign1(reader.bytes(), 'rotation/layout');
  const byNew = sign1(reader.bytes(), 'rotation/layout');
  if (!equal(byOld.payload, byNew.payload)) throw new Malformed('rotation/layout');
  const payload = new CborReader(byOld.payload);
  payload.map(3);
  payload.key(1);
  const profile = payload.text();
  payload.key(2);
  const old = payload.bytes(32);
  payload.key(3);
  const next = readKeySet(payload.bytes());
  payload.end();
  if (profile !== 'assay/rotation/v1') throw new Malformed('rotation/layout');
  return { byOld, byNew, old, next };
}

/** The COSE_Sign1 of a revocation entry. Throws Malformed. */
export function readRevocation(reader) {
  const cose = sign1(reader.bytes(), 'revocation/layout');
  const payload = new CborReader(cose.payload);
  payload.map(4);
  payload.key(1);
  const profile = payload.text();
  payload.key(2);
  const revoked = payload.bytes(32);
  payload.key(3);
  const from = bigEndian(payload.bytes(8));
  payload.key(4);
  const reason = payload.text();
  payload.end();
  if (profile !== 'assay/revocation/v1' || from > MAX_TIME || reason.length > MAX_REASON || !/^[ -~]*$/.test(reason)) {
    throw new Malformed('revocation/layout');
  }
  return { cose, revoked, from };
}

function sign1(bytes, code) {
  const { value } = decodeSign1(bytes);
  if (value === null) throw new Malformed(code);
  return value;
}

/**
 * Follows key events under a checkpoint whose signature holds: `{ tenures }` or `{ error }`. What a set signed counts if it was logged
 * after the entry that brought the set and before the one that ended it.
 */
export async function followHistory(events, checkpoint) {
  const tenures = [];
  for (const event of events) {
    const included = verifyInclusion(leafHash(event.entryBytes), event.index, checkpoint.size, event.path, checkpoint.root);
    const error = included ? await add(tenures, event) : 'keyset/history-path';
    if (error !== null) return { tenures: null, error };
  }
  return tenures.length > 0 ? { tenures, error: null } : { tenures: null, error: 'keyset/history-entry' };
}

/** Null, or why a receipt that the set issued doesn't count at this place in the log. */
export function judgeHistory(tenures, keySet, index, issuedAt) {
  const tenure = tenures.find(t => equal(t.set.digest, keySet.digest));
  if (index <= tenure.since) return 'keyset/not-yet-valid';
  if (tenure.revokedAt !== null && (index > tenure.revokedAt || issuedAt >= tenure.revokedFrom)) return 'keyset/revoked';
  return tenure.until !== null && index > tenure.until ? 'keyset/retired' : null;
}

async function add(tenures, { entry, index }) {
  if (entry.kind === 'keyset' && index === 0n) {
    try {
      tenures.push(tenure(readKeySet(entry.keySet), 0n));
      return null;
    } catch (failure) {
      if (failure instanceof Malformed) return 'keyset/history-entry';
      throw failure;
    }
  }
  if (tenures.length === 0) return 'keyset/history-entry';
  if (entry.kind === 'rotation') return rotate(tenures, entry.rotation, index);
  if (entry.kind === 'revocation') return revoke(tenures, entry.revocation, index);
  return 'keyset/history-entry';
}

const tenure = (set, since) => ({ set, since, until: null, revokedAt: null, revokedFrom: null });

async function rotate(tenures, { byOld, byNew, old, next }, index) {
  const { set } = tenures.at(-1);
  const fits = equal(old, set.digest) && next.origin === set.origin && equal(next.logKey, set.logKey) && !equal(next.receiptKey, set.receiptKey);
  if (!fits) return 'keyset/history-signature';
  const failure = await verifySign1(byOld, set.receiptKey) ?? await verifySign1(byNew, next.receiptKey);
  if (failure !== null) return isLacking(failure) ? failure : 'keyset/history-signature';
  // A revoked set can't hand on: what its thief makes the next one would count.
  if (tenures.at(-1).revokedAt !== null) return 'keyset/history-entry';
  // A key that comes back would have two tenures.
  if (tenures.some(t => equal(t.set.receiptKey, next.receiptKey))) return 'keyset/history-entry';
  tenures.at(-1).until = index;
  tenures.push(tenure(next, index));
  return null;
}

/** By itself or a later set: an old key, perhaps stolen, can't revoke those that came after it. */
async function revoke(tenures, { cose, revoked, from }, index) {
  const at = tenures.findIndex(t => equal(t.set.digest, revoked));
  if (at < 0) return 'keyset/history-entry';
  let failure = null;
  for (const { set } of tenures.slice(at)) {
    failure = await verifySign1(cose, set.receiptKey);
    if (failure === null || isLacking(failure)) break;
  }
  if (failure !== null) return isLacking(failure) ? failure : 'keyset/history-signature';
  // The first one counts for the place, the earliest time for the time.
  const ended = tenures[at];
  ended.revokedAt ??= index;
  if (ended.revokedFrom === null || from < ended.revokedFrom) ended.revokedFrom = from;
  return null;
}
