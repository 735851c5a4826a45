// The rules of operations beyond layers (spec/program.md): products, reductions, comparisons, layout.
import {
  LIMITS, checkBound, checkLayer, checkMultiplier, checkSameRange, checkShape, checkShift, demand, maxMagnitude, meetingShape, refuse,
  valueOf,
} from './program-limits.js';

const WIDE_LIMIT = 2n ** 62n;

const checkWide = magnitude => demand(magnitude <= WIDE_LIMIT, 'program/bounds');
const checkContains = (result, lo, hi) => demand(result.lo <= lo && result.hi >= hi, 'program/range');
const isPlace = (place, length) => place >= 0 && place < length;
const isPad = n => n >= 0 && n <= LIMITS.window;

function checkMeeting(op, values) {
  const a = valueOf(op.x, values);
  const b = valueOf(op.b, values);
  checkShape(op.result, meetingShape(a.shape, b.shape));
  return [a, b];
}

function valueWithAxis(value, axis, values) {
  const x = valueOf(value, values);
  demand(isPlace(axis, x.shape.length), 'program/parameter');
  return x;
}

/** One axis becomes one place, at the cost of its length. */
function checkReduction(op, values) {
  const x = valueWithAxis(op.x, op.axis, values);
  checkShape(op.result, x.shape.with(op.axis, 1));
  return x;
}

/** Weights that stand alone. */
function checkWeights(weight, weights) {
  const w = weights[weight] ?? refuse('program/reference');
  demand(w.type !== 2, 'program/weight-tensor');
  return w.shape;
}

function checkMaxOrMin(op, { values }) {
  checkMeeting(op, values);
}

// Each returns its multiply-adds per element of the result, where that isn't one.
export const WIDER_RULES = {
  mul(op, { values }) {
    const [a, b] = checkMeeting(op, values);
    checkShift(op.shift);
    checkBound(maxMagnitude(a) * maxMagnitude(b), op.shift);
  },

  matmul(op, { values }) {
    const a = valueOf(op.x, values);
    const b = valueOf(op.b, values);
    checkShift(op.shift);
    const inner = a.shape.at(-1);
    demand(a.shape.length >= 2 && a.shape.length === b.shape.length, 'program/shape');
    demand(b.shape.at(-2) === inner && a.shape.slice(0, -2).every((length, i) => length === b.shape[i]), 'program/shape');
    checkBound(inner * maxMagnitude(a) * maxMagnitude(b), op.shift);
    checkShape(op.result, [...a.shape.slice(0, -1), b.shape.at(-1)]);
    return inner;
  },

  affine(op, { values, weights }) {
    const x = valueWithAxis(op.x, op.axis, values);
    const [channels] = checkLayer(op, 1, weights);
    demand(channels === x.shape[op.axis], 'program/weight-tensor');
    checkShape(op.result, x.shape);
  },

  reducesum(op, { values }) {
    const x = checkReduction(op, values);
    checkMultiplier(op.multiplier);
    checkShift(op.shift);
    checkBound(x.shape[op.axis] * Math.abs(op.multiplier) * maxMagnitude(x), op.shift);
    return x.shape[op.axis];
  },

  reducemax(op, { values }) {
    const x = checkReduction(op, values);
    checkSameRange(op.result, x);
    return x.shape[op.axis];
  },

  max: checkMaxOrMin,
  min: checkMaxOrMin,

  divide(op, { values }) {
    const [, b] = checkMeeting(op, values);
    checkShift(op.bits);
    demand(b.lo >= 1, 'program/range');
  },

  normalize(op, { values }) {
    const x = valueOf(op.x, values);
    demand(op.epsilon >= 1n && op.rootBits <= LIMITS.rootBits && op.shift <= op.rootBits, 'program/parameter');
    const n = BigInt(x.shape.at(-1));
    const deviation = op.centred ? n * BigInt(x.hi - x.lo) : BigInt(maxMagnitude(x));
    checkWide(op.epsilon + n * deviation * deviation);
    checkShape(op.result, x.shape);
  },

  rootsum(op, { values }) {
    const x = checkReduction(op, values);
    checkShift(op.bits);
    checkShift(op.shift);
    checkWide(4n ** BigInt(op.bits) * BigInt(x.shape[op.axis]) * BigInt(maxMagnitude(x)) ** 2n);
    return x.shape[op.axis];
  },

  select(op, { values }) {
    const [condition, a, b] = [op.x, op.a, op.b].map(value => valueOf(value, values).shape);
    checkShape(op.result, meetingShape(condition, meetingShape(a, b)));
  },

  topk(op, { values }) {
    const x = valueOf(op.x, values);
    const n = x.shape.at(-1);
    demand(op.k >= 1 && op.k <= n && (!op.places || n <= LIMITS.indexedLength), 'program/parameter');
    checkSameRange(op.result, op.places ? { lo: 0, hi: n - 1 } : x);
    checkShape(op.result, x.shape.with(-1, op.k));
    return n;
  },

  transpose(op, { values }) {
    const x = valueOf(op.x, values);
    checkSameRange(op.result, x);
    demand(op.permutation.length === x.shape.length && x.shape.every((_, axis) => op.permutation.includes(axis)), 'program/parameter');
    checkShape(op.result, op.permutation.map(axis => x.shape[axis]));
  },

  slice(op, { values }) {
    const x = valueOf(op.x, values);
    checkSameRange(op.result, x);
    demand(op.starts.length === x.shape.length && op.steps.length === x.shape.length, 'program/parameter');
    demand(op.result.shape.length === x.shape.length, 'program/shape');
    x.shape.forEach((length, axis) => {
      const last = op.starts[axis] + op.steps[axis] * (op.result.shape[axis] - 1);
      demand(Math.abs(op.steps[axis]) <= LIMITS.window, 'program/parameter');
      demand(isPlace(op.starts[axis], length) && isPlace(last, length), 'program/parameter');
    });
  },

  gather(op, { values }) {
    const x = valueWithAxis(op.x, op.axis, values);
    checkSameRange(op.result, x);
    demand(op.places.every(place => place < x.shape[op.axis]), 'program/parameter');
    checkShape(op.result, x.shape.with(op.axis, op.places.length));
  },

  concat(op, { values }) {
    demand(op.operands.length >= 1, 'program/parameter');
    const first = valueWithAxis(op.operands[0], op.axis, values).shape;
    let length = 0;
    for (const operand of op.operands) {
      const { shape, lo, hi } = valueOf(operand, values);
      checkContains(op.result, lo, hi);
      demand(shape.length === first.length && shape.every((n, axis) => axis === op.axis || n === first[axis]), 'program/shape');
      length += shape[op.axis];
    }
    checkShape(op.result, first.with(op.axis, length));
  },

  pad(op, { values }) {
    const x = valueOf(op.x, values);
    demand(op.before.length === x.shape.length && op.after.length === x.shape.length, 'program/parameter');
    demand(op.before.every(isPad) && op.after.every(isPad), 'program/parameter');
    checkContains(op.result, Math.min(x.lo, op.value), Math.max(x.hi, op.value));
    checkShape(op.result, x.shape.map((length, axis) => op.before[axis] + length + op.after[axis]));
  },

  embedding(op, { values, weights }) {
    const x = valueOf(op.x, values);
    const w = checkWeights(op.weights, weights);
    demand(w.length === 2, 'program/weight-tensor');
    demand(x.lo >= 0 && x.hi < w[0], 'program/range');
    checkShape(op.result, [...x.shape, w[1]]);
  },

  constant(op, { weights }) {
    checkShape(op.result, checkWeights(op.weights, weights));
  },
};
