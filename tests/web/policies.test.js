import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { POLICIES, policyByLevel, readCanonicalPolicy, readPolicy } from '../../web/verify/levels.js';
import { evaluate } from '../../web/verify/policy.js';

const spec = readFileSync(new URL('../../spec/levels.md', import.meta.url), 'utf8');
const read = text => readPolicy(new TextEncoder().encode(text));

test('the documents are the ones printed in the spec', () => {
  for (const level of ['signed', 'replay', 'tee', 'zk']) {
    const [, printed] = new RegExp(`^    ${level} +(\\{.*)$`, 'm').exec(spec);
    assert.equal(policyByLevel(level).text, printed);
  }
  for (const policy of POLICIES) assert.equal(read(policy.text).value, policy);
});

test("the spec's example, made canonical", () => {
  const [, example] = /^    (\{"require".*)$/m.exec(spec);
  const { value } = read(example);
  assert.equal(value.text, '{"profile":"assay/policy/v1","require":[{"question":"altered","by":["signature"]},{"question":"logged","by":["log"],"witnesses":2,"within":"10s"},{"question":"computed-right","by":["replay","zk"],"minSoundnessBits":100}],"release":"after-evidence","deadline":"30s","maxPrice":{"amount":"0.01","currency":"USD"}}');
  assert.equal(readCanonicalPolicy(value.text).text, value.text);
  assert.equal(readCanonicalPolicy(example), null);
});

// The same rows as in PolicyReaderTests.cs.
const FAULTS = readFileSync(new URL('../Assay.Receipts.Tests/PolicyReaderTests.cs', import.meta.url), 'utf8')
  .matchAll(/InlineData\("""(\{.*)""", PolicyErrors\.(\w+), "([^"]*)"\)/g);
const CODES = {
  Json: 'json', Type: 'type', MissingMember: 'missing-member', UnknownMember: 'unknown-member', Value: 'value', Range: 'range', Repeated: 'repeated', Accept: 'accept',
  LevelDiffers: 'level-differs', UnknownQuestion: 'unknown-question', UnknownBasis: 'unknown-basis', BasisUnfit: 'basis-unfit', ParameterUnfit: 'parameter-unfit',
};

test('faults have the same codes and paths as in C#', () => {
  let count = 0;
  for (const [, text, code, path] of FAULTS) {
    const found = read(text);
    assert.deepEqual([found.error, found.path], [`policy/${CODES[code]}`, path], text);
    count++;
  }
  assert.ok(count >= 50);
});

test('nothing that is absent meets a requirement', () => {
  const { value: policy } = read('{"require":[{"question":"computed-right","by":["replay","zk"]},{"question":"model","accept":"asserted"}]}');
  const facts = (computed, by) => [
    { question: 'altered', status: 'established', by: 'signature' }, { question: 'logged', status: 'established', by: 'log' },
    { question: 'model', status: 'asserted', by: 'operator' }, { question: 'computed-right', status: computed, by },
  ];
  assert.equal(evaluate(policy, facts('established', 'replay')).outcome, 'met');
  for (const status of ['asserted', 'pending', 'expired', 'refuted', 'not-evaluated']) {
    const { outcome, unmet } = evaluate(policy, facts(status, status === 'asserted' ? 'operator' : null));
    assert.deepEqual([outcome, unmet.length], ['unmet', 1]);
  }
});
