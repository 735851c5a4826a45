import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseTrust, quorumTime } from '../../web/verify/trust.js';
import { mutate, randomInts, runs } from './support/random.js';

const { vectors } = JSON.parse(readFileSync(new URL('../../spec/vectors/trust/files.json', import.meta.url), 'utf8'));
const utf8 = text => new TextEncoder().encode(text);

test('trust files are read as the vectors say', () => {
  for (const { name, text, error, line, quorums = [] } of vectors) {
    const found = parseTrust(text);
    assert.deepEqual([found.error, found.line], [error, line], name);
    for (const { cosigned, time } of quorums) {
      assert.equal(quorumTime(found.value, new Map(Object.entries(cosigned))), time, `${name} ${JSON.stringify(cosigned)}`);
    }
  }
});

test('limits', () => {
  const nodes = count => Array.from({ length: count }, (_, i) => `node ${i.toString(16).padStart(64, '0')}`).join('\n');
  assert.equal(parseTrust(nodes(4096)).error, null);
  assert.deepEqual([parseTrust(nodes(4097)).error, parseTrust(nodes(4097)).line], ['trust/too-large', 4097]);
  assert.equal(parseTrust('#'.repeat(1 << 20)).error, null);
  assert.deepEqual([parseTrust('#'.repeat((1 << 20) + 1)).error, parseTrust('#'.repeat((1 << 20) + 1)).line], ['trust/too-large', 0]);
});

test('mutated trust files end with a value or a code', () => {
  const seeds = ['c2sp-example', 'parties', 'ends'].map(name => utf8(vectors.find(v => v.name === name).text));
  const random = randomInts(11);
  let accepted = 0;
  for (let left = runs(50_000); left > 0; left--) {
    const { value, error } = parseTrust(new TextDecoder().decode(mutate(seeds[left % seeds.length], random, seeds)));
    assert.ok((value === null) !== (error === null));
    if (error === null) accepted++;
    else assert.match(error, /^trust\/[a-z0-9-]+$/);
  }
  assert.ok(accepted > 100);
});
