// BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020): hash and keyed hash, 32 bytes. The names are those of its
// specification. Nothing hashed here is secret.
import { concat } from '../bytes.js';

const CHUNK = 1024;
const BLOCK = 64;
const [CHUNK_START, CHUNK_END, PARENT, ROOT, KEYED_HASH] = [1, 2, 4, 8, 16];

const IV = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

// The order of message words in each of the seven rounds.
const ORDERS = [PERMUTATION.map((_, i) => i)];
for (let round = 1; round < 7; round++) ORDERS.push(PERMUTATION.map(from => ORDERS[round - 1][from]));

const rotate = (word, by) => (word >>> by) | (word << (32 - by));

const state = new Int32Array(16);
function mix(a, b, c, d, x, y) {
  state[a] = state[a] + state[b] + x;
  state[d] = rotate(state[d] ^ state[a], 16);
  state[c] += state[d];
  state[b] = rotate(state[b] ^ state[c], 12);
  state[a] = state[a] + state[b] + y;
  state[d] = rotate(state[d] ^ state[a], 8);
  state[c] += state[d];
  state[b] = rotate(state[b] ^ state[c], 7);
}

/** The chaining value after one block. @returns {Int32Array} 8 words */
function compress(value, words, counter, length, flags) {
  state.set(value);
  state.set(IV.subarray(0, 4), 8);
  state[12] = counter;
  state[13] = Math.floor(counter / 2 ** 32);
  state[14] = length;
  state[15] = flags;
  for (const order of ORDERS) {
    const m = i => words[order[i]];
    mix(0, 4, 8, 12, m(0), m(1));
    mix(1, 5, 9, 13, m(2), m(3));
    mix(2, 6, 10, 14, m(4), m(5));
    mix(3, 7, 11, 15, m(6), m(7));
    mix(0, 5, 10, 15, m(8), m(9));
    mix(1, 6, 11, 12, m(10), m(11));
    mix(2, 7, 8, 13, m(12), m(13));
    mix(3, 4, 9, 14, m(14), m(15));
  }
  return Int32Array.from({ length: 8 }, (_, i) => state[i] ^ state[i + 8]);
}

/** Little-endian words of up to 64 bytes, filled with zeros. */
function wordsOf(bytes) {
  const words = new Int32Array(16);
  for (let i = 0; i < bytes.length; i++) words[i >> 2] |= bytes[i] << (8 * (i & 3));
  return words;
}

function chunk(data, key, counter, flags, lastFlags) {
  let value = key;
  const blocks = Math.max(1, Math.ceil(data.length / BLOCK));
  for (let i = 0; i < blocks; i++) {
    const block = data.subarray(i * BLOCK, (i + 1) * BLOCK);
    const start = i === 0 ? CHUNK_START : 0;
    value = compress(value, wordsOf(block), counter, block.length, start | (i === blocks - 1 ? CHUNK_END | lastFlags : flags));
  }
  return value;
}

/** The chaining value of a subtree; lastFlags are those of its last compression. */
function subtree(data, key, counter, flags, lastFlags) {
  if (data.length <= CHUNK) return chunk(data, key, counter, flags, lastFlags);
  // The left one is the largest complete subtree that leaves something for the right.
  let left = CHUNK;
  while (2 * left < data.length) left *= 2;
  const words = new Int32Array(16);
  words.set(subtree(data.subarray(0, left), key, counter, flags, flags));
  words.set(subtree(data.subarray(left), key, counter + left / CHUNK, flags, flags), 8);
  return compress(key, words, 0, BLOCK, PARENT | lastFlags);
}

function digest(data, key, flags) {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  subtree(data, key, 0, flags, flags | ROOT).forEach((word, i) => view.setInt32(4 * i, word, true));
  return bytes;
}

/** BLAKE3 of the parts, one after the other. @param {...Uint8Array} parts */
export const blake3 = (...parts) => digest(concat(...parts), IV, 0);

/** A function that hashes parts under a key of 32 bytes. @param {Uint8Array} key */
export function keyed(key) {
  const words = wordsOf(key).slice(0, 8);
  return (...parts) => digest(concat(...parts), words, KEYED_HASH);
}
