// Strict JSON (RFC 8259), read as it comes: JSON.parse can't see repeated member names, or how a number was written.
import { Malformed } from './bytes.js';

const MAX_DEPTH = 32;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

const LITERALS = { true: true, false: false, null: null };

const malformed = () => new Malformed('oip/json');
const isSpace = c => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
const isNumberPart = c => (c >= 0x30 && c <= 0x39) || c === 0x2d || c === 0x2b || c === 0x2e || c === 0x65 || c === 0x45;

export class JsonReader {
  #text;
  #at;
  #depth;
  #maxDepth;

  /** @param {string} text */
  constructor(text, at = 0, depth = 0, maxDepth = MAX_DEPTH) {
    this.#text = text;
    this.#at = at;
    this.#depth = depth;
    this.#maxDepth = maxDepth;
    this.#space();
  }

  /** A second reader from here on. */
  fork() {
    return new JsonReader(this.#text, this.#at, this.#depth, this.#maxDepth);
  }

  get remaining() {
    return this.#text.length - this.#at;
  }

  /** First character of the next value. */
  get next() {
    return this.#text[this.#at];
  }

  get nextIsNumber() {
    const c = this.#text.charCodeAt(this.#at);
    return c === 0x2d || (c >= 0x30 && c <= 0x39);
  }

  /** Whether the next value is an array whose first element is an array. */
  get opensNestedArray() {
    return this.next === '[' && new JsonReader(this.#text, this.#at + 1).next === '[';
  }

  #space() {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #take(character) {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.#space();
    return true;
  }

  #expect(character) {
    if (!this.#take(character)) throw malformed();
  }

  #token(end) {
    const token = this.#text.slice(this.#at, end);
    this.#at = end;
    this.#space();
    return token;
  }

  /** A number exactly as written. */
  number() {
    let end = this.#at;
    while (isNumberPart(this.#text.charCodeAt(end))) end++;
    const token = this.#token(end);
    if (!NUMBER.test(token)) throw malformed();
    return token;
  }

  /** A string with its quotes, as written. */
  #string() {
    if (this.next !== '"') throw malformed();
    let end = this.#at + 1;
    for (; this.#text[end] !== '"'; end++) {
      if (end >= this.#text.length) throw malformed();
      if (this.#text[end] === '\\') end++;
    }
    return this.#token(end + 1);
  }

  /** A string whose code units are well-formed Unicode, unescaped. */
  name() {
    const text = unescape(this.#string());
    if (!text.isWellFormed()) throw malformed();
    return text;
  }

  /** Calls back for each element; the callback reads it. */
  array(element) {
    this.#nested('[', ']', element);
  }

  /** Calls back with each member's name; the callback reads the value. */
  object(member) {
    const names = new Set();
    this.#nested('{', '}', () => {
      const name = this.name();
      if (names.has(name)) throw malformed();
      names.add(name);
      this.#expect(':');
      member(name);
    });
  }

  #nested(open, close, entry) {
    this.#expect(open);
    if (++this.#depth > this.#maxDepth) throw malformed();
    if (!this.#take(close)) {
      do entry();
      while (this.#take(','));
      this.#expect(close);
    }
    this.#depth--;
  }

  /** Reads one value of any kind and forgets it. */
  skip() {
    if (this.next === '{') this.object(() => this.skip());
    else if (this.next === '[') this.array(() => this.skip());
    else if (this.next === '"') unescape(this.#string());
    else if (this.nextIsNumber) this.number();
    else this.#literal();
  }

  /** One value of any kind: texts as strings, objects as Maps, arrays, true, false, null, and numbers as `{ number: 'as written' }`. */
  value() {
    if (this.next === '{') {
      const members = new Map();
      this.object(name => members.set(name, this.value()));
      return members;
    }
    if (this.next === '[') {
      const items = [];
      this.array(() => items.push(this.value()));
      return items;
    }
    if (this.next === '"') return this.name();
    return this.nextIsNumber ? { number: this.number() } : LITERALS[this.#literal()];
  }

  /** Reads one value of any kind, all texts in it well-formed Unicode, and forgets it: what JsonNode takes then. */
  check() {
    if (this.next === '{') this.object(() => this.check());
    else if (this.next === '[') this.array(() => this.check());
    else if (this.next === '"') this.name();
    else if (this.nextIsNumber) this.number();
    else this.#literal();
  }

  /** One value of any kind as it is written, from its first character to its last. */
  raw() {
    const start = this.#at;
    this.skip();
    return this.#text.slice(start, this.#at).trimEnd();
  }

  #literal() {
    const word = ['true', 'false', 'null'].find(w => this.#text.startsWith(w, this.#at));
    if (word === undefined) throw malformed();
    return this.#token(this.#at + word.length);
  }

  /** Nothing may follow. */
  end() {
    if (this.remaining > 0) throw malformed();
  }
}

/** The platform's parser is strict for a single string: escapes and control characters. */
function unescape(quoted) {
  try {
    return JSON.parse(quoted);
  } catch {
    throw malformed();
  }
}
