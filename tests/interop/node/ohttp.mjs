// Oblivious HTTP (RFC 9458) by other people's HPKE and Binary HTTP. Reads one JSON object, writes one; bytes are hexadecimal.
// {send: configuration, url, body}: seals a request; gives {request, secret, enc}.
// {open: response, secret, enc}: opens the answer to it; gives {status, type, body}.
// {receive: request, x, y, d, body}: opens a request with a private key, seals an answer; gives {method, url, type, body, response}.
import { readFileSync } from 'node:fs';
import { webcrypto as crypto } from 'node:crypto';
import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { BHttpDecoder, BHttpEncoder } from 'bhttp-js';

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const unhex = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const join = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
const info = (header) => join(Buffer.from('message/bhttp request'), [0], header);
const exported = (context) => context.export(Buffer.from('message/bhttp response'), 16);

async function responseKey(secret, enc, nonce) {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const salt = join(enc, nonce);
  const bits = (label, length) => crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info: Buffer.from(label) }, base, length);
  const key = await crypto.subtle.importKey('raw', await bits('key', 128), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return { key, algorithm: { name: 'AES-GCM', iv: await bits('nonce', 96) } };
}

const input = JSON.parse(readFileSync(0, 'utf8'));
let output;
if (input.send) {
  const config = unhex(input.send);
  const header = join(config.subarray(0, 3), [0, 1, 0, 1]);
  const recipientPublicKey = await suite.kem.deserializePublicKey(config.slice(3, 68).buffer);
  const sender = await suite.createSenderContext({ recipientPublicKey, info: info(header) });
  const request = await new BHttpEncoder().encodeRequest(
    new Request(input.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: input.body }));
  const sealed = await sender.seal(request);
  output = { request: hex(join(header, new Uint8Array(sender.enc), new Uint8Array(sealed))), secret: hex(await exported(sender)), enc: hex(sender.enc) };
} else if (input.open) {
  const response = unhex(input.open);
  const { key, algorithm } = await responseKey(unhex(input.secret), unhex(input.enc), response.subarray(0, 16));
  const opened = new BHttpDecoder().decodeResponse(await crypto.subtle.decrypt(algorithm, key, response.subarray(16)));
  output = { status: opened.status, type: opened.headers.get('content-type'), body: await opened.text() };
} else {
  const request = unhex(input.receive);
  const text = (name) => Buffer.from(input[name], 'hex').toString('base64url');
  const recipientKey = await crypto.subtle.importKey(
    'jwk', { kty: 'EC', crv: 'P-256', x: text('x'), y: text('y'), d: text('d') }, { name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const enc = request.slice(7, 72);
  const recipient = await suite.createRecipientContext({ recipientKey, enc: enc.buffer, info: info(request.subarray(0, 7)) });
  const opened = new BHttpDecoder().decodeRequest(await recipient.open(request.slice(72).buffer));
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  const { key, algorithm } = await responseKey(await exported(recipient), enc, nonce);
  const answer = await new BHttpEncoder().encodeResponse(new Response(input.body, { status: 200, headers: { 'content-type': 'text/plain' } }));
  output = {
    method: opened.method, url: opened.url, type: opened.headers.get('content-type'), body: await opened.text(),
    response: hex(join(nonce, new Uint8Array(await crypto.subtle.encrypt(algorithm, key, answer)))),
  };
}

process.stdout.write(JSON.stringify(output));
