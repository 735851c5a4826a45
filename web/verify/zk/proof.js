// Verifies proofs of assay/proof/v1 (spec/proof-system.md, section 7), from the specification alone.
import { concat } from '../bytes.js';
import { product } from '../program-limits.js';
import { REQUIRED_BITS, lookupGrinding } from './budget.js';
import { POOLS } from './circuit.js';
import {
  ONE, ZERO, element, eqAt, eqTable, inner, minus, plus, pow, residue, rootOfUnity, same, scale, sum, times,
} from './field.js';
import { constantsAt, outer, termAt, viewTerms } from './functionals.js';
import { checkInstances, followRounds, powersOf } from './instances.js';
import { readKey } from './key.js';
import { axisWeights, weightVectors } from './layout.js';
import { followFractions, leafClaims } from './lookups.js';
import { checkOpening, mostSiblings } from './openings.js';
import { Problem, clog, demand } from './problem.js';
import { shapeOf } from './shape.js';
import { Channel, uint32 } from './transcript.js';

const OPENING_GRINDING = 12;

/** Little-endian bytes of the integers of tensors. */
export function int16Bytes(tensors) {
  const bytes = new Uint8Array(2 * tensors.reduce((count, tensor) => count + tensor.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const tensor of tensors) for (const value of tensor) view.setInt16(at++ * 2, value, true);
  return bytes;
}

/** Whether tensors are as many and as long as the types say, and inside their ranges. */
const fits = (tensors, types) => tensors.length === types.length && tensors.every((tensor, i) =>
  tensor.length === product(types[i].shape) && tensor.every(value => value >= types[i].lo && value <= types[i].hi));

export function checkRun(circuit, { inputs, outputs }) {
  const { program, values } = circuit;
  demand(fits(inputs, program.inputs.map(input => input.type)), 'zk/statement', 'the inputs aren\'t the program\'s, or are out of their range');
  demand(fits(outputs, program.outputs.map(output => values[output.value])), 'zk/statement', 'the outputs aren\'t the program\'s, or are out of their range');
}

/** Σ_j θ^j X_j(ρ, i) for one run's tensors: each weighted as its column's dimensions say. */
export function runValue({ circuit }, points, theta, tensors) {
  const columns = [...circuit.inputs, ...circuit.outputs];
  const thetas = powersOf(theta, columns.length);
  return sum(columns.map((column, j) => {
    const weights = outer(tensorVectors(circuit, column, points));
    return times(thetas[j], sum(Array.from(tensors[j], (value, i) => scale(weights[i], residue(value)))));
  }));
}

const tensorVectors = (circuit, column, points) =>
  circuit.columns[column].dims.slice(0, -1).map((length, d) => eqTable(points[`P${d}`].slice(0, clog(length)), length));

/**
 * Whether a proof proves its statement.
 * @param {{ key: Uint8Array, proof: Uint8Array, batch: number, inputs?: ArrayLike<number>[], outputs?: ArrayLike<number>[],
 *   digest?: Uint8Array }} question one run's integers, by input and output; or, for more than one, D
 * @returns {{ outcome: 'passed'|'failed'|'not-evaluated', code: string, message: string, bits?: number, runs?: object }} whatever
 * the bytes are; `runs` is what checkOpening (runs.js) needs
 */
export function verifyProof(question) {
  let shape = null;
  try {
    const key = readKey(question.key);
    shape = shapeOf(key, question.batch);
    const bits = shape.securityBits;
    demand(bits >= REQUIRED_BITS, 'zk/budget', `proofs of this shape have ${bits.toFixed(1)} bits, fewer than ${REQUIRED_BITS}`);
    checkStatement(shape.circuit, question);
    checkLength(shape, question.proof.length);
    const runs = checkProof(key, shape, question);
    return { outcome: 'passed', code: 'zk/ok', message: `the proof holds, with ${bits.toFixed(1)} bits`, bits, runs };
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    return { outcome: shape === null ? 'not-evaluated' : 'failed', code: failure.code, message: failure.message };
  }
}

function checkProof(key, shape, question) {
  const channel = new Channel(question.proof);
  const collected = collectClaims(channel, key, shape, question);
  checkOpenings(channel, shape, collected);
  channel.end();
  return collected.runs;
}

/** Steps 0 to 6: everything that the proof must hold to, as linear claims about the witness. */
export function collectClaims(channel, key, shape, question) {
  const { transcript } = channel;
  const { circuit } = shape;
  absorbStatement(transcript, key, question);
  const root = channel.bytes('witness', 32);
  channel.ground('lookup.nonce', lookupGrinding(shape.leaves.bits));
  const challenges = transcript.draw('lookup', 2);
  const lookups = leafClaims(shape, challenges, followFractions(channel, shape.leaves.bits));

  const points = Object.fromEntries(POOLS.map(pool => [pool, transcript.draw(`point.${pool}`, shape.pools[pool])]));
  const [theta] = transcript.draw('theta', 1);
  const [gamma] = transcript.draw('gamma', circuit.instances.length > 0 ? 1 : 0);
  const statement = statementClaim(channel, shape, points, theta, question);
  const products = circuit.instances.length === 0 ? null : checkInstances(channel, shape, points, gamma);
  const claims = [...lookups, statement.claim, ...circuit.identities.map(identity => identityClaim(identity, points)), ...products?.claims ?? []];
  return { root, claims, points, products, runs: statement.runs };
}

/** Steps 7 to 10: the claims hold of what the roots commit to. */
function checkOpenings(channel, shape, { root, claims, points, products }) {
  const { transcript } = channel;
  const { weights } = shape;
  const [lambda] = transcript.draw('lambda', 1);
  const eta = weights === null ? [] : transcript.draw('eta', weights.matrixBits);
  const reduced = reduce(channel, shape, claims, lambda);

  const fold = channel.elements('fold.witness', 2 ** shape.rowBits);
  const [low, high] = [reduced.point.slice(0, shape.rowBits), reduced.point.slice(shape.rowBits)];
  demand(same(times(reduced.weight, inner(eqTable(low), fold)), reduced.claim), 'zk/witness-value', 'the fold of the witness isn\'t what the claims need');
  const tiles = weights === null ? null : receiveWeights(channel, shape, points.J, products, eta);

  channel.ground('nonce', OPENING_GRINDING);
  const positions = transcript.positions('open.witness', 2 ** shape.codewordBits, shape.witnessQueries);
  const weightPositions = weights === null ? [] : transcript.positions('open.weights', 2 ** weights.codewordBits, weights.queries);

  checkOpening(channel, 'witness', { root, bits: shape.codewordBits, positions, factors: eqTable(high, shape.rows), fold });
  if (weights !== null) {
    checkOpening(channel, 'weights', { root: weights.root, bits: weights.codewordBits, positions: weightPositions, ...tiles });
  }
}

function checkStatement(circuit, { batch, inputs, outputs, digest }) {
  if (batch === 1) checkRun(circuit, { inputs, outputs });
  else demand(digest.length === 32, 'zk/statement', 'the digest of many runs has 32 bytes');
}

/** All but the number of siblings is known before a byte is read. */
function checkLength({ circuit, leaves, witness, rowBits, rows, codewordBits, witnessQueries, weights, productBits }, length) {
  let elements = 4;
  for (let k = 1; k < leaves.bits; k++) elements += 2 * k + 4;
  if (circuit.batch > 1) elements += circuit.batch;
  if (circuit.instances.length > 0) elements += 1 + 2 * productBits + 2 * circuit.instances.length;
  elements += 2 * witness.bits + 2 ** rowBits;
  let symbols = witnessQueries * rows;
  let siblings = mostSiblings(witnessQueries, codewordBits);
  if (weights !== null) {
    elements += 2 ** (weights.a + weights.b);
    symbols += weights.queries * weights.tiles.length;
    siblings += mostSiblings(weights.queries, weights.codewordBits);
  }
  const least = 32 + 2 * 8 + 16 * elements + 4 * symbols;
  const fits = length >= least && length <= least + 32 * siblings && (length - least) % 32 === 0;
  demand(fits, 'zk/length', `${length} bytes; proofs of this key and number of runs have ${least} to ${least + 32 * siblings}`);
}

/** Step 0. */
function absorbStatement(transcript, key, { batch, inputs, outputs, digest }) {
  transcript.absorb('key', key.digest);
  transcript.absorb('batch', uint32(batch));
  transcript.absorb('io', batch === 1 ? concat(int16Bytes(inputs), int16Bytes(outputs)) : digest);
}

/** Step 4: the columns of inputs and outputs are the statement's. */
function statementClaim(channel, shape, points, theta, { batch, inputs, outputs }) {
  const { circuit } = shape;
  const values = batch === 1 ? [runValue(shape, points, theta, [...inputs, ...outputs])] : channel.elements('values', batch);
  const batchWeights = eqTable(channel.transcript.draw('tau', clog(batch)), batch);
  const columns = [...circuit.inputs, ...circuit.outputs];
  const thetas = powersOf(theta, columns.length);
  const terms = columns.map((column, j) => (
    { column, coefficient: thetas[j], vectors: [...tensorVectors(circuit, column, points), batchWeights] }));
  return { claim: { terms, value: inner(batchWeights, values) }, runs: batch === 1 ? null : { shape, points, theta, values } };
}

/** Step 5. */
function identityClaim({ box, views, constants, flats }, points) {
  const weights = box.map(axis => axisWeights(axis, points));
  const terms = viewTerms(views, weights);
  for (const { column, coefficient } of flats) {
    terms.push({ column, coefficient: element(coefficient), flat: outer(weights.slice(0, -1)), last: weights.at(-1) });
  }
  return { terms, value: minus(ZERO, constantsAt(constants, weights)) };
}

/** Step 7: all claims about the witness become one about its value at a point. */
function reduce(channel, { witness }, claims, lambda) {
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
function receiveWeights(channel, { circuit, weights: { a, b, tiles } }, J, { point, M }, eta) {
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
