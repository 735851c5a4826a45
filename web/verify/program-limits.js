// Limits and checks that the rules of operations share (spec/program.md).
import { Malformed } from './bytes.js';

/** What reading, checking and running a hostile program can cost. All are part of the format. */
export const LIMITS = {
  programBytes: 1 << 24, rank: 8, totalElements: 1 << 26, weightBytes: 1 << 30, tableEntries: 1 << 22, work: 2 ** 40,
  window: 65535, poolArea: 1 << 20, shift: 30, reciprocalBits: 46, rootBits: 62, indexedLength: 32768, concatOperands: 1024, nameBytes: 256,
  inputs: 64, outputs: 64, weightTensors: 8192, tables: 4096, operations: 4096,
};

export const ACCUMULATOR_LIMIT = (2130706433 - 1) / 2;

export const product = shape => shape.reduce((count, length) => count * length, 1);

export const refuse = code => {
  throw new Malformed(code);
};
export const demand = (condition, code) => condition || refuse(code);

export const maxMagnitude = ({ lo, hi }) => Math.max(Math.abs(lo), Math.abs(hi));
export const roundingConstant = shift => (shift === 0 ? 0 : 2 ** (shift - 1));
export const sameShape = (a, b) => a.length === b.length && a.every((length, i) => length === b[i]);

export const valueOf = (value, values) => values[value] ?? refuse('program/reference');

/** What operations with weights and bias per channel share. Returns the weights' shape. */
export function checkLayer(op, rank, weights) {
  const w = weights[op.weights] ?? refuse('program/reference');
  const b = weights[op.bias] ?? refuse('program/reference');
  demand(w.type !== 2 && w.shape.length === rank, 'program/weight-tensor');
  demand(b.type === 2 && b.shape.length === 1 && b.shape[0] === w.shape[0], 'program/weight-tensor');
  demand(op.shifts.length === w.shape[0] && op.shifts.every(shift => shift <= LIMITS.shift), 'program/parameter');
  return w.shape;
}

export const checkMultiplier = multiplier => demand(multiplier !== 0 && multiplier !== -32768, 'program/parameter');
export const checkShift = shift => demand(shift <= LIMITS.shift, 'program/parameter');
export const checkBound = (magnitude, shift) => demand(magnitude + roundingConstant(shift) <= ACCUMULATOR_LIMIT, 'program/bounds');

export const checkSameRange = (result, { lo, hi }) => demand(result.lo === lo && result.hi === hi, 'program/range');
export const checkShape = (result, shape) => demand(sameShape(result.shape, shape), 'program/shape');

/** The shape in which two meet element by element, axes of length 1 being repeated. */
export function meetingShape(a, b) {
  demand(a.length === b.length && a.every((length, i) => length === b[i] || length === 1 || b[i] === 1), 'program/shape');
  return a.map((length, i) => (length === 1 ? b[i] : length));
}
