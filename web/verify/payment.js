// Offers and payments of x402, read, and held against each other (spec/payment.md).
import { concat, encodeUtf8, equal, toBase64, toHex } from './bytes.js';
import { head } from './cbor.js';
import { addressWord, amount, chainOf, domain, hashStruct, numberWord, shownAddress, signature, typedDigest } from './evm.js';
import { addressOf, amountOf, isAbsent, objectOf, parseObject, same, textOf, wordOf } from './payment-json.js';
import { recover } from './secp256k1.js';
import { sha256 } from './sha256.js';

const MAX_OFFER = 4096;
const MAX_PAYLOAD = 8192;
const MAX_URL = 2048;
export const PERMIT2 = '000000000022d473030f116ddee9f6b43ac78ba3';
const EXACT_PROXY = '402085c248eea27d92e8b30b2c58ed07f9e20001';
const UPTO_PROXY = '4020a4f3b7b90cca423b9fabcc0ce57c6c240002';
const NETWORKS = new Map([
  ['base', 8453n], ['base-sepolia', 84532n], ['ethereum', 1n], ['sepolia', 11155111n], ['polygon', 137n], ['polygon-amoy', 80002n],
  ['avalanche', 43114n], ['avalanche-fuji', 43113n], ['sei', 1329n], ['sei-testnet', 1328n], ['iotex', 4689n], ['peaq', 3338n],
  ['story', 1514n], ['educhain', 41923n], ['abstract', 2741n], ['abstract-testnet', 11124n], ['skale-base-sepolia', 324705682n],
]);

const cborText = text => concat(head(3, encodeUtf8(text).length), encodeUtf8(text));
const cborBytes = bytes => concat(head(2, bytes.length), bytes);
const base64Url = bytes => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** What offers carry of a request: the first 16 bytes of its digest. */
export function shortRequest(protocol, model, policy, body) {
  const request = concat(head(4, 5), cborText('assay/paid-request/v1'), cborText(protocol), cborText(model), cborBytes(policy), cborBytes(body));
  return base64Url(sha256(request).subarray(0, 16));
}

/** An offer by its text; null unless it is exactly the offer's one spelling. */
export function readOffer(text) {
  const entry = text.length > MAX_OFFER ? null : parseObject(encodeUtf8(text), MAX_OFFER);
  const extra = objectOf(entry, 'extra');
  if (extra === null) return null;
  const scheme = textOf(entry, 'scheme');
  const seconds = entry.get('maxTimeoutSeconds')?.number ?? '';
  const permit2 = textOf(extra, 'assetTransferMethod') === 'permit2';
  const upto = scheme === 'upto';
  const offer = {
    scheme, method: upto ? 'upto' : permit2 ? 'permit2' : 'eip3009', chain: chainOf(textOf(entry, 'network')), amount: amountOf(entry, 'amount'),
    asset: addressOf(entry, 'asset'), payTo: addressOf(entry, 'payTo'), seconds: Number(seconds),
    name: textOf(extra, 'name'), version: textOf(extra, 'version'), facilitator: upto ? addressOf(extra, 'facilitatorAddress') : null,
    level: textOf(extra, 'level'), request: textOf(extra, 'request'), entry, text,
  };
  const { chain, amount: most, asset, payTo, name, version } = offer;
  const sound = (scheme === 'exact' || upto) && [chain, most, asset, payTo, name, version].every(value => value !== null)
    && /^[1-9][0-9]{0,9}$/.test(seconds) && offer.seconds <= 0x7fff_ffff && (!upto || offer.facilitator !== null);
  return sound && textOfOffer(offer) === text ? { ...offer, network: `eip155:${chain}`, assetId: `eip155:${chain}/erc20:0x${asset}` } : null;
}

function textOfOffer({ scheme, method, chain, amount: most, asset, payTo, seconds, name, version, facilitator, level, request }) {
  const given = value => value ?? undefined;
  return JSON.stringify({
    scheme, network: `eip155:${chain}`, amount: `${most}`, asset: shownAddress(asset), payTo: shownAddress(payTo), maxTimeoutSeconds: seconds,
    extra: {
      name, version, assetTransferMethod: method === 'eip3009' ? undefined : 'permit2', facilitatorAddress: facilitator === null ? undefined : shownAddress(facilitator),
      level: given(level), request: given(request),
    },
  });
}

/** What was charged (BigInt), if a price's text fits the offer; else null. */
export function chargedBy(price, offer) {
  const space = price.indexOf(' ');
  const charged = space < 0 || price.slice(space + 1) !== offer.assetId ? null : amount(price.slice(0, space));
  return charged !== null && (offer.method === 'upto' ? charged <= offer.amount : charged === offer.amount) ? charged : null;
}

export const isPrepaid = price => /^prepaid (?:0|[1-9][0-9]{0,17})(?:\.[0-9]{0,17}[1-9])? [A-Z][A-Z0-9]{2,11}$/.test(price);

/** A client's message; null if it isn't one. */
export function readPayload(text) {
  const root = parseObject(encodeUtf8(text), MAX_PAYLOAD);
  const version = root?.get('x402Version')?.number;
  const payload = objectOf(root, 'payload');
  if ((version !== '1' && version !== '2') || payload === null) return null;
  const accepted = version === '1' ? null : objectOf(root, 'accepted');
  const named = version === '1' ? root : accepted;
  const scheme = textOf(named, 'scheme');
  const network = textOf(named, 'network');
  const transfer = readTransfer(payload);
  if (scheme === null || network === null || transfer === null) return null;
  if (version === '1') return { accepted, scheme, network, transfer, salt: null };
  const salt = infoOf(root, 'assay-binding', 'salt');
  const identifier = infoOf(root, 'payment-identifier', 'id');
  if (!hasResource(root) || salt === undefined || identifier === undefined) return null;
  const bytes = salt === null ? null : saltOf(salt);
  if (salt !== null && bytes === null) return null;
  return identifier === null || /^[A-Za-z0-9_-]{16,128}$/.test(identifier) ? { accepted, scheme, network, transfer, salt: bytes } : null;
}

function hasResource(root) {
  if (isAbsent(root, 'resource')) return true;
  const resource = objectOf(root, 'resource');
  return resource !== null && (isAbsent(resource, 'url') || (textOf(resource, 'url')?.length ?? MAX_URL + 1) <= MAX_URL);
}

/** A text in an extension's `info`; null if there is none, undefined if something there has another form. */
function infoOf(root, extension, name) {
  let parent = root;
  for (const step of ['extensions', extension, 'info']) {
    if (isAbsent(parent, step)) return null;
    parent = objectOf(parent, step);
    if (parent === null) return undefined;
  }
  return isAbsent(parent, name) ? null : textOf(parent, name) ?? undefined;
}

/** 16 bytes in base64url without padding, in its one spelling. */
function saltOf(text) {
  if (!/^[A-Za-z0-9_-]{22}$/.test(text)) return null;
  const bytes = Uint8Array.from(atob(`${text.replaceAll('-', '+').replaceAll('_', '/')}==`), c => c.charCodeAt(0));
  return base64Url(bytes) === text ? bytes : null;
}

function readTransfer(payload) {
  const authorization = objectOf(payload, 'authorization');
  const permit = objectOf(payload, 'permit2Authorization');
  const signed = signature(textOf(payload, 'signature'));
  if ((authorization === null) === (permit === null) || signed === null) return null;
  const transfer = authorization !== null
    ? {
      method: 'eip3009', payer: addressOf(authorization, 'from'), payTo: addressOf(authorization, 'to'), amount: amountOf(authorization, 'value'),
      after: amountOf(authorization, 'validAfter'), before: amountOf(authorization, 'validBefore'), nonce: wordOf(authorization, 'nonce'),
    }
    : readPermit(permit);
  return transfer !== null && Object.values(transfer).every(value => value !== null) ? { ...transfer, signature: signed } : null;
}

function readPermit(permit) {
  const permitted = objectOf(permit, 'permitted');
  const witness = objectOf(permit, 'witness');
  const nonce = amountOf(permit, 'nonce');
  if (permitted === null || witness === null || nonce === null) return null;
  const upto = !isAbsent(witness, 'facilitator');
  return {
    method: upto ? 'upto' : 'permit2', payer: addressOf(permit, 'from'), payTo: addressOf(witness, 'to'), amount: amountOf(permitted, 'amount'),
    after: amountOf(witness, 'validAfter'), before: amountOf(permit, 'deadline'), nonce: numberWord(nonce),
    token: addressOf(permitted, 'token'), spender: addressOf(permit, 'spender'), ...(upto && { facilitator: addressOf(witness, 'facilitator') }),
  };
}

const MEMBERS = ['scheme', 'network', 'amount', 'asset', 'payTo', 'maxTimeoutSeconds'];
// What clients may not add to an offer's extra, since it would mean something.
const MEANINGFUL = ['assetTransferMethod', 'facilitatorAddress', 'level', 'request'];

/** Whether a payment is for an offer: by what it says, and by what was signed. */
export function fits(payload, offer) {
  return (payload.accepted === null ? isMeantByV1(payload, offer) : isAccepted(payload.accepted, offer.entry))
    && transferFits(payload.transfer, offer) && isBound(payload, offer) !== false;
}

const isMeantByV1 = ({ scheme, network, transfer }, offer) =>
  offer.method === 'eip3009' && scheme === 'exact' && NETWORKS.get(network) === offer.chain && transfer.amount === offer.amount;

function isAccepted(accepted, entry) {
  const extra = objectOf(accepted, 'extra');
  return extra !== null && [...accepted.keys()].every(name => name === 'extra' || MEMBERS.includes(name))
    && MEMBERS.every(name => accepted.has(name) && same(accepted.get(name), entry.get(name)))
    && MEANINGFUL.every(name => isAbsent(extra, name) || entry.get('extra').has(name))
    && [...entry.get('extra')].every(([name, value]) => extra.has(name) && same(extra.get(name), value));
}

function transferFits(transfer, offer) {
  const proxy = offer.method === 'upto' ? UPTO_PROXY : EXACT_PROXY;
  return transfer.method === offer.method && transfer.payTo === offer.payTo && transfer.amount === offer.amount
    && (transfer.method === 'eip3009' || (transfer.spender === proxy && transfer.token === offer.asset && (transfer.facilitator ?? null) === offer.facilitator));
}

/** Whether the payer's signature covers the offer; null: the payment doesn't say that it does. */
export const isBound = ({ salt, transfer }, offer) =>
  (salt === null ? null : equal(sha256(concat(head(4, 3), cborText('assay/payment-nonce/v1'), cborBytes(salt), cborBytes(sha256(encodeUtf8(offer.text))))), transfer.nonce));

const PERMIT_TYPE = 'PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Witness witness)TokenPermissions(address token,uint256 amount)';
const EXACT_WITNESS = 'Witness(address to,uint256 validAfter)';
const UPTO_WITNESS = 'Witness(address to,address facilitator,uint256 validAfter)';

/** The digest that the payer signed, for an offer's chain and token. */
export function digestOf(transfer, offer) {
  const { payer, payTo, amount: value, after, before, nonce } = transfer;
  if (transfer.method === 'eip3009') {
    return typedDigest(domain(offer.name, offer.version, offer.chain, offer.asset), hashStruct(
      'TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)',
      addressWord(payer), addressWord(payTo), numberWord(value), numberWord(after), numberWord(before), nonce));
  }
  const type = transfer.method === 'upto' ? UPTO_WITNESS : EXACT_WITNESS;
  const witness = hashStruct(type, addressWord(payTo), ...(transfer.method === 'upto' ? [addressWord(transfer.facilitator)] : []), numberWord(after));
  const permitted = hashStruct('TokenPermissions(address token,uint256 amount)', addressWord(transfer.token), numberWord(value));
  return typedDigest(domain('Permit2', null, offer.chain, PERMIT2), hashStruct(PERMIT_TYPE + type, permitted, addressWord(transfer.spender), nonce, numberWord(before), witness));
}

/** Whether the payer signed it for this offer's chain and token. */
export function isSigned(transfer, offer) {
  const signer = recover(digestOf(transfer, offer), transfer.signature);
  return signer !== null && toHex(signer) === transfer.payer;
}
