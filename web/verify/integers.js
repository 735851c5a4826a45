// A receipt's binary32 tensors as the integers of an exact program (spec/proofs.md, "What a verifier recomputes").
import { product, sameShape } from './program-limits.js';
import { quantize } from './replay.js';

function floats({ data }) {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Float32Array.from({ length: data.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** The part of a tensor that belongs to an item. */
const partOf = (values, item, count) => values.subarray(item * count, (item + 1) * count);

/**
 * The program's inputs among a request's tensors, by name, as integers.
 * @returns {{ runs: Int16Array[][], clamped: bigint }|null} for each item its inputs; null if they aren't the program's
 */
export function inputIntegers(program, tensors) {
  const items = tensors[0]?.shape[0] ?? 0;
  if (tensors.length !== program.inputs.length || items < 1) return null;
  const bound = program.inputs.map(({ name, type }) =>
    tensors.find(tensor => tensor.name === name && sameShape(tensor.shape, [items, ...type.shape])));
  if (bound.includes(undefined)) return null;
  const values = bound.map(floats);
  const runs = [];
  let clamped = 0n;
  for (let item = 0; item < items; item++) {
    const inputs = program.inputs.map((input, i) => quantize(input, partOf(values[i], item, product(input.type.shape))));
    if (inputs.some(({ error }) => error !== null)) return null;
    for (const input of inputs) clamped += BigInt(input.clamped);
    runs.push(inputs.map(({ q }) => q));
  }
  return { runs, clamped };
}

/** For each item its outputs as integers; null if the tensors aren't the program's outputs, or an element is no integer of its range. */
export function outputIntegers(program, tensors, items) {
  const types = [...program.inputs.map(input => input.type), ...program.operations.map(op => op.result)];
  const outputs = program.outputs.map(({ name, value, scale }) => ({ name, scale, type: types[value] }));
  const fit = tensors.length === outputs.length && outputs.every(({ name, type }, i) =>
    tensors[i].name === name && sameShape(tensors[i].shape, [items, ...type.shape]));
  if (!fit) return null;
  const integers = tensors.map((tensor, i) => {
    const found = Array.from(floats(tensor), value => integerOf(value, outputs[i]));
    return found.includes(null) ? null : Int16Array.from(found);
  });
  if (integers.includes(null)) return null;
  return Array.from({ length: items }, (_, item) => integers.map((q, i) => partOf(q, item, product(outputs[i].type.shape))));
}

/** The boundary gives each integer another binary32, so at most one of the three nearest to the quotient has this value. */
function integerOf(value, { scale, type: { lo, hi } }) {
  const nearest = Math.round(value / scale);
  if (!(nearest >= lo - 1 && nearest <= hi + 1)) return null;
  for (const q of [nearest - 1, nearest, nearest + 1]) {
    // Adding 0 makes -0 what no integer gives.
    if (q >= lo && q <= hi && Object.is(Math.fround((q + 0) * scale), value)) return q + 0;
  }
  return null;
}
