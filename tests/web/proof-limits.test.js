// Keys that would cost a verifier much more than their size: a code, at once (spec/proof-system.md, section 5.10).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Circuit } from '../../web/verify/zk/circuit.js';
import { buildCircuit } from '../../web/verify/zk/build.js';
import { readKey } from '../../web/verify/zk/key.js';
import { tilesOf } from '../../web/verify/zk/tiles.js';
import { encodeKey } from './support/keys.js';

const type = (shape, lo, hi) => ({ shape, lo, hi });
const none = { form: 'none' };
const direct = { form: 'direct', before: [40000], after: [40000] };

/** The code of a program with one or two operands and these operations, each with its choice; null if it has a circuit. */
function codeOf(inputs, operations, weights = []) {
  const program = {
    inputs: inputs.map(input => ({ type: input })), weights: weights.map(shape => ({ shape })), tables: [],
    operations: operations.map(([op]) => op), outputs: [{ value: inputs.length + operations.length - 1 }],
  };
  try {
    buildCircuit({ program, limbBits: 8, choices: operations.map(([, choice]) => choice) }, 1);
    return null;
  } catch (failure) {
    if (!failure.code) throw failure;
    return failure.code;
  }
}

const linear = (shifts, result) => [{ name: 'linear', x: 0, weights: 0, bias: 1, shifts, twoLimbs: false, result }, direct];

test('every place of a long axis one by one', () => {
  const sum = length => codeOf([type([length], 0, 1)], [
    [{ name: 'reducesum', x: 0, axis: 0, multiplier: 1, shift: 0, result: type([1], 0, 32767) }, { form: 'plain' }]]);
  assert.deepEqual([5000, 2 ** 13, 2 ** 26].map(sum), [null, 'zk/limit', 'zk/limit']);
});

test('taps times outputs', () => {
  const conv = taps => codeOf([type([1, 2 ** 17, 1], 0, 1)], [[{
    name: 'conv', x: 0, weights: 0, bias: 1, shifts: [4], stride: [1, 1], dilation: [1, 1], pads: { top: 0, left: 0, bottom: 0, right: 0 },
    groups: 1, twoLimbs: false, result: type([1, 2 ** 17 - taps + 1, 1], -100, 100) }, direct]], [[1, 1, taps, 1]]);
  assert.deepEqual([64, 65535].map(conv), [null, 'zk/limit']);
});

test('many layers over one long operand', () => {
  const layers = length => codeOf([type([length], 0, 1)], new Array(64).fill(linear([4], type([1], -100, 100))), [[1, length]]);
  assert.deepEqual([2 ** 14, 2 ** 20].map(layers), [null, 'zk/limit']);
});

test('many slices of one long column', () => {
  const slices = length => codeOf([type([length], 0, 1)], [
    ...Array.from({ length: 64 }, (_, i) => [{ name: 'slice', x: 0, starts: [i], steps: [1], result: type([1], 0, 1) }, none]),
    [{ name: 'rescale', x: 64, multiplier: 3, shift: 1, result: type([1], 0, 9) }, direct]]);
  assert.deepEqual([2 ** 14, 2 ** 20].map(slices), [null, 'zk/limit']);
});

test('a limit is noticed before what is beyond it is made', () => {
  // 2^35 places; 2^16 stages of 2^20 places.
  assert.equal(codeOf([type([2 ** 15], 0, 1)], [
    [{ name: 'concat', operands: new Array(1024).fill(0), axis: 0, result: type([2 ** 25], 0, 1) }, none]]), 'zk/limit');
  assert.equal(codeOf([type([1, 2 ** 20, 1], 0, 1)], [[{
    name: 'maxpool', x: 0, kernel: [65535, 1], stride: [1, 1], pads: { top: 65534, left: 0, bottom: 0, right: 0 },
    result: type([1, 2 ** 20, 1], 0, 1) }, none]]), 'zk/limit');
});

test('as many channels as there may be', () => {
  assert.equal(codeOf([type([4], 0, 1)], [linear(new Array(2 ** 18).fill(4), type([2 ** 18], -100, 100))], [[2 ** 18, 4]]), null);
});

test('two lists of a choice are of one length', () => {
  const key = readKey(readFileSync(new URL('../../spec/vectors/proofs/limbs.key', import.meta.url)));
  const at = key.choices.findIndex(choice => choice.form !== 'none');
  for (const [before, after] of [[[1], [1, 2]], [[], []]]) {
    for (const choice of [{ form: 'direct', before, after }, { form: 'split', lowBits: 9, lowest: before, highest: after }]) {
      assert.throws(() => readKey(encodeKey({ ...key, choices: key.choices.with(at, choice) })), { code: 'zk/key' });
    }
  }
});

test('tiles of padding', () => {
  const { rows, ...matrix } = { rows: 4, groups: 1, ci: 64, x: { taps: 1 }, y: { taps: 1 }, xb: 0, cb: 6, gb: 0, slots: [64, 65] };
  const count = (a, b) => tilesOf([{ rows, ...matrix }], { a, b }).length;
  assert.equal(count(7, 2), 1);
  assert.equal(count(10, 10), 1);
  assert.throws(() => count(0, 20), { code: 'zk/limit' });
});

test('a circuit has only so many cells', () => {
  const circuit = new Circuit({ program: { inputs: [] }, limbBits: 8 }, 1);
  assert.equal(circuit.column([2 ** 26]), 0);
  assert.throws(() => circuit.column([1]), { code: 'zk/limit' });
});
