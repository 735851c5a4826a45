import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { POLICIES, policyByLevel, readCanonicalPolicy, readPolicy } from '../../web/verify/levels.js';
import { evaluate } from '../../web/verify/policy.js';
import { NAMES, SEEDS, VALUES, lists, mutants, parse, reorder, write } from './support/policies.js';
import { mutate, randomInts, runs } from './support/random.js';

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

const documents = new URL('../../spec/vectors/policies/documents.json', import.meta.url);

/** Seeds, and of many mutants the first few of every code and place. */
function chosen() {
  const counts = new Map();
  const vectors = [];
  for (const text of [...SEEDS, ...mutants(30_000, randomInts(15))]) {
    const { value, error, path } = read(text);
    const kind = error === null ? 'canonical' : `${error} ${path.replace(/[0-9]/g, '#')}`;
    const count = counts.get(kind) ?? 0;
    if (count >= (error === null ? 40 : 2)) continue;
    counts.set(kind, count + 1);
    vectors.push({ text, canonical: value?.text ?? null, error, path });
  }
  return `{"vectors":[\n${vectors.map(vector => JSON.stringify(vector)).join(',\n')}\n]}\n`;
}

test('the vectors, which the C# reader is held to too', () => {
  if (process.env.ASSAY_WRITE_VECTORS === '1') writeFileSync(documents, chosen());
  const { vectors } = JSON.parse(readFileSync(documents, 'utf8'));
  assert.ok(vectors.length > 150, `${vectors.length}`);
  for (const { text, canonical, error, path } of vectors) {
    const found = read(text);
    assert.deepEqual([found.value?.text ?? null, found.error, found.path], [canonical, error, path], text);
  }
});

const FACTS = ['established', 'asserted', 'pending', 'expired', 'refuted', 'not-evaluated'];

test('mutated policies: a value or a code, one canonical spelling, and an evaluation whatever is known', () => {
  const random = randomInts(12);
  const codes = new Set();
  let accepted = 0;
  for (const text of mutants(runs(20_000), random)) {
    const { value, error, path } = read(text);
    assert.ok((value === null) !== (error === null) && (error === null) === (path === null), text);
    if (error !== null) {
      assert.match(error, /^policy\/[a-z-]+$/, text);
      codes.add(error);
      continue;
    }
    accepted++;
    assert.equal(readCanonicalPolicy(value.text)?.text, value.text, text);
    const facts = value.require.map(({ question, by }) => ({ question, status: FACTS[random(6)], by: random(4) === 0 ? null : by[0], peers: ['0'.repeat(64)].slice(random(2)), witnesses: random(4), within: BigInt(random(20_000)) }));
    assert.ok(['met', 'unmet', 'cannot-evaluate'].includes(evaluate(value, facts).outcome));
  }
  assert.ok(accepted > runs(20_000) / 20 && codes.size >= 12, `${accepted} ${[...codes]}`);
});

test('the order of members and of what is listed changes nothing, a member twice is refused', () => {
  const random = randomInts(13);
  for (const seed of SEEDS) {
    for (let left = 200; left > 0; left--) {
      const document = parse(JSON.parse(seed));
      for (const list of lists(document)) reorder(list, random);
      assert.equal(read(write(document)).value.text, read(seed).value.text);
      const members = lists(document).filter(list => Array.isArray(list[0]) && NAMES.includes(list[0][0]));
      const chosen = members[random(members.length)];
      chosen.push([chosen[0][0], VALUES[random(VALUES.length)]]);
      assert.equal(read(write(document)).error, 'policy/json', write(document));
    }
  }
});

test('mutated as bytes: a value or a code', () => {
  const random = randomInts(14);
  const seeds = SEEDS.map(text => new TextEncoder().encode(text));
  for (let left = runs(20_000); left > 0; left--) {
    const { value, error } = readPolicy(mutate(seeds[left % seeds.length], random, seeds));
    assert.ok((value === null) !== (error === null));
  }
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
