import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromHex, toHex } from '../../web/verify/bytes.js';
import { loadModel, programReplayer, verify } from '../../web/verify/index.js';
import { weightsRoot } from '../../web/verify/program.js';
import { dequantize, quantize, run } from '../../web/verify/replay.js';
import { mutate, randomInts, runs } from './support/random.js';
import { forge } from './support/forge.js';
import { inputOf, receiptVectors } from './support/vectors.js';

const folder = new URL('../../spec/vectors/program/', import.meta.url);
const vectors = name => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const models = vectors('models');

const fromBits = (bits, bytes) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`) << BigInt(64 - 8 * bytes));
  return bytes === 8 ? view.getFloat64(0) : view.getFloat32(0);
};
const float64 = bits => fromBits(bits, 8);
const float32 = bits => fromBits(bits, 4);
const bitsOf = value => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0).toString(16).padStart(8, '0');
};

for (const vector of models) {
  test(`model: ${vector.name}`, () => {
    const blob = fromHex(vector.weights.toLowerCase());
    const { value: model, error } = loadModel(fromHex(vector.program.toLowerCase()), blob);
    assert.equal(error, null);
    assert.equal(toHex(weightsRoot(blob)), vector.weightsRoot);
    assert.equal(toHex(model.id), vector.modelId);
    for (const { inputs, outputs } of vector.items) {
      assert.deepEqual(run(model, inputs.map(q => Int16Array.from(q))).map(q => [...q]), outputs);
    }
  });
}

for (const vector of vectors('invalid')) {
  test(`no model: ${vector.name}`, () => {
    const { value, error } = loadModel(fromHex(vector.program.toLowerCase()), fromHex((vector.weights ?? '').toLowerCase()));
    assert.equal(value, null);
    assert.equal(error, vector.code);
  });
}

for (const vector of vectors('quantize')) {
  test(`to integers: ${vector.name}`, () => {
    const input = {
      type: { shape: vector.shape, lo: vector.lo, hi: vector.hi }, axis: vector.channelAxis ?? null,
      offsets: vector.offsets.map(float64), multipliers: vector.multipliers.map(float64), rule: vector.rule === 'clamp' ? 1 : 0,
    };
    const result = quantize(input, Float32Array.from(vector.x, float32));
    if (vector.error) assert.deepEqual(result, { error: vector.error, position: vector.position });
    else assert.deepEqual([[...result.q], result.clamped], [vector.q, vector.clamped]);
  });
}

test('from integers', () => {
  for (const { scale, q, y } of vectors('dequantize')) {
    assert.deepEqual([...dequantize({ scale: float64(scale) }, q)].map(bitsOf), y);
  }
});

test('weights roots', () => {
  for (const { length, root } of vectors('weights-roots')) {
    assert.equal(toHex(weightsRoot(Uint8Array.from({ length }, (_, i) => 31 * i + 7))), root, `${length} bytes`);
  }
});

test('hostile programs end with a model that runs, or a code', () => {
  const seeds = models.map(({ program, weights }) => [fromHex(program.toLowerCase()), fromHex(weights.toLowerCase())])
    .filter(([program]) => program.length < 4096);
  const random = randomInts(11);
  let loaded = 0;
  for (let left = runs(50_000); left > 0; left--) {
    const [program, weights] = seeds[random(seeds.length)];
    const { value: model, error } = loadModel(mutate(program, random, [program]), weights);
    assert.ok((model === null) !== (error === null));
    if (model === null || model.work > 100_000) continue;
    loaded++;
    const outputs = run(model, model.program.inputs.map(({ type }) =>
      Int16Array.from({ length: type.shape.reduce((a, b) => a * b) }, () => type.lo + random(type.hi - type.lo + 1))));
    outputs.forEach((q, i) => assert.ok(q.every(Number.isInteger), model.program.outputs[i].name));
  }
  assert.ok(loaded > runs(50_000) / 100, `${loaded}`);
});

// Replay as part of a verdict: the vectors' receipts name a model that doesn't exist, so the replayer here is made up,
// but for the one over a real program.
const seed = receiptVectors.find(vector => vector.name === 'batch-of-one');
const replayed = async (replayer, vector = seed) => {
  const verdict = await verify({ ...inputOf(vector), replayer });
  const check = name => verdict.checks.find(c => c.check === name);
  return {
    outcome: verdict.outcome,
    model: verdict.questions[0].status,
    computed: verdict.questions[2].status,
    details: [check('replay/model').detail, check('replay/output').detail],
    verdict,
  };
};
const outputsOf = ask => [
  { name: 'scores', shape: [1, 3], data: new Uint8Array(Float32Array.of(0.25, 0.5, -2).buffer) },
  { name: 'class', shape: [1], data: new Uint8Array(Float32Array.of(1).buffer) },
].slice(0, ask.inputs.length === 1 ? 2 : 0);

test('replay: the same answer establishes model and computation', async () => {
  const result = await replayed(ask => ({ ran: { outputs: outputsOf(ask), saturated: 0n } }));
  assert.deepEqual([result.outcome, result.model, result.computed], ['met', 'established', 'established']);
  assert.ok(!result.verdict.notCovered.some(remark => remark.code === 'replay/not-done'));
  const asked = await replayed(ask => ({ ran: { outputs: outputsOf(ask), saturated: null } }), receiptVectors.find(v => v.name === 'replay-asked-not-done'));
  assert.deepEqual([asked.outcome, asked.model], ['met', 'established']);
});

test('replay: another answer refutes', async () => {
  const other = outputs => (outputs[0].data[0] ^= 1, outputs);
  const result = await replayed(ask => ({ ran: { outputs: other(outputsOf(ask)), saturated: 0n } }));
  assert.deepEqual([result.outcome, result.model, result.computed, ...result.details], ['untrusted', 'refuted', 'refuted', null, 'replay/output-differs']);
  const counted = await replayed(ask => ({ ran: { outputs: outputsOf(ask), saturated: 1n } }));
  assert.deepEqual(counted.details, [null, 'replay/saturated-differs']);
  const refused = await replayed(() => ({ refused: true }));
  assert.deepEqual([refused.outcome, ...refused.details], ['untrusted', null, 'replay/refused-input']);
  const swapped = await replayed(() => ({ otherModel: 'ab'.repeat(32) }));
  assert.deepEqual([swapped.outcome, swapped.model, swapped.computed, ...swapped.details],
    ['untrusted', 'refuted', 'asserted', 'replay/other-model', 'replay/earlier-failure']);
  assert.match(swapped.verdict.questions[0].answer, /stands for abababababababab/);
});

test('replay: not tried, not possible', async () => {
  const never = () => assert.fail('must not be asked');
  const failed = await replayed(never, receiptVectors.find(v => v.expected.failed.includes('claims/root')));
  assert.deepEqual(failed.details, ['replay/earlier-failure', 'replay/earlier-failure']);
  const redacted = await replayed(never, receiptVectors.find(v => v.name === 'redacted-inputs'));
  assert.deepEqual(redacted.details, ['claims/redacted', 'claims/redacted']);
  const { value: model } = loadModel(fromHex(models[0].program.toLowerCase()), fromHex(models[0].weights.toLowerCase()));
  const other = await replayed(programReplayer(model));
  assert.deepEqual([other.outcome, other.model, ...other.details], ['met', 'asserted', 'replay/unavailable', 'replay/unavailable']);
});

const NOW = Date.parse('2026-11-21T12:00:00Z');

/** A receipt for what the model really answers to a batch of two, or for what `lie` makes of that. */
function answered(model, lie = answer => answer) {
  const tensors = model.program.inputs.map(({ name, type, offsets }) => {
    const count = 2 * type.shape.reduce((a, b) => a * b);
    return { name, shape: [2, ...type.shape], data: new Uint8Array(new Float32Array(count).fill(offsets[0]).buffer) };
  });
  const { ran } = programReplayer(model)({ modelId: model.id, inputs: tensors });
  const answer = { modelId: model.id, inputs: tensors, outputs: ran.outputs, saturated: Number(ran.saturated) };
  return { ...forge({ ...lie(answer), level: 'replay', now: NOW }), now: NOW };
}

test('a receipt made by other code, replayed: met; with a lie in it: untrusted', async () => {
  const vector = models.find(({ items, weights }) => items.length > 0 && weights.length > 100);
  const { value: model } = loadModel(fromHex(vector.program.toLowerCase()), fromHex(vector.weights.toLowerCase()));
  const judge = async receipt => {
    const verdict = await verify({ ...receipt, replayer: programReplayer(model) });
    return [verdict.outcome, verdict.reason];
  };
  assert.deepEqual(await judge(answered(model)), ['met', 'met']);
  const flip = tensors => tensors.map((t, i) => (i > 0 ? t : { ...t, data: t.data.map((b, at) => (at === 0 ? b ^ 1 : b)) }));
  assert.deepEqual(await judge(answered(model, answer => ({ ...answer, outputs: flip(answer.outputs) }))), ['untrusted', 'replay/output']);
  assert.deepEqual(await judge(answered(model, answer => ({ ...answer, saturated: answer.saturated + 1 }))), ['untrusted', 'replay/output']);
  assert.deepEqual(await judge(answered(model, answer => ({ ...answer, inputs: answer.inputs.map(t => ({ ...t, name: 'other' })) }))), ['untrusted', 'replay/output']);
  assert.deepEqual(await judge(answered(model, answer => ({ ...answer, modelId: new Uint8Array(32) }))), ['policy-not-met', 'unmet']);
});

test('a program replays a batch, item by item, and refuses what isn\'t its input', () => {
  const vector = models.find(({ items }) => items.length > 0 && items[0].inputs.length === 1);
  const { value: model } = loadModel(fromHex(vector.program.toLowerCase()), fromHex(vector.weights.toLowerCase()));
  const [input] = model.program.inputs;
  const count = input.type.shape.reduce((a, b) => a * b);
  const replay = programReplayer(model);
  const tensor = (batch, changes = {}) => ({
    name: input.name, shape: [batch, ...input.type.shape], data: new Uint8Array(4 * batch * count), ...changes,
  });
  const zero = quantize(input, new Float32Array(count));
  assert.equal(zero.error, null);
  const expected = run(model, [zero.q]).map((q, i) => [...dequantize(model.program.outputs[i], q)]);
  const { ran } = replay({ modelId: model.id, inputs: [tensor(3)] });
  assert.equal(ran.saturated, 3n * BigInt(zero.clamped));
  ran.outputs.forEach(({ name, shape, data }, i) => {
    assert.deepEqual([name, shape[0]], [model.program.outputs[i].name, 3]);
    assert.deepEqual([...new Float32Array(data.buffer)], [...expected[i], ...expected[i], ...expected[i]]);
  });
  const refused = inputs => assert.deepEqual(replay({ modelId: model.id, inputs }), { refused: true });
  refused([]);
  refused([tensor(1), tensor(1)]);
  refused([tensor(1, { name: `${input.name}?` })]);
  refused([tensor(1, { shape: input.type.shape })]);
  refused([tensor(1, { shape: [1, ...input.type.shape, 1] })]);
  refused([tensor(1, { data: new Uint8Array(4 * count).fill(0xff) })]);
  const large = { name: input.name, shape: [1 << 24, ...input.type.shape], data: new Uint8Array(64) };
  assert.deepEqual(replay({ modelId: model.id, inputs: [large] }), { unavailable: 'replay/too-large' });
  assert.deepEqual(replay({ modelId: new Uint8Array(32), inputs: [tensor(1)] }), { unavailable: 'replay/unavailable' });
});
