// Products of two values: mul, matmul (spec/proof-system.md, section 5.4).
import { timesInterval, timesIntervals } from './circuit.js';
import { requantise } from './requantise.js';

/**
 * Which axis of a box goes where when A and B meet element by element: k where both have the box's length, else only one's.
 * @param {number[]} a dimensions @param {number[]} b dimensions, as many as the box's axes
 */
export function meetingAxes(box, a, b) {
  const parts = { axes: [], onlyA: [], onlyB: [] };
  box.forEach(({ length }, d) => {
    if (a[d] === length && b[d] === length) parts.axes.push({ length, dimA: d, dimB: d, boxAxis: d });
    else if (b[d] === 1) parts.onlyA.push({ dim: d, boxAxis: d });
    else parts.onlyB.push({ dim: d, boxAxis: d });
  });
  return parts;
}

/** Adds an instance: inner product of sums of columns A and B over the axes = views and constants. */
export function multiply(circuit, box, A, B, parts, { views, constants }) {
  circuit.instance({ kind: 'product', box, views, constants, A, B, ...parts });
}

const alone = ({ column }) => [{ column, coefficient: 1 }];
const rangeOf = ({ lo, hi }) => [lo, hi];

function requantisedProduct(circuit, op, context, a, b, parts, terms) {
  const box = circuit.box(op.result.shape);
  const acc = timesInterval(terms, timesIntervals(rangeOf(a), rangeOf(b)));
  const form = requantise(circuit, { ...context, box, shifts: [op.shift], channelAxis: -1, result: op.result, acc });
  multiply(circuit, box, alone(a), alone(b), parts(box), form);
  circuit.addValue(form.column, op.result);
}

export const PRODUCTS = {
  mul(circuit, op, context) {
    const a = circuit.aligned(op.x);
    const b = circuit.aligned(op.b);
    const dims = value => circuit.columns[value.column].dims;
    requantisedProduct(circuit, op, context, a, b, box => meetingAxes(box, dims(a), dims(b)), 1);
  },

  matmul(circuit, op, context) {
    const a = circuit.aligned(op.x);
    const b = circuit.aligned(op.b);
    const rank = a.shape.length;
    const inner = a.shape[rank - 1];
    const shared = (length, d) => ({ length, dimA: d, dimB: d, boxAxis: d });
    requantisedProduct(circuit, op, context, a, b, box => ({
      axes: [
        ...a.shape.slice(0, -2).map(shared), { length: inner, dimA: rank - 1, dimB: rank - 2, boxAxis: -1 }, shared(box[rank].length, rank)],
      onlyA: [{ dim: rank - 2, boxAxis: rank - 2 }],
      onlyB: [{ dim: rank - 1, boxAxis: rank - 1 }],
    }), inner);
  },
};
