// Where a payment was settled, what somebody says of a chain, and whether the one shows the other (spec/payment.md).
import { Malformed, concat, encodeUtf8, equal, toHex } from './bytes.js';
import { CborReader } from './cbor.js';
import { addressWord, amount, bytesOf, chainOf, numberWord, word } from './evm.js';
import { keccak256 } from './keccak.js';
import { addressOf, listOf, parseObject, textOf, wordOf } from './payment-json.js';

const MAX_EVIDENCE = 2048;
const MAX_FACTS = 4 << 20;
const MAX_CHAINS = 64;
const MAX_TOPICS = 4;
const MAX_NUMBER = (1n << 64n) - 1n;

const numberOf = bytes => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** An endorsement's evidence. Throws Malformed. */
export function readSettlement(bytes) {
  const reader = new CborReader(bytes);
  reader.map(10);
  reader.key(1);
  const profile = reader.text();
  reader.key(2);
  const chain = chainOf(reader.text());
  const field = (key, length) => {
    reader.key(key);
    return reader.bytes(length);
  };
  const [token, payer, payee] = [3, 4, 5].map(key => toHex(field(key, 20)));
  const charged = numberOf(field(6, 32));
  const nonce = field(7, 32);
  const keeper = toHex(field(8, 20));
  reader.key(9);
  const transaction = reader.nextIsNull ? reader.null() : reader.bytes(32);
  const payload = field(10, 32);
  reader.end();
  if (bytes.length > MAX_EVIDENCE || profile !== 'assay/settlement/v1' || chain === null || (transaction === null) !== (charged === 0n)) throw new Malformed('evidence/layout');
  return { chain, token, payer, payee, amount: charged, nonce, keeper, transaction, payload };
}

/** A file of chain facts: `{ chains, transactions }`; null if it isn't one. */
export function readChainFacts(bytes) {
  const root = parseObject(bytes, MAX_FACTS);
  const entries = listOf(root, 'chains');
  if (root?.size !== 2 || textOf(root, 'profile') !== 'assay/chain-facts/v1' || entries === null || entries.length < 1 || entries.length > MAX_CHAINS) return null;
  const chains = [];
  const transactions = [];
  for (const entry of entries) {
    const chain = chainOf(textOf(entry, 'network'));
    const items = listOf(entry, 'transactions');
    if (entry?.size !== 2 || chain === null || chains.includes(chain) || items === null) return null;
    chains.push(chain);
    const read = items.map(item => readTransaction(item, chain));
    if (read.includes(null) || new Set(read.map(({ hash }) => hash)).size !== read.length) return null;
    transactions.push(...read);
  }
  return { chains, transactions };
}

const numberBelow64 = (item, name) => {
  const number = amount(textOf(item, name));
  return number !== null && number <= MAX_NUMBER ? number : null;
};

function readTransaction(item, chain) {
  const hash = wordOf(item, 'hash');
  const input = bytesOf(textOf(item, 'input'));
  const block = numberBelow64(item, 'block');
  const confirmations = numberBelow64(item, 'confirmations');
  const entries = listOf(item, 'logs');
  if (item?.size !== 7 || [hash, input, block, confirmations, entries].includes(null) || confirmations === 0n || typeof item.get('succeeded') !== 'boolean' || !item.has('to')) return null;
  const to = item.get('to') === null ? '' : addressOf(item, 'to');
  const logs = entries.map(readLog);
  return to === null || logs.includes(null) ? null : { chain, hash: toHex(hash), succeeded: item.get('succeeded'), to, input, confirmations, logs };
}

function readLog(entry) {
  const contract = addressOf(entry, 'contract');
  const data = bytesOf(textOf(entry, 'data'));
  const topics = listOf(entry, 'topics')?.map(topic => (typeof topic === 'string' ? word(topic) : null));
  const sound = entry?.size === 3 && contract !== null && data !== null && topics !== undefined && topics.length <= MAX_TOPICS && !topics.includes(null);
  return sound ? { contract, data, topics } : null;
}

const hashOf = text => keccak256(encodeUtf8(text));
const TRANSFER = hashOf('Transfer(address,address,uint256)');
const AUTHORIZATION_USED = hashOf('AuthorizationUsed(address,bytes32)');
const PERMIT = '((address,uint256),uint256,uint256)';
const RESTS = { permit2: `${PERMIT},address,(address,uint256),bytes)`, upto: `${PERMIT},uint256,address,(address,address,uint256),bytes)` };
const PERMIT_2612 = '(uint256,uint256,bytes32,bytes32,uint8),';
// The words of EIP-2612's permit, which stand before the rest in settleWithPermit.
const PERMIT_WORDS = 5;

const isEvent = ({ contract, topics }, by, ...expected) => contract === by && topics.length === 3 && topics.every((topic, i) => equal(topic, expected[i]));

const movedIn = (log, offer, payer) =>
  (isEvent(log, offer.asset, TRANSFER, addressWord(payer), addressWord(offer.payTo)) && log.data.length === 32 ? numberOf(log.data) : 0n);

/** How much of the offer's token a payment moved from the payer to the payee (BigInt): by EIP-3009 with its nonce, by Permit2 in the whole transaction. */
export function moved({ logs }, offer, { method, payer, nonce }) {
  if (method !== 'eip3009') return logs.reduce((sum, log) => sum + movedIn(log, offer, payer), 0n);
  // One transaction can use several nonces, one of them to pay the payee and another to pay oneself: so a nonce goes with the token's next event
  // (EIP-3009's reference logs the use, and then transfers).
  const own = logs.filter(({ contract }) => contract === offer.asset);
  const used = own.findIndex(log => isEvent(log, offer.asset, AUTHORIZATION_USED, addressWord(payer), nonce));
  return used >= 0 && used + 1 < own.length ? movedIn(own[used + 1], offer, payer) : 0n;
}

/** What a transaction is for a payment: `settles`, `differs`, or `unclear` where it calls something that isn't known here. */
export function judge(transaction, offer, transfer, charged) {
  const sum = moved(transaction, offer, transfer);
  if (!transaction.succeeded || sum < charged) return 'differs';
  const called = transfer.method === 'eip3009' ? 'settles' : judgeCall(transaction, transfer, charged);
  return called === 'settles' && sum > charged ? 'differs' : called;
}

// Permit2 logs nothing, so the nonce's use shows only in the call: one that says something else in the usual encoding is another payment's, and one
// that isn't understood says nothing.
function judgeCall({ to, input }, transfer, charged) {
  if (to !== transfer.spender) return 'unclear';
  const upto = transfer.method === 'upto';
  const selects = signature => input.length >= 4 && equal(input.subarray(0, 4), hashOf(signature).subarray(0, 4));
  const before = selects(`settle(${RESTS[transfer.method]}`) ? 0 : selects(`settleWithPermit(${PERMIT_2612}${RESTS[transfer.method]}`) ? PERMIT_WORDS : -1;
  const { token, amount: most, nonce, before: deadline, payer, payTo, facilitator, after } = transfer;
  const words = [
    addressWord(token), numberWord(most), nonce, numberWord(deadline), ...(upto ? [numberWord(charged)] : []), addressWord(payer), addressWord(payTo),
    ...(upto ? [addressWord(facilitator)] : []), numberWord(after),
  ];
  const offset = (before + words.length + 1) * 32;
  const data = input.subarray(4);
  if (before < 0 || data.length < offset + 32 + 65) return 'unclear';
  const at = start => data.subarray(start, start + 32);
  if (!equal(concat(at(offset - 32), at(offset)), concat(numberWord(BigInt(offset)), numberWord(65n)))) return 'unclear';
  if (words.some((expected, i) => !equal(at((before + i) * 32), expected))) return 'differs';
  return equal(data.subarray(offset + 32, offset + 32 + 65), transfer.signature.bytes) ? 'settles' : 'unclear';
}
