// Whole proofs, by an honest prover that shares nothing with the C# one: they pass; edited ones fail with the code of the check.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { concat, fromBase64, fromHex } from '../../web/verify/bytes.js';
import { loadModel, weightsRoot } from '../../web/verify/program.js';
import { readKey } from '../../web/verify/zk/key.js';
import { verifyProof } from '../../web/verify/zk/proof.js';
import { batchDigest, checkOpening, runDigest } from '../../web/verify/zk/runs.js';
import { shapeOf } from '../../web/verify/zk/shape.js';
import { choicesOf, encodeKey } from './support/keys.js';
import { commit, prove, tileRows } from './support/prover.js';
import { mutate, randomInts, runs as howOften } from './support/random.js';

const models = JSON.parse(readFileSync(new URL('../../spec/vectors/program/models.json', import.meta.url), 'utf8'));
const zeros = new Uint8Array(32);

/** A proof of the first runs of a model's vector, and everything around it. */
function proved(name, form, batch, tile = { a: 0, b: 0 }) {
  const vector = models.find(model => model.name === name);
  const [programBytes, blob] = [vector.program, vector.weights].map(hex => fromHex(hex.toLowerCase()));
  const { value: model } = loadModel(programBytes, blob);
  const fields = { programBytes, weightsRoot: weightsRoot(blob), limbBits: 8, choices: choicesOf(model, form), ...tile, root: zeros };
  const draft = shapeOf({ ...fields, program: model.program }, batch);
  if (draft.weights !== null) fields.root = commit(tileRows(draft.circuit, model, draft.weights.tiles, tile), tile.a + tile.b).root;
  const bytes = encodeKey(fields);
  const key = readKey(bytes);
  const runs = vector.items.slice(0, batch).map(item => item.inputs);
  const outputs = vector.items.slice(0, batch).map(item => item.outputs);
  const salts = runs.map((_, i) => new Uint8Array(16).fill(i + 1));
  const digests = runs.map((inputs, i) => runDigest(salts[i], inputs, outputs[i]));
  const question = prove(key, shapeOf(key, batch), model, runs, () => (
    batch === 1 ? { batch, inputs: runs[0], outputs: outputs[0] } : { batch, digest: batchDigest(digests) }));
  return { ...question, key: bytes, runs, answers: outputs, salts, digests };
}

const judge = question => {
  const verdict = verifyProof(question);
  return [verdict.outcome, verdict.code];
};
const one = proved('random 8', 'direct', 1);
const two = proved('random 8', 'split', 2);
const PASSED = ['passed', 'zk/ok'];

test('an honest proof of one run', () => {
  assert.deepEqual(judge(one), PASSED);
  assert.ok(verifyProof(one).bits >= 100);
});

test('an honest proof of two runs, each with its opening', () => {
  const { outcome, runs } = verifyProof(two);
  assert.equal(outcome, 'passed');
  const proof = { ...two, runs };
  const opening = index => ({
    index, salt: two.salts[index], path: [two.digests[1 - index]], inputs: two.runs[index], outputs: two.answers[index],
  });
  for (const index of [0, 1]) assert.equal(checkOpening(proof, opening(index)).code, 'zk/ok');
  const code = changes => checkOpening(proof, { ...opening(1), ...changes }).code;
  assert.equal(code({ index: 0 }), 'zk/run-path');
  assert.equal(code({ index: 2 }), 'zk/run-path');
  assert.equal(code({ salt: two.salts[0] }), 'zk/run-path');
  assert.equal(code({ path: [] }), 'zk/run-path');
  assert.equal(code({ outputs: two.answers[1].slice(1) }), 'zk/statement');
  // Bytes of D that a lying prover chose, with the values of others: the values don't fit.
  const digests = [0, 1].map(i => runDigest(two.salts[i], two.runs[1 - i], two.answers[1 - i]));
  const swapped = { ...opening(1), inputs: two.runs[0], outputs: two.answers[0], path: [digests[0]] };
  assert.equal(checkOpening({ ...proof, digest: batchDigest(digests) }, swapped).code, 'zk/run-values');
});

test('another statement than the proof\'s fails', () => {
  const other = (tensors, by) => tensors.map((tensor, i) => (i > 0 ? tensor : [tensor[0] + by, ...tensor.slice(1)]));
  assert.equal(verifyProof({ ...one, outputs: other(one.outputs, 1) }).outcome, 'failed');
  assert.deepEqual(judge({ ...one, outputs: [] }), ['failed', 'zk/statement']);
  assert.deepEqual(judge({ ...one, inputs: other(one.inputs, 70000) }), ['failed', 'zk/statement']);
  assert.deepEqual(judge({ ...two, digest: zeros.subarray(1) }), ['failed', 'zk/statement']);
  assert.equal(verifyProof({ ...two, digest: zeros }).outcome, 'failed');
  assert.equal(verifyProof({ ...two, batch: 3 }).code, 'zk/length');
});

test('edited proofs fail, by their codes', () => {
  const edited = (at, value) => ({ ...one, proof: one.proof.with(at < 0 ? one.proof.length + at : at, value) });
  const flipped = at => edited(at, one.proof.at(at) ^ 1);
  assert.deepEqual(judge({ ...one, proof: one.proof.subarray(1) }), ['failed', 'zk/length']);
  assert.deepEqual(judge({ ...one, proof: concat(one.proof, zeros) }), ['failed', 'zk/encoding']);
  assert.deepEqual(judge(flipped(32)), ['failed', 'zk/work']); // the nonce before the lookups
  assert.deepEqual(judge(flipped(40)), ['failed', 'zk/lookup-sum']);
  assert.deepEqual(judge(edited(43, 127)), ['failed', 'zk/encoding']);
  assert.deepEqual(judge(flipped(40 + 4 * 16)), ['failed', 'zk/lookup-layer']);
  assert.deepEqual(judge(flipped(-1)), ['failed', 'zk/witness-root']);
  assert.equal(judge(flipped(0))[0], 'failed');
});

test('a byte changed anywhere fails', () => {
  const random = randomInts(5);
  for (let left = howOften(60); left > 0; left--) {
    const question = left % 2 === 0 ? one : two;
    const proof = mutate(question.proof, random, [one.proof, two.proof]);
    if (proof.length === question.proof.length && proof.every((byte, i) => byte === question.proof[i])) continue;
    const { outcome, code } = verifyProof({ ...question, proof });
    assert.equal(outcome, 'failed');
    assert.match(code, /^zk\//);
  }
});

test('the shipped proofs of this prover', () => {
  const vectors = JSON.parse(readFileSync(new URL('../../spec/vectors/proofs/other-prover.json', import.meta.url), 'utf8'));
  for (const { name, key, batch, inputs, outputs, digest, runs, proof } of vectors) {
    const question = { key: fromHex(key), batch, inputs, outputs, digest: digest && fromHex(digest), proof: fromBase64(proof) };
    const verdict = verifyProof(question);
    assert.equal(verdict.code, 'zk/ok', name);
    const digests = (runs ?? []).map(run => runDigest(fromHex(run.salt), run.inputs, run.outputs));
    runs?.forEach((run, index) => {
      const opening = { ...run, index, salt: fromHex(run.salt), path: [digests[1 - index]] };
      assert.equal(checkOpening({ ...question, runs: verdict.runs }, opening).code, 'zk/ok', name);
    });
  }
});
