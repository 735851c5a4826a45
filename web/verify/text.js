// A verdict as plain text for people, like `assay verify` prints it.
import { policyByLevel } from './levels.js';
import { paymentLine } from './payment-words.js';
import { NO_ATTESTATION } from './platform.js';
import { shownPeer, shownRegistrar } from './words.js';

export const OUTCOMES = {
  met: 'Met', untrusted: 'Untrusted', 'policy-not-met': 'Not met', 'cannot-evaluate': "Can't be evaluated",
};
const SOURCES = {
  request: 'the request', key: 'the API key', model: "the model's minimum", 'node-default': "the node's default", payment: 'the offer that was paid',
};
const MARKS = { pass: 'pass', fail: 'FAIL', 'not-evaluated': '-' };
const WIDTH = 110;
const QUESTION_INDENT = 43;

// Names in a receipt are the node's choice: control and format characters in them must not reach a terminal.
export const clean = text => text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');

/** A paragraph after a head, wrapped and indented. */
function wrapped(head, sentence, indent) {
  const lines = [clean(head)];
  let empty = true;
  for (const word of clean(sentence).split(' ')) {
    if (!empty && lines.at(-1).length + 1 + word.length > WIDTH) {
      lines.push(' '.repeat(indent));
      empty = true;
    }
    lines[lines.length - 1] += empty ? word : ` ${word}`;
    empty = false;
  }
  return lines;
}

/** The whole verdict. With allChecks every check is listed, else only those that failed. */
export function renderText(verdict, allChecks = false) {
  const lines = [];
  if (verdict.receipt !== null) lines.push(...receiptLines(verdict.receipt, verdict.checks));
  lines.push(clockLine(verdict.clock), '');
  lines.push(...wrapped(`${OUTCOMES[verdict.outcome]}. `, verdict.summary, 0), '');

  for (const { title, status, answer, assumptions } of verdict.questions) {
    lines.push(...wrapped(title.padEnd(28) + status.padEnd(15), answer, QUESTION_INDENT));
    for (const { sentence } of assumptions) lines.push(...wrapped(`${' '.repeat(QUESTION_INDENT)}if: `, sentence, QUESTION_INDENT + 4));
  }

  const shown = verdict.checks.filter(check => allChecks || check.result === 'fail');
  if (shown.length > 0) lines.push('', allChecks ? 'Checks' : 'Failed');
  for (const { check, result, detail, sentence } of shown) {
    lines.push(...wrapped(`  ${MARKS[result].padEnd(6)}${check.padEnd(20)}`, sentence + (detail === null ? '' : ` [${detail}]`), 28));
  }

  if (verdict.notCovered.length > 0) lines.push('', 'Not covered');
  for (const { sentence } of verdict.notCovered) lines.push(...wrapped('  - ', sentence, 4));

  const untrusted = ['keyset/first-use', 'keyset/no-trust-file'];
  if (verdict.receipt !== null && verdict.checks.some(check => untrusted.includes(check.detail))) {
    lines.push('', 'To trust this node from now on, compare these lines with what it publishes and put them into your trust file:');
    for (const line of verdict.receipt.node.trustLines.trimEnd().split('\n')) lines.push(`  ${line}`);
  }
  return `${lines.join('\n')}\n`;
}

const shownTime = iso => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

// Never silently: a verdict as of another time is another verdict.
const clockLine = ({ at, given }) => `Checked  ${shownTime(at)} by ${given ? "the time that was given, NOT this machine's clock" : "this machine's clock"}`;

/** A policy in short: its level, or that it is more than one. */
export const policyName = (level, policy) => (policyByLevel(level).text === policy ? level : `a policy of level ${level}`);

const worth = ({ status }) => (status === 'counts' ? 'counts' : status === 'gave-up' ? 'the node gave up' : status === NO_ATTESTATION ? 'NOT APPRAISED here' : `DOESN'T COUNT [${status}]`);

function proofLines(proof, checks) {
  if (proof === null) return [];
  const { batch, runs, bytes, key, bits, registrations } = proof;
  const what = checks.some(({ detail }) => detail === 'proof/earlier-failure')
    ? 'not evaluated: an earlier check failed'
    : `key ${key ?? '(unreadable)'}: ${bits === null ? 'SHOWS NOTHING HERE' : `holds, ${bits} bits`}`;
  return [
    `Proof    ${bytes} bytes${batch === 1 ? '' : `, ${runs.length} of its ${batch} runs`}, ${what}`,
    ...registrations.map(fact => `         its key registered for the model by ${shownRegistrar(fact)}; ${worth(fact)}`),
  ];
}

const MOST_MUTATIONS = 20;

/** What the model was really asked is part of the answer's worth: nobody should have to look for it. */
const mutationLines = mutations => [
  ...mutations.slice(0, MOST_MUTATIONS).flatMap(mutation => wrapped('By node  ', shortened(mutation, 400), 9)),
  ...(mutations.length > MOST_MUTATIONS ? [`By node  and ${mutations.length - MOST_MUTATIONS} more: assay explain`] : []),
];

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

function receiptLines({ id, node, model, mutations, issuedAt, acceptedAt, level, policy, levelSource, log, endorsements, proof, payment }, checks) {
  const witnesses = log.witnesses.filter(({ status }) => status === 'cosigned').map(({ name }) => name).join(', ');
  return [
    `Receipt  ${id}`,
    `Node     ${node.origin}, key set ${node.keySet}`,
    `Model    ${model.name ?? '(name not shown)'}, ${model.id ?? '(id not shown)'}`,
    `Issued   ${shownTime(issuedAt)} by the node's clock`,
    ...(acceptedAt === null ? [] : [`Accepted ${shownTime(acceptedAt)} at the latest, by your witnesses ${witnesses}`]),
    `Level    ${level === null ? 'unknown' : `${policyName(level, policy)} (set by ${SOURCES[levelSource]})`}`,
    ...endorsements.map(fact => `Endorsed ${shownTime(fact.at)} ${fact.status === 'endorsement/signature' ? 'in the name of' : 'by'} ${shownPeer(fact)}: ${fact.finding} by ${fact.by}; ${worth(fact)}`),
    ...mutationLines(mutations ?? []),
    ...proofLines(proof, checks),
    ...(payment === null ? [] : wrapped('Payment  ', paymentLine(payment), 9)),
  ].map(clean);
}
