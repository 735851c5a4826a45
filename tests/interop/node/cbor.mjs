// Reads a JSON array of hexadecimal CBOR items; writes the array of what cborg makes of them by decoding
// and encoding again by RFC 8949's deterministic rules.
import { readFileSync } from 'node:fs';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';

const decodeOptions = { strict: true, allowIndefinite: false, allowUndefined: false, rejectDuplicateMapKeys: true, useMaps: true };
const items = JSON.parse(readFileSync(0, 'utf8'));
const output = items.map((hex) =>
  Buffer.from(encode(decode(Buffer.from(hex, 'hex'), decodeOptions), rfc8949EncodeOptions)).toString('hex'));
process.stdout.write(JSON.stringify(output));
