// The rules of fixed-point/v1 (spec/program.md): what is a program, and what is refused before it is run.
import { encodeUtf8 } from './bytes.js';
import {
  ACCUMULATOR_LIMIT, LIMITS, checkBound, checkLayer, checkMultiplier, checkSameRange, checkShape, checkShift, demand, maxMagnitude,
  meetingShape, product, refuse, roundingConstant, valueOf,
} from './program-limits.js';
import { WIDER_RULES } from './wider-rules.js';

const SMALLEST_SCALE = 2 ** -126;
const LARGEST_SCALE = 2 ** 111;

/** Throws Malformed; returns the number of multiply-adds per item. */
export function checkProgram({ inputs, weights, tables, operations, outputs }) {
  demand(inputs.length >= 1 && outputs.length >= 1, 'program/limit');
  const values = [];
  let elements = 0;
  const addValue = type => {
    elements += countWithin(type.shape, LIMITS.totalElements);
    demand(elements <= LIMITS.totalElements, 'program/limit');
    demand(type.lo <= type.hi, 'program/range');
  };

  const inputNames = new Set();
  for (const input of inputs) {
    checkName(input.name, inputNames);
    addValue(input.type);
    checkBoundary(input);
    values.push(input.type);
  }
  checkWeights(weights);
  const ranges = checkTables(tables);

  let work = 0;
  for (const operation of operations) {
    addValue(operation.result);
    const perElement = RULES[operation.name](operation, { values, weights, tables, ranges }) ?? 1;
    work += product(operation.result.shape) * perElement;
    demand(work <= LIMITS.work, 'program/limit');
    values.push(operation.result);
  }

  const outputNames = new Set();
  for (const { name, value, scale } of outputs) {
    checkName(name, outputNames);
    demand(value >= 0 && value < values.length, 'program/reference');
    demand(scale >= SMALLEST_SCALE && scale <= LARGEST_SCALE, 'program/boundary');
  }
  return work;
}

function checkName(name, names) {
  const bytes = encodeUtf8(name).length;
  demand(bytes >= 1 && bytes <= LIMITS.nameBytes && !names.has(name), 'program/name');
  names.add(name);
}

function countWithin(shape, limit) {
  demand(shape.length >= 1 && shape.every(length => length >= 1), 'program/shape');
  // A product of at most eight int32 may be inexact as binary64, but never falls back below the limit.
  const count = product(shape);
  demand(count <= limit, 'program/limit');
  return count;
}

function checkBoundary({ type, axis, offsets, multipliers, rule }) {
  demand(axis === null || (axis >= 0 && axis < type.shape.length), 'program/boundary');
  const channels = axis === null ? 1 : type.shape[axis];
  demand(offsets.length === channels && multipliers.length === channels, 'program/boundary');
  demand(offsets.every(Number.isFinite) && multipliers.every(m => Number.isFinite(m) && m !== 0), 'program/boundary');
  demand(rule === 0 || rule === 1, 'program/unknown');
}

function checkWeights(weights) {
  let bytes = 0;
  for (const { type, shape } of weights) {
    demand(type >= 0 && type <= 2, 'program/unknown');
    bytes += countWithin(shape, LIMITS.weightBytes) * 2 ** type;
    demand(bytes <= LIMITS.weightBytes, 'program/limit');
  }
}

/** Smallest and largest entry of each table, once per table: many operations may name a long one. */
function checkTables(tables) {
  let entries = 0;
  const ranges = tables.map(table => {
    demand(table.length >= 1 && table.length <= 65536, 'program/table');
    entries += table.length;
    return { min: table.reduce((a, b) => Math.min(a, b)), max: table.reduce((a, b) => Math.max(a, b)) };
  });
  demand(entries <= LIMITS.tableEntries, 'program/limit');
  return ranges;
}

// Each returns its multiply-adds per element of the result, where that isn't one.
const RULES = {
  linear(op, { values, weights }) {
    const x = valueOf(op.x, values).shape;
    const w = checkLayer(op, 2, weights);
    demand(w[1] === x.at(-1), 'program/weight-tensor');
    checkShape(op.result, [...x.slice(0, -1), w[0]]);
    return w[1];
  },

  conv(op, { values, weights }) {
    const x = imageOf(op.x, values).shape;
    const w = checkLayer(op, 4, weights);
    demand(op.groups >= 1 && x[0] % op.groups === 0 && w[0] % op.groups === 0, 'program/parameter');
    demand(w[1] === x[0] / op.groups, 'program/weight-tensor');
    checkWindow(w.slice(2), op.stride, op.dilation, op.pads);
    checkImage(op, x, w[0], w.slice(2), op.dilation);
    return w[1] * w[2] * w[3];
  },

  lookup(op, context) {
    const x = valueOf(op.x, context.values);
    const { min, max } = tableFor(op, x, context);
    demand(min >= op.result.lo && max <= op.result.hi, 'program/table');
    checkShape(op.result, x.shape);
  },

  rescale(op, { values }) {
    const x = valueOf(op.x, values);
    checkMultiplier(op.multiplier);
    checkShift(op.shift);
    checkBound(Math.abs(op.multiplier) * maxMagnitude(x), op.shift);
    checkShape(op.result, x.shape);
  },

  add(op, { values }) {
    const a = valueOf(op.x, values);
    const b = valueOf(op.b, values);
    checkMultiplier(op.multiplier);
    checkMultiplier(op.multiplierB);
    checkShift(op.shift);
    checkBound(Math.abs(op.multiplier) * maxMagnitude(a) + Math.abs(op.multiplierB) * maxMagnitude(b), op.shift);
    checkShape(op.result, meetingShape(a.shape, b.shape));
  },

  maxpool(op, { values }) {
    const x = imageOf(op.x, values);
    const area = checkPool(op, x.shape);
    checkSameRange(op.result, x);
    return area;
  },

  avgpool(op, { values }) {
    const x = imageOf(op.x, values);
    const area = checkPool(op, x.shape);
    checkShift(op.shift);
    const counts = possibleCounts(op, x.shape);
    demand(op.multipliers.length === counts.length, 'program/parameter');
    counts.forEach((count, i) => {
      checkMultiplier(op.multipliers[i]);
      checkBound(Math.abs(op.multipliers[i]) * maxMagnitude(x) * count, op.shift);
    });
    return area;
  },

  softmax(op, context) {
    const x = valueOf(op.x, context.values);
    const { min } = tableFor(op, x, context);
    demand(context.tables[op.table][0] >= 1 && min >= 0, 'program/table');
    demand(op.reciprocalBits <= LIMITS.reciprocalBits && op.shift <= op.reciprocalBits, 'program/parameter');
    checkShape(op.result, x.shape);
  },

  reshape(op, { values }) {
    const x = valueOf(op.x, values);
    checkSameRange(op.result, x);
    demand(product(op.result.shape) === product(x.shape), 'program/shape');
  },

  ...WIDER_RULES,
};

function imageOf(value, values) {
  const x = valueOf(value, values);
  demand(x.shape.length === 3, 'program/shape');
  return x;
}

function tableFor(op, x, { tables, ranges }) {
  const table = tables[op.table] ?? refuse('program/reference');
  demand(table.length === x.hi - x.lo + 1, 'program/table');
  return ranges[op.table];
}

function checkWindow(kernel, stride, dilation, pads) {
  const positive = [...kernel, ...stride, ...dilation].every(n => n >= 1 && n <= LIMITS.window);
  demand(positive && Object.values(pads).every(n => n >= 0 && n <= LIMITS.window), 'program/parameter');
}

function checkPool(op, x) {
  checkWindow(op.kernel, op.stride, [1, 1], op.pads);
  const { top, left, bottom, right } = op.pads;
  demand(Math.max(top, bottom) < op.kernel[0] && Math.max(left, right) < op.kernel[1], 'program/parameter');
  const area = op.kernel[0] * op.kernel[1];
  demand(area <= LIMITS.poolArea, 'program/limit');
  checkImage(op, x, x[0], op.kernel, [1, 1]);
  return area;
}

function checkImage({ stride, pads, result }, x, channels, kernel, dilation) {
  const height = extent(x[1], kernel[0], stride[0], dilation[0], pads.top + pads.bottom);
  const width = extent(x[2], kernel[1], stride[1], dilation[1], pads.left + pads.right);
  checkShape(result, [channels, height, width]);
}

/** Windows along one axis; 0, which no shape has, where the window is longer than the padded axis. */
function extent(length, kernel, stride, dilation, padding) {
  const room = length + padding - (kernel - 1) * dilation - 1;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** The counts of positions that occur in some window of an average pool, ascending. */
export function possibleCounts({ kernel, stride, pads, countPadding }, [, height, width]) {
  if (countPadding) return [kernel[0] * kernel[1]];
  const rows = realExtents(height, kernel[0], stride[0], pads.top, pads.bottom);
  const columns = realExtents(width, kernel[1], stride[1], pads.left, pads.right);
  const counts = new Set();
  for (const row of rows) for (const column of columns) counts.add(row * column);
  return [...counts].sort((a, b) => a - b);
}

function realExtents(length, kernel, stride, before, after) {
  const extents = new Set();
  for (let start = -before; start + kernel <= length + after; start += stride) {
    extents.add(Math.min(start + kernel, length) - Math.max(start, 0));
  }
  return extents;
}

/** The accumulator rule over real weights: no sum before a shift leaves the bound. Throws Malformed. */
export function checkAccumulators({ inputs, operations }, weights) {
  const values = [...inputs.map(input => input.type), ...operations.map(operation => operation.result)];
  for (const op of operations) {
    if (!['linear', 'conv', 'affine'].includes(op.name)) continue;
    const largest = maxMagnitude(values[op.x]);
    const w = weights[op.weights];
    const bias = weights[op.bias];
    const perChannel = w.length / bias.length;
    bias.forEach((b, channel) => {
      let [first, second] = [0, 0];
      for (let i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
        // The limbs: weight = high*256 + low, -128 <= low <= 127.
        const low = op.twoLimbs ? (w[i] << 24) >> 24 : w[i];
        first += Math.abs(low);
        second += Math.abs((w[i] - low) / 256);
      }
      const constant = Math.abs(b) + roundingConstant(op.shifts[channel]);
      demand(first * largest + constant <= ACCUMULATOR_LIMIT && second * largest <= ACCUMULATOR_LIMIT, 'program/bounds');
    });
  }
}
