// All lookups as one sum of fractions, proved layer by layer (spec/proof-system.md, section 7, step 2).
import {
  ONE, ZERO, element, inner, inverse, isZero, minus, plus, residue, same, scale, sum, times,
} from './field.js';
import { weightVectors } from './layout.js';
import { demand } from './problem.js';
import { viewTerms } from './functionals.js';

/** a + z (b - a) */
const between = (a, b, z) => plus(a, times(z, minus(b, a)));

/** A quadratic by its values at 0 and 1 and its highest coefficient. */
export const quadraticAt = (at0, at1, highest, x) =>
  plus(plus(at0, times(x, minus(minus(at1, at0), highest))), times(times(x, x), highest));

/**
 * Follows the sum of fractions from its root to the leaves.
 * @returns {{ z: number[][], P: number[], Q: number[] }} numerators and denominators of the leaves are P and Q at z
 */
export function followFractions(channel, layers) {
  const { transcript } = channel;
  let [p0, p1, q0, q1] = channel.elements('gkr.root', 4);
  demand(isZero(plus(times(p0, q1), times(p1, q0))), 'zk/lookup-sum', 'the lookups don\'t add up to 0');
  demand(!isZero(times(q0, q1)), 'zk/lookup-denominator', 'a denominator of the lookups is 0');

  let [mu] = transcript.draw('gkr.mu', 1);
  let z = [mu];
  let [P, Q] = [between(p0, p1, mu), between(q0, q1, mu)];
  for (let k = 1; k < layers; k++) {
    const [lambda] = transcript.draw('gkr.lambda', 1);
    let claim = plus(P, times(lambda, Q));
    const point = new Array(k);
    for (let t = k - 1; t >= 0; t--) {
      const [at0, highest] = channel.elements('gkr.round', 2);
      [point[t]] = transcript.draw('gkr.r', 1);
      // The factor of bit t is (1 - z[t]) at 0 and z[t] at 1.
      demand(!isZero(z[t]), 'zk/lookup-layer', 'a challenge of the lookups is 0');
      const at1 = times(minus(claim, times(minus(ONE, z[t]), at0)), inverse(z[t]));
      claim = quadraticAt(at0, at1, highest, point[t]);
    }
    [p0, p1, q0, q1] = channel.elements('gkr.values', 4);
    const expected = plus(plus(times(p0, q1), times(p1, q0)), times(lambda, times(q0, q1)));
    demand(same(expected, claim), 'zk/lookup-layer', `layer ${k} of the lookups doesn't follow from the next`);
    [mu] = transcript.draw('gkr.mu', 1);
    z = [...point, mu];
    [P, Q] = [between(p0, p1, mu), between(q0, q1, mu)];
  }
  return { z, P, Q };
}

/**
 * What the leaves say about the columns: two claims.
 * @param {number[][]} challenges α, β @returns {{ terms: object[], value: number[] }[]}
 */
export function leafClaims({ circuit, leaves }, [alpha, beta], { z, P, Q }) {
  const powers = [ONE, beta, times(beta, beta), times(times(beta, beta), beta)];
  const tag = table => scale(powers[3], table + 1);
  const multiplicities = { terms: [], value: minus(ZERO, P) };
  const items = { terms: [], value: minus(ONE, Q) };

  circuit.items.forEach(({ tables, tableAxis, expressions }, number) => {
    const G = weightVectors(leaves.boxes[number], z);
    const box = G.map(sum).reduce(times, ONE);
    multiplicities.value = plus(multiplicities.value, box);

    let constant = minus(alpha, ONE);
    expressions.forEach((expression, j) => {
      items.terms.push(...viewTerms(expression.views, G, powers[j]));
      constant = minus(constant, times(powers[j], element(expression.constant)));
    });
    // The tag may depend on the position along one axis: its mean by the weights there, times the rest of the box.
    const tags = tableAxis < 0
      ? times(box, tag(tables[0]))
      : times(inner(G[tableAxis], tables.map(tag)), G.filter((_, axis) => axis !== tableAxis).map(sum).reduce(times, ONE));
    items.value = plus(items.value, minus(times(box, constant), tags));
  });

  circuit.tables.forEach((table, number) => {
    const [G] = weightVectors(leaves.boxes[circuit.items.length + number], z);
    multiplicities.terms.push({ column: circuit.multiplicities[number], coefficient: ONE, vectors: [G] });
    const sums = [ZERO, ZERO, ZERO];
    for (let i = 0; i < table.rows; i++) {
      table.row(i).forEach((entry, j) => {
        if (entry !== 0) sums[j] = plus(sums[j], scale(G[i], residue(entry)));
      });
    }
    const rest = times(sum(G), minus(minus(alpha, ONE), tag(number)));
    items.value = plus(items.value, minus(rest, inner(sums, powers)));
  });
  return [multiplicities, items];
}
