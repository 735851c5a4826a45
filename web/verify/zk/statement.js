// What a proof is about: one run's inputs and outputs, or the digest of many runs (spec/proof-system.md, section 7, steps 0 and 4).
import { concat } from '../bytes.js';
import { product } from '../program-limits.js';
import { eqTable, inner, residue, scale, sum, times } from './field.js';
import { outer } from './functionals.js';
import { powersOf } from './instances.js';
import { clog, demand } from './problem.js';
import { uint32 } from './transcript.js';

/** Little-endian bytes of the integers of tensors. */
export function int16Bytes(tensors) {
  const bytes = new Uint8Array(2 * tensors.reduce((count, tensor) => count + tensor.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const tensor of tensors) for (const value of tensor) view.setInt16(at++ * 2, value, true);
  return bytes;
}

/** Whether tensors are as many and as long as the types say, and inside their ranges. */
const fits = (tensors, types) => tensors.length === types.length && tensors.every((tensor, i) =>
  tensor.length === product(types[i].shape) && tensor.every(value => Number.isInteger(value) && value >= types[i].lo && value <= types[i].hi));

export function checkRun(circuit, { inputs, outputs }) {
  const { program, values } = circuit;
  demand(fits(inputs, program.inputs.map(input => input.type)), 'zk/statement', 'the inputs aren\'t the program\'s, or are out of their range');
  demand(fits(outputs, program.outputs.map(output => values[output.value])), 'zk/statement', 'the outputs aren\'t the program\'s, or are out of their range');
}

/** Σ_j θ^j X_j(ρ, i) for one run's tensors: each weighted as its column's dimensions say. */
export function runValue({ circuit }, points, theta, tensors) {
  const columns = [...circuit.inputs, ...circuit.outputs];
  const thetas = powersOf(theta, columns.length);
  return sum(columns.map((column, j) => {
    const weights = outer(tensorVectors(circuit, column, points));
    return times(thetas[j], sum(Array.from(tensors[j], (value, i) => scale(weights[i], residue(value)))));
  }));
}

const tensorVectors = (circuit, column, points) =>
  circuit.columns[column].dims.slice(0, -1).map((length, d) => eqTable(points[`P${d}`].slice(0, clog(length)), length));

export function checkStatement(circuit, { batch, inputs, outputs, digest }) {
  if (batch === 1) checkRun(circuit, { inputs, outputs });
  else demand(digest.length === 32, 'zk/statement', 'the digest of many runs has 32 bytes');
}

/** Step 0. */
export function absorbStatement(transcript, key, { batch, inputs, outputs, digest }) {
  transcript.absorb('key', key.digest);
  transcript.absorb('batch', uint32(batch));
  transcript.absorb('io', batch === 1 ? concat(int16Bytes(inputs), int16Bytes(outputs)) : digest);
}

/** Step 4: the columns of inputs and outputs are the statement's. */
export function statementClaim(channel, shape, points, theta, { batch, inputs, outputs }) {
  const { circuit } = shape;
  const values = batch === 1 ? [runValue(shape, points, theta, [...inputs, ...outputs])] : channel.elements('values', batch);
  const batchWeights = eqTable(channel.transcript.draw('tau', clog(batch)), batch);
  const columns = [...circuit.inputs, ...circuit.outputs];
  const thetas = powersOf(theta, columns.length);
  const terms = columns.map((column, j) => (
    { column, coefficient: thetas[j], vectors: [...tensorVectors(circuit, column, points), batchWeights] }));
  return { claim: { terms, value: inner(batchWeights, values) }, runs: batch === 1 ? null : { points, theta, values } };
}
