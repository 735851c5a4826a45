// Where challenges come from, and the only way by which a proof's bytes are read (spec/proof-system.md, section 2).
import { concat, encodeUtf8 } from '../bytes.js';
import { blake3 } from './blake3.js';
import { P } from './field.js';
import { Problem } from './problem.js';

const [ABSORB, DRAW, DRAWN, GRIND] = [1, 2, 3, 4].map(tag => Uint8Array.of(tag));

export function uint32(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function uint64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

const viewOf = bytes => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const labelled = label => concat(Uint8Array.of(label.length), encodeUtf8(label));

export class Transcript {
  #state = blake3(encodeUtf8('assay/proof/v1'));

  absorb(label, data) {
    this.#state = blake3(this.#state, ABSORB, labelled(label), uint64(data.length), data);
  }

  /** Words of 31 bits without end, until the transcript moves on. */
  *#words(label) {
    for (let counter = 0; ; counter++) {
      const block = viewOf(blake3(this.#state, DRAW, labelled(label), uint32(counter)));
      for (let at = 0; at < 32; at += 4) yield block.getUint32(at, true) & 0x7fffffff;
    }
  }

  #advance(label) {
    this.#state = blake3(this.#state, DRAWN, labelled(label));
  }

  /** Uniform elements of F. Drawing none changes nothing. */
  draw(label, count) {
    if (count === 0) return [];
    const coefficients = [];
    for (const word of this.#words(label)) {
      if (word < P) coefficients.push(word);
      if (coefficients.length === 4 * count) break;
    }
    this.#advance(label);
    return Array.from({ length: count }, (_, i) => coefficients.slice(4 * i, 4 * i + 4));
  }

  /** Different positions below size, a power of two; ascending. */
  positions(label, size, count) {
    const chosen = new Set();
    for (const word of this.#words(label)) {
      chosen.add(word & (size - 1));
      if (chosen.size === count) break;
    }
    this.#advance(label);
    return [...chosen].sort((a, b) => a - b);
  }

  /** Whether a nonce of 8 bytes is ground to that many bits. */
  isGround(label, nonce, bits) {
    if (bits === 0) return nonce.every(byte => byte === 0);
    const word = viewOf(blake3(this.#state, GRIND, labelled(label), nonce)).getUint32(0, true);
    return word % 2 ** bits === 0;
  }
}

/** The proof's bytes: what is received is checked to be canonical and absorbed in one step. */
export class Channel {
  #proof;
  #at = 0;

  /** @param {Uint8Array} proof */
  constructor(proof) {
    this.#proof = proof;
    this.transcript = new Transcript();
  }

  #take(count, what) {
    if (count > this.#proof.length - this.#at) throw new Problem('zk/encoding', `the proof ends before ${what}`);
    this.#at += count;
    return this.#proof.subarray(this.#at - count, this.#at);
  }

  /** Words of the base field; each below p, so that a proof has no other encoding. */
  #fieldWords(bytes, what) {
    const view = viewOf(bytes);
    return Array.from({ length: bytes.length / 4 }, (_, i) => {
      const word = view.getUint32(4 * i, true);
      if (word >= P) throw new Problem('zk/encoding', `a number in ${what} isn't below p`);
      return word;
    });
  }

  bytes(label, count) {
    const bytes = this.#take(count, label);
    this.transcript.absorb(label, bytes);
    return bytes;
  }

  /** Elements of F. */
  elements(label, count) {
    const bytes = this.bytes(label, 16 * count);
    const words = this.#fieldWords(bytes, label);
    return Array.from({ length: count }, (_, i) => words.slice(4 * i, 4 * i + 4));
  }

  /** A nonce, which must be ground to that many bits. */
  ground(label, bits) {
    const nonce = this.#take(8, label);
    if (!this.transcript.isGround(label, nonce, bits)) throw new Problem('zk/work', `${label} isn't ground to ${bits} bits`);
    this.transcript.absorb(label, nonce);
  }

  // Openings come after the last draw and aren't absorbed.
  symbols(count, what) {
    return this.#fieldWords(this.#take(4 * count, what), what);
  }

  digest(what) {
    return this.#take(32, what);
  }

  end() {
    if (this.#at !== this.#proof.length) throw new Problem('zk/encoding', `${this.#proof.length - this.#at} bytes are left over at the end`);
  }
}
