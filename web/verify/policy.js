// Holds a policy against what a verdict's questions say (spec/levels.md, "Evaluation").
import { equal } from './bytes.js';
import { milliseconds, policyByDigest, readCanonicalPolicy } from './levels.js';

// What this verifier can appraise: whatever the peers, witnesses, times and bits of proofs. Evidence of attested hardware it can't, and says so where
// there is some (`platform/attestation`); where there is none, nothing is established by it.
const APPRAISED = ['operator', 'signature', 'log', 'replay', 'tee', 'zk'];
const WITH_CHAIN = [...APPRAISED, 'settlement'];

/**
 * `facts`: any number for a question, `{ question, status, by }`, with `peers` (thumbprints that established it) for a replay, `bits` for a proof, `witnesses` (how many)
 * and `within` (milliseconds, BigInt) for the log; absent: not known, and meets nothing. `withChain`: whether there is word of a chain.
 * @returns {{outcome: 'met'|'unmet'|'cannot-evaluate', unmet: {requirement: object, why: string}[]}}
 */
export function evaluate(policy, facts, withChain = false) {
  const appraised = withChain ? WITH_CHAIN : APPRAISED;
  const unmet = policy.require
    .map(requirement => ({ requirement, why: whyNot(requirement, facts.filter(({ question }) => question === requirement.question), appraised) }))
    .filter(({ why }) => why !== null);
  const outcome = unmet.length === 0 ? 'met' : unmet.some(({ why }) => why === 'requirement/not-supported') ? 'cannot-evaluate' : 'unmet';
  return { outcome, unmet };
}

// One refutation outweighs whatever else there is.
function whyNot(requirement, facts, appraised) {
  const any = wanted => facts.some(({ status }) => status === wanted);
  if (any('refuted')) return 'requirement/refuted';
  if (facts.some(fact => meets(requirement, fact, appraised))) return null;
  if (!requirement.by.some(basis => appraised.includes(basis))) return 'requirement/not-supported';
  if (facts.some(({ status, by }) => status === 'established' && requirement.by.includes(by))) return 'requirement/parameter';
  if (any('established')) return 'requirement/other-basis';
  if (any('pending')) return 'requirement/pending';
  if (any('expired')) return 'requirement/expired';
  return any('asserted') ? 'requirement/asserted-only' : 'requirement/not-established';
}

function meets(requirement, fact, appraised) {
  const { status, by } = fact;
  // What is established is worth more than the operator's word, so it can't be too little.
  if (requirement.accept !== undefined) return by !== null && (status === 'established' || (status === 'asserted' && by === 'operator'));
  return status === 'established' && requirement.by.includes(by) && appraised.includes(by) && parametersHold(requirement, fact);
}

function parametersHold(requirement, { by, peers = [], bits, witnesses, within }) {
  switch (by) {
    case 'replay':
      return requirement.peers === undefined || requirement.peers.filter(peer => peers.includes(peer)).length >= requirement.atLeast;
    case 'zk':
      return requirement.minSoundnessBits === undefined || bits >= requirement.minSoundnessBits;
    case 'log':
      return (requirement.witnesses === undefined || witnesses >= requirement.witnesses)
        && (requirement.within === undefined || within <= BigInt(milliseconds(requirement.within)));
    default:
      return true;
  }
}

/** Until when evidence on the question was promised (Unix milliseconds, BigInt); null if none was by a time. */
export function deadlineOf(policy, issuedAt, question) {
  const isPromised = policy?.release === 'provisional' && policy.deadline !== undefined
    && policy.require.some(requirement => requirement.question === question && requirement.accept === undefined);
  return isPromised ? issuedAt + BigInt(milliseconds(policy.deadline)) : null;
}

/** The policy that a statement names: a level, what the receipt discloses, or what the caller has; null: unknown to this verifier. */
export function requestedPolicy({ envelope: { statement }, claims }, { askedPolicy, policy }) {
  const level = policyByDigest(statement.policy);
  if (level !== null) return level;
  const text = claims.value('request.policy');
  const candidates = [text === null ? null : readCanonicalPolicy(text), askedPolicy, policy];
  return candidates.find(candidate => candidate !== null && equal(candidate.digest, statement.policy)) ?? null;
}
