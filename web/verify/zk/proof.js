// Verifies proofs of assay/proof/v1 (spec/proof-system.md, section 7), from the specification alone.
import { REQUIRED_BITS, lookupGrinding } from './budget.js';
import { POOLS } from './circuit.js';
import { ZERO, element, eqTable, inner, minus, same, times } from './field.js';
import { receiveWeights, reduce } from './folds.js';
import { constantsAt, outer, viewTerms } from './functionals.js';
import { checkInstances } from './instances.js';
import { readKey } from './key.js';
import { axisWeights } from './layout.js';
import { followFractions, leafClaims } from './lookups.js';
import { checkOpening, mostSiblings } from './openings.js';
import { Problem, demand } from './problem.js';
import { shapeOf } from './shape.js';
import { absorbStatement, checkStatement, statementClaim } from './statement.js';
import { Channel } from './transcript.js';

const OPENING_GRINDING = 12;

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
  return collected.runs === null ? null : { shape, ...collected.runs };
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

/** Step 5. */
function identityClaim({ box, views, constants, flats }, points) {
  const weights = box.map(axis => axisWeights(axis, points));
  const terms = viewTerms(views, weights);
  for (const { column, coefficient } of flats) {
    terms.push({ column, coefficient: element(coefficient), flat: outer(weights.slice(0, -1)), last: weights.at(-1) });
  }
  return { terms, value: minus(ZERO, constantsAt(constants, weights)) };
}
