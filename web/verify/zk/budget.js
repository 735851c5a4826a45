// How sure a proof is: queries, and the sum of all errors (spec/proof-system.md, sections 7 and 9).
import { P } from './field.js';

const QUERY_ERROR = 2 ** -89.5;
const GRINDING = 2 ** -12;
const FIELD = P ** 4;

/** Bits to which an error must be below: all together. */
export const REQUIRED_BITS = 100;

/** Positions to open of codewords of length n, rate 1/4, and the error that stays: distinct positions, unique decoding. */
export function queries(n) {
  const k = n / 4;
  const good = n - Math.floor((n - k) / 2) - 1;
  let error = 1;
  let count = 0;
  while (error > QUERY_ERROR && count < n) {
    error *= (good - count) / (n - count);
    count++;
  }
  return { count, error };
}

/** Grinding before α, β: from 2^20 leaves on. */
export const lookupGrinding = leafBits => Math.max(0, leafBits - 20);

/**
 * The whole number of bits is not rounded: -log2 of the sum of all errors.
 * @param {object} shape what proof.js derives from key and batch
 */
export function securityBits(shape) {
  const { circuit, leaves, witness, rowBits, codewordBits, weights, productBits, pools, claims } = shape;
  const codeword = 2 ** codewordBits;
  const weightCodeword = weights === null ? 0 : 2 ** weights.codewordBits;
  const above = (bits, first) => Math.max(0, bits - first);
  const poolBits = Object.values(pools).reduce((total, bits) => total + bits, 0);

  let errors = 3 * 2 ** (leaves.bits - lookupGrinding(leaves.bits));
  for (let layer = 0; layer < leaves.bits; layer++) errors += 2 + 3 * layer;
  errors += circuit.instances.length + circuit.identities.length + poolBits + circuit.inputs.length + circuit.outputs.length;
  errors += Math.ceil(Math.log2(circuit.batch));
  errors += 2 * productBits;
  errors += claims;
  errors += 2 * witness.bits + codeword * above(witness.bits, rowBits);
  if (weights !== null) {
    errors += weightCodeword * above(pools.J, weights.b);
    errors += weightCodeword * above(productBits, weights.a);
    errors += weights.matrixBits * (1 + weightCodeword);
  }
  let total = errors / FIELD + GRINDING * queries(codeword).error;
  if (weights !== null) total += GRINDING * queries(weightCodeword).error;
  return -Math.log2(total);
}
