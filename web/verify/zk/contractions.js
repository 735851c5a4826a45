// Layers with weights: linear, conv, affine (spec/proof-system.md, section 5.3).
import { ACCUMULATOR_LIMIT, product, roundingConstant } from '../program-limits.js';
import { everywhere, vectorAlong } from './circuit.js';
import { clog, demand } from './problem.js';
import { requantise } from './requantise.js';

const NO_WINDOW = { dim: -1, taps: 1, stride: 1, dilation: 1, pad: 0 };

// q = q_0 + 4096*q_1 - QUOTIENT_OFFSET joins the two limbs of a layer.
const [QUOTIENT_STEP, QUOTIENT_STEPS, QUOTIENT_OFFSET] = [4096, 2032, 4161536];

export const CONTRACTIONS = {
  linear(circuit, op, context) {
    const [rows, features] = circuit.program.weights[op.weights].shape;
    const flat = circuit.values[op.x].shape.length === 1;
    const x = flat ? circuit.values[op.x] : circuit.aligned(op.x);
    const leading = flat ? [] : x.shape.slice(0, -1);
    contract(circuit, op, context, {
      column: x.column, channelDim: leading.length, flat, groups: 1, ci: features, rows, y: NO_WINDOW, x: NO_WINDOW,
      channelAxis: leading.length,
    });
  },

  conv(circuit, op, context) {
    const x = circuit.aligned(op.x);
    const [channels, ci, tapsY, tapsX] = circuit.program.weights[op.weights].shape;
    const window = (axis, taps, pad) => ({ dim: 1 + axis, taps, stride: op.stride[axis], dilation: op.dilation[axis], pad });
    contract(circuit, op, context, {
      column: x.column, channelDim: 0, flat: false, groups: op.groups, ci, rows: channels / op.groups,
      y: window(0, tapsY, op.pads.top), x: window(1, tapsX, op.pads.left), channelAxis: 0,
    });
  },

  affine(circuit, op, context) {
    const x = circuit.aligned(op.x);
    contract(circuit, op, context, {
      column: x.column, channelDim: op.axis, flat: false, groups: x.shape[op.axis], ci: 1, rows: 1, y: NO_WINDOW, x: NO_WINDOW,
      channelAxis: op.axis,
    });
  },
};

/** The bits of the index k = (dy | dx | ci | group), and the two smallest unused combinations (dy | dx | ci): the bias slots. */
export function indexOf({ ci, groups, y, x }) {
  const [cb, gb, xb] = [clog(ci), clog(groups), clog(x.taps)];
  let yb = clog(y.taps);
  while (2 ** (yb + xb + cb) - y.taps * x.taps * ci < 2) yb++;
  const slots = [];
  for (let taps = 0; slots.length < 2; taps++) {
    const used = Math.floor(taps / 2 ** xb) < y.taps && taps % 2 ** xb < x.taps;
    for (let c = used ? ci : 0; c < 2 ** cb && slots.length < 2; c++) slots.push(taps * 2 ** cb + c);
  }
  return { yb, xb, cb, gb, bits: yb + xb + cb + gb, slots };
}

function contract(circuit, op, context, layer) {
  const { channelAxis } = layer;
  const box = circuit.box(op.result.shape);
  box[channelAxis] = { length: layer.groups * layer.rows, pool: 'J', groups: layer.groups };
  const shifts = [...op.shifts];
  const index = indexOf(layer);
  const task = { ...context, box, channelAxis, result: op.result };

  const instance = (limb, { views, constants }) => {
    circuit.instance({ kind: 'contraction', box, views, constants, ...layer, ...index, limb, matrix: circuit.matrices.length });
    circuit.matrices.push({ operation: context.number, limb, ...layer, ...index });
  };

  if (!op.twoLimbs) {
    const whole = requantise(circuit, { ...task, shifts, sum: [-ACCUMULATOR_LIMIT, ACCUMULATOR_LIMIT] });
    instance('whole', whole);
    circuit.addValue(whole.column, op.result);
    return;
  }

  demand(shifts.every(shift => shift >= 8), 'zk/limbs', `${context.where}: a layer of two limbs is provable with shifts of 8 or more`);
  const dims = box.map(axis => axis.length);
  const [t, q0, q1] = [0, 1, 2].map(() => circuit.column(dims));
  circuit.rangeItem(t, 256);
  circuit.rangeItem(q0, QUOTIENT_STEP);
  circuit.rangeItem(q1, QUOTIENT_STEPS);
  const high = requantise(circuit, {
    ...task, shifts: shifts.map(shift => shift - 8), roundings: shifts.map(() => 0),
    sum: [-ACCUMULATOR_LIMIT - QUOTIENT_OFFSET, ACCUMULATOR_LIMIT + QUOTIENT_STEP * QUOTIENT_STEPS - 1 - QUOTIENT_OFFSET],
  });
  instance('low', {
    views: [circuit.same(q0, 256), circuit.same(q1, 256 * QUOTIENT_STEP), circuit.same(t)],
    constants: [vectorAlong(box.length, channelAxis, shifts.map(shift => -256 * QUOTIENT_OFFSET - roundingConstant(shift)))],
  });
  instance('high', {
    views: [...high.views, circuit.same(q0, -1), circuit.same(q1, -QUOTIENT_STEP)],
    constants: [...high.constants, everywhere(box.length, QUOTIENT_OFFSET)],
  });
  circuit.addValue(high.column, op.result);
}

/** Features of a column: all dimensions but the batch. */
export const featuresOf = column => product(column.dims.slice(0, -1));
