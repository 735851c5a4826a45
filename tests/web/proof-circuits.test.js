// Circuits: the same as the C# builder's, and they hold exactly what programs say.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromHex } from '../../web/verify/bytes.js';
import { loadModel } from '../../web/verify/program.js';
import { buildCircuit } from '../../web/verify/zk/build.js';
import { readKey } from '../../web/verify/zk/key.js';
import { verifyProof } from '../../web/verify/zk/proof.js';
import { cbor } from './support/forge.js';
import { choicesOf, encodeKey } from './support/keys.js';
import { circuitText } from './support/circuit-text.js';
import { mutate, randomInts, runs } from './support/random.js';
import { Witness } from './support/witness.js';

const read = path => JSON.parse(readFileSync(new URL(`../../spec/vectors/${path}.json`, import.meta.url), 'utf8'));
// Of the programs of spec/vectors/program; of random programs that have a proof.
const circuits = [...read('proofs/circuits'), ...read('proofs/circuits-random')];

test('circuits are those of the vectors', () => {
  for (const { name, key, batch, sha256, error } of circuits) {
    let made;
    try {
      made = { sha256: createHash('sha256').update(circuitText(buildCircuit(readKey(fromHex(key)), batch))).digest('hex') };
    } catch (failure) {
      made = { error: failure.code };
    }
    assert.deepEqual({ name, ...made }, { name, ...(error ? { error } : { sha256 }) });
  }
});

test('circuits give the programs\' outputs', () => {
  let solved = 0;
  for (const { name, program, weights, items } of read('program/models')) {
    const { value: model } = loadModel(fromHex(program.toLowerCase()), fromHex(weights.toLowerCase()));
    if (items.length === 0 || model.work > 300) continue;
    for (const [form, limbBits] of [['plain', 8], ['direct', 16], ['split', 11]]) {
      let circuit;
      try {
        circuit = buildCircuit({ program: model.program, limbBits, choices: choicesOf(model, form) }, Math.min(items.length, 2));
      } catch (failure) {
        assert.match(failure.code, /^zk\//, failure.stack);
        continue;
      }
      const size = circuit.columns.slice(0, -circuit.tables.length).reduce((cells, { dims }) => cells + dims.reduce((a, b) => a * b), 0);
      if (size > 1000 || circuit.tables.some(table => table.rows > 9000)) continue;
      const witness = new Witness(circuit, model, items.slice(0, circuit.batch).map(item => item.inputs));
      for (let run = 0; run < circuit.batch; run++) assert.deepEqual(witness.outputs(run).map(q => [...q]), items[run].outputs, `${name}, ${form}`);
      solved++;
    }
  }
  assert.ok(solved >= 12, `${solved}`);
});

test('hostile keys end with a code', () => {
  const keys = circuits.map(vector => fromHex(vector.key)).filter(key => key.length < 1500);
  const random = randomInts(23);
  let read = 0;
  for (let left = runs(1500); left > 0; left--) {
    const key = mutate(keys[random(keys.length)], random, keys);
    const { outcome, code } = verifyProof({ key, batch: 1 + random(3), digest: new Uint8Array(32), inputs: [], outputs: [], proof: new Uint8Array(0) });
    assert.notEqual(outcome, 'passed');
    assert.match(code, /^(zk|cbor|program)\//);
    if (code.startsWith('zk/')) read++;
  }
  assert.ok(read > 20, `${read}`);
});

const doubles = (...values) => new Uint8Array(Float64Array.from(values).buffer);
const type = shape => [shape, 0, 1];

/** The code for a key with a program of one input and one operation, `operation(type of the result)`, `repeat` times. */
function codeOf(shape, weights, operation, result, { repeat = 1, batch = 1, choice = { form: 'none' } } = {}) {
  const programBytes = cbor(['fixed-point/v1',
    [['x', type(shape), null, doubles(0), doubles(1), 0]], weights, [], Array.from({ length: repeat }, () => [...operation, type(result)]),
    [['y', 1, doubles(1)]]]);
  const zeros = new Uint8Array(32);
  const key = encodeKey({
    programBytes, weightsRoot: zeros, limbBits: 8, choices: Array.from({ length: repeat }, () => choice), a: 0, b: 0, root: zeros });
  const started = Date.now();
  const { outcome, code } = verifyProof({ key: new Uint8Array(key), batch, proof: new Uint8Array(1), digest: zeros, inputs: [new Int16Array(64)], outputs: [] });
  assert.equal(outcome, code === 'zk/length' || code === 'zk/statement' ? 'failed' : 'not-evaluated');
  assert.ok(Date.now() - started < 20_000, 'it takes too long');
  return code;
}

test('small programs that ask for much are refused before it is made', () => {
  const plain = { choice: { form: 'plain' } };
  const no = { raw: Buffer.of(0xf4) };
  assert.equal(codeOf([64], [], [25, new Array(1024).fill(0), 0], [65536], { repeat: 500 }), 'zk/limit'); // concat
  assert.equal(codeOf([2 ** 20, 2], [], [13, 0, 0, 1, 0], [1, 2], plain), 'zk/limit'); // reducesum
  assert.equal(codeOf([1, 1, 40000], [], [6, 0, [1, 20000], [1, 1], [0, 0, 0, 0]], [1, 1, 20001]), 'zk/limit'); // maxpool
  assert.equal(codeOf([1, 1030, 1030], [], [7, 0, [1024, 1024], [1, 1], [0, 0, 0, 0], no, Buffer.of(1, 0), 0], [1, 7, 7], plain), 'zk/limit'); // avgpool
  assert.equal(codeOf([2 ** 22], [], [9, 0], [2 ** 22]), 'zk/nothing'); // reshape
  assert.equal(codeOf([2 ** 22], [], [4, 0, 1, 0], [2 ** 22], plain), 'zk/too-large'); // rescale
  assert.equal(codeOf([4], [], [4, 0, 1, 0], [4], { ...plain, batch: 2 ** 25 }), 'zk/limit');
  const channels = 300_000;
  const weights = [[0, [channels, 1]], [2, [channels]]];
  const linear = [1, 0, 0, 1, Buffer.alloc(channels, 9), no];
  assert.match(codeOf([1], weights, linear, [channels], plain), /^zk\/(limit|key|length|statement)$/);
});
