// The checks of payment, and what endorsements by settlement are worth (spec/payment.md, "What a verifier checks").
import { attempt, encodeUtf8, equal, toHex } from './bytes.js';
import { shownAddress } from './evm.js';
import { leastLevel } from './levels.js';
import { PERMIT2, chargedBy, fits, isBound, isPrepaid, isSigned, readOffer, readPayload, shortRequest } from './payment.js';
import { isLacking } from './platform.js';
import { judge, moved, readSettlement } from './settlement.js';
import { sha256 } from './sha256.js';

export const PAYMENT_CHECKS = ['payment/offer', 'payment/signature', 'payment/settled'];

/** Whether an endorsement is said to rest on the settlement of a payment. */
export const isBySettlement = ({ by, finding }) => by === 'settlement' && finding !== 'expired';

/** The payment that a receipt's claims tell of, read. What isn't disclosed, or can't be read, is null. */
function readClaims(claims) {
  const [offerText, payloadText, price] = ['offer', 'payload', 'price'].map(name => claims.value(`payment.${name}`));
  const offer = offerText === null ? null : readOffer(offerText);
  const payload = payloadText === null ? null : readPayload(payloadText);
  return { offer, offerText, payload, payloadText, price, charged: offer === null || price === null ? null : chargedBy(price, offer), fits: offer !== null && payload !== null && fits(payload, offer) };
}

/** What an endorsement by settlement is worth that a key of the node signed for this receipt. */
export function statusOfSettlement(bundle, { endorsement, evidence }) {
  if (endorsement.finding !== 'established' || endorsement.questions.join(' ') !== 'paid') return 'endorsement/basis';
  const settlement = evidenceOf(endorsement, evidence);
  return settlement !== null && isAbout(bundle.claims, settlement) ? 'counts' : 'endorsement/evidence';
}

const evidenceOf = (endorsement, evidence) =>
  (evidence === null || !equal(sha256(evidence), endorsement.evidence) ? null : attempt(() => readSettlement(evidence)).value);

// What the receipt shows mustn't say otherwise. A leaf that is disclosed and can't be read isn't what it is about.
function isAbout(leaves, { chain, token, payer, payee, amount, nonce, keeper, payload: digest }) {
  const { offer, payload, payloadText, price } = readClaims(leaves);
  const hidden = name => !leaves.get(`payment.${name}`).disclosed;
  const transfer = payload?.transfer;
  return (hidden('offer') || (offer !== null && offer.chain === chain && offer.asset === token && offer.payTo === payee))
    && (hidden('payload') || (transfer !== undefined && equal(sha256(encodeUtf8(payloadText)), digest) && transfer.payer === payer && equal(transfer.nonce, nonce)
      && keeper === (transfer.method === 'eip3009' ? token : PERMIT2)))
    && (hidden('price') || price === `${amount} eip155:${chain}/erc20:0x${token}`);
}

/** Makes the checks; the endorsements were appraised before. Returns the payment that the receipt shows, or null. */
export function checkPayment(bundle, input, requested, facts, checks) {
  const read = readClaims(bundle.claims);
  checkOffer(bundle, read, requested, checks);
  checkSignature(bundle, read, checks);
  const settlements = bundle.endorsements.filter((_, i) => isBySettlement(facts[i]) && facts[i].status === 'counts').map(({ endorsement, evidence }) => evidenceOf(endorsement, evidence));
  const lacking = facts.find(fact => isBySettlement(fact) && isLacking(fact.status));
  const { settlement, transaction } = checkSettled(bundle, read, settlements, lacking?.status, input, checks);
  const { offer, offerText, payload, payloadText, price } = read;
  if (offerText === null && payloadText === null && price === null) return null;
  return {
    price, level: offer?.level ?? null, scheme: offer?.scheme ?? null, method: offer === null ? null : offer.method === 'eip3009' ? 'eip3009' : 'permit2',
    network: offer?.network ?? null, asset: offer === null ? null : shownAddress(offer.asset), tokenName: offer?.name ?? null,
    amount: offer?.amount ?? null, payTo: offer === null ? null : shownAddress(offer.payTo),
    payer: payload === null ? null : shownAddress(payload.transfer.payer), bound: boundOf(read),
    transaction: settlement?.transaction == null ? null : `0x${toHex(settlement.transaction)}`,
    confirmations: transaction?.confirmations ?? null, confirmationsWanted: input.confirmations,
    moved: transaction == null || offer === null || payload === null ? null : moved(transaction, offer, payload.transfer),
    // For the words only.
    hasPayload: payloadText !== null,
  };
}

function boundOf({ offer, payload }) {
  if (payload === null) return null;
  if (offer !== null) return isBound(payload, offer) === true;
  return payload.salt === null ? false : null;
}

/** Why the first of these leaves that is missing is missing; null if all are there. */
function missing(claims, names) {
  const name = names.find(leaf => claims.value(leaf) === null);
  return name === undefined ? null : claims.get(name).disclosed ? 'claims/absent' : 'claims/redacted';
}

function checkOffer({ claims, envelope: { statement } }, { offer, payloadText, price, charged }, requested, checks) {
  const code = 'payment/offer';
  const leaf = claims.get('payment.offer');
  if (leaf.disclosed && leaf.value === null && (payloadText !== null || (price !== null && !isPrepaid(price)))) {
    checks.fail(code, payloadText !== null ? 'payment/offer-text' : 'payment/price');
    return;
  }
  const gone = missing(claims, ['payment.offer', 'request.protocol', 'model.name', 'request.wire_digest', 'payment.price']);
  if (gone !== null || requested === null) {
    checks.skip(code, gone ?? 'policy/unknown');
    return;
  }
  const request = shortRequest(claims.value('request.protocol'), claims.value('model.name'), statement.policy, claims.value('request.wire_digest'));
  checks.set(code, offer === null ? 'payment/offer-text'
    : offer.request !== request ? 'payment/other-request'
      : offer.level !== leastLevel(requested) ? 'payment/other-level'
        : charged === null ? 'payment/price' : null);
}

function checkSignature({ claims, envelope: { statement } }, { offer, payload, fits: isFor }, checks) {
  const code = 'payment/signature';
  const gone = missing(claims, ['payment.offer', 'payment.payload']);
  if (gone !== null || offer === null) {
    checks.skip(code, gone ?? 'check/unreadable');
    return;
  }
  const issued = statement.issuedAt / 1000n;
  checks.set(code, payload === null ? 'payment/payload'
    : !isFor ? 'payment/other-offer'
      : !isSigned(payload.transfer, offer) ? 'payment/signature'
        : payload.transfer.before < issued || payload.transfer.after > issued ? 'payment/time' : null);
}

const WORTH = { settles: 2, differs: 1, unclear: 0 };

function checkSettled({ claims }, { offer, payload, charged, fits: isFor }, settlements, lacking, { chain, confirmations }, checks) {
  const code = 'payment/settled';
  const [first] = settlements;
  const skip = detail => {
    checks.skip(code, detail);
    return { settlement: first, transaction: undefined };
  };
  const gone = missing(claims, ['payment.offer', 'payment.payload', 'payment.price']);
  if (gone !== null) return skip(gone);
  if (charged === null || !isFor) return skip('check/unreadable');
  if (first === undefined) return skip(lacking ?? 'payment/no-settlement');
  if (charged === 0n) return skip('payment/nothing-charged');
  if (chain === null || !chain.chains.includes(offer.chain)) return skip('payment/no-chain');

  // One of them that holds is enough; one that is refuted is, otherwise, a false word of the node's.
  const found = settlements.map(settlement => {
    const transaction = chain.transactions.find(({ chain: of, hash }) => of === offer.chain && hash === toHex(settlement.transaction));
    const deep = transaction !== undefined && transaction.confirmations >= confirmations;
    return { settlement, transaction, finding: deep ? judge(transaction, offer, payload.transfer, charged) : 'unclear' };
  });
  const best = found.reduce((before, next) => (WORTH[next.finding] > WORTH[before.finding] ? next : before));
  if (best.finding === 'unclear') checks.skip(code, 'payment/not-found');
  else checks.set(code, best.finding === 'settles' ? null : 'payment/chain-differs');
  return best;
}
