// The verifier's checks (spec/receipt.md, "What a verifier checks"), in the spec's order of conditions.
import { encodeUtf8, equal, toHex } from './bytes.js';
import { checkChatAnswer, checkChatRequest, checkUpstream, levelsOf, modelOf } from './chat.js';
import { chatKind, readChatRequest } from './chat-request.js';
import { decodeSign1, verifySign1 } from './cose.js';
import { followHistory, judgeHistory } from './history.js';
import { openCheckpoint, sizeBucket } from './log.js';
import { leafHash, verifyInclusion } from './merkle.js';
import { parseNote, verifyCosignature } from './note.js';
import { readOip, readOipLevels } from './oip.js';
import { isLacking } from './platform.js';
import { sha256 } from './sha256.js';
import { decodeBatchHead } from './statement.js';
import { sameTensors } from './tensors.js';
import { endOf, mayVouch, quorumTime, trustsLog, trustsNode } from './trust.js';

export const CHECKS = [
  'bundle/decode', 'keyset/trusted', 'keyset/digest', 'keyset/validity', 'keyset/history', 'batch/inclusion', 'batch/signature',
  'claims/root', 'output/root', 'bundle/attachments', 'policy/digest', 'request/model', 'request/wire', 'request/inputs', 'request/level',
  'response/wire', 'response/outputs', 'upstream/model', 'log/trusted', 'log/checkpoint', 'log/inclusion', 'log/entry', 'log/witnessed',
  'replay/model', 'replay/output', 'replay/peers', 'proof/model', 'proof/output', 'tee/appraised', 'payment/offer', 'payment/signature', 'payment/settled',
];

const CLOCK_SKEW = 300_000n;
const NAMING_LEAVES = ['request.wire_digest', 'output.wire_digest', 'model.statement'];

/** Results while they are made: one for each check, not evaluated until said otherwise. */
export class CheckTable {
  #results = new Map(CHECKS.map(code => [code, { result: 'not-evaluated', detail: 'check/unreadable', subject: null }]));

  pass = code => this.#results.set(code, { result: 'pass', detail: null, subject: null });
  /** `subject`: which of several it is about; null: there is only one, or it isn't known. */
  fail = (code, detail, subject = null) => this.#results.set(code, { result: 'fail', detail, subject });
  skip = (code, detail) => this.#results.set(code, { result: 'not-evaluated', detail, subject: null });
  /** A pass if there is no failure; not evaluated where the platform can't tell. */
  set = (code, failure) => (failure === null ? this.pass(code) : isLacking(failure) ? this.skip(code, failure) : this.fail(code, failure));
  passes = code => this.#results.get(code).result === 'pass';
  fails = code => this.#results.get(code).result === 'fail';
  detail = code => this.#results.get(code).detail;
  subject = code => this.#results.get(code).subject;
  get anyFailed() {
    return CHECKS.some(this.fails);
  }
  has = code => this.#results.has(code);
  list = () => CHECKS.map(code => ({ code, ...this.#results.get(code) }));
}

const missing = leaf => (leaf.disclosed ? 'claims/absent' : 'claims/redacted');

export async function checkBundle(bundle, input, checks) {
  const { envelope, keySet, claims, output } = bundle;
  const { statement } = envelope;
  const cose = decodeSign1(envelope.cose);
  const head = cose.error === null ? decodeBatchHead(cose.value.payload) : cose;

  checks.set('keyset/digest', keySetDigest(bundle, head.value));
  if (head.value !== null) checks.set('batch/inclusion', batchInclusion(envelope, head.value));
  checks.set('batch/signature', cose.error ?? await verifySign1(cose.value, keySet.receiptKey) ?? head.error);

  checks.set('claims/root', equal(claims.root, statement.claimsRoot) ? null : 'claims/root-differs');
  const parts = claims.value('output.parts');
  checks.set('output/root',
    !equal(output.root, statement.outputRoot) ? 'output/root-differs'
      : parts !== null && parts !== BigInt(output.count) ? 'output/parts-differ' : null);
  checkAttachments(bundle, checks);
  checkPolicy(claims, statement, input.askedPolicy, checks);
}

/** The node's keys: history, trust, validity. The log's checks come before. Returns the key sets of a history that passed; none without one. */
export async function checkKeySet(bundle, input, checkpoint, acceptedAt, checks) {
  const { keySet, log, envelope: { statement } } = bundle;
  const tenures = await checkHistory(bundle, checkpoint, checks);
  const named = () => trustsNode(input.trust, keySet) || (tenures !== null && isTied(input.trust, keySet, tenures.map(({ set }) => set)));
  const lacking = isLacking(checks.detail('keyset/history')) ? checks.detail('keyset/history') : null;
  if (input.trust !== null && lacking !== null && !named()) checks.skip('keyset/trusted', lacking);
  else if (input.trust !== null) checks.set('keyset/trusted', named() ? null : 'keyset/not-named');
  else if (input.firstUse) checks.skip('keyset/trusted', 'keyset/first-use');
  else checks.fail('keyset/trusted', 'keyset/no-trust-file');

  // What hangs on the witnessed time isn't known where the platform can't read it.
  const unread = isLacking(checks.detail('log/witnessed')) ? checks.detail('log/witnessed') : null;
  const byTime = acceptedAt === null && statement.issuedAt > input.now + CLOCK_SKEW ? 'keyset/issued-in-future'
    : input.trust !== null ? endOf(input.trust, keySet, acceptedAt) : null;
  const failure = statement.issuedAt < keySet.notBefore ? 'keyset/not-yet-valid'
    : statement.issuedAt >= keySet.notAfter ? 'keyset/expired'
      : unread !== null && byTime !== null ? unread
        // Witnesses can't have seen it before it was issued, so where there are any, the verifier's clock says nothing.
        : byTime ?? (tenures !== null ? judgeHistory(tenures, keySet, log.index, statement.issuedAt) : null);
  checks.set('keyset/validity', failure);
  return tenures?.map(({ set }) => set) ?? [];
}

/** From the bundle's set outwards, as far as no set is revoked: whoever has a revoked set's key can tie any keys to it, before it and after it. */
function isTied(trust, keySet, sets) {
  const own = sets.findIndex(set => equal(set.digest, keySet.digest));
  return [sets.slice(0, own).reverse(), sets.slice(own + 1)].some(side => {
    const end = side.findIndex(set => !mayVouch(trust, set));
    return (end < 0 ? side : side.slice(0, end)).some(set => trustsNode(trust, set));
  });
}

async function checkHistory({ keyEvents, keySet }, checkpoint, checks) {
  const skip = detail => {
    checks.skip('keyset/history', detail);
    return null;
  };
  if (keyEvents.length === 0) return skip('keyset/no-history');
  if (isLacking(checks.detail('log/checkpoint'))) return skip(checks.detail('log/checkpoint'));
  if (checkpoint === null || !checks.passes('log/checkpoint')) return skip('check/unreadable');
  const { tenures, error } = await followHistory(keyEvents, checkpoint);
  const isOther = error === null && !tenures.some(({ set }) => equal(set.digest, keySet.digest));
  checks.set('keyset/history', isOther ? 'keyset/history-other' : error);
  return isOther ? null : tenures;
}

function keySetDigest({ envelope, keySet, claims }, head) {
  if (!equal(envelope.statement.keySet, keySet.digest)) return 'keyset/statement-differs';
  if (head !== null && !equal(head.keySet, keySet.digest)) return 'keyset/head-differs';
  const node = claims.value('parties.node');
  return node !== null && node !== keySet.origin ? 'keyset/origin-differs' : null;
}

function batchInclusion({ statement, index, size, path }, head) {
  if (size !== head.size) return 'batch/size-differs';
  return verifyInclusion(statement.digest, index, size, path, head.root) ? null : 'batch/path';
}

function checkAttachments({ attachments, claims }, checks) {
  const digests = [...NAMING_LEAVES.map(claims.value).filter(digest => digest !== null), ...claims.value('request.messages') ?? []];
  const names = new Set(digests.map(toHex));
  const named = attachments.every(attachment => names.has(toHex(attachment.digest)));
  if (attachments.length === 0) checks.skip('bundle/attachments', 'bundle/no-attachments');
  else checks.set('bundle/attachments', named ? null : 'bundle/attachment-unnamed');
}

function checkPolicy(claims, statement, asked, checks) {
  const policy = claims.get('request.policy');
  const source = claims.get('request.level_source');
  if (policy.disclosed && (policy.value === null || !equal(sha256(encodeUtf8(policy.value)), statement.policy))) {
    checks.fail('policy/digest', 'policy/digest-differs');
  } else if (source.disclosed && source.value !== statement.levelSource) {
    checks.fail('policy/digest', 'policy/level-source-differs');
  } else if (asked !== null && !equal(asked.digest, statement.policy)) {
    checks.fail('policy/digest', 'policy/not-asked');
  } else if (!policy.disclosed) {
    checks.skip('policy/digest', 'claims/redacted');
  } else {
    checks.pass('policy/digest');
  }
}

/** What the caller sent and received: the model it called, the bytes' digests, and the tensors in them. */
export function checkWire(bundle, input, checks) {
  const { claims, output } = bundle;
  const request = wireBytes(bundle, input.request, 'request.wire_digest');
  const response = wireBytes(bundle, input.response, 'output.wire_digest');
  checkDigest('request/wire', request, claims.get('request.wire_digest'), checks);
  checkDigest('response/wire', response, claims.get('output.wire_digest'), checks);
  checkUpstream(claims, checks);
  const kind = chatKind(claims.value('request.protocol'));
  if (kind !== null) {
    const asked = request === null ? null : readChatRequest(kind, request);
    checkModel(claims, asked === null ? [input.model] : [input.model, modelOf(asked)], checks);
    checkChatRequest(bundle, request, asked, checks);
    checkLevel(bundle, request === null ? 'wire/no-bytes' : 'check/unreadable', asked === null ? null : levelsOf(asked), checks);
    checkChatAnswer(bundle, kind, response, checks);
    return;
  }

  checkModel(claims, [input.model], checks);
  const inputs = claims.get('request.inputs');
  checkTensors('request/inputs', request, 'inputs', claims, inputs.value, missing(inputs), checks);

  checkOipLevel(request, bundle, checks);
  checkTensors('response/outputs', response, 'outputs', claims, output.tensors, 'claims/redacted', checks);
}

/** As the caller says that it called it, and as the body of a chat does. */
function checkModel(claims, said, checks) {
  const called = said.filter(text => text !== null);
  const name = claims.get('model.name');
  const id = claims.get('model.model_id');
  const isSame = text => (/^[0-9a-f]{64}$/.test(text) ? id.value !== null && text === toHex(id.value) : text === name.value);
  if (called.length === 0) checks.skip('request/model', 'model/not-given');
  else if (called.every(isSame)) checks.pass('request/model');
  else if (!name.disclosed || !id.disclosed) checks.skip('request/model', 'claims/redacted');
  else if (name.value === null && id.value === null) checks.skip('request/model', 'claims/absent');
  else checks.fail('request/model', 'model/differs');
}

/** The bytes that the caller gives, else the attachment. */
function wireBytes({ claims, attachments }, given, leaf) {
  const digest = claims.value(leaf);
  if (given !== null || digest === null) return given;
  return attachments.find(attachment => equal(attachment.digest, digest))?.content ?? null;
}

function checkDigest(code, bytes, leaf, checks) {
  if (leaf.value === null) checks.skip(code, missing(leaf));
  else if (bytes === null) checks.skip(code, 'wire/no-bytes');
  else checks.set(code, equal(sha256(bytes), leaf.value) ? null : 'wire/digest-differs');
}

function checkTensors(code, bytes, member, claims, stated, ifMissing, checks) {
  const protocol = claims.get('request.protocol');
  if (bytes === null) checks.skip(code, 'wire/no-bytes');
  else if (protocol.value === null) checks.skip(code, missing(protocol));
  else if (protocol.value !== 'open-inference/v2') checks.skip(code, 'wire/protocol-unknown');
  else if (stated === null) checks.skip(code, ifMissing);
  else {
    const { value, error } = readOip(bytes, member);
    if (error === null) checks.set(code, sameTensors(value, stated) ? null : 'wire/tensors-differ');
    else if (error === 'oip/datatype') checks.skip(code, error);
    else checks.fail(code, error);
  }
}

function checkOipLevel(bytes, bundle, checks) {
  const code = 'request/level';
  const protocol = bundle.claims.get('request.protocol');
  if (bytes === null) checks.skip(code, 'wire/no-bytes');
  else if (protocol.value === null) checks.skip(code, missing(protocol));
  else if (protocol.value !== 'open-inference/v2') checks.skip(code, 'wire/protocol-unknown');
  else checkLevel(bundle, 'check/unreadable', readOipLevels(bytes).value, checks);
}

/** A request is answered under the level or policy that it names, or refused: a minimum of the key or the model only ever refuses. */
function checkLevel({ envelope }, ifUnknown, named, checks) {
  const code = 'request/level';
  const isOther = said => said !== null && !(said.policy !== null && equal(said.policy.digest, envelope.statement.policy));
  if (named === null) checks.skip(code, ifUnknown);
  else if (named.some(isOther)) checks.fail(code, 'level/differs');
  else if (named.length === 0) checks.skip(code, 'level/not-named');
  else if (named.includes(null)) checks.skip(code, 'level/not-a-name');
  else checks.pass(code);
}

/** The log proof. Returns the checkpoint if it could be read. */
export async function checkLog(bundle, input, checks) {
  const { log, keySet } = bundle;
  if (log === null) {
    for (const code of ['log/trusted', 'log/checkpoint', 'log/inclusion', 'log/entry']) checks.skip(code, 'log/no-proof');
    return null;
  }

  if (input.trust !== null) checks.set('log/trusted', trustsLog(input.trust, keySet) ? null : 'log/not-named');
  else if (input.firstUse) checks.skip('log/trusted', 'log/first-use');
  else checks.fail('log/trusted', 'log/no-trust-file');

  const { checkpoint, error } = await openCheckpoint(log.checkpoint, keySet);
  checks.set('log/checkpoint', error);
  if (checkpoint !== null) {
    const included = verifyInclusion(leafHash(log.entryBytes), log.index, checkpoint.size, log.path, checkpoint.root);
    checks.set('log/inclusion', included ? null : 'log/path');
  }
  checks.set('log/entry', logEntry(bundle, input.requested));
  return checkpoint;
}

function logEntry({ log, envelope, claims }, policy) {
  const { entry, index } = log;
  const { statement } = envelope;
  if (entry.kind !== 'receipt' || index === 0n) return 'log/entry-kind';
  if (!equal(entry.digest, statement.digest)) return 'log/entry-differs';
  if (policy !== null && policy.level !== entry.level) return 'log/level-differs';
  const inputs = claims.value('request.inputs');
  if (entry.bucket === 'undisclosed' || inputs === null) return null;
  const elements = inputs.reduce((sum, tensor) => sum + tensor.data.length / 4, 0);
  return elements > 0 && sizeBucket(elements) === entry.bucket ? null : 'log/size-differs';
}

/**
 * The cosignatures on the checkpoint (spec/receipt.md, "Witnessed time"); the other checks of the log come before.
 * Returns `{ witnesses, acceptedAt }`, the time in Unix seconds or null.
 */
export async function checkWitnesses({ log, envelope }, { trust }, checks) {
  const code = 'log/witnessed';
  const nothing = detail => {
    checks.skip(code, detail);
    return { witnesses: [], acceptedAt: null };
  };
  if (log === null) return nothing('log/no-proof');
  if (trust === null || trust.quorum === null) return nothing('log/no-quorum');
  if (isLacking(checks.detail('log/checkpoint'))) return nothing(checks.detail('log/checkpoint'));
  if (!checks.passes('log/checkpoint')) return nothing('check/unreadable');

  const { value: note } = parseNote(log.checkpoint);
  const witnesses = [];
  for (const [name, key] of trust.witnesses) witnesses.push({ name, ...await findCosignature(note, key, envelope.statement.issuedAt) });
  const lacking = witnesses.find(({ status }) => isLacking(status));
  if (lacking !== undefined) return nothing(lacking.status);
  const has = wanted => witnesses.some(({ status }) => status === wanted);
  const time = quorumTime(trust, new Map(witnesses.filter(({ status }) => status === 'cosigned').map(({ name, at }) => [name, at])));
  checks.set(code, time !== null ? null : has('bad') ? 'log/cosignature' : has('too-early') ? 'log/cosigned-early' : 'log/quorum-unmet');

  // The witnesses saw the checkpoint. That the receipt was in it, the other checks say.
  const accepted = time !== null && ['log/trusted', 'log/inclusion', 'log/entry'].every(checks.passes);
  return { witnesses, acceptedAt: accepted ? time : null };
}

const WITNESS_RANK = ['absent', 'bad', 'too-early', 'cosigned'];

/**
 * Lines aren't authenticated: whoever hands on a bundle can put one in a witness's name, before or behind the true one.
 * So each is looked at by itself, and a bad one takes nothing away from a good one.
 */
async function findCosignature(note, key, issuedAt) {
  let found = { status: 'absent', at: null };
  for (const line of note.signatures) {
    const result = await verifyCosignature(note, line, key);
    if (result === null) continue;
    if (isLacking(result.code)) return { status: result.code, at: null };
    const at = result.at ?? null;
    const status = at === null ? 'bad' : at * 1000n < issuedAt - CLOCK_SKEW ? 'too-early' : 'cosigned';
    const rank = WITNESS_RANK.indexOf(status) - WITNESS_RANK.indexOf(found.status);
    if (rank > 0 || (rank === 0 && at !== null && at < found.at)) found = { status, at };
  }
  return found;
}

/**
 * Exact re-execution. Returns the id (hex) of the other model that the replayer knows by the name. A replayer takes `{ modelId, modelName, inputs }` and resolves to one of
 * `{ ran: { outputs, saturated } }`, `{ refused: true }`, `{ otherModel: id }`, `{ unavailable: code }`.
 */
export async function checkReplay(bundle, input, checks) {
  const { claims, output } = bundle;
  const skipBoth = detail => {
    checks.skip('replay/model', detail);
    checks.skip('replay/output', detail);
  };
  const obstacle = replayObstacle(bundle, input, checks);
  if (obstacle !== null) {
    skipBoth(obstacle);
    return null;
  }

  const result = await input.replayer({
    modelId: claims.value('model.model_id'), modelName: claims.value('model.name'), inputs: claims.value('request.inputs'),
  });
  if (result.unavailable !== undefined) {
    skipBoth(result.unavailable);
  } else if (result.otherModel !== undefined) {
    checks.fail('replay/model', 'replay/other-model');
    checks.skip('replay/output', 'replay/earlier-failure');
  } else {
    checks.pass('replay/model');
    checks.set('replay/output', result.refused ? 'replay/refused-input' : replayOutput(result.ran, claims, output));
  }
  return result.otherModel ?? null;
}

function replayObstacle({ claims, output }, input, checks) {
  if (input.replayer === null) return 'replay/not-asked';
  if (checks.anyFailed) return 'replay/earlier-failure';
  for (const name of ['model.model_id', 'request.inputs', 'execution.semantics']) {
    if (claims.value(name) === null) return missing(claims.get(name));
  }
  if (claims.value('execution.semantics') !== 'fixed-point/v1') return 'replay/semantics-unknown';
  return output.tensors === null ? 'claims/redacted' : null;
}

function replayOutput(ran, claims, output) {
  if (!sameTensors(ran.outputs, output.tensors)) return 'replay/output-differs';
  const stated = claims.value('execution.saturated');
  return ran.saturated !== null && stated !== null && ran.saturated !== stated ? 'replay/saturated-differs' : null;
}
