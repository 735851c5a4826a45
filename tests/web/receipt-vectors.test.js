import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verify } from '../../web/verify/index.js';
import { chatVectors, inputOf, paymentVectors, proofVectors, receiptVectors, teeVectors } from './support/vectors.js';

// Which fault a reader notices first where bytes are malformed in several ways is its own affair.
const READERS = /^(?:cbor|cose|note|checkpoint|oip)\//;

// The reason stands in a vector where it says more than that nobody has established it.
const TELLING = ['requirement/parameter', 'requirement/other-basis'];

function found(verdict) {
  const notPassed = verdict.checks.filter(check => check.result !== 'pass');
  return {
    outcome: verdict.outcome,
    exitCode: verdict.exitCode,
    reason: verdict.reason,
    required: verdict.required,
    questions: Object.fromEntries(verdict.questions.map(q => [q.question, q.status])),
    unmet: verdict.unmet.map(r => `${r.question} by ${r.by}${TELLING.includes(r.why) ? `: ${r.why}` : ''}`),
    failed: verdict.checks.filter(check => check.result === 'fail').map(check => check.check),
    details: Object.fromEntries(notPassed.map(check => [check.check, check.detail])),
    ...(verdict.checks.some(({ subject }) => subject !== null) && { subjects: Object.fromEntries(verdict.checks.filter(({ subject }) => subject !== null).map(({ check, subject }) => [check, subject])) }),
    ...(verdict.receipt?.mutations != null && { mutations: verdict.receipt.mutations }),
    acceptedAt: verdict.receipt?.acceptedAt?.replace('.000Z', 'Z') ?? null,
    witnesses: Object.fromEntries((verdict.receipt?.log.witnesses ?? []).map(({ name, status }) => [name, status])),
    ...(verdict.receipt?.endorsements.length > 0 && { endorsements: verdict.receipt.endorsements.map(e => `${e.peer.slice(0, 16)} ${e.finding} ${e.status}`) }),
    ...(verdict.receipt?.proof != null && { proof: proofOf(verdict.receipt.proof) }),
    ...(verdict.receipt?.payment != null && { payment: verdict.receipt.payment }),
    notCovered: verdict.notCovered.map(remark => remark.code),
  };
}

const proofOf = ({ key, bits, registrations }) => ({
  key, bits: bits === null ? null : `${bits}`, registrations: registrations.map(({ issuer, status }) => `${issuer.slice(0, 16)} ${status}`),
});

const withoutReadersChoice = ({ details, ...rest }) => ({
  ...rest,
  details: Object.fromEntries(Object.entries(details).map(([check, detail]) =>
    [check, check === 'bundle/decode' || READERS.test(detail) ? 'a reader\'s code' : detail])),
});

for (const vector of [...receiptVectors, ...proofVectors, ...paymentVectors, ...chatVectors]) {
  test(`${vector.name}: ${vector.expected.outcome}`, async () => {
    const verdict = await verify(inputOf(vector));
    assert.deepEqual(withoutReadersChoice(found(verdict)), withoutReadersChoice(vector.expected));
    for (const { sentence } of [...verdict.checks, ...verdict.notCovered]) assert.match(sentence, /^\S.*\.$/s);
  });
}

// Hardware isn't appraised here: what hangs on it isn't evaluated, and everything else is judged as by everybody.
for (const vector of teeVectors) {
  const expected = vector.notAppraised;
  test(`${vector.name}: ${expected.outcome} without an appraisal`, async () => {
    const verdict = await verify(inputOf(vector));
    const tee = verdict.checks.find(({ check }) => check === 'tee/appraised');
    assert.deepEqual([verdict.outcome, verdict.reason, tee.result, tee.detail], [expected.outcome, expected.reason, 'not-evaluated', expected['tee/appraised']]);
    assert.equal(verdict.receipt.attestation, null);
    assert.ok(verdict.questions.every(({ by }) => by !== 'tee'));
    if (tee.detail === 'platform/attestation') {
      const status = id => verdict.questions.find(({ question }) => question === id).status;
      assert.ok(['not-evaluated', 'established'].includes(status('model')) && ['not-evaluated', 'established'].includes(status('computed-right')));
    } else {
      const { attestation, ...rest } = vector.expected;
      assert.equal(attestation, undefined);
      assert.deepEqual(found(verdict), rest);
    }
    for (const { sentence } of [...verdict.checks, ...verdict.notCovered]) assert.match(sentence, /^\S.*\.$/s);
  });
}

test('the vectors are there', () => {
  assert.ok(receiptVectors.length >= 200 && proofVectors.length >= 25 && teeVectors.length >= 35 && paymentVectors.length >= 100 && chatVectors.length >= 80);
  assert.ok(receiptVectors.filter(vector => vector.expected.outcome !== 'met').length >= 40);
});
