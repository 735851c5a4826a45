// Verifies receipts: bytes, trust, level and a clock in, a verdict out (spec/receipt.md). No network, no storage.
import { decodeBundle } from './bundle.js';
import { CheckTable, checkBundle, checkKeySet, checkLog, checkReplay, checkWire, checkWitnesses } from './checks.js';
import { parseLevel, readPolicy } from './levels.js';
import { checkPayment } from './payment-checks.js';
import { checkPeers } from './peers.js';
import { requestedPolicy } from './policy.js';
import { checkProof } from './proof-checks.js';
import { readChainFacts } from './settlement.js';
import { checkTee } from './tee.js';
import { parseTrust } from './trust.js';
import { conclude } from './verdict.js';

/**
 * @typedef {object} VerificationInput
 * @property {Uint8Array} bundle bytes of a `*.receipt`
 * @property {string|null} [trust] text of a trust file; null or absent if there is none
 * @property {boolean} [firstUse] without a trust file: take the bundle's own keys as the node's, and say so
 * @property {Date|number} now the verifier's clock (Unix milliseconds)
 * @property {boolean} [nowIsGiven] whether that is a time of the caller's choice and not a clock's: the verdict says so
 * @property {string} [require] the level to require; else the one that the receipt says was asked for
 * @property {Uint8Array} [policy] a policy to require; with `require`, both must hold. Peers that it or `askedPolicy` names count, like the trust file's
 * @property {Uint8Array} [askedPolicy] the policy that you sent: a receipt that was signed for another one is refused
 * @property {string} [model] the model that you called, by name or by id in hexadecimal digits
 * @property {Uint8Array} [request] request body; else the bundle's attachment, if any
 * @property {Uint8Array} [response] response body; else the bundle's attachment, if any
 * @property {(ask: {modelId: Uint8Array, modelName: string|null, inputs: object[]}) => object|Promise<object>} [replayer]
 *   runs the model again, see replay.js
 * @property {Uint8Array} [chainFacts] what somebody says of chains (spec/payment.md, "Chain facts"); without it no payment is looked up
 * @property {number|bigint} [confirmations] how many blocks a chain must have from a settlement's on, that one counted; 1 if absent
 */

/**
 * Makes all checks that the input allows, answers the six questions, and says what it comes to. Whatever the bytes
 * say, it resolves to a verdict; it rejects only where the caller's own arguments are unusable (InputError).
 * @param {VerificationInput} input
 */
export async function verify(input) {
  const settings = readInput(input);
  const checks = new CheckTable();
  const { value: bundle, error } = decodeBundle(settings.bundle);
  checks.set('bundle/decode', error);
  const evidence = { ...settings, bundle, checks, requested: null, checkpoint: null, witnesses: [], acceptedAt: null, otherModel: null, endorsements: [], proof: null, payment: null };
  if (bundle !== null) {
    settings.requested = evidence.requested = requestedPolicy(bundle, settings);
    await checkBundle(bundle, settings, checks);
    checkWire(bundle, settings, checks);
    evidence.checkpoint = await checkLog(bundle, settings, checks);
    Object.assign(evidence, await checkWitnesses(bundle, settings, checks));
    const history = await checkKeySet(bundle, settings, evidence.checkpoint, evidence.acceptedAt, checks);
    evidence.otherModel = await checkReplay(bundle, settings, checks);
    evidence.endorsements = await checkPeers(bundle, settings, history, checks);
    evidence.proof = await checkProof(bundle, settings, history, checks);
    checkTee(evidence.endorsements, checks);
    evidence.payment = checkPayment(bundle, settings, settings.requested, evidence.endorsements, checks);
  }
  return conclude(evidence);
}

/** The caller's own mistake: a trust file (`line` from 1; 0 for the whole file), a policy (`path` of the member; empty for the whole), a level, or chain facts that can't be read. */
export class InputError extends Error {
  constructor(code, { line = 0, path = '' }) {
    super(code);
    this.code = code;
    this.line = line;
    this.path = path;
  }
}

/** Node's Buffer is a Uint8Array, but some of its methods mean other things. */
const plainBytes = bytes => bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function factsOf(bytes) {
  const value = readChainFacts(bytes);
  return { value, error: value === null ? 'chain/facts' : null };
}

function readInput(input) {
  const read = ({ value, error, ...where }) => {
    if (error !== null) throw new InputError(error, where);
    return value;
  };
  const hasTrust = typeof input.trust === 'string';
  return {
    bundle: plainBytes(input.bundle),
    trust: hasTrust ? read(parseTrust(input.trust)) : null,
    firstUse: !hasTrust && input.firstUse === true,
    now: BigInt(Math.floor(Number(input.now))),
    nowIsGiven: input.nowIsGiven === true,
    require: input.require ? read(parseLevel(input.require)) : null,
    policy: input.policy ? read(readPolicy(plainBytes(input.policy))) : null,
    askedPolicy: input.askedPolicy ? read(readPolicy(plainBytes(input.askedPolicy))) : null,
    model: input.model ?? null,
    request: plainBytes(input.request ?? null),
    response: plainBytes(input.response ?? null),
    replayer: input.replayer ?? null,
    chain: input.chainFacts ? read(factsOf(plainBytes(input.chainFacts))) : null,
    confirmations: BigInt(input.confirmations ?? 1) > 1n ? BigInt(input.confirmations) : 1n,
  };
}
