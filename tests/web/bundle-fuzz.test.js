import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBundle } from '../../web/verify/bundle.js';
import { toHex } from '../../web/verify/bytes.js';
import { REGISTRY } from '../../web/verify/claims.js';
import { verify } from '../../web/verify/index.js';
import { mutate, randomInts, runs } from './support/random.js';
import { inputOf, receiptVectors } from './support/vectors.js';

const OUTCOMES = ['met', 'untrusted', 'policy-not-met', 'cannot-evaluate'];
const STATUSES = ['established', 'asserted', 'pending', 'expired', 'refuted', 'not-evaluated'];

const seeds = receiptVectors.filter(vector => vector.expected.outcome === 'met').map(inputOf);
const donors = receiptVectors.map(vector => inputOf(vector).bundle).filter(bundle => bundle.length > 1000);

const leafNames = REGISTRY.flatMap(([group, leaves]) => leaves.map(([label]) => `${group}.${label}`));

/** Everything that the node's signature covers. */
function signedContent(bytes) {
  const { envelope, keySet, claims, output } = decodeBundle(bytes).value;
  return [
    envelope.statement.digest, keySet.digest, output.root, ...leafNames.map(name => claims.get(name).hash),
  ].map(toHex).join(' ');
}

const signed = new Set(seeds.map(seed => signedContent(seed.bundle)));

test('whatever the bytes: a verdict, and met only for what was signed', async () => {
  const random = randomInts(20261121);
  const outcomes = Object.fromEntries(OUTCOMES.map(outcome => [outcome, 0]));
  for (let left = runs(8_000); left > 0; left -= 50) {
    const inputs = Array.from({ length: 50 }, () => {
      const seed = seeds[random(seeds.length)];
      return { ...seed, bundle: mutate(seed.bundle, random, donors) };
    });
    for (const [i, verdict] of (await Promise.all(inputs.map(verify))).entries()) {
      outcomes[verdict.outcome]++;
      assert.equal(verdict.exitCode, OUTCOMES.indexOf(verdict.outcome));
      assert.ok(verdict.questions.every(q => STATUSES.includes(q.status)));
      if (verdict.outcome === 'met') assert.ok(signed.has(signedContent(inputs[i].bundle)), toHex(inputs[i].bundle));
    }
  }
  // The mutations must reach what lies behind the readers, or this test tests the readers only.
  assert.ok(outcomes.untrusted > runs(8_000) / 20, JSON.stringify(outcomes));
});

test('cut at every length: cannot evaluate', async () => {
  const [seed] = seeds;
  for (let length = 0; length < seed.bundle.length; length++) {
    const verdict = await verify({ ...seed, bundle: seed.bundle.subarray(0, length) });
    assert.equal(verdict.outcome, 'cannot-evaluate');
  }
});

test('a bit flipped in every byte (in a deep run: every bit): never met', async () => {
  const [seed] = seeds;
  const masks = byte => (runs(1) === 1 ? [1 << (byte & 7)] : [1, 2, 4, 8, 16, 32, 64, 128]);
  for (let at = 0; at < seed.bundle.length; at++) {
    await Promise.all(masks(at).map(async mask => {
      const bundle = seed.bundle.slice();
      bundle[at] ^= mask;
      const verdict = await verify({ ...seed, bundle });
      assert.notEqual(verdict.outcome, 'met', `byte ${at}, mask ${mask}`);
    }));
  }
});

test('lengths and counts beyond the bytes allocate nothing', async () => {
  for (const head of ['bbffffffffffffffff', 'bb7fffffffffffffff', 'a7017b7fffffffffffffff', '5b7fffffffffffffff', '9b00000000ffffffff']) {
    const verdict = await verify({ bundle: Uint8Array.from(Buffer.from(head, 'hex')), now: 0 });
    assert.equal(verdict.reason, 'bundle/decode');
  }
});
