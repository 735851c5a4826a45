// Maxima: max, min, maxpool, reducemax, topk with k = 1 (spec/proof-system.md, section 5.8).
import { along, negated } from './circuit.js';
import { copied, placeOf } from './moves.js';
import { clog, demand } from './problem.js';
import { checkNoChoice } from './requantise.js';
import { requantisedSum } from './sums.js';

const places = (length, place) => Array.from({ length }, (_, i) => place(i));
const spread = ({ lo, hi }) => clog(hi - lo + 1);

/** m = max(a, b) over a box, a and b being sums of views: (a - b, m - b) is a row of Relu. */
function stepMax(circuit, dims, column, a, b, bits) {
  const less = b.map(negated);
  circuit.item(dims, [circuit.table('Relu', bits)], [
    { views: [...a, ...less], constant: 0 }, { views: [circuit.same(column), ...less], constant: 0 }]);
}

/** x with other places along some axes. */
const read = (circuit, column, maps) => {
  const view = circuit.same(column);
  return { ...view, axes: view.axes.map((map, d) => (maps[d] ? along(d, maps[d]) : map)) };
};

const previousPlaces = length => places(length, i => i - 1);
const firstOnly = length => places(length, i => (i === 0 ? 0 : -1));
const nextPlaces = length => places(length, i => i + 1);

/**
 * Running maximum along an axis of length n: where it stands at last, as a view with one place on that axis. For n = 1 that is
 * x itself.
 */
export function runningMax(circuit, x, axis) {
  const n = x.shape[axis];
  if (n === 1) return placeOf(circuit, x.column, axis, 0);
  const dims = [...x.shape.with(axis, n - 1), circuit.batch];
  const m = circuit.column(dims);
  const a = [read(circuit, x.column, { [axis]: firstOnly(n - 1) }), read(circuit, m, { [axis]: previousPlaces(n - 1) })];
  stepMax(circuit, dims, m, a, [read(circuit, x.column, { [axis]: nextPlaces(n - 1) })], spread(x));
  return placeOf(circuit, m, axis, n - 2);
}

function maxOrMin(circuit, op, context) {
  const a = circuit.aligned(op.x);
  const b = circuit.aligned(op.b);
  const box = circuit.box(op.result.shape);
  const dims = box.map(axis => axis.length);
  const bits = clog(Math.max(Math.abs(a.hi - b.lo), Math.abs(b.hi - a.lo)) + 1);
  const m = circuit.column(dims);
  const [viewA, viewB] = [a, b].map(({ column }) => circuit.broadcast(column, box));
  if (op.name === 'max') {
    stepMax(circuit, dims, m, [viewA], [viewB], bits);
  } else {
    circuit.item(dims, [circuit.table('Relu', bits)], [
      { views: [viewA, negated(viewB)], constant: 0 }, { views: [viewA, negated(circuit.same(m))], constant: 0 }]);
  }
  const choose = Math[op.name];
  const range = [choose(a.lo, b.lo), choose(a.hi, b.hi)];
  if (op.result.lo <= range[0] && range[1] <= op.result.hi) {
    checkNoChoice(context);
    circuit.addValue(m, op.result);
  } else {
    requantisedSum(circuit, op, context, () => [circuit.same(m)], range, 0);
  }
}

export const MAXIMA = {
  max: maxOrMin,
  min: maxOrMin,

  maxpool(circuit, op, context) {
    checkNoChoice(context);
    const x = circuit.aligned(op.x);
    const [channels, height, width] = x.shape;
    const [, outHeight, outWidth] = op.result.shape;
    // Padding repeats a place of the same window, which changes no maximum.
    const taps = (positions, length, stride, pad) => t => places(positions, o => Math.min(Math.max(o * stride + t - pad, 0), length - 1));
    const tapsY = taps(outHeight, height, op.stride[0], op.pads.top);
    const tapsX = taps(outWidth, width, op.stride[1], op.pads.left);

    let last = null;
    for (let t = 1; t < op.kernel[1]; t++) {
      const dims = [channels, height, outWidth, circuit.batch];
      const m = circuit.column(dims);
      const a = last === null ? read(circuit, x.column, { 2: tapsX(0) }) : circuit.same(last);
      stepMax(circuit, dims, m, [a], [read(circuit, x.column, { 2: tapsX(t) })], spread(x));
      last = m;
    }
    const rows = t => (last === null ? read(circuit, x.column, { 1: tapsY(t), 2: tapsX(0) }) : read(circuit, last, { 1: tapsY(t) }));
    const first = rows(0);
    let result = null;
    for (let t = 1; t < op.kernel[0]; t++) {
      const dims = [channels, outHeight, outWidth, circuit.batch];
      const m = circuit.column(dims);
      stepMax(circuit, dims, m, [result === null ? first : circuit.same(result)], [rows(t)], spread(x));
      result = m;
    }
    if (result === null) result = last !== null && outHeight === height ? last : copied(circuit, op.result.shape, [first]);
    circuit.addValue(result, op.result);
  },

  reducemax(circuit, op, context) {
    checkNoChoice(context);
    const last = runningMax(circuit, circuit.aligned(op.x), op.axis);
    circuit.addValue(copied(circuit, op.result.shape, [last]), op.result);
  },

  topk(circuit, op, context) {
    demand(op.k === 1, 'zk/operation', `${context.where}: of topk, only k = 1 is provable`);
    checkNoChoice(context);
    const x = circuit.aligned(op.x);
    const axis = x.shape.length - 1;
    const n = x.shape[axis];
    const sign = op.largest ? 1 : -1;
    if (n === 1) {
      const views = op.places ? [] : [circuit.same(x.column)];
      circuit.addValue(copied(circuit, op.result.shape, views), op.result);
      return;
    }
    const dims = [...x.shape.with(axis, n - 1), circuit.batch];
    const m = circuit.column(dims);
    const g = circuit.column(dims);
    const p = op.places ? circuit.column(dims) : null;
    const signed = map => ({ ...read(circuit, x.column, { [axis]: map }), coefficient: sign });
    const before = [signed(firstOnly(n - 1)), read(circuit, m, { [axis]: previousPlaces(n - 1) })].map(negated);
    const expression = (...views) => ({ views, constant: 0 });
    circuit.item(dims, [circuit.table('Step', spread(x))], [
      expression(signed(nextPlaces(n - 1)), ...before), expression(circuit.same(m), ...before), expression(circuit.same(g))]);
    if (op.places) {
      const won = circuit.same(g);
      const place = { ...won, axes: won.axes.with(axis, along(axis, null, nextPlaces(n - 1))) };
      const placeBefore = negated(read(circuit, p, { [axis]: previousPlaces(n - 1) }));
      circuit.item(dims, [circuit.table('Relu', clog(n))], [expression(place, placeBefore), expression(circuit.same(p), placeBefore)]);
    }
    const last = placeOf(circuit, op.places ? p : m, axis, n - 2);
    circuit.addValue(copied(circuit, op.result.shape, [op.places ? last : { ...last, coefficient: sign }]), op.result);
  },
};
