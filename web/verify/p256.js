// P-256: curve membership, RFC 9679 thumbprint, ES256 signatures with a low s.
import { bigEndian, concat } from './bytes.js';
import { NO_P256, NO_WEBCRYPTO } from './platform.js';
import { sha256 } from './sha256.js';

// SEC 2, secp256r1.
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Whether 64 bytes x|y are a point of P-256. */
export function isPoint(xy) {
  if (xy.length !== 64) return false;
  const x = bigEndian(xy.subarray(0, 32));
  const y = bigEndian(xy.subarray(32));
  return x < P && y < P && (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

/** COSE key thumbprint (RFC 9679, section 3 and 5.2): SHA-256 of {1: 2, -1: 1, -2: x, -3: y}. */
export function thumbprint(xy) {
  return sha256(
    Uint8Array.of(0xa4, 0x01, 0x02, 0x20, 0x01, 0x21, 0x58, 0x20), xy.subarray(0, 32),
    Uint8Array.of(0x22, 0x58, 0x20), xy.subarray(32));
}

/**
 * ES256 over data. With (r, s) also (r, n-s) verifies; the upper half is refused so that nobody can make
 * a second signature from a first.
 * @returns {Promise<string|null>} null if good, else a code (`platform/…` where the platform can't tell)
 */
export async function verifyEs256(xy, data, signature) {
  const s = bigEndian(signature.subarray(32));
  if (s > N >> 1n) return 'cose/signature-malleable';
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return NO_WEBCRYPTO;
  try {
    const key = await subtle.importKey(
      'raw', concat(Uint8Array.of(4), xy), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, data) ? null : 'cose/signature';
  } catch {
    return NO_P256; // no fault of the key's: every reader of one has checked that it is a point
  }
}
