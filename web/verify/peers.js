// What endorsements are worth for one receipt, and the check of what peers say (spec/endorsements.md).
import { attempt, concat, equal, fromHex, toHex } from './bytes.js';
import { mayBeExact } from './claims.js';
import { verifySign1 } from './cose.js';
import { readReplayEvidence } from './endorsement.js';
import { openCheckpoint } from './log.js';
import { leafHash, verifyInclusion } from './merkle.js';
import { thumbprint } from './p256.js';
import { isBySettlement, statusOfSettlement } from './payment-checks.js';
import { NO_ATTESTATION, isLacking } from './platform.js';
import { sha256 } from './sha256.js';
import { isByTee, isOfTee, isTeeEvidence, isTimely } from './tee.js';
import { encodeTensors } from './tensors.js';

const BY_REPLAY = 'model computed-right';

/**
 * The check `replay/peers`; those of the log and of the keys come before. `history`: key sets of a history that passed.
 * Returns what each endorsement is worth, in the bundle's order. Nobody signs which of them a bundle has, so one that doesn't hold counts as absent.
 */
export async function checkPeers(bundle, input, history, checks) {
  const code = 'replay/peers';
  const named = namedPeers(input);
  const nodeKeys = [bundle.keySet, ...history].map(set => set.receiptKey);
  const all = [];
  for (const item of bundle.endorsements) all.push(await appraise(bundle, item, named, nodeKeys));
  const facts = all.filter(fact => !isByTee(fact) && !isBySettlement(fact));
  const has = wanted => facts.some(({ status }) => status === wanted);
  const lacking = facts.find(({ status }) => isLacking(status));
  if (facts.some(refutes)) checks.fail(code, 'replay/peer-refuted');
  else if (lacking !== undefined) checks.skip(code, lacking.status);
  else if (facts.some(establishes)) checks.pass(code);
  else checks.skip(code, facts.length === 0 ? 'replay/no-endorsement' : has('endorsement/not-named') ? 'replay/peer-not-named' : 'replay/peer-useless');
  return all;
}

export const establishes = ({ status, finding, by }) => status === 'counts' && finding === 'established' && by === 'replay';
export const refutes = ({ status, finding }) => status === 'counts' && finding === 'refuted';

/** Peers by thumbprint, with their names: the caller's own word only. The receipt's policy was signed by the operator, who could have named itself in it. */
function namedPeers({ trust, policy, askedPolicy }) {
  const named = new Map();
  for (const required of [policy, askedPolicy]) {
    for (const peer of required?.require.flatMap(({ peers }) => peers ?? []) ?? []) named.set(peer, null);
  }
  for (const [name, key] of trust?.replayers ?? []) named.set(toHex(thumbprint(fromHex(key))), name);
  return named;
}

async function appraise(bundle, item, named, nodeKeys) {
  const { endorsement, log } = item;
  const { questions, by, finding, at } = endorsement;
  const peer = toHex(thumbprint(endorsement.issuer));
  const logged = log === null ? null : await logError(bundle.keySet, endorsement, log);
  return {
    peer, name: named.get(peer) ?? null, questions, by, finding, at,
    status: await statusOf(bundle, item, logged, nodeKeys, named.has(peer)),
    logIndex: log !== null && logged === null ? log.index : null,
  };
}

/** The first that applies, or `platform/…` where that can't be told. */
async function statusOf(bundle, { endorsement, evidence, opening }, notLogged, nodeKeys, isNamed) {
  const { cose, receipt, issuer, finding, by, questions, at, evidence: itsEvidence } = endorsement;
  const signature = await verifySign1(cose, issuer);
  if (signature !== null) return isLacking(signature) ? signature : 'endorsement/signature';
  if (!equal(receipt, bundle.envelope.statement.digest)) return 'endorsement/other-receipt';
  if (notLogged !== null) return notLogged;
  const isNode = nodeKeys.some(key => equal(key, issuer));
  if (isNode && finding === 'expired') return 'gave-up';
  // An operator doesn't replay itself, nobody gives up for it, and nobody else says that it was paid.
  if (isNode !== (by === 'settlement') || finding === 'expired') return 'endorsement/issuer';
  if (by === 'settlement') return statusOfSettlement(bundle, { endorsement: { finding, questions, evidence: itsEvidence }, evidence });
  if (isOfTee({ by, finding, questions })) {
    if (evidence === null || !equal(sha256(evidence), itsEvidence) || !isTeeEvidence(evidence)) return 'endorsement/evidence';
    return isTimely(at, bundle.envelope.statement.issuedAt) ? NO_ATTESTATION : 'endorsement/time';
  }
  if (by !== 'replay' || questions.join(' ') !== BY_REPLAY || !mayBeExact(bundle.claims)) return 'endorsement/basis';
  if (!await evidenceHolds(bundle, endorsement, evidence, opening)) return 'endorsement/evidence';
  return isNamed ? 'counts' : 'endorsement/not-named';
}

/** Null if the node's log has it. */
async function logError(keySet, { digest, by, finding }, { entry, entryBytes, index, path, checkpoint: note }) {
  const isEntry = entry.kind === 'endorsement' && equal(entry.digest, digest) && entry.by === by && entry.finding === finding;
  if (!isEntry) return 'endorsement/log';
  const { checkpoint, error } = await openCheckpoint(note, keySet);
  const holds = checkpoint !== null && verifyInclusion(leafHash(entryBytes), index, checkpoint.size, path, checkpoint.root);
  if (!holds) return 'endorsement/log';
  return error === null || isLacking(error) ? error : 'endorsement/log';
}

/** Whether the evidence says what the endorsement says, and nothing that the bundle shows says otherwise. */
async function evidenceHolds({ claims, output }, { issuer, receipt, evidence: digest, finding }, bytes, opening) {
  if (bytes === null || !equal(sha256(bytes), digest)) return false;
  const { value: evidence } = attempt(() => readReplayEvidence(bytes));
  if (evidence === null) return false;
  const { commitment, nodeOutputs } = evidence;
  const same = commitment.outputs !== null && equal(commitment.outputs, nodeOutputs);
  if (same !== (finding === 'established') || !equal(commitment.receipt, receipt)) return false;
  if (await verifySign1(commitment.cose, issuer) !== null) return false;

  // The salt is what ties the digests to model, inputs and outputs.
  const model = claims.value('model.model_id');
  if (opening !== null && model !== null && !equal(sha256(concat(Uint8Array.of(0x82, 0x50), opening, Uint8Array.of(0x58, 0x20), model)), commitment.model)) return false;
  const differs = async (tensors, stated) => opening !== null && tensors !== null && !equal(await tensorDigest(opening, tensors), stated);
  return !await differs(claims.value('request.inputs'), commitment.inputs) && !await differs(output.tensors, nodeOutputs);
}

/** SHA-256 of CBOR `[salt, tensors]`, by the platform: a hostile bundle can ask for 32 digests of 64 MiB, and its signatures have been checked by WebCrypto. */
async function tensorDigest(salt, tensors) {
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', concat(Uint8Array.of(0x82, 0x50), salt, ...encodeTensors(tensors))));
}
