// From checks to a verdict: the six questions, the outcome, what isn't covered (spec/receipt.md, "Verdict").
import { CHECKS } from './checks.js';
import { toHex } from './bytes.js';
import { isEd25519Key } from './ed25519.js';
import { includes, join } from './levels.js';
import { evaluate } from './policy.js';
import { noteKey, formatNoteKey } from './note.js';
import { ANSWERS, TITLES, checkSentence, cosignatureRemark, cosignedEarlyRemark, redactedRemark, remark, summary } from './words.js';

const ALTERED_IF_FAILED = [
  'keyset/digest', 'batch/inclusion', 'batch/signature', 'claims/root', 'output/root', 'bundle/attachments',
  'policy/digest', 'request/wire', 'request/inputs', 'request/level', 'response/wire', 'response/outputs',
];
const UNKNOWN_IF_FAILED = ['bundle/decode', 'keyset/trusted', 'keyset/validity', 'keyset/history'];
const OTHER_MODEL_IF_FAILED = ['request/model', 'replay/model', 'replay/output'];
const NOT_LOGGED_IF_FAILED = ['log/checkpoint', 'log/inclusion', 'log/entry'];
const EXIT_CODES = { met: 0, untrusted: 1, 'policy-not-met': 2, 'cannot-evaluate': 3 };

/** `evidence`: bundle (null if unreadable), checks, checkpoint, firstUse, otherModel, require (a policy or null). */
export function conclude(evidence) {
  const { bundle, checks } = evidence;
  const { requested } = evidence;
  const required = bundle === null ? null : requiredOf(evidence) ?? requested;
  const receipt = bundle === null ? null : facts(evidence, requested);
  const questions = answer(evidence, receipt);
  const result = required === null ? { outcome: 'cannot-evaluate', unmet: [] } : evaluate(required, questions);
  const unmet = result.unmet.map(({ requirement, why }) => ({ question: requirement.question, by: requirement.by.join('|'), why }));
  const [outcome, reason] = decide(evidence, requested, result);
  const verdict = {
    profile: 'assay/verdict/v1', outcome, exitCode: EXIT_CODES[outcome], reason, summary: '',
    clock: { at: new Date(Number(evidence.now)).toISOString(), given: evidence.nowIsGiven },
    required: required?.level ?? null, requiredPolicy: required?.text ?? null, unmet, receipt, questions,
    checks: checks.list().map(check => ({
      check: check.code, result: check.result, detail: check.detail, sentence: checkSentence(check),
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
  const platform = CHECKS.map(checks.detail).find(detail => detail?.startsWith('platform/'));
  if (platform !== undefined) return ['cannot-evaluate', platform];
  return result.outcome === 'unmet' ? ['policy-not-met', 'unmet'] : ['met', 'met'];
}

function answer(evidence, receipt) {
  const { checks, otherModel } = evidence;
  const altered = ALTERED_IF_FAILED.some(checks.fails) ? 'refuted'
    : UNKNOWN_IF_FAILED.some(code => checks.fails(code) || checks.detail(code)?.startsWith('platform/')) || !checks.passes('batch/signature') ? 'not-evaluated'
      : 'established';
  const signed = altered === 'established';

  const logged = NOT_LOGGED_IF_FAILED.some(checks.fails) ? 'refuted'
    : !signed || checks.fails('log/trusted') || checks.fails('log/witnessed') ? 'not-evaluated'
      : evidence.bundle.log === null ? 'pending'
        : checks.passes('log/checkpoint') ? 'established' : 'not-evaluated';

  const replayed = checks.passes('replay/model') && checks.passes('replay/output');
  const model = OTHER_MODEL_IF_FAILED.some(checks.fails) ? 'refuted'
    : !signed ? 'not-evaluated'
      : replayed ? 'established'
        : receipt.model.id !== null ? 'asserted' : 'not-evaluated';
  const computed = checks.fails('replay/output') ? 'refuted'
    : !signed ? 'not-evaluated'
      : replayed ? 'established' : 'asserted';

  const question = (id, status, basis, answerText, assumption) => ({
    question: id, title: TITLES[id], status,
    by: status === 'established' ? basis : status === 'asserted' ? 'operator' : null,
    answer: answerText,
    assumptions: status !== 'established' ? [] : (evidence.firstUse ? ['keyset/first-use', assumption] : [assumption]).map(remark),
  });
  return [
    question('model', model, 'replay', ANSWERS.model(receipt, model, signed, otherModel, checks), 'replay/this-machine'),
    question('altered', altered, 'signature', ANSWERS.altered(receipt, altered, checks, ALTERED_IF_FAILED, UNKNOWN_IF_FAILED), 'key/held-by-node'),
    question('computed-right', computed, 'replay', ANSWERS.computedRight(computed, checks), 'replay/this-machine'),
    question('operator-read', 'not-evaluated', null, ANSWERS.operatorRead),
    question('logged', logged, 'log', ANSWERS.logged(receipt, logged, checks, NOT_LOGGED_IF_FAILED),
      checks.passes('log/witnessed') ? 'witness/quorum-honest' : 'log/same-for-all'),
    question('paid', 'not-evaluated', null, ANSWERS.paid),
  ];
}

function notCovered({ bundle, checks, firstUse, witnesses, acceptedAt }, required, requested) {
  const { claims, output, log } = bundle;
  const redacted = claims.redacted + output.redacted;
  const skipped = code => !checks.passes(code) && !checks.fails(code);
  const named = wanted => witnesses.filter(({ status }) => status === wanted).map(({ name }) => name).join(', ');
  const rules = [
    [firstUse, 'keyset/first-use'],
    [true, 'keyset/revocation'],
    [acceptedAt === null, 'time/asserted'],
    [redacted > 0, 'claims/redacted'],
    [claims.value('request.mutations') > 0, 'request/changed'],
    [skipped('request/model'), 'model/not-compared'],
    [skipped('request/wire'), 'request/not-compared'],
    [skipped('response/wire'), 'response/not-compared'],
    [log !== null && !checks.passes('log/witnessed'), 'log/no-witness'],
    [named('bad') !== '', 'log/cosignature'],
    [named('too-early') !== '', 'log/cosigned-early'],
    [skipped('replay/output'), 'replay/not-done'],
    [required !== null && requested !== null && !includes(required, requested), 'policy/lower-than-asked'],
    [true, 'operator/read'],
    [true, 'answer/truth'],
  ];
  return rules.filter(([applies]) => applies)
    .map(([, code]) => (code === 'claims/redacted' ? redactedRemark(redacted)
      : code === 'log/cosignature' ? cosignatureRemark(named('bad'))
        : code === 'log/cosigned-early' ? cosignedEarlyRemark(named('too-early')) : remark(code)));
}

/** Which receipt the verdict is about: what stands in the bundle, true or not. */
function facts({ bundle, checkpoint, witnesses, acceptedAt }, requested) {
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
