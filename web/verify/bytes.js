// Small helpers over Uint8Array. Nothing here knows about receipts.

const utf8 = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF as text: dropping it would let two different byte strings read the same.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An expected failure inside a reader. Caught at the edge of each decoder and turned into its stable code. */
export class Malformed extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Runs a decoder over hostile bytes: `{ value }` or `{ error: code }`. Programming errors still surface. */
export function attempt(decode) {
  try {
    return { value: decode(), error: null };
  } catch (failure) {
    if (failure instanceof Malformed) return { value: null, error: failure.code };
    throw failure;
  }
}

export const encodeUtf8 = text => utf8.encode(text);

function isAscii(bytes) {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] > 0x7f) return false;
  return true;
}

/** The text, or null where the bytes are not UTF-8. */
export function decodeUtf8(bytes) {
  // A hostile bundle can hold millions of short texts, and the platform's decoder takes longest to start.
  if (bytes.length <= 16 && isAscii(bytes)) return String.fromCharCode.apply(null, bytes);
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

export const concat = (...parts) => concatAll(parts);

/** Of a list: arguments have a limit that hostile input reaches. */
export function concatAll(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Bytewise order of two byte strings; a prefix comes first. */
export function compare(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

export const toHex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');

/** Bytes of an even number of lower-case hex digits, or null. */
export function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.substr(2 * i, 2), 16));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export const toBase64 = bytes => btoa(String.fromCharCode(...bytes));

/** RFC 4648 section 4, padded and canonical (unused bits zero); null for anything else. */
export function fromBase64(text) {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (padding > 0) {
    const last = alphabet.indexOf(text[text.length - padding - 1]);
    if (last & (padding === 2 ? 15 : 3)) return null;
  }
  const binary = atob(text);
  return Uint8Array.from(binary, c => c.charCodeAt(0));
}

/** Big-endian bytes (at most 8) as BigInt. */
export function bigEndian(bytes) {
  let value = 0n;
  for (const b of bytes) value = (value << 8n) | BigInt(b);
  return value;
}

/** Little-endian bytes as BigInt. */
export function littleEndian(bytes) {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}
