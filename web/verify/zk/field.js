// KoalaBear, p = 2^31 - 2^24 + 1, and its quartic extension F = F_p[X]/(X^4 - 3) (spec/proof-system.md, section 1).
// A base element is a number below p, an element of F an array of four. Binary64 holds integers below 2^53 exactly, so a
// product of two elements is taken in two steps, by halves of 16 bits of one factor.

export const P = 2130706433;

/** The residue of an integer of magnitude at most 2^52. */
export function residue(value) {
  const rest = value - Math.floor(value / P) * P;
  // The quotient was rounded before the floor: it may be one off.
  return rest < 0 ? rest + P : rest >= P ? rest - P : rest;
}

export const add = (a, b) => (a + b >= P ? a + b - P : a + b);
export const sub = (a, b) => (a >= b ? a - b : a - b + P);
export const mul = (a, b) => residue(residue(a * (b >>> 16)) * 65536 + a * (b & 65535));

export function pow(value, exponent) {
  let result = 1;
  for (let power = value, rest = exponent; rest > 0; rest = Math.floor(rest / 2), power = mul(power, power)) {
    if (rest % 2 === 1) result = mul(result, power);
  }
  return result;
}

export const invert = value => pow(value, P - 2);

/** A generator of the subgroup of order 2^bits, bits at most 24. */
export const rootOfUnity = bits => pow(3, (P - 1) / 2 ** bits);

export const ZERO = Object.freeze([0, 0, 0, 0]);
export const ONE = Object.freeze([1, 0, 0, 0]);

/** An integer of magnitude at most 2^52 as an element of F. */
export const element = value => [residue(value), 0, 0, 0];

export const isZero = a => a[0] === 0 && a[1] === 0 && a[2] === 0 && a[3] === 0;
export const same = (a, b) => a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];

export const plus = (a, b) => [add(a[0], b[0]), add(a[1], b[1]), add(a[2], b[2]), add(a[3], b[3])];
export const minus = (a, b) => [sub(a[0], b[0]), sub(a[1], b[1]), sub(a[2], b[2]), sub(a[3], b[3])];

/** Four products of base elements, added: each half stays below 2^49. */
function dot(a0, b0, a1, b1, a2, b2, a3, b3) {
  const high = a0 * (b0 >>> 16) + a1 * (b1 >>> 16) + a2 * (b2 >>> 16) + a3 * (b3 >>> 16);
  const low = a0 * (b0 & 65535) + a1 * (b1 & 65535) + a2 * (b2 & 65535) + a3 * (b3 & 65535);
  return residue(residue(high) * 65536 + low);
}

export function times(a, b) {
  const [a0, a1, a2, a3] = a;
  const [b0, b1, b2, b3] = b;
  // X^4 = 3: what passes X^3 comes back three times.
  const [t1, t2, t3] = [residue(3 * b1), residue(3 * b2), residue(3 * b3)];
  return [
    dot(a0, b0, a1, t3, a2, t2, a3, t1),
    dot(a0, b1, a1, b0, a2, t3, a3, t2),
    dot(a0, b2, a1, b1, a2, b0, a3, t3),
    dot(a0, b3, a1, b2, a2, b1, a3, b0),
  ];
}

/** An element of F times one of the base field. */
export const scale = (a, b) => (b === 1 ? a : [mul(a[0], b), mul(a[1], b), mul(a[2], b), mul(a[3], b)]);

/**
 * The inverse of an element that isn't 0. With the Frobenius map X -> X^p = iX (i of order 4), the product of the other three
 * conjugates times the element is its norm, which is in the base field.
 */
export function inverse(a) {
  const i = pow(3, (P - 1) / 4);
  const conjugate = power => [a[0], mul(a[1], pow(i, power)), mul(a[2], pow(i, 2 * power)), mul(a[3], pow(i, 3 * power))];
  const others = times(times(conjugate(1), conjugate(2)), conjugate(3));
  return scale(others, invert(times(a, others)[0]));
}

export const sum = elements => elements.reduce(plus, ZERO);

/** Σ a_i b_i over elements of F, as many as the shorter list has. */
export function inner(a, b) {
  let total = ZERO;
  for (let i = 0; i < Math.min(a.length, b.length); i++) total = plus(total, times(a[i], b[i]));
  return total;
}

/** eq(z, i) for i = 0 .. count - 1; z[t] belongs to bit t. */
export function eqTable(z, count = 2 ** z.length) {
  let table = [ONE];
  // From the highest bit down, so that what is past the count is never made.
  for (let t = z.length - 1; t >= 0; t--) {
    const needed = Math.ceil(count / 2 ** t);
    const next = new Array(Math.min(2 * table.length, needed));
    for (let i = 0; i < next.length; i += 2) {
      const one = times(table[i / 2], z[t]);
      next[i] = minus(table[i / 2], one);
      if (i + 1 < next.length) next[i + 1] = one;
    }
    table = next;
  }
  return table;
}

/** eq(z, i) for one i, below 2^53. */
export function eqAt(z, i) {
  let result = ONE;
  for (let t = 0, rest = i; t < z.length; t++, rest = Math.floor(rest / 2)) {
    result = times(result, rest % 2 === 1 ? z[t] : minus(ONE, z[t]));
  }
  return result;
}
