// Operations that move elements, and tables: reshape, transpose, slice, gather, concat, pad, lookup
// (spec/proof-system.md, sections 5, 5.6 and 5.7).
import { along, everywhere, fixed, negated } from './circuit.js';
import { checkNoChoice } from './requantise.js';

const placesOf = (length, place) => Array.from({ length }, (_, i) => place(i));

/** A new column of that shape with the identity y - views - constants = 0; its number. */
export function copied(circuit, shape, views, constants = []) {
  const column = circuit.column([...shape, circuit.batch]);
  const less = constants.map(constant => ({ ...constant, scale: -constant.scale }));
  circuit.identity(circuit.box(shape), [circuit.same(column), ...views.map(negated)], less);
  return column;
}

function move(circuit, op, context, views, constants = []) {
  checkNoChoice(context);
  circuit.addValue(copied(circuit, op.result.shape, views, constants), op.result);
}

export const MOVES = {
  reshape(circuit, op, context) {
    checkNoChoice(context);
    circuit.addValue(circuit.values[op.x].column, op.result);
  },

  transpose(circuit, op, context) {
    const x = circuit.aligned(op.x);
    const view = circuit.same(x.column);
    // Axis i of the result is axis permutation[i] of the operand.
    const axes = view.axes.map((map, d) => (d < op.permutation.length ? along(op.permutation.indexOf(d)) : map));
    move(circuit, op, context, [{ ...view, axes }]);
  },

  slice(circuit, op, context) {
    const view = circuit.same(circuit.aligned(op.x).column);
    const axes = view.axes.map((map, d) => (d < op.starts.length
      ? along(d, placesOf(op.result.shape[d], i => op.starts[d] + i * op.steps[d])) : map));
    move(circuit, op, context, [{ ...view, axes }]);
  },

  gather(circuit, op, context) {
    const view = circuit.same(circuit.aligned(op.x).column);
    move(circuit, op, context, [{ ...view, axes: view.axes.with(op.axis, along(op.axis, [...op.places])) }]);
  },

  concat(circuit, op, context) {
    const length = op.result.shape[op.axis];
    circuit.reserve(op.operands.length, length);
    const operands = op.operands.map(operand => circuit.aligned(operand));
    let start = 0;
    const views = operands.map(({ column, shape }) => {
      const [first, count] = [start, shape[op.axis]];
      start += count;
      const view = circuit.same(column);
      const places = placesOf(length, i => (i >= first && i < first + count ? i - first : -1));
      return { ...view, axes: view.axes.with(op.axis, along(op.axis, places)) };
    });
    move(circuit, op, context, views);
  },

  pad(circuit, op, context) {
    const x = circuit.aligned(op.x);
    const view = circuit.same(x.column);
    const inside = (i, d) => i >= op.before[d] && i < op.before[d] + x.shape[d];
    const axes = view.axes.map((map, d) => (d < x.shape.length
      ? along(d, placesOf(op.result.shape[d], i => (inside(i, d) ? i - op.before[d] : -1))) : map));
    const rank = x.shape.length;
    const factors = op.result.shape.map((length, d) => placesOf(length, i => (inside(i, d) ? 1 : 0)));
    const constants = [everywhere(rank + 1, op.value), { scale: -op.value, factors: [...factors, null] }];
    move(circuit, op, context, [{ ...view, axes }], constants);
  },

  lookup(circuit, op, context) {
    checkNoChoice(context);
    const x = circuit.aligned(op.x);
    const column = circuit.column([...op.result.shape, circuit.batch]);
    const one = number => ({ views: [circuit.same(number)], constant: 0 });
    circuit.item(circuit.columns[column].dims, [circuit.table('Map', op.table, x.lo)], [one(x.column), one(column)]);
    circuit.addValue(column, op.result);
  },
};

/** The view of one place along an axis. */
export function placeOf(circuit, column, axis, place) {
  const view = circuit.same(column);
  return { ...view, axes: view.axes.with(axis, fixed(place)) };
}
