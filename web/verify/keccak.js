// Keccak-256 as Ethereum uses it: the original padding (0x01), not SHA3-256's (0x06). Lanes are pairs of 32-bit words.

const ROUNDS = 24;
const RATE = 136;
const ROTATIONS = [0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14];

// The constants of iota come from a shift register over x^8 + x^6 + x^5 + x^4 + 1.
const CONSTANTS = (() => {
  const constants = [];
  let register = 1;
  for (let round = 0; round < ROUNDS; round++) {
    let low = 0;
    let high = 0;
    for (let j = 0; j < 7; j++) {
      const bit = (1 << j) - 1;
      if (register & 1) {
        if (bit < 32) low ^= 1 << bit;
        else high ^= 1 << (bit - 32);
      }
      register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    }
    constants.push([low, high]);
  }
  return constants;
})();

function permute(low, high) {
  const cLow = new Int32Array(5);
  const cHigh = new Int32Array(5);
  const bLow = new Int32Array(25);
  const bHigh = new Int32Array(25);
  for (let round = 0; round < ROUNDS; round++) {
    for (let x = 0; x < 5; x++) {
      cLow[x] = low[x] ^ low[x + 5] ^ low[x + 10] ^ low[x + 15] ^ low[x + 20];
      cHigh[x] = high[x] ^ high[x + 5] ^ high[x + 10] ^ high[x + 15] ^ high[x + 20];
    }
    for (let x = 0; x < 5; x++) {
      const next = (x + 1) % 5;
      const before = (x + 4) % 5;
      const dLow = cLow[before] ^ ((cLow[next] << 1) | (cHigh[next] >>> 31));
      const dHigh = cHigh[before] ^ ((cHigh[next] << 1) | (cLow[next] >>> 31));
      for (let y = 0; y < 25; y += 5) {
        low[x + y] ^= dLow;
        high[x + y] ^= dHigh;
      }
    }
    for (let x = 0; x < 5; x++) {
      for (let y = 0; y < 5; y++) {
        const from = x + 5 * y;
        const to = y + 5 * ((2 * x + 3 * y) % 5);
        const by = ROTATIONS[from];
        const [l, h] = by < 32 ? [low[from], high[from]] : [high[from], low[from]];
        const bits = by % 32;
        bLow[to] = bits === 0 ? l : (l << bits) | (h >>> (32 - bits));
        bHigh[to] = bits === 0 ? h : (h << bits) | (l >>> (32 - bits));
      }
    }
    for (let y = 0; y < 25; y += 5) {
      for (let x = 0; x < 5; x++) {
        low[x + y] = bLow[x + y] ^ (~bLow[((x + 1) % 5) + y] & bLow[((x + 2) % 5) + y]);
        high[x + y] = bHigh[x + y] ^ (~bHigh[((x + 1) % 5) + y] & bHigh[((x + 2) % 5) + y]);
      }
    }
    low[0] ^= CONSTANTS[round][0];
    high[0] ^= CONSTANTS[round][1];
  }
}

/** @param {Uint8Array} message @returns {Uint8Array} 32 bytes */
export function keccak256(message) {
  const padded = new Uint8Array((Math.floor(message.length / RATE) + 1) * RATE);
  padded.set(message);
  padded[message.length] ^= 1;
  padded[padded.length - 1] ^= 0x80;
  const words = new DataView(padded.buffer);
  const low = new Int32Array(25);
  const high = new Int32Array(25);
  for (let at = 0; at < padded.length; at += RATE) {
    for (let i = 0; i < RATE / 8; i++) {
      low[i] ^= words.getInt32(at + 8 * i, true);
      high[i] ^= words.getInt32(at + 8 * i + 4, true);
    }
    permute(low, high);
  }
  const digest = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 4; i++) {
    digest.setInt32(8 * i, low[i], true);
    digest.setInt32(8 * i + 4, high[i], true);
  }
  return new Uint8Array(digest.buffer);
}
