// From many claims to one point, and what is sent of witness and weights there (spec/proof-system.md, section 7, steps 7 and 8).
import { ONE, ZERO, eqAt, eqTable, inner, minus, plus, same, sum, times } from './field.js';
import { termAt } from './functionals.js';
import { followRounds, powersOf } from './instances.js';
import { weightVectors } from './layout.js';
import { clog, demand } from './problem.js';

/** Step 7: all claims about the witness become one about its value at a point. */
export function reduce(channel, { witness }, claims, lambda) {
  const lambdas = powersOf(lambda, claims.length);
  const value = inner(lambdas, claims.map(claim => claim.value));
  const { point, claim } = followRounds(channel, witness.bits, 'reduce', value);
  const vectors = new Map();
  const at = column => {
    if (!vectors.has(column)) vectors.set(column, weightVectors(witness.boxes[column], point));
    return vectors.get(column);
  };
  const weight = sum(claims.map(({ terms }, i) => times(lambdas[i], sum(terms.map(term => termAt(term, at(term.column)))))));
  return { point, claim, weight };
}

/** Step 8, the weights: the factor of each tile, and the tiles' sum. */
export function receiveWeights(channel, { circuit, weights: { a, b, tiles } }, J, { point, M }, eta) {
  const fold = channel.elements('fold.weights', 2 ** (a + b));
  const etas = eqTable(eta, circuit.matrices.length);
  // Points beyond a matrix's own bits read 0 there: its tile is not as large.
  const beyond = (z, from, to) => z.slice(from, Math.max(from, to)).reduce((factor, x) => times(factor, minus(ONE, x)), ONE);

  const inTile = [eqTable(J.slice(0, b)), eqTable(point.slice(0, a))];
  const folded = sum(inTile[0].map((row, j) => times(row, inner(inTile[1], fold.slice(j * 2 ** a, (j + 1) * 2 ** a)))));
  let expected = ZERO;
  circuit.instances.forEach((instance, l) => {
    if (instance.kind !== 'contraction') return;
    const gaps = times(beyond(J, clog(instance.rows), b), beyond(point, instance.bits, a));
    expected = plus(expected, times(etas[instance.matrix], times(M[l], gaps)));
  });
  demand(same(folded, expected), 'zk/weights-value', 'the fold of the weights isn\'t what the products need');

  const factors = tiles.map(({ matrix, jh, kh }) => {
    const { rows, bits } = circuit.matrices[matrix];
    return times(etas[matrix], times(eqAt(J.slice(b, clog(rows)), jh), eqAt(point.slice(a, bits), kh)));
  });
  return { fold, factors };
}
