// What strangers send in chats, as strict JSON with each value's own text (spec/chat.md). Members that are null count as absent.
import { Malformed, attempt, decodeUtf8, encodeUtf8 } from './bytes.js';
import { JsonReader } from './json.js';
import { JsonNode } from './json-node.js';

const MAX_DEPTH = 64;

/** Something isn't as it must be; what exactly is nobody's question here. */
export const unreadable = () => new Malformed('chat/unreadable');

/** A document's root, or null if it isn't strict JSON. */
export function parseNode(text) {
  return attempt(() => {
    const reader = new JsonReader(text, 0, 0, MAX_DEPTH);
    reader.check();
    reader.end();
    return new JsonNode(text);
  }).value;
}

/** An object's root of bytes of at most that many, or null. */
export function parseObject(bytes, most) {
  const text = bytes.length <= most ? decodeUtf8(bytes) : null;
  const node = text === null ? null : parseNode(text);
  return node?.kind === 'object' ? node : null;
}

/** Reads the members of an object by name. Throws Malformed where one is of another kind. */
export class Members {
  constructor(node) {
    this.node = node?.kind === 'object' ? node : null;
  }

  any(name) {
    const node = this.node?.member(name) ?? null;
    return node?.kind === 'null' ? null : node;
  }

  of(name, kind) {
    const node = this.any(name);
    if (node !== null && node.kind !== kind) throw unreadable();
    return node;
  }

  text = name => this.of(name, 'string')?.value ?? null;
  flag = name => this.of(name, 'boolean')?.value ?? null;
  object = name => this.of(name, 'object');
  array = name => this.of(name, 'array');
  /** An array's items, one after the other; none where it is absent. */
  items = name => this.array(name)?.items() ?? [];

  /** An array's items, at most that many. */
  list(name, most) {
    const list = [];
    for (const item of this.items(name)) {
      if (list.length === most) throw unreadable();
      list.push(item);
    }
    return list;
  }

  number(name, least, most) {
    const node = this.of(name, 'number');
    if (node === null) return null;
    const value = Number(node.value);
    if (!(value >= least && value <= most)) throw unreadable();
    return value;
  }

  whole(name, least, most) {
    const node = this.of(name, 'number');
    if (node === null) return null;
    const value = /^-?[0-9]{1,10}$/.test(node.value) ? Number(node.value) : NaN;
    if (!(value >= least && value <= most)) throw unreadable();
    return value === 0 ? 0 : value;
  }
}

/** Base64, padded, white space anywhere, and no bits behind the last byte. Throws Malformed. */
export function base64Bytes(value) {
  const text = value.replace(/[ \t\r\n]/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*(?:[AEIMQUYcgkosw048]=|[AQgw]==)?$/.test(text)) throw unreadable();
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export const bytesOf = node => encodeUtf8(node.raw);
