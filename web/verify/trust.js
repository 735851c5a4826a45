// Trust files: which logs and nodes count (spec/receipt.md, "Trust file").
import { Malformed, attempt, encodeUtf8, equal, toHex } from './bytes.js';
import { parseNoteKey } from './note.js';

const MAX_BYTES = 1 << 20;
const MAX_STATEMENTS = 4096;

function readLine(words, trust) {
  const [kind, value] = words;
  if (kind !== 'log' && kind !== 'node') throw new Malformed('trust/unknown-kind');
  if (words.length !== 2) throw new Malformed('trust/words');
  if (kind === 'node') {
    if (!/^[0-9a-fA-F]{64}$/.test(value)) throw new Malformed('trust/node-digest');
    if (trust.nodes.has(value.toLowerCase())) throw new Malformed('trust/repeated');
    trust.nodes.add(value.toLowerCase());
    return;
  }
  const { value: key } = parseNoteKey(value);
  if (key === null) throw new Malformed('trust/log-key');
  if (trust.logs.some(known => sameKey(known, key))) throw new Malformed('trust/repeated');
  trust.logs.push(key);
}

const sameKey = (a, b) => a.name === b.name && equal(a.key, b.key);

/** @param {string} text @returns {{value: {logs: object[], nodes: Set<string>}|null, error: string|null}} */
export function parseTrust(text) {
  return attempt(() => {
    if (text.length > MAX_BYTES || encodeUtf8(text).length > MAX_BYTES) throw new Malformed('trust/too-large');
    const trust = { logs: [], nodes: new Set() };
    for (const line of text.split('\n')) {
      const words = line.replace(/\r+$/, '').split(/[ \t]+/).filter(word => word !== '');
      if (words.length === 0 || words[0].startsWith('#')) continue;
      readLine(words, trust);
      if (trust.nodes.size + trust.logs.length > MAX_STATEMENTS) throw new Malformed('trust/too-large');
    }
    return trust;
  });
}

export const trustsNode = (trust, keySet) => trust.nodes.has(toHex(keySet.digest));

/** Whether a log line names the key set's origin and log key. */
export const trustsLog = (trust, keySet) => trust.logs.some(key => sameKey(key, { name: keySet.origin, key: keySet.logKey }));
