// Ed25519 (RFC 8032) through WebCrypto, with the checks that platforms may leave out: S < L, canonical points,
// no key of small order. So every platform gives the same answer.
import { littleEndian } from './bytes.js';

const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n; // -121665/121666
const Y_MASK = (1n << 255n) - 1n;

/** y of the eight points whose order divides 8: with such a key, signatures verify that nobody made. */
const SMALL_ORDER_Y = [
  0n, 1n, P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];

const y = point => littleEndian(point) & Y_MASK;

// Keys and what was found: receipts of one node come in rows, and the power below costs more than all the rest.
const seen = new Map();
const MAX_SEEN = 64;

/** Whether 32 bytes are a canonical point of the curve, and not one of small order. */
export function isEd25519Key(key) {
  const value = y(key);
  if (!seen.has(value)) {
    if (seen.size === MAX_SEEN) seen.clear();
    seen.set(value, isUsable(value));
  }
  return seen.get(value);
}

/** The sign bit of x doesn't matter: with x also -x is a point, and only small orders have x = 0. */
function isUsable(value) {
  if (value >= P || SMALL_ORDER_Y.includes(value)) return false;
  // x^2 = (y^2 - 1) / (d y^2 + 1) must be a square. It is one exactly if numerator times denominator is
  // (they differ by a square); Euler's criterion tells. y = 1 and -1, where x is 0, are excluded above.
  const square = (value * value) % P;
  return power((square - 1n) * (D * square + 1n), (P - 1n) / 2n) === 1n;
}

function power(base, exponent) {
  let result = 1n;
  for (let factor = base % P; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * factor) % P;
    factor = (factor * factor) % P;
  }
  return result;
}

/**
 * Whether the signature is good, by a key that has passed isEd25519Key; null where the platform has no Ed25519.
 * @returns {Promise<boolean|null>}
 */
export async function verifyEd25519(key, data, signature) {
  if (signature.length !== 64) return false;
  if (littleEndian(signature.subarray(32)) >= L) return false;
  if (y(signature.subarray(0, 32)) >= P) return false;
  if (!(await hasEd25519())) return null;
  const { subtle } = globalThis.crypto;
  try {
    return await subtle.verify('Ed25519', await subtle.importKey('raw', key, 'Ed25519', false, ['verify']), signature, data);
  } catch {
    return false; // some platforms refuse to import bytes that are no point
  }
}

let known = null;

/** Whether the platform verifies RFC 8032's first test vector (7.1, TEST 1). */
export function hasEd25519() {
  known ??= (async () => {
    const bytes = hex => Uint8Array.from(hex.match(/../g), pair => parseInt(pair, 16));
    try {
      const { subtle } = globalThis.crypto;
      const key = await subtle.importKey(
        'raw', bytes('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'), 'Ed25519', false, ['verify']);
      return await subtle.verify('Ed25519', key, bytes(
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'), new Uint8Array(0));
    } catch {
      return false;
    }
  })();
  return known;
}
