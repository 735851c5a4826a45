// Why something has no proof, or a proof doesn't hold. Thrown inside, caught where the verifier begins.

export class Problem extends Error {
  /** @param {string} code one of spec/proof-system.md, section 12 @param {string} message for a person */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Throws the problem unless the condition holds. */
export function demand(condition, code, message) {
  if (!condition) throw new Problem(code, message);
}

/** The smallest b with 2^b >= n. */
export function clog(n) {
  let bits = 0;
  while (2 ** bits < n) bits++;
  return bits;
}
