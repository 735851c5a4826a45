// What the verifier says where the platform can't do something: not-evaluated with a clear code, never a pass.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputOf, receiptVectors } from './support/vectors.js';

const { subtle } = globalThis.crypto;
const withSubtle = value => Object.defineProperty(globalThis, 'crypto', { value: { subtle: value }, configurable: true });
const without = algorithm => new Proxy({}, {
  get: (_, name) => (...args) => (args.includes(algorithm) ? Promise.reject(new Error('NotSupportedError')) : subtle[name](...args)),
});

const vector = name => inputOf(receiptVectors.find(v => v.name === name));
const check = (verdict, name) => verdict.checks.find(c => c.check === name);
const status = (verdict, name) => verdict.questions.find(q => q.question === name).status;

// The module asks once whether the platform has Ed25519, so it is loaded while it hasn't.
withSubtle(without('Ed25519'));
const { verify } = await import('../../web/verify/index.js');

test('no Ed25519: whether it is logged isn\'t known, and the rest is', async () => {
  const verdict = await verify(vector('batch-of-one'));
  assert.deepEqual([verdict.outcome, verdict.exitCode, verdict.reason], ['cannot-evaluate', 3, 'platform/no-ed25519']);
  assert.deepEqual([check(verdict, 'log/checkpoint').result, check(verdict, 'log/checkpoint').detail], ['not-evaluated', 'platform/no-ed25519']);
  assert.deepEqual([status(verdict, 'altered'), status(verdict, 'logged')], ['established', 'not-evaluated']);
});

test('no Ed25519: what fails still fails', async () => {
  const verdict = await verify(vector('log-path-altered'));
  assert.deepEqual([verdict.outcome, verdict.reason], ['untrusted', 'log/inclusion']);
});

test('no Ed25519: no vector is met', async () => {
  for (const each of receiptVectors) {
    const verdict = await verify(inputOf(each));
    assert.notEqual(verdict.outcome, 'met', each.name);
    for (const { check: name, result } of verdict.checks) {
      if (result === 'fail') assert.ok(each.expected.failed.includes(name), `${each.name}: ${name}`);
    }
  }
});

test('no WebCrypto, as on an insecure page: nothing is established', async () => {
  withSubtle(undefined);
  for (const each of receiptVectors) {
    const verdict = await verify(inputOf(each));
    assert.notEqual(verdict.outcome, 'met', each.name);
    assert.ok(verdict.questions.every(q => q.status !== 'established'), each.name);
  }
  const verdict = await verify(vector('batch-of-one'));
  assert.deepEqual([verdict.outcome, verdict.reason], ['cannot-evaluate', 'platform/no-webcrypto']);
  assert.deepEqual([status(verdict, 'altered'), status(verdict, 'logged')], ['not-evaluated', 'not-evaluated']);
});
