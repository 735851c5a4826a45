// The signer of an ECDSA signature on secp256k1 (SEC 1, section 4.1.6). Everything is public here, so nothing needs constant time.
import { keccak256 } from './keccak.js';

const P = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const GX = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n;
const GY = 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n;
/** The greatest s that signatures may have: (n - 1) / 2. */
export const HALF_ORDER = N / 2n;

const mod = (value, modulus = P) => {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
};

function power(base, exponent) {
  let result = 1n;
  for (let bits = exponent, square = base; bits > 0n; bits >>= 1n, square = square * square % P) if (bits & 1n) result = result * square % P;
  return result;
}

function inverse(value, modulus) {
  let [a, b, x, y] = [mod(value, modulus), modulus, 1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b, x, y] = [b - quotient * a, a, y - quotient * x, x];
  }
  return mod(x, modulus);
}

// Jacobian coordinates; null is the point at infinity.
function twice(point) {
  if (point === null || point.y === 0n) return null;
  const { x, y, z } = point;
  const yy = y * y % P;
  const s = 4n * x * yy % P;
  const m = 3n * x * x % P;
  const x3 = mod(m * m - 2n * s);
  return { x: x3, y: mod(m * (s - x3) - 8n * yy * yy), z: 2n * y * z % P };
}

function add(left, right) {
  if (left === null || right === null) return left ?? right;
  const z1 = left.z * left.z % P;
  const z2 = right.z * right.z % P;
  const u1 = left.x * z2 % P;
  const s1 = left.y * z2 * right.z % P;
  const h = mod(right.x * z1 - u1);
  const r = mod(right.y * z1 * left.z - s1);
  if (h === 0n) return r === 0n ? twice(left) : null;
  const hh = h * h % P;
  const hhh = hh * h % P;
  const v = u1 * hh % P;
  const x = mod(r * r - hhh - 2n * v);
  return { x, y: mod(r * (v - x) - s1 * hhh), z: left.z * right.z % P * h % P };
}

/** Both products in one pass over the bits. */
function sumOfProducts(first, a, second, b) {
  const both = add(first, second);
  let sum = null;
  for (let bit = 255n; bit >= 0n; bit--) {
    sum = twice(sum);
    const which = Number((a >> bit) & 1n) + 2 * Number((b >> bit) & 1n);
    if (which > 0) sum = add(sum, [first, second, both][which - 1]);
  }
  return sum;
}

/** 32 bytes of a number below 2^256. */
export const toWord = value => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 255n));

/** The 20 bytes of the account that signed a 32-byte digest; null if nobody can have. `v` is 27 or 28. */
export function recover(digest, { r, s, v }) {
  if (r === 0n || s === 0n || r >= N || s >= N) return null;
  const square = mod(r * r * r + 7n);
  const root = power(square, (P + 1n) / 4n);
  if (root * root % P !== square) return null;
  const y = (root % 2n === 0n) === (v === 27) ? root : P - root;
  const z = digest.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) % N;
  const byR = inverse(r, N);
  const point = sumOfProducts({ x: GX, y: GY, z: 1n }, mod(-z * byR, N), { x: r, y, z: 1n }, s * byR % N);
  if (point === null) return null;
  const byZ = inverse(point.z, P);
  const byZZ = byZ * byZ % P;
  const key = new Uint8Array(64);
  key.set(toWord(point.x * byZZ % P));
  key.set(toWord(point.y * byZZ % P * byZ % P), 32);
  return keccak256(key).subarray(12);
}
