// Reads {x, y, messages}: a P-256 key and COSE_Sign1 messages in hexadecimal. Writes
// {verified: payloads of the messages, all of which must verify; xy, thumbprint, signed: messages of a fresh key}.
import { readFileSync } from 'node:fs';
import { createHash, webcrypto } from 'node:crypto';
import { Sign1, ProtectedHeaders, UnprotectedHeaders, Headers, Algorithms } from '@auth0/cose';
import { encode, rfc8949EncodeOptions } from 'cborg';

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const jwk = (x, y) => ({ kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') });
const es256 = { name: 'ECDSA', namedCurve: 'P-256' };

const input = JSON.parse(readFileSync(0, 'utf8'));
const key = await webcrypto.subtle.importKey(
  'jwk', jwk(Buffer.from(input.x, 'hex'), Buffer.from(input.y, 'hex')), es256, true, ['verify']);
const verified = [];
for (const message of input.messages) {
  const sign1 = Sign1.decode(Buffer.from(message, 'hex'));
  await sign1.verify(key);
  verified.push(hex(sign1.payload));
}

const own = await webcrypto.subtle.generateKey(es256, true, ['sign', 'verify']);
const xy = Buffer.from(await webcrypto.subtle.exportKey('raw', own.publicKey)).subarray(1);
const thumbprint = createHash('sha256')
  .update(encode(new Map([[1, 2], [-1, 1], [-2, xy.subarray(0, 32)], [-3, xy.subarray(32)]]), rfc8949EncodeOptions))
  .digest();
const signed = [];
for (let i = 0; i < 64; i++) {
  const sign1 = await Sign1.sign(
    ProtectedHeaders.from([[Headers.Algorithm, Algorithms.ES256], [Headers.KeyID, thumbprint]]),
    UnprotectedHeaders.from([]), Buffer.alloc(i), own.privateKey);
  // The library's own encoding adds the tag and uses its encoder's map form: only the four parts count.
  signed.push(hex(encode([...sign1.getContentForEncoding()].map((part) => (part instanceof Map ? new Map() : new Uint8Array(part))))));
}

process.stdout.write(JSON.stringify({ verified, xy: hex(xy), thumbprint: hex(thumbprint), signed }));
