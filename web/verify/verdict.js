// From checks to a verdict: the six questions, the outcome, what isn't covered (spec/receipt.md, "Verdict").
import { CHECKS } from './checks.js';
import { toHex } from './bytes.js';
import { chatKind } from './chat-request.js';
import { isEd25519Key } from './ed25519.js';
import { includes, join } from './levels.js';
import { deadlineOf, evaluate } from './policy.js';
import { noteKey, formatNoteKey } from './note.js';
import { PAYMENT_CHECKS } from './payment-checks.js';
import { isUncompared, paidAnswer, paymentFacts } from './payment-words.js';
import { establishes } from './peers.js';
import { NO_ATTESTATION, isLacking } from './platform.js';
import { isByTee } from './tee.js';
import { isProved } from './proof-checks.js';
import {
  ANSWERS, TITLES, checkSentence, detailSentence, cosignatureRemark, cosignedEarlyRemark, leftOutRemark, notLoggedRemark, notNamedRemark, proofRemark,
  redactedRemark, registrarRemark, remark, shownPeers, shownRegistrars, summary,
} from './words.js';

const ALTERED_IF_FAILED = [
  'keyset/digest', 'batch/inclusion', 'batch/signature', 'claims/root', 'output/root', 'bundle/attachments',
  'policy/digest', 'request/wire', 'request/inputs', 'request/level', 'response/wire', 'response/outputs',
];
const UNKNOWN_IF_FAILED = ['bundle/decode', 'keyset/trusted', 'keyset/validity', 'keyset/history'];
const OTHER_MODEL_IF_FAILED = ['request/model', 'upstream/model', 'replay/model', 'replay/output', 'replay/peers'];
const NOT_LOGGED_IF_FAILED = ['log/checkpoint', 'log/inclusion', 'log/entry'];
// A cosignature's time is in whole seconds, rounded down.
const COSIGNATURE_ROUNDING = 1000n;
const EXIT_CODES = { met: 0, untrusted: 1, 'policy-not-met': 2, 'cannot-evaluate': 3 };

/** `evidence`: bundle (null if unreadable), checks, checkpoint, firstUse, otherModel, require (a policy or null). */
export function conclude(evidence) {
  const { bundle, checks } = evidence;
  const { requested } = evidence;
  const required = bundle === null ? null : requiredOf(evidence) ?? requested;
  const receipt = bundle === null ? null : facts(evidence, requested);
  const questions = answer(evidence, receipt);
  const result = required === null ? { outcome: 'cannot-evaluate', unmet: [] } : evaluate(required, knownFacts(evidence, questions), evidence.chain !== null);
  const unmet = result.unmet.map(({ requirement, why }) => ({ question: requirement.question, by: requirement.by.join('|'), why }));
  const [outcome, reason] = decide(evidence, requested, result);
  const verdict = {
    profile: 'assay/verdict/v1', outcome, exitCode: EXIT_CODES[outcome], reason, summary: '',
    clock: { at: new Date(Number(evidence.now)).toISOString(), given: evidence.nowIsGiven },
    required: required?.level ?? null, requiredPolicy: required?.text ?? null, unmet, receipt, questions,
    checks: checks.list().map(check => ({
      check: check.code, result: check.result, detail: check.detail, subject: check.subject, sentence: checkSentence(check),
    })),
    notCovered: bundle === null ? [] : notCovered(evidence, required, requested),
  };
  verdict.summary = summary(verdict, checks, required, result.unmet);
  return verdict;
}

// Whoever names a policy and a level wants both.
const requiredOf = ({ policy, require }) => (policy !== null && require !== null ? join(policy, require) : policy ?? require);

function decide({ bundle, checks }, requested, result) {
  if (bundle === null) return ['cannot-evaluate', 'bundle/decode'];
  const failed = CHECKS.find(checks.fails);
  if (failed !== undefined) return ['untrusted', failed];
  if (bundle.envelope.statement.phase !== 'final') return ['cannot-evaluate', 'statement/phase'];
  if (requested === null) return ['cannot-evaluate', 'policy/unknown'];
  if (result.outcome === 'cannot-evaluate') return ['cannot-evaluate', 'level/not-supported'];
  // Hardware that this verifier can't appraise matters only where what is missing could rest on it.
  const byTee = result.unmet.some(({ requirement }) => requirement.by.includes('tee'));
  const platform = CHECKS.map(checks.detail).find(detail => isLacking(detail) && (detail !== NO_ATTESTATION || byTee));
  if (platform !== undefined) return ['cannot-evaluate', platform];
  return result.outcome === 'unmet' ? ['policy-not-met', 'unmet'] : ['met', 'met'];
}

function answer(evidence, receipt) {
  const { checks } = evidence;
  const altered = ALTERED_IF_FAILED.some(checks.fails) ? 'refuted'
    : UNKNOWN_IF_FAILED.some(code => checks.fails(code) || isLacking(checks.detail(code))) || !checks.passes('batch/signature') ? 'not-evaluated'
      // Whoever gives bytes asks about them.
      : isUncompared(evidence, 'request') || isUncompared(evidence, 'response') ? 'not-evaluated'
        : 'established';
  const signed = altered === 'established';

  const logged = NOT_LOGGED_IF_FAILED.some(checks.fails) ? 'refuted'
    : !signed || checks.fails('log/trusted') || checks.fails('log/witnessed') ? 'not-evaluated'
      : evidence.bundle.log === null ? 'pending'
        : checks.passes('log/checkpoint') ? 'established' : 'not-evaluated';

  const here = isReplayedHere(checks);
  const byPeers = checks.passes('replay/peers');
  // What rests on endorsements isn't known where the platform can't check them.
  const proved = isProved(checks);
  const otherwise = (id, asserted) => (proved || here || byPeers ? 'established'
    : isLacking(checks.detail('replay/peers')) || isLacking(checks.detail('tee/appraised')) ? 'not-evaluated'
      : awaited(evidence, id) ?? (asserted ? 'asserted' : 'not-evaluated'));
  const model = OTHER_MODEL_IF_FAILED.some(checks.fails) ? 'refuted'
    : !signed ? 'not-evaluated' : otherwise('model', receipt.model.id !== null);
  const computed = checks.fails('replay/output') || checks.fails('replay/peers') ? 'refuted'
    : !signed ? 'not-evaluated' : otherwise('computed-right', true);
  const paid = PAYMENT_CHECKS.some(checks.fails) ? 'refuted' : signed && PAYMENT_CHECKS.every(checks.passes) ? 'established' : 'not-evaluated';
  const ofChecking = [...(proved ? proofAssumptions(evidence.proof) : []), ...(here ? ['replay/this-machine'] : []), ...(byPeers ? ['replay/peers-honest'] : [])];

  const question = (id, status, basis, answerText, assumptions) => ({
    question: id, title: TITLES[id], status,
    by: status === 'established' ? basis : status === 'asserted' ? 'operator' : null,
    answer: answerText,
    assumptions: status !== 'established' ? [] : [...(evidence.firstUse ? ['keyset/first-use'] : []), ...assumptions].map(code => (typeof code === 'string' ? remark(code) : code)),
  });
  return [
    question('model', model, proved ? 'zk' : 'replay', ANSWERS.model(evidence, receipt, model, signed), ofChecking),
    question('altered', altered, 'signature', ANSWERS.altered(evidence, receipt, altered, ALTERED_IF_FAILED, UNKNOWN_IF_FAILED), ['key/held-by-node']),
    question('computed-right', computed, proved ? 'zk' : 'replay', ANSWERS.computedRight(evidence, computed, signed), ofChecking),
    question('operator-read', 'not-evaluated', null, ANSWERS.operatorRead),
    question('logged', logged, 'log', ANSWERS.logged(evidence, receipt, logged, NOT_LOGGED_IF_FAILED),
      [checks.passes('log/witnessed') ? 'witness/quorum-honest' : 'log/same-for-all']),
    question('paid', paid, 'settlement', paidAnswer(evidence, paid, signed, detailSentence), ['chain/rpc-honest']),
  ];
}

const isReplayedHere = checks => checks.passes('replay/model') && checks.passes('replay/output');
const isReplayed = checks => isReplayedHere(checks) || checks.passes('replay/peers');

const proofAssumptions = proof => [proofRemark(proof.bits), registrarRemark(shownRegistrars(proof))];

/** `pending` or `expired` where evidence on the question was promised, else null. The node's own word that it gave up ends the waiting before its time. */
function awaited({ endorsements, requested, bundle, now }, id) {
  if (endorsements.some(({ status, questions }) => status === 'gave-up' && questions.includes(id))) return 'expired';
  const deadline = deadlineOf(requested, bundle.envelope.statement.issuedAt, id);
  return deadline === null ? null : now < deadline ? 'pending' : 'expired';
}

/** What is known, as the policy's evaluator takes it (spec/levels.md, "Evaluation"). */
function knownFacts({ bundle, checks, endorsements, proof, witnesses, acceptedAt }, questions) {
  const known = questions.map(({ question, status, by }) => ({ question, status, by }));
  const find = id => known.find(({ question }) => question === id);
  for (const id of ['model', 'computed-right']) {
    const peers = endorsements.filter(establishes).map(({ peer }) => peer);
    if (find(id).by === 'zk') {
      find(id).bits = proof.bits;
      // Known twice: a policy may want either.
      if (isReplayed(checks)) known.push({ question: id, status: 'established', by: 'replay', peers });
    } else {
      find(id).peers = peers;
    }
    // While better evidence is awaited, and after it was awaited in vain, the operator's word still stands.
    const isAsserted = find('altered').status === 'established' && (id !== 'model' || bundle.claims.value('model.model_id') !== null);
    if (isAsserted) known.push({ question: id, status: 'asserted', by: 'operator' });
  }
  if (acceptedAt !== null) {
    const within = acceptedAt * 1000n + COSIGNATURE_ROUNDING - bundle.envelope.statement.issuedAt;
    find('logged').witnesses = witnesses.filter(({ status }) => status === 'cosigned').length;
    if (within >= 0n) find('logged').within = within; // below, a clock is wrong, and nobody knows which
  }
  return known;
}

function notCovered({ bundle, checks, request, response, firstUse, witnesses, acceptedAt, endorsements, payment }, required, requested) {
  const { claims, output, log } = bundle;
  const redacted = claims.redacted + output.redacted;
  const skipped = code => !checks.passes(code) && !checks.fails(code);
  const named = wanted => witnesses.filter(({ status }) => status === wanted).map(({ name }) => name).join(', ');
  const issuers = wanted => shownPeers(endorsements.filter(wanted));
  const isChat = chatKind(claims.value('request.protocol')) !== null;
  const byUpstream = claims.value('parties.gateway') !== null || claims.value('execution.semantics') === 'opaque';
  const remarks = {
    'claims/redacted': () => redactedRemark(redacted),
    'log/cosignature': () => cosignatureRemark(named('bad')),
    'log/cosigned-early': () => cosignedEarlyRemark(named('too-early')),
    'endorsement/left-out': () => leftOutRemark(issuers(isLeftOut)),
    'endorsement/not-named': () => notNamedRemark(issuers(isNotNamed)),
    'endorsement/not-logged': () => notLoggedRemark(issuers(isNotLogged)),
  };
  const rules = [
    [firstUse, 'keyset/first-use'],
    [true, 'keyset/revocation'],
    [acceptedAt === null, 'time/asserted'],
    [redacted > 0, 'claims/redacted'],
    [(claims.value('request.mutations')?.length ?? 0) > 0, 'request/changed'],
    [claims.value('execution.backend')?.endsWith(' (fidelity accepted)') === true, 'model/fidelity'],
    [skipped('request/model'), 'model/not-compared'],
    [skipped('request/wire') || request === null, 'request/not-compared'],
    [skipped('response/wire') || response === null, 'response/not-compared'],
    [log !== null && !checks.passes('log/witnessed'), 'log/no-witness'],
    [named('bad') !== '', 'log/cosignature'],
    [named('too-early') !== '', 'log/cosigned-early'],
    [endorsements.some(isLeftOut), 'endorsement/left-out'],
    [endorsements.some(isNotNamed), 'endorsement/not-named'],
    [endorsements.some(isNotLogged), 'endorsement/not-logged'],
    [bundle.proof !== null && !isProved(checks), 'proof/left-out'],
    [endorsements.some(isLeftOutByTee), 'tee/left-out'],
    [payment?.hasPayload === true && payment.bound !== true, 'payment/not-bound'],
    [payment?.hasPayload === true && !checks.passes('payment/settled'), 'payment/not-settled'],
    [skipped('replay/output') && !checks.passes('replay/peers') && !isProved(checks), 'replay/not-done'],
    [isChat && byUpstream, 'chat/upstream'],
    [isChat && !byUpstream, 'chat/replay'],
    [required !== null && requested !== null && !includes(required, requested), 'policy/lower-than-asked'],
    [true, 'operator/read'],
    [bundle.proof !== null, 'proof/hides-nothing'],
    [true, 'answer/truth'],
  ];
  return rules.filter(([applies]) => applies).map(([, code]) => (remarks[code] ?? (() => remark(code)))());
}

const isLeftOut = fact => !isByTee(fact) && !isLacking(fact.status) && !['counts', 'gave-up', 'endorsement/not-named'].includes(fact.status);
const isLeftOutByTee = fact => isByTee(fact) && !isLacking(fact.status);
const isNotNamed = ({ status }) => status === 'endorsement/not-named';
const isNotLogged = ({ status, logIndex }) => status === 'counts' && logIndex === null;

/** Which receipt the verdict is about: what stands in the bundle, true or not. */
function facts({ bundle, checkpoint, witnesses, acceptedAt, endorsements, proof, payment }, requested) {
  const { envelope: { statement }, keySet, claims, log } = bundle;
  const modelId = claims.value('model.model_id');
  return {
    id: toHex(statement.id),
    digest: toHex(statement.digest),
    issuedAt: new Date(Number(statement.issuedAt)).toISOString(),
    acceptedAt: acceptedAt === null ? null : isoTime(acceptedAt),
    counter: jsonNumber(statement.counter),
    phase: statement.phase,
    level: requested?.level ?? null,
    policy: requested?.text ?? null,
    levelSource: statement.levelSource,
    model: { name: claims.value('model.name'), id: modelId === null ? null : toHex(modelId) },
    mutations: claims.value('request.mutations'),
    node: {
      origin: keySet.origin,
      keySet: toHex(keySet.digest),
      trustLines: trustLines(keySet),
    },
    log: {
      index: log === null ? null : jsonNumber(log.index),
      size: checkpoint === null ? null : jsonNumber(checkpoint.size),
      witnesses: witnesses.map(({ name, status, at }) => ({ name, status, at: at === null ? null : isoTime(at) })),
    },
    endorsements: endorsements.map(({ peer, name, questions, by, finding, status, at, logIndex }) => ({
      peer, name, questions, by, finding, status, at: new Date(Number(at)).toISOString(), logIndex: logIndex === null ? null : jsonNumber(logIndex),
    })),
    proof: proof === null ? null : {
      ...proof, registrations: proof.registrations.map(({ issuer, name, status, at }) => ({ issuer, name, status, at: new Date(Number(at)).toISOString() })),
    },
    attestation: null, // nothing here appraises hardware
    payment: paymentFacts(payment, jsonNumber),
  };
}

/** The lines of a trust file that would trust this node and its log (no line for a log whose key is unusable). */
function trustLines({ digest, origin, logKey }) {
  const log = isEd25519Key(logKey) ? `log ${formatNoteKey(noteKey(origin, logKey))}\n` : '';
  return `node ${toHex(digest)}\n${log}`;
}

const isoTime = seconds => new Date(Number(seconds) * 1000).toISOString();

/** A number where it is exact, else its decimal digits as text. */
const jsonNumber = value => (value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString());
