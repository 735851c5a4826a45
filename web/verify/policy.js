// Holds a policy against what a verdict's questions say (spec/levels.md, "Evaluation").
import { equal } from './bytes.js';
import { policyByDigest, readCanonicalPolicy } from './levels.js';

// This version knows no peers, witnesses, times or soundness, so a requirement that names them can't be appraised by that basis.
const APPRAISED = {
  operator: () => true,
  signature: () => true,
  log: requirement => requirement.witnesses === undefined && requirement.within === undefined,
  replay: requirement => requirement.peers === undefined,
};
const appraises = (requirement, basis) => APPRAISED[basis]?.(requirement) === true;

/** @returns {{outcome: 'met'|'unmet'|'cannot-evaluate', unmet: {requirement: object, why: string}[]}} */
export function evaluate(policy, questions) {
  const unmet = policy.require
    .map(requirement => ({ requirement, why: whyNot(requirement, questions.find(q => q.question === requirement.question)) }))
    .filter(({ why }) => why !== null);
  const outcome = unmet.length === 0 ? 'met' : unmet.some(({ why }) => why === 'requirement/not-supported') ? 'cannot-evaluate' : 'unmet';
  return { outcome, unmet };
}

function whyNot(requirement, { status, by }) {
  if (status === 'refuted') return 'requirement/refuted';
  if (meets(requirement, status, by)) return null;
  if (!requirement.by.some(basis => appraises(requirement, basis))) return 'requirement/not-supported';
  switch (status) {
    case 'established':
      return requirement.by.includes(by) ? 'requirement/parameter' : 'requirement/other-basis';
    case 'pending':
      return 'requirement/pending';
    case 'expired':
      return 'requirement/expired';
    case 'asserted':
      return 'requirement/asserted-only';
    default:
      return 'requirement/not-established';
  }
}

function meets(requirement, status, by) {
  if (requirement.accept !== undefined) return by !== null && (status === 'established' || (status === 'asserted' && by === 'operator'));
  return status === 'established' && requirement.by.includes(by) && appraises(requirement, by);
}

/** The policy that a statement names: a level, what the receipt discloses, or what the caller has; null: unknown to this verifier. */
export function requestedPolicy({ envelope: { statement }, claims }, { askedPolicy, policy }) {
  const level = policyByDigest(statement.policy);
  if (level !== null) return level;
  const text = claims.value('request.policy');
  const candidates = [text === null ? null : readCanonicalPolicy(text), askedPolicy, policy];
  return candidates.find(candidate => candidate !== null && equal(candidate.digest, statement.policy)) ?? null;
}
