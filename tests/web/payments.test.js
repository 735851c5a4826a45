// The parts of payments that vectors of whole receipts don't reach: hashes, signers, and readers of hostile text (spec/payment.md).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeUtf8, encodeUtf8, toHex } from '../../web/verify/bytes.js';
import { address, amount, chainOf, numberWord, shownAddress, signature } from '../../web/verify/evm.js';
import { decodeBundle } from '../../web/verify/bundle.js';
import { keccak256 } from '../../web/verify/keccak.js';
import { chargedBy, digestOf, fits, isPrepaid, isSigned, readOffer, readPayload } from '../../web/verify/payment.js';
import { parseObject, same } from '../../web/verify/payment-json.js';
import { HALF_ORDER, recover } from '../../web/verify/secp256k1.js';
import { readChainFacts } from '../../web/verify/settlement.js';
import { renderText } from '../../web/verify/text.js';
import { InputError, verify } from '../../web/verify/index.js';
import { inputOf, paymentVectors } from './support/vectors.js';

const golden = JSON.parse(readFileSync(new URL('../../spec/vectors/payment/eip712.json', import.meta.url), 'utf8'));
const vectorOf = wanted => paymentVectors.find(({ name }) => name === wanted);
const claimsOf = name => decodeBundle(inputOf(vectorOf(name)).bundle).value.claims;

test('keccak-256, at the edges of its blocks', () => {
  const hashes = new Map([
    ['', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
    ['abc', '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45'],
    ['Transfer(address,address,uint256)', 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'],
  ]);
  for (const [text, hash] of hashes) assert.equal(toHex(keccak256(encodeUtf8(text))), hash);
  const lengths = [134, 135, 136, 137, 271, 272, 273].map(length => toHex(keccak256(new Uint8Array(length))));
  assert.equal(new Set(lengths).size, lengths.length);
});

test('what an official client signed has its digest and its signer, by each method', () => {
  const offer = { chain: 84532n, asset: '036cbd53842c5426634e7929541ec2318f3dcf7e', name: 'USDC', version: '2' };
  const payer = golden.address.slice(2).toLowerCase();
  for (const [name, method] of [['eip3009', 'eip3009'], ['permit2Exact', 'permit2'], ['permit2Upto', 'upto']]) {
    const { message, digest, signature: written } = golden[name];
    const transfer = method === 'eip3009'
      ? { payTo: address(message.to), amount: amount(message.value), after: amount(message.validAfter), before: amount(message.validBefore), nonce: Uint8Array.from(Buffer.from(message.nonce.slice(2), 'hex')) }
      : {
        payTo: address(message.witness.to), amount: amount(message.permitted.amount), after: amount(message.witness.validAfter), before: amount(message.deadline), nonce: numberWord(amount(message.nonce)),
        token: address(message.permitted.token), spender: address(message.spender), ...(method === 'upto' && { facilitator: address(message.witness.facilitator) }),
      };
    const signed = { ...transfer, method, payer, signature: signature(written) };
    assert.equal(`0x${toHex(digestOf(signed, offer))}`, digest);
    assert.ok(isSigned(signed, offer));
    assert.ok(!isSigned({ ...signed, amount: signed.amount + 1n }, offer));
    assert.ok(!isSigned(signed, { ...offer, chain: 1n }));
    assert.equal(signature(written.slice(0, -2)), null);
    assert.equal(signature(`${written.slice(0, -2)}00`), null);
  }
});

test('numbers that no signature has give no signer', () => {
  const digest = new Uint8Array(32);
  for (const [r, s] of [[0n, 1n], [1n, 0n], [2n ** 256n - 1n, 1n], [1n, 2n ** 256n - 1n], [5n, 1n]]) assert.equal(recover(digest, { r, s, v: 27 }), null);
  assert.equal(HALF_ORDER * 2n + 1n, 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n);
});

test('addresses, amounts and networks have few spellings', () => {
  const shown = '0x036CbD53842c5426634e7929541eC2318f3dCF7e';
  assert.equal(shownAddress(address(shown)), shown);
  assert.equal(address(shown.toLowerCase()), address(shown));
  for (const text of [shown.replace('b', 'B'), shown.slice(0, -1), shown.slice(2), `${shown} `, null]) assert.equal(address(text), null);
  for (const text of ['01', '-1', '', '1e3', ' 1', `${2n ** 256n}`, null]) assert.equal(amount(text), null);
  assert.equal(amount(`${2n ** 256n - 1n}`), 2n ** 256n - 1n);
  assert.deepEqual(['eip155:84532', 'eip155:01', 'eip155:', 'solana:1', null].map(chainOf), [84532n, null, null, null, null]);
  assert.deepEqual(['prepaid 0.01 USD', 'prepaid 0.010 USD', 'prepaid 1 USD\n'].map(isPrepaid), [true, false, false]);
});

test('numbers are the same whatever their spelling', () => {
  const number = text => parseObject(encodeUtf8(`{"n":${text}}`), 100).get('n');
  for (const text of ['60', '60.0', '6e1', '6.0E+1', '600e-1', '0.6e2']) assert.ok(same(number('60'), number(text)), text);
  for (const text of ['61', '-60', '6e2', '"60"', '60.00000000000000000001', '6e99999999999999999999', 'null', '[60]']) assert.ok(!same(number('60'), number(text)), text);
});

test('JSON is strict: nothing twice, nothing behind, no lone surrogates, no deep nesting', () => {
  const nested = depth => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  for (const text of ['{"a":1,"a":1}', '{"a":1,"\\u0061":1}', '{} {}', '[]', 'null', '{"a":"\\ud800"}', '\ufeff{}', '{"a":01}', '{a:1}', nested(17)]) assert.equal(parseObject(encodeUtf8(text), 1000), null, text);
  assert.notEqual(parseObject(encodeUtf8(nested(16)), 1000), null);
  assert.notEqual(parseObject(encodeUtf8('{"__proto__":{"x":1}}'), 1000), null);
  assert.equal(parseObject(encodeUtf8('{}'), 1), null);
});

test('a byte of an offer, a payment or chain facts is never without consequence, and nothing throws', () => {
  const claims = claimsOf('paid-permit2');
  const [offerText, payloadText] = ['payment.offer', 'payment.payload'].map(claims.value);
  const offer = readOffer(offerText);
  assert.ok(fits(readPayload(payloadText), offer) && isSigned(readPayload(payloadText).transfer, offer));
  const flipped = (text, at) => decodeUtf8(encodeUtf8(text).map((byte, i) => (i === at ? byte ^ 1 : byte)));
  for (let at = 0; at < offerText.length; at += 3) {
    const other = readOffer(flipped(offerText, at));
    assert.ok(other === null || !fits(readPayload(payloadText), other) || chargedBy(claims.value('payment.price'), other) === null || other.request !== offer.request, `${at}`);
  }
  for (let at = 0; at < payloadText.length; at += 7) {
    const other = readPayload(flipped(payloadText, at));
    if (other !== null && fits(other, offer)) isSigned(other.transfer, offer);
  }
  const facts = inputOf(vectorOf('paid-permit2')).chainFacts;
  assert.notEqual(readChainFacts(facts), null);
  for (let at = 0; at < facts.length; at += 5) readChainFacts(facts.map((byte, i) => (i === at ? byte ^ 1 : byte)));
  for (let at = 0; at < facts.length - 2; at += 31) assert.equal(readChainFacts(facts.subarray(0, at)), null);
});

test('the verdict says who paid what to whom, and what nobody checked', async () => {
  const text = renderText(await verify(inputOf(vectorOf('paid-eip3009')))).replace(/\s+/g, ' ');
  assert.match(text, /Payment 10000 of token 0x036CbD53842c5426634e7929541eC2318f3dCF7e \("USDC"\) on eip155:84532 by 0x\w{40} to 0x\w{40} for level signed; said to be settled in 0x\w{64} \(3 blocks deep, 1 wanted\)/);
  assert.match(text, /Was it paid for\? established Yes: 0x\w{40} paid 10000 of token/);
  assert.match(text, /if: What you were told of the chain is so: whoever told you could have made it up\./);
  const without = renderText(await verify({ ...inputOf(vectorOf('paid-eip3009')), chainFacts: undefined, policy: undefined })).replace(/\s+/g, ' ');
  assert.match(without, /Was it paid for\? not-evaluated 0x\w{40} signed a payment of 10000 of token .* Whether money moved isn't shown: Nothing is known here of the chain/);
  await assert.rejects(verify({ ...inputOf(vectorOf('paid-eip3009')), chainFacts: encodeUtf8('{}') }), error => error instanceof InputError && error.code === 'chain/facts');
});
