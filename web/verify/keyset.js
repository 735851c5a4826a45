// A node's keys and the interval in which it signs with them (spec/receipt.md, "Key set").
import { Malformed, bigEndian } from './bytes.js';
import { CborReader } from './cbor.js';
import { isPoint } from './p256.js';
import { sha256 } from './sha256.js';
import { MAX_TIME } from './statement.js';

const MAX_ORIGIN = 255;

/** Throws Malformed. */
export function readKeySet(bytes) {
  const reader = new CborReader(bytes);
  reader.map(6);
  reader.key(1);
  const profile = reader.text();
  reader.key(2);
  const origin = reader.text();
  reader.key(3);
  const receiptKey = reader.bytes(64);
  reader.key(4);
  const logKey = reader.bytes(32);
  reader.key(5);
  const notBefore = bigEndian(reader.bytes(8));
  reader.key(6);
  const notAfter = bigEndian(reader.bytes(8));
  reader.end();
  if (profile !== 'assay/keyset/v1') throw new Malformed('keyset/profile');
  if (origin.length > MAX_ORIGIN || !/^[!-*,-~]+$/.test(origin)) throw new Malformed('keyset/origin');
  if (!isPoint(receiptKey)) throw new Malformed('keyset/receipt-key');
  if (notBefore >= notAfter || notAfter > MAX_TIME) throw new Malformed('keyset/interval');
  return { digest: sha256(bytes), origin, receiptKey, logKey, notBefore, notAfter };
}
