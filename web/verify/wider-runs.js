// Runs the operations beyond layers (spec/program.md): products, reductions, comparisons, layout.
import { product } from './program-limits.js';

/** Round half up. Divisions by powers of two are exact. */
export const round = (value, shift) => (shift === 0 ? value : Math.floor((value + 2 ** (shift - 1)) / 2 ** shift));
export const clamp = (value, { lo, hi }) => (value < lo ? lo : value > hi ? hi : value);

/** The same for values that binary64 can't hold; what is clamped can be held again. */
const roundWide = (value, shift) => (shift === 0 ? value : (value + (1n << BigInt(shift - 1))) >> BigInt(shift));
const clampWide = (value, { lo, hi }) => (value < lo ? lo : value > hi ? hi : Number(value));

/** Row-major distances between neighbours along each axis. */
function stridesOf(shape) {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** y[i_0, i_1, ..] = x[origin + i_0*strides[0] + ..], an axis after the other. */
function strided(x, origin, strides, shape) {
  const y = new Int16Array(product(shape));
  const at = shape.map(() => 0);
  let from = origin;
  for (let i = 0; i < y.length; i++) {
    y[i] = x[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++at[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      at[axis] = 0;
    }
  }
  return y;
}

/** Goes over operands element by element, axes of length 1 repeated. */
export function meet(op, { values, types }, operands, f) {
  const { shape } = op.result;
  const [a, b, c] = operands.map(value => {
    const from = types[value].shape;
    const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
    return strided(values[value], 0, strides, shape);
  });
  return a.map((element, i) => clamp(f(element, b[i], c?.[i]), op.result));
}

/** How a shape looks along an axis: outer times inner rows of elements that stand inner apart. */
const rowsAlong = (axis, shape) => (
  { outer: product(shape.slice(0, axis)), length: shape[axis], inner: product(shape.slice(axis + 1)) });

/** One element from each row along an axis. */
function reduce(op, x, type, f) {
  const { outer, length, inner } = rowsAlong(op.axis, type.shape);
  const y = new Int16Array(outer * inner);
  const row = new Int16Array(length);
  for (let at = 0; at < y.length; at++) {
    const start = Math.floor(at / inner) * length * inner + (at % inner);
    for (let i = 0; i < length; i++) row[i] = x[start + i * inner];
    y[at] = f(row);
  }
  return y;
}

const sumOf = row => row.reduce((sum, value) => sum + value, 0);

/** The largest integer whose square is at most the value: Newton's steps from above fall until they are there. */
function floorSqrt(value) {
  if (value === 0n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export const WIDER_RUNS = {
  mul: (op, context) => meet(op, context, [op.x, op.b], (a, b) => round(a * b, op.shift)),
  max: (op, context) => meet(op, context, [op.x, op.b], (a, b) => Math.max(a, b)),
  min: (op, context) => meet(op, context, [op.x, op.b], (a, b) => Math.min(a, b)),
  select: (op, context) => meet(op, context, [op.x, op.a, op.b], (c, a, b) => (c !== 0 ? a : b)),

  // The dividend is below 2^47: a quotient that isn't whole is farther from the next whole number than binary64 errs.
  divide: (op, context) => meet(op, context, [op.x, op.b], (a, b) => Math.floor((a * 2 ** (op.bits + 1) + b) / (2 * b))),

  matmul(op, { x, type, values }) {
    const b = values[op.b];
    const inner = type.shape.at(-1);
    const [height, width] = op.result.shape.slice(-2);
    const y = new Int16Array(product(op.result.shape));
    for (let at = 0; at < y.length; at++) {
      const n = at % width;
      const row = Math.floor(at / width);
      const column = Math.floor(row / height) * inner * width + n;
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += x[row * inner + k] * b[column + k * width];
      y[at] = clamp(round(sum, op.shift), op.result);
    }
    return y;
  },

  affine(op, { x, type, weights }) {
    const { length, inner } = rowsAlong(op.axis, type.shape);
    return x.map((value, i) => {
      const channel = Math.floor(i / inner) % length;
      return clamp(round(value * weights[op.weights][channel] + weights[op.bias][channel], op.shifts[channel]), op.result);
    });
  },

  reducesum: (op, { x, type }) => reduce(op, x, type, row => clamp(round(op.multiplier * sumOf(row), op.shift), op.result)),
  reducemax: (op, { x, type }) => reduce(op, x, type, row => row.reduce((a, b) => Math.max(a, b))),

  rootsum: (op, { x, type }) => reduce(op, x, type, row => {
    const squares = row.reduce((sum, value) => sum + BigInt(value * value), 0n);
    return clampWide(roundWide(floorSqrt(squares << BigInt(2 * op.bits)), op.shift), op.result);
  }),

  normalize(op, { x, type }) {
    const n = type.shape.at(-1);
    const y = new Int16Array(x.length);
    for (let start = 0; start < x.length; start += n) {
      const row = x.subarray(start, start + n);
      const sum = op.centred ? sumOf(row) : 0;
      const deviations = Array.from(row, value => BigInt((op.centred ? n : 1) * value - sum));
      const squares = deviations.reduce((total, d) => total + d * d, op.epsilon);
      const root = floorSqrt((1n << BigInt(2 * op.rootBits)) / squares);
      deviations.forEach((d, i) => {
        y[start + i] = clampWide(roundWide(d * root, op.shift), op.result);
      });
    }
    return y;
  },

  topk(op, { x, type }) {
    const n = type.shape.at(-1);
    const y = [];
    for (let start = 0; start < x.length; start += n) {
      const row = x.subarray(start, start + n);
      const order = Array.from(row, (_, i) => i).sort((i, j) => (op.largest ? row[j] - row[i] : row[i] - row[j]) || i - j);
      for (const place of order.slice(0, op.k)) y.push(op.places ? place : row[place]);
    }
    return Int16Array.from(y);
  },

  transpose(op, { x, type }) {
    const strides = stridesOf(type.shape);
    return strided(x, 0, op.permutation.map(axis => strides[axis]), op.result.shape);
  },

  slice(op, { x, type }) {
    const strides = stridesOf(type.shape);
    const origin = strides.reduce((sum, stride, axis) => sum + stride * op.starts[axis], 0);
    return strided(x, origin, strides.map((stride, axis) => stride * op.steps[axis]), op.result.shape);
  },

  gather(op, { x, type }) {
    const { outer, length, inner } = rowsAlong(op.axis, type.shape);
    const y = new Int16Array(product(op.result.shape));
    for (let o = 0, at = 0; o < outer; o++) {
      for (const place of op.places) {
        const start = (o * length + place) * inner;
        y.set(x.subarray(start, start + inner), at);
        at += inner;
      }
    }
    return y;
  },

  concat(op, { values, types }) {
    const { outer } = rowsAlong(op.axis, op.result.shape);
    const y = new Int16Array(product(op.result.shape));
    for (let o = 0, at = 0; o < outer; o++) {
      for (const operand of op.operands) {
        const size = product(types[operand].shape.slice(op.axis));
        y.set(values[operand].subarray(o * size, (o + 1) * size), at);
        at += size;
      }
    }
    return y;
  },

  pad(op, { x, type }) {
    const y = new Int16Array(product(op.result.shape)).fill(op.value);
    const strides = stridesOf(op.result.shape);
    x.forEach((value, i) => {
      let [at, rest] = [0, i];
      for (let axis = strides.length - 1; axis >= 0; axis--) {
        at += (op.before[axis] + (rest % type.shape[axis])) * strides[axis];
        rest = Math.floor(rest / type.shape[axis]);
      }
      y[at] = value;
    });
    return y;
  },

  embedding(op, { x, weights }) {
    const width = op.result.shape.at(-1);
    const y = new Int16Array(product(op.result.shape));
    x.forEach((row, i) => {
      for (let d = 0; d < width; d++) y[i * width + d] = clamp(weights[op.weights][row * width + d], op.result);
    });
    return y;
  },

  constant: (op, { weights }) => Int16Array.from(weights[op.weights], value => clamp(value, op.result)),
};
