// Sums and multiples: add, rescale, avgpool, reducesum (spec/proof-system.md, section 5.5).
import { possibleCounts } from '../program-rules.js';
import { along, fixed, negated, plusIntervals, timesInterval } from './circuit.js';
import { requantise } from './requantise.js';

const rangeOf = ({ lo, hi }) => [lo, hi];

/** Requantisation of a sum of views, which is between the ends of `acc`. */
export function requantisedSum(circuit, op, context, views, acc, shift) {
  const box = circuit.box(op.result.shape);
  const form = requantise(circuit, { ...context, box, shifts: [shift], channelAxis: -1, result: op.result, acc });
  circuit.identity(box, [...form.views, ...views(box).map(negated)], form.constants);
  circuit.addValue(form.column, op.result);
}

export const SUMS = {
  add(circuit, op, context) {
    const a = circuit.aligned(op.x);
    const b = circuit.aligned(op.b);
    const acc = plusIntervals(timesInterval(op.multiplier, rangeOf(a)), timesInterval(op.multiplierB, rangeOf(b)));
    requantisedSum(circuit, op, context, box => [
      circuit.broadcast(a.column, box, op.multiplier), circuit.broadcast(b.column, box, op.multiplierB)], acc, op.shift);
  },

  rescale(circuit, op, context) {
    const x = circuit.aligned(op.x);
    requantisedSum(circuit, op, context, () => [circuit.same(x.column, op.multiplier)], timesInterval(op.multiplier, rangeOf(x)), op.shift);
  },

  reducesum(circuit, op, context) {
    const x = circuit.aligned(op.x);
    const length = x.shape[op.axis];
    circuit.reserve(length, x.shape.reduce((sum, n) => sum + n, 0));
    const view = circuit.same(x.column, op.multiplier);
    const views = () => Array.from({ length }, (_, place) => ({ ...view, axes: view.axes.with(op.axis, fixed(place)) }));
    requantisedSum(circuit, op, context, views, timesInterval(length * op.multiplier, rangeOf(x)), op.shift);
  },

  avgpool(circuit, op, context) {
    const x = circuit.aligned(op.x);
    const [, height, width] = x.shape;
    const rows = windows(op.result.shape[1], height, op.kernel[0], op.stride[0], op.pads.top);
    const columns = windows(op.result.shape[2], width, op.kernel[1], op.stride[1], op.pads.left);
    const counts = possibleCounts(op, x.shape);
    const view = circuit.same(x.column);
    const views = [];
    // Where padding counts, fewer places than the count are real: anything between 0 and the whole window.
    let acc = [0, 0];
    counts.forEach((count, i) => {
      const here = timesInterval(op.multipliers[i] * count, rangeOf(x));
      acc = [Math.min(acc[0], here[0]), Math.max(acc[1], here[1])];
    });
    // With padding counted, the multiplier is one: one set of views for all positions.
    const sets = op.countPadding ? [[null, null]] : pairsOf(rows, columns);
    circuit.reserve(sets.length * op.kernel[0] * op.kernel[1], op.result.shape.reduce((sum, n) => sum + n, 0));
    for (const [realRows, realColumns] of sets) {
      const coefficient = op.multipliers[op.countPadding ? 0 : counts.indexOf(realRows * realColumns)];
      for (let dy = 0; dy < op.kernel[0]; dy++) {
        for (let dx = 0; dx < op.kernel[1]; dx++) {
          const axes = [along(0), along(1, rows.places(dy, realRows)), along(2, columns.places(dx, realColumns)), along(3)];
          views.push({ ...view, coefficient, axes });
        }
      }
    }
    requantisedSum(circuit, op, context, () => views, acc, op.shift);
  },
};

/** Windows along one axis: how many of their places are real, and what each tap reads (-1 outside). */
function windows(positions, length, taps, stride, pad) {
  const starts = Array.from({ length: positions }, (_, o) => o * stride - pad);
  const real = starts.map(start => Math.min(start + taps, length) - Math.max(start, 0));
  const isReal = place => place >= 0 && place < length;
  return {
    numbers: [...new Set(real)].sort((a, b) => a - b),
    places: (tap, number) => starts.map((start, o) => (isReal(start + tap) && (number === null || real[o] === number) ? start + tap : -1)),
  };
}

const pairsOf = (rows, columns) => rows.numbers.flatMap(row => columns.numbers.map(column => [row, column]));
