// C2SP signed notes with Ed25519 keys, and tlog checkpoints.
import {
  Malformed, attempt, bigEndian, concat, decodeUtf8, encodeUtf8, equal, fromBase64, fromHex, toBase64, toHex,
} from './bytes.js';
import { isEd25519Key, verifyEd25519 } from './ed25519.js';
import { NO_ED25519 } from './platform.js';
import { sha256 } from './sha256.js';

const ED25519 = 1;
const COSIGNATURE = 4;
const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;
const MAX_SIZE = (1n << 63n) - 1n;

const isKeyName = name => name.isWellFormed() && /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);

/** A verifier key: name, key, and the id that its signature lines carry. */
export function noteKey(name, key, type = ED25519) {
  return { name, key, id: sha256(encodeUtf8(name + '\n'), Uint8Array.of(type), key).subarray(0, 4) };
}

export const formatNoteKey = ({ name, key, id }) => `${name}+${toHex(id)}+${toBase64(concat(Uint8Array.of(ED25519), key))}`;

/** Reads a log's key, `name+id+base64(01 | key)`. */
export const parseNoteKey = text => parseKey(text, ED25519);

/** Reads a witness's key, `name+id+base64(04 | key)` (C2SP tlog-cosignature). */
export const parseCosignatureKey = text => parseKey(text, COSIGNATURE);

function parseKey(text, type) {
  return attempt(() => {
    const [, name, id, base64] = /^([^+]*)\+([0-9a-fA-F]{8})\+(.*)$/su.exec(text) ?? [];
    const bytes = base64 ? fromBase64(base64) : null;
    if (bytes === null) throw new Malformed('vkey/format');
    if (bytes[0] !== type) throw new Malformed('vkey/algorithm');
    if (bytes.length !== 33) throw new Malformed('vkey/format');
    const key = noteKey(name, bytes.subarray(1), type);
    if (!isKeyName(name)) throw new Malformed('vkey/name');
    if (!isEd25519Key(key.key)) throw new Malformed('vkey/point');
    if (!equal(key.id, fromHex(id.toLowerCase()))) throw new Malformed('vkey/hash');
    return key;
  });
}

/** Splits a note into its text and signature lines. */
export function parseNote(bytes) {
  return attempt(() => {
    if (bytes.length > MAX_NOTE) throw new Malformed('note/size');
    const note = decodeUtf8(bytes);
    if (note === null || /[\0-\x09\x0b-\x1f]/.test(note)) throw new Malformed('note/text');
    const split = note.lastIndexOf('\n\n');
    if (split < 0 || split + 2 === note.length || !note.endsWith('\n')) throw new Malformed('note/structure');
    const lines = note.slice(split + 2, -1).split('\n');
    if (lines.length > MAX_SIGNATURES) throw new Malformed('note/too-many-signatures');
    return { text: note.slice(0, split + 1), signatures: lines.map(readSignatureLine) };
  });
}

function readSignatureLine(line) {
  const [, name, base64] = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
  if (name === undefined || !isKeyName(name)) throw new Malformed('note/signature-line');
  const bytes = fromBase64(base64);
  if (bytes === null || bytes.length < 5) throw new Malformed('note/signature-line');
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/**
 * Null if the key signed the note; else a code. As in Go's note.Open, one bad signature in the key's name spoils
 * the note, of several only the first counts, and lines by other keys are passed over.
 */
export async function verifyNote(note, key) {
  const line = note.signatures.find(signature => signature.name === key.name && equal(signature.id, key.id));
  if (line === undefined) return 'note/no-known-signature';
  const good = await verifyEd25519(key.key, encodeUtf8(note.text), line.signature);
  return good === null ? NO_ED25519 : good ? null : 'note/bad-signature';
}

const MAX_TIME = 253_402_300_799n;

/**
 * One line of a note as a cosignature (C2SP tlog-cosignature): `{ at }` in Unix seconds, `{ code }` where it names the
 * key and doesn't hold, null where it names another.
 */
export async function verifyCosignature(note, line, key) {
  if (line.name !== key.name || !equal(line.id, key.id)) return null;
  const bad = { code: 'log/cosignature' };
  if (line.signature.length !== 72) return bad;
  const at = bigEndian(line.signature.subarray(0, 8));
  if (at === 0n || at > MAX_TIME) return bad;
  const good = await verifyEd25519(key.key, encodeUtf8(`cosignature/v1\ntime ${at}\n${note.text}`), line.signature.subarray(8));
  return good === null ? { code: NO_ED25519 } : good ? { at } : bad;
}

/** Reads a checkpoint's text: origin, size and root, no extension lines. */
export function parseCheckpoint(text) {
  return attempt(() => {
    const [origin, size, rootText, ...rest] = text.split('\n');
    if (rest.length === 0) throw new Malformed('checkpoint/lines');
    if (rest.length > 1 || rest[0] !== '') throw new Malformed('checkpoint/extension');
    if (origin === '' || /\p{Cc}/u.test(origin)) throw new Malformed('checkpoint/origin');
    if (!/^(?:0|[1-9][0-9]{0,18})$/.test(size) || BigInt(size) > MAX_SIZE) throw new Malformed('checkpoint/size');
    const root = fromBase64(rootText);
    if (root === null || root.length !== 32) throw new Malformed('checkpoint/root');
    return { origin, size: BigInt(size), root };
  });
}
