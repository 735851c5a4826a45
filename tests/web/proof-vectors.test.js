// The shipped proofs: what the C# reference prover made, edits of it, and forgeries (spec/vectors/proofs).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { concat, fromHex } from '../../web/verify/bytes.js';
import { product } from '../../web/verify/program-limits.js';
import { readKey } from '../../web/verify/zk/key.js';
import { verifyProof } from '../../web/verify/zk/proof.js';
import { checkOpening } from '../../web/verify/zk/runs.js';
import { randomInts, runs as howOften } from './support/random.js';

const folder = new URL('../../spec/vectors/proofs/', import.meta.url);
const file = name => new Uint8Array(readFileSync(new URL(name, folder)));
const { profile, vectors } = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));

/** Elements of all tensors in one list, cut by the program's types; what is missing or too much stays visible. */
function tensors(elements, types) {
  let at = 0;
  const cut = types.map(({ shape }) => elements.slice(at, at += product(shape)));
  return at < elements.length ? [...cut, elements.slice(at)] : cut;
}

function typesOf(key) {
  const { inputs, operations, outputs } = readKey(key).program;
  const types = [...inputs.map(input => input.type), ...operations.map(op => op.result)];
  return { inputs: inputs.map(input => input.type), outputs: outputs.map(output => types[output.value]) };
}

const run = (key, { inputs, outputs }) => {
  const types = typesOf(key);
  return { inputs: tensors(inputs, types.inputs), outputs: tensors(outputs, types.outputs) };
};

/** A vector as verifyProof's question. */
function questionOf(vector) {
  const key = file(vector.key);
  let proof = file(vector.proof);
  for (const { at, hex } of vector.edits ?? []) proof.set(fromHex(hex.toLowerCase()), at);
  if (vector.cut != null) proof = proof.subarray(0, vector.cut);
  if (vector.append) proof = concat(proof, fromHex(vector.append.toLowerCase()));
  const statement = vector.digest ? { digest: fromHex(vector.digest.toLowerCase()) } : run(key, vector);
  return { key, batch: vector.batch, proof, ...statement };
}

assert.equal(profile, 'assay/proof-vectors/v1');
for (const vector of vectors) {
  test(`proof: ${vector.name}`, () => {
    const question = questionOf(vector);
    const verdict = verifyProof(question);
    assert.deepEqual([verdict.outcome, verdict.code], [vector.outcome, vector.code], verdict.message);
    if (verdict.outcome === 'passed' && vector.budget != null) assert.ok(Math.abs(verdict.bits - Number(vector.budget)) < 1e-5, `${verdict.bits}`);
    for (const opening of vector.runs ?? []) {
      const hash = 64;
      const path = opening.path.toLowerCase();
      const { outcome, code } = checkOpening({ ...question, runs: verdict.runs }, {
        index: opening.index, salt: fromHex(opening.salt.toLowerCase()),
        path: Array.from({ length: path.length / hash }, (_, i) => fromHex(path.slice(hash * i, hash * (i + 1)))), ...run(question.key, opening),
      });
      assert.deepEqual([outcome, code], [opening.outcome, opening.code]);
    }
  });
}

test('a byte changed in any stretch of a shipped proof fails', () => {
  const random = randomInts(31);
  for (const vector of vectors.filter(({ outcome }) => outcome === 'passed')) {
    const question = questionOf(vector);
    const stretches = howOften(4);
    for (let i = 0; i < stretches; i++) {
      const at = Math.floor(((i + random(1000) / 1000) * question.proof.length) / stretches);
      const proof = question.proof.with(at, question.proof[at] ^ (1 << random(8)));
      const { outcome, code } = verifyProof({ ...question, proof });
      assert.equal(outcome, 'failed', `${vector.name}, byte ${at}`);
      assert.match(code, /^zk\//);
    }
  }
});
