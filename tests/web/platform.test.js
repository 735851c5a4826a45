// What the verifier says where the platform can't do something: not-evaluated with a clear code, never a pass.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endorse, forge, newKey } from './support/forge.js';
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

const NOW = Date.UTC(2026, 10, 21, 12);
const peer = newKey();
const tensor = { name: 'x', shape: [1], data: Buffer.alloc(4) };
const receipt = forge({ modelId: Buffer.alloc(32), inputs: [tensor], outputs: [tensor], level: 'replay', now: NOW });
const endorsed = (...items) => verify({ bundle: receipt.endorsed(...items), trust: `${receipt.trust}replayer p ${peer.xy.toString('hex')}\n`, now: NOW });
const peers = verdict => [check(verdict, 'replay/peers').result, check(verdict, 'replay/peers').detail];

test('no Ed25519: whether an endorsement that comes with a log proof holds isn\'t known, and one without does', async () => {
  const logged = await endorsed(endorse(receipt, peer));
  assert.deepEqual(peers(logged), ['not-evaluated', 'platform/no-ed25519']);
  assert.deepEqual([status(logged, 'model'), status(logged, 'computed-right')], ['not-evaluated', 'not-evaluated']);
  assert.match(logged.questions.find(q => q.question === 'computed-right').answer, /^Unknown\. .*Ed25519/);
  assert.deepEqual(logged.receipt.endorsements.map(e => [e.status, e.logIndex]), [['platform/no-ed25519', null]]);
  assert.ok(!logged.notCovered.some(({ code }) => code === 'endorsement/left-out'), 'nobody knows that it doesn\'t hold');

  const bare = await endorsed(endorse(receipt, peer, { log: null }));
  assert.deepEqual([...peers(bare), status(bare, 'computed-right')], ['pass', null, 'established']);
  // What is known to refute it does so, and what isn't known doesn't hide it.
  const refuted = await endorsed(endorse(receipt, newKey()), endorse(receipt, peer, { log: null, finding: 'refuted' }));
  assert.deepEqual(peers(refuted), ['fail', 'replay/peer-refuted']);
  assert.deepEqual(peers(await endorsed(endorse(receipt, peer, { log: null }), endorse(receipt, newKey()))), ['not-evaluated', 'platform/no-ed25519']);
});

test('no P-256: neither the node\'s signature nor a peer\'s can be checked', async () => {
  withSubtle(new Proxy({}, { get: (_, name) => (...args) => (args.some(arg => arg?.name === 'ECDSA') ? Promise.reject(new Error('NotSupportedError')) : subtle[name](...args)) }));
  const verdict = await endorsed(endorse(receipt, peer, { log: null }));
  assert.deepEqual([verdict.outcome, verdict.reason], ['cannot-evaluate', 'platform/no-p256']);
  assert.deepEqual([check(verdict, 'batch/signature').result, ...peers(verdict)], ['not-evaluated', 'not-evaluated', 'platform/no-p256']);
  for (const each of receiptVectors) {
    const found = await verify(inputOf(each));
    assert.notEqual(found.outcome, 'met', each.name);
    assert.ok(found.questions.every(q => q.status !== 'established'), each.name);
    for (const { check: name, result } of found.checks) if (result === 'fail') assert.ok(each.expected.failed.includes(name), `${each.name}: ${name}`);
  }
});

test('no WebCrypto, as on an insecure page: nothing is established', async () => {
  withSubtle(undefined);
  for (const each of receiptVectors) {
    const verdict = await verify(inputOf(each));
    assert.notEqual(verdict.outcome, 'met', each.name);
    assert.ok(verdict.questions.every(q => q.status !== 'established'), each.name);
    for (const { check: name, result } of verdict.checks) if (result === 'fail') assert.ok(each.expected.failed.includes(name), `${each.name}: ${name}`);
  }
  const verdict = await verify(vector('batch-of-one'));
  assert.deepEqual(peers(await endorsed(endorse(receipt, peer))), ['not-evaluated', 'platform/no-webcrypto']);
  assert.deepEqual([verdict.outcome, verdict.reason], ['cannot-evaluate', 'platform/no-webcrypto']);
  assert.deepEqual([status(verdict, 'altered'), status(verdict, 'logged')], ['not-evaluated', 'not-evaluated']);
});
