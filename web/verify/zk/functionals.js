// Linear claims about the witness: Σ coefficient * Π_d <vector_d, dimension d of a column> = value, and what their weights come
// to at a point (spec/proof-system.md, sections 4 and 7). A term is either
//   { column, coefficient, view, weights }: a view over a box with those weights along its axes,
//   { column, coefficient, vectors }: one vector for each dimension (null: the single place of a dimension of length 1), or
//   { column, coefficient, flat, last }: one vector over all dimensions but the last in row-major order, one over the last.
import { ONE, ZERO, element, inner, plus, residue, scale, sum, times } from './field.js';

/** Terms of views over a box with weights along its axes. */
export const viewTerms = (views, weights, factor = ONE) =>
  views.map(view => ({ column: view.column, coefficient: scale(factor, residue(view.coefficient)), view, weights }));

/** Σ of public constants over a box with those weights. */
export function constantsAt(constants, weights) {
  return sum(constants.map(({ scale: factor, factors }) => weights.reduce((value, vector, axis) => times(
    value, factors[axis] === null ? sum(vector) : sum(vector.map((weight, i) => scale(weight, residue(factors[axis][i]))))),
  element(factor))));
}

/** Σ_i weights[i] * factor[i] * G[place[i]]: what one dimension contributes. */
function readAlong({ places, weights: factors }, weights, G) {
  let total = ZERO;
  for (let i = 0; i < weights.length; i++) {
    const place = places === null ? i : places[i];
    if (place < 0) continue;
    const term = times(weights[i], G[place]);
    total = plus(total, factors === null ? term : scale(term, residue(factors[i])));
  }
  return total;
}

function viewAt({ view, weights }, G) {
  const used = new Set();
  let value = ONE;
  view.axes.forEach((map, d) => {
    used.add(map.axis);
    value = times(value, map.axis < 0 ? G[d][map.places[0]] : readAlong(map, weights[map.axis], G[d]));
  });
  // Axes that nothing reads are broadcast.
  weights.forEach((vector, axis) => {
    if (!used.has(axis)) value = times(value, sum(vector));
  });
  return value;
}

/** Row-major products of vectors. */
export const outer = vectors => vectors.reduce((table, vector) => table.flatMap(a => vector.map(b => times(a, b))), [ONE]);

/** The multilinear extension of a term's weights at the point of which G are the column's weight vectors. */
export function termAt(term, G) {
  let value;
  if (term.view) value = viewAt(term, G);
  else if (term.flat) value = times(inner(term.flat, outer(G.slice(0, -1))), inner(term.last, G.at(-1)));
  else value = term.vectors.reduce((product, vector, d) => times(product, vector === null ? G[d][0] : inner(vector, G[d])), ONE);
  return times(term.coefficient, value);
}
