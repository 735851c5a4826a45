// Strict deterministic CBOR (RFC 8949, 4.2.1): shortest heads, definite lengths, unique sorted map keys,
// UTF-8 checked, no floats, no tags, nothing after the item. Lengths are checked against the bytes that are left
// before anything is allocated.
import { Malformed, bigEndian, compare, decodeUtf8 } from './bytes.js';

const MAX_DEPTH = 32;

/** The shortest head of an item, for lengths and numbers below 2^32. */
export function head(major, argument) {
  const initial = major << 5;
  if (argument < 24) return Uint8Array.of(initial | argument);
  if (argument < 0x100) return Uint8Array.of(initial | 24, argument);
  if (argument < 0x10000) return Uint8Array.of(initial | 25, argument >> 8, argument & 255);
  return Uint8Array.of(initial | 26, argument >>> 24, (argument >> 16) & 255, (argument >> 8) & 255, argument & 255);
}

export class CborReader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.data = bytes;
    this.position = 0;
  }

  get remaining() {
    return this.data.length - this.position;
  }

  /** Major type of the next item (0 to 7), or -1 at the end. */
  get major() {
    return this.remaining > 0 ? this.data[this.position] >> 5 : -1;
  }

  get nextIsNull() {
    return this.remaining > 0 && this.data[this.position] === 0xf6;
  }

  /** Argument of the next head, which must be of that major type: a number below 2^32, else a BigInt; both compare alike. */
  #head(major) {
    if (this.remaining === 0) throw new Malformed('cbor/truncated');
    const initial = this.data[this.position];
    if (initial >> 5 !== major) {
      const outside = initial >> 5 === 6 || (initial >> 5 === 7 && (initial < 0xf4 || initial > 0xf6));
      throw new Malformed(outside ? 'cbor/unsupported' : 'cbor/type');
    }
    const info = initial & 31;
    if (info < 24) {
      this.position++;
      return info;
    }
    if (info > 27) throw new Malformed('cbor/unsupported'); // reserved, or an indefinite length
    const width = 1 << (info - 24);
    if (this.remaining < 1 + width) throw new Malformed('cbor/truncated');
    const bytes = this.data.subarray(this.position + 1, this.position + 1 + width);
    const value = width === 8 ? bigEndian(bytes) : bytes.reduce((sum, byte) => 256 * sum + byte, 0);
    if (value < (width === 1 ? 24 : 2 ** (4 * width))) throw new Malformed('cbor/non-shortest');
    this.position += 1 + width;
    return value;
  }

  /** Unsigned integer of up to 64 bits. @returns {bigint} */
  uint() {
    return BigInt(this.#head(0));
  }

  /** Integer of 64 bits with sign. @returns {bigint} */
  int() {
    const negative = this.major === 1;
    const argument = BigInt(this.#head(negative ? 1 : 0));
    if (argument > 0x7fff_ffff_ffff_ffffn) throw new Malformed('cbor/range');
    return negative ? -1n - argument : argument;
  }

  #string(major) {
    const length = this.#head(major);
    if (length > this.remaining) throw new Malformed('cbor/truncated');
    const start = this.position;
    this.position += length;
    return this.data.subarray(start, this.position);
  }

  /** Byte string (of exactly that length, if one is given): a view, not a copy. */
  bytes(length = null) {
    const bytes = this.#string(2);
    if (length !== null && bytes.length !== length) throw new Malformed('cbor/length');
    return bytes;
  }

  text() {
    const text = decodeUtf8(this.#string(3));
    if (text === null) throw new Malformed('cbor/utf8');
    return text;
  }

  #count(major, bytesPerEntry, expected) {
    const count = this.#head(major);
    if (count > this.remaining / bytesPerEntry) throw new Malformed('cbor/truncated');
    if (expected !== null && count !== expected) throw new Malformed('cbor/length');
    return count; // a number: what the remaining bytes can hold is below 2^32
  }

  /** Number of items of the array that follows (exactly that many, if given); never more than the bytes left. */
  array(expected = null) {
    return this.#count(4, 1, expected);
  }

  /** Number of pairs of the map that follows. Keys are read with key() and tryKey(), in ascending order. */
  map(expected = null) {
    return this.#count(5, 2, expected);
  }

  /** The unsigned map key that must come next. */
  key(expected) {
    if (this.uint() !== BigInt(expected)) throw new Malformed('cbor/key');
  }

  /** Reads the key if it is the one given, else nothing. Keys are below 24 here: one byte. */
  tryKey(key) {
    if (this.remaining === 0 || this.data[this.position] !== key) return false;
    this.position++;
    return true;
  }

  null() {
    if (this.remaining === 0) throw new Malformed('cbor/truncated');
    if (!this.nextIsNull) throw new Malformed('cbor/type');
    this.position++;
    return null;
  }

  bool() {
    if (this.remaining === 0) throw new Malformed('cbor/truncated');
    const value = this.data[this.position];
    if (value !== 0xf4 && value !== 0xf5) throw new Malformed('cbor/type');
    this.position++;
    return value === 0xf5;
  }

  /** One item of any kind, checked in full; its bytes. */
  raw() {
    const start = this.position;
    this.#skip(MAX_DEPTH);
    return this.data.subarray(start, this.position);
  }

  #skip(depthLeft) {
    const major = this.major;
    if ((major === 4 || major === 5) && depthLeft === 0) throw new Malformed('cbor/depth');
    switch (major) {
      case -1:
        throw new Malformed('cbor/truncated');
      case 0:
      case 1:
        this.#head(major);
        return;
      case 2:
        this.bytes();
        return;
      case 3:
        this.text();
        return;
      case 4:
        for (let left = this.array(); left > 0; left--) this.#skip(depthLeft - 1);
        return;
      case 5:
        this.#skipMap(depthLeft - 1);
        return;
      default:
        if (this.data[this.position] < 0xf4 || this.data[this.position] > 0xf6) throw new Malformed('cbor/unsupported');
        this.position++; // false, true, null
    }
  }

  #skipMap(depthLeft) {
    let previous = null;
    for (let left = this.map(); left > 0; left--) {
      const start = this.position;
      this.#skip(depthLeft);
      const key = this.data.subarray(start, this.position);
      if (previous !== null && compare(previous, key) >= 0) throw new Malformed('cbor/duplicate-or-unsorted-key');
      previous = key;
      this.#skip(depthLeft);
    }
  }

  /** Nothing may follow. */
  end() {
    if (this.remaining > 0) throw new Malformed('cbor/trailing-data');
  }
}
