// SHA-256 (FIPS 180-4), synchronous. WebCrypto's digest is asynchronous and costs 20 to 100 µs a call,
// which for trees of hundreds of small leaves is far more than the hash itself. Nothing hashed here is secret.
// Signatures always go through WebCrypto.

// Int32Array: the engine then keeps every word in a register as a 32-bit integer.
const K = new Int32Array(64);
const INITIAL = new Int32Array(8);

// The constants are the first 32 fractional bits of the cube and square roots of the first 64 primes
// (FIPS 180-4, 4.2.2 and 5.3.3), found here as exact integer roots of p * 2^(32n).
{
  const fraction = (p, n) => {
    const target = BigInt(p) << BigInt(32 * n);
    let root = 0n;
    for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root | bit) ** BigInt(n) <= target) root |= bit;
    return Number(BigInt.asIntN(32, root));
  };
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) INITIAL[found] = fraction(n, 2);
    K[found++] = fraction(n, 3);
  }
}

const W = new Int32Array(64);

function compress(state, block, offset) {
  for (let i = 0; i < 16; i++) {
    const at = offset + 4 * i;
    W[i] = (block[at] << 24) | (block[at + 1] << 16) | (block[at + 2] << 8) | block[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15];
    const y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** SHA-256 of the parts, one after the other. @param {...Uint8Array} parts @returns {Uint8Array} 32 bytes */
export function sha256(...parts) {
  const state = INITIAL.slice();
  const block = new Uint8Array(64);
  let filled = 0;
  let total = 0;
  for (const part of parts) {
    total += part.length;
    let at = 0;
    if (filled > 0) {
      at = Math.min(64 - filled, part.length);
      block.set(part.subarray(0, at), filled);
      filled += at;
      if (filled < 64) continue;
      compress(state, block, 0);
      filled = 0;
    }
    for (; at + 64 <= part.length; at += 64) compress(state, part, at);
    block.set(part.subarray(at), 0);
    filled = part.length - at;
  }
  block[filled++] = 0x80;
  block.fill(0, filled);
  if (filled > 56) {
    compress(state, block, 0);
    block.fill(0);
  }
  const view = new DataView(block.buffer);
  view.setUint32(56, Math.floor(total / 0x2000_0000));
  view.setUint32(60, (total << 3) >>> 0);
  compress(state, block, 0);

  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 8; i++) out.setInt32(4 * i, state[i]);
  return digest;
}
