// Inner products: contractions with committed weights, products of columns (spec/proof-system.md, section 7, step 6).
import { ONE, ZERO, element, eqAt, eqTable, minus, plus, residue, same, scale, sum, times } from './field.js';
import { constantsAt, viewTerms } from './functionals.js';
import { axisWeights } from './layout.js';
import { quadraticAt } from './lookups.js';
import { clog, demand } from './problem.js';
import { indexBits } from './circuit.js';

const HALF = 1065353217; // 1/2

/** Powers of an element, from 1. */
export function powersOf(base, count) {
  const powers = [];
  for (let i = 0, power = ONE; i < count; i++, power = times(power, base)) powers.push(power);
  return powers;
}

/** Rounds of a sumcheck over products of two: the point, and what is left of the claim. */
export function followRounds(channel, bits, label, claim) {
  const point = new Array(bits);
  for (let t = bits - 1; t >= 0; t--) {
    const [at0, highest] = channel.elements(`${label}.round`, 2);
    [point[t]] = channel.transcript.draw(`${label}.r`, 1);
    claim = quadraticAt(at0, minus(claim, at0), highest, point[t]);
  }
  return { point, claim };
}

/**
 * Checks the inner products of all instances at once.
 * @returns {{ point: number[][], claims: object[], M: number[][] }} claims about columns; the value of M_l for each instance
 */
export function checkInstances(channel, { circuit, productBits }, points, gamma) {
  const { instances } = circuit;
  const weights = instances.map(({ box }) => box.map(axis => axisWeights(axis, points)));
  const gammas = powersOf(gamma, instances.length);

  const [a] = channel.elements('sum', 1);
  const claims = [{ terms: instances.flatMap(({ views }, l) => viewTerms(views, weights[l], gammas[l])), value: a }];
  const constants = sum(instances.map((instance, l) => times(gammas[l], constantsAt(instance.constants, weights[l]))));
  const { point, claim } = followRounds(channel, productBits, 'product', plus(a, constants));

  const values = channel.elements('product.values', 2 * instances.length);
  const [A, M] = [0, 1].map(side => instances.map((_, l) => values[2 * l + side]));
  // An instance with fewer bits counts as often as the bits that it doesn't have allow: the factor takes that back.
  const terms = instances.map((instance, l) => {
    let factor = gammas[l];
    for (let bits = indexBits(instance); bits < productBits; bits++) factor = scale(factor, HALF);
    return times(factor, times(A[l], M[l]));
  });
  demand(same(sum(terms), claim), 'zk/products', 'the inner products don\'t add up to their claimed sum');

  instances.forEach((instance, l) => {
    const r = point.slice(0, indexBits(instance));
    if (instance.kind === 'contraction') {
      claims.push(contractionClaim(circuit, instance, weights[l], r, points, A[l]));
    } else {
      claims.push(productClaim(circuit, instance, 'A', weights[l], r, A[l]), productClaim(circuit, instance, 'B', weights[l], r, M[l]));
    }
  });
  return { point, claims, M };
}

/** A_l of a contraction at r is this functional of the column plus what the bias slots give. */
function contractionClaim(circuit, instance, weights, r, points, value) {
  const { gb, cb, xb, groups, ci, channelDim, box } = instance;
  const groupPoint = r.slice(0, gb);
  const combined = eqTable(points.G.slice(0, gb), groups).map((weight, g) => times(weight, eqAt(groupPoint, g)));
  const channelPoint = r.slice(gb, gb + cb);
  const rest = weights.filter((_, axis) => box[axis].pool !== 'J');

  let bias = ZERO;
  if (instance.limb !== 'high') {
    const positions = rest.map(sum).reduce(times, sum(combined));
    instance.slots.forEach((slot, i) => {
      bias = plus(bias, scale(times(positions, eqAt(r.slice(gb), slot)), 65536 ** i));
    });
  }

  const channels = eqTable(channelPoint, ci);
  const channelVector = combined.flatMap(group => channels.map(channel => times(group, channel)));
  const xPoint = r.slice(gb + cb, gb + cb + xb);
  const yPoint = r.slice(gb + cb + xb);
  const term = { column: instance.column, coefficient: ONE };
  if (instance.y.dim < 0) {
    term.coefficient = times(eqAt(xPoint, 0), eqAt(yPoint, 0));
    if (instance.flat) Object.assign(term, { flat: channelVector, last: weights.at(-1) });
    else term.vectors = weights.map((vector, d) => (d === channelDim ? channelVector : vector));
  } else {
    const { dims } = circuit.columns[instance.column];
    const vectorY = windowVector(instance.y, yPoint, weights[1], dims[1]);
    term.vectors = [channelVector, vectorY, windowVector(instance.x, xPoint, weights[2], dims[2]), weights[3]];
  }
  return { terms: [term], value: minus(value, bias) };
}

/** v[i] = Σ_t eq(r, t) Σ e[o], over the outputs o whose tap t is place i. */
function windowVector({ taps, stride, dilation, pad }, point, weights, length) {
  const vector = new Array(length).fill(ZERO);
  eqTable(point, taps).forEach((tap, t) => {
    weights.forEach((weight, o) => {
      const place = o * stride + t * dilation - pad;
      if (place >= 0 && place < length) vector[place] = plus(vector[place], times(tap, weight));
    });
  });
  return vector;
}

/** One side of a product at r: k's parts by eq, those that the result keeps by their weights on side A, too. */
function productClaim(circuit, instance, side, weights, r, value) {
  const vectors = new Array(weights.length).fill(null);
  let low = 0;
  // The first axis has the highest bits.
  for (const axis of [...instance.axes].reverse()) {
    const bits = clog(axis.length);
    const eq = eqTable(r.slice(low, low + bits), axis.length);
    low += bits;
    const kept = side === 'A' && axis.boxAxis >= 0;
    vectors[side === 'A' ? axis.dimA : axis.dimB] = kept ? eq.map((weight, i) => times(weight, weights[axis.boxAxis][i])) : eq;
  }
  for (const { dim, boxAxis } of side === 'A' ? instance.onlyA : instance.onlyB) vectors[dim] = weights[boxAxis];
  const dims = circuit.columns[instance[side][0].column].dims;
  const terms = instance[side].map(({ column, coefficient }) => (
    { column, coefficient: element(residue(coefficient)), vectors: vectors.slice(0, dims.length) }));
  return { terms, value };
}
