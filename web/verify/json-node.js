// Values of a text that is known to be strict JSON, read where they stand: a document of millions of small values takes little more memory than its text.
const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const KINDS = { '"': 'string', '{': 'object', '[': 'array', t: 'boolean', f: 'boolean', n: 'null' };

const isSpace = c => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
const opens = c => c === 0x5b || c === 0x7b;
const closes = c => c === 0x5d || c === 0x7d;

function afterSpace(text, at) {
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function afterString(text, at) {
  for (at++; text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++;
  return at + 1;
}

function afterScalar(text, at) {
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === COMMA || closes(c) || isSpace(c)) break;
  }
  return at;
}

function afterValue(text, at) {
  let depth = 0;
  do {
    const c = text.charCodeAt(at);
    if (c === QUOTE) at = afterString(text, at);
    else if (opens(c) || closes(c)) {
      depth += opens(c) ? 1 : -1;
      at++;
    } else at = depth > 0 ? at + 1 : afterScalar(text, at);
  } while (depth > 0);
  return at;
}

/** Behind a value: where the next one stands, or the bracket that closes. */
function afterComma(text, at) {
  const next = afterSpace(text, at);
  return text.charCodeAt(next) === COMMA ? afterSpace(text, next + 1) : next;
}

export class JsonNode {
  #text;
  #start;
  #end;

  /** @param {string} text strict JSON, checked before */
  constructor(text, start = afterSpace(text, 0), end = afterValue(text, start)) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
  }

  get kind() {
    return KINDS[this.#text[this.#start]] ?? 'number';
  }

  /** Its text as it is written. */
  get raw() {
    return this.#text.slice(this.#start, this.#end);
  }

  /** A string, true, false, null, a number's text; an object's members as a Map, an array's items as a list. */
  get value() {
    switch (this.kind) {
      case 'object': return new Map(this.entries());
      case 'array': return [...this.items()];
      case 'number': return this.raw;
      default: return JSON.parse(this.raw);
    }
  }

  /** An array's items, one after the other. */
  * items() {
    const text = this.#text;
    for (let at = afterSpace(text, this.#start + 1); !closes(text.charCodeAt(at));) {
      const end = afterValue(text, at);
      yield new JsonNode(text, at, end);
      at = afterComma(text, end);
    }
  }

  /** An object's members, one after the other: `[name, value]`. */
  * entries() {
    for (const [name, start, end] of this.#places()) yield [JSON.parse(name), new JsonNode(this.#text, start, end)];
  }

  /** A member by its name, or null. */
  member(wanted) {
    const plain = `"${wanted}"`;
    for (const [name, start, end] of this.#places()) {
      if (name === plain || (name.includes('\\') && JSON.parse(name) === wanted)) return new JsonNode(this.#text, start, end);
    }
    return null;
  }

  * #places() {
    const text = this.#text;
    for (let at = afterSpace(text, this.#start + 1); !closes(text.charCodeAt(at));) {
      const nameEnd = afterString(text, at);
      const start = afterSpace(text, afterSpace(text, nameEnd) + 1);
      const end = afterValue(text, start);
      yield [text.slice(at, nameEnd), start, end];
      at = afterComma(text, end);
    }
  }
}
