// What a verdict says of a payment: the same sentences as the C# verifier's.
import { PAYMENT_CHECKS } from './payment-checks.js';
import { isPrepaid } from './payment.js';

/** Whether the caller gave bytes, and nothing says that they are the ones: `code` is request or response. */
export const isUncompared = ({ request, response, checks }, code) => (code === 'request' ? request !== null && !checks.passes('request/wire') && !checks.passes('request/inputs')
  : response !== null && !checks.passes('response/wire') && !checks.passes('response/outputs'));

/** Why nothing that the receipt says counts. */
export const nothingRelied = evidence => ((isUncompared(evidence, 'request') || isUncompared(evidence, 'response')) && !evidence.checks.anyFailed && evidence.checks.passes('batch/signature')
  ? 'Unknown: nothing shows that this receipt is for the bytes that you gave.'
  : "Unknown: what the receipt says can't be relied on here.");

/** The answer to the question whether it was paid. `sentence` gives the words of a detail code. */
export function paidAnswer(evidence, status, signed, sentence) {
  const { bundle, checks, payment } = evidence;
  const why = code => sentence(checks.detail(code));
  if (status === 'refuted') return `Not as stated. ${why(PAYMENT_CHECKS.find(checks.fails))}`;
  if (payment === null) {
    return bundle !== null && !bundle.claims.get('payment.offer').disclosed ? "The receipt, as you have it, doesn't show whether it was paid for." : 'No payment is claimed.';
  }
  if (!signed) return nothingRelied(evidence);
  if (status === 'established') return established(payment);
  if (payment.price !== null && isPrepaid(payment.price)) return `The operator says that ${shown(payment.price.slice('prepaid '.length))} was taken from a balance; nothing here can show that.`;
  if (checks.passes('payment/signature')) return `${payment.payer} signed a payment of ${amountOf(payment)}. Whether money moved isn't shown: ${why('payment/settled')}`;
  return `The operator says so; nothing here shows it. ${why(PAYMENT_CHECKS.find(code => !checks.passes(code)))}`;
}

/** The line about the payment, for people. */
export function paymentLine(payment) {
  if (payment.network === null || payment.payer === null) return payment.price === null ? '(not shown)' : shown(payment.price);
  const at = payment.transaction === null ? 'no settlement shown' : `said to be settled in ${payment.transaction}${depth(payment)}`;
  return `${amountOf(payment)} by ${payment.payer} to ${payment.payTo} for ${payment.level === null ? 'no level' : `level ${shown(payment.level)}`}; ${at}`;
}

function established(payment) {
  const bound = payment.bound === true ? "The payer's signature covers the offer, and so this request." : "That it was for this request is the node's word.";
  return `Yes: ${payment.payer} paid ${amountOf(payment)} to ${payment.payTo}, in transaction ${payment.transaction}${depth(payment)}. ${bound}`;
}

const depth = ({ confirmations, confirmationsWanted }) => (confirmations === null ? '' : ` (${confirmations} blocks deep, ${confirmationsWanted} wanted)`);

// The token's name stands in the offer that the payer signed for, and says nothing about what it is: the address does.
const amountOf = ({ price, amount, asset, tokenName, network }) =>
  `${shown(price === null ? `at most ${amount}` : price.split(' ')[0])} of token ${asset} ("${shown(tokenName)}") on ${shown(network)}`;

/** At most 80 characters of a text that is the node's choice. */
function shown(text) {
  let out = '';
  for (const character of text) {
    if (out.length >= 80) return `${out}…`;
    out += /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u.test(character) ? '\ufffd' : character;
  }
  return out;
}

/** The payment as a verdict has it, numbers written so that none is rounded. */
export function paymentFacts(payment, jsonNumber) {
  if (payment === null) return null;
  const { price, level, scheme, method, network, asset, tokenName, amount, payTo, payer, bound, transaction, confirmations, confirmationsWanted, moved } = payment;
  return {
    price, level, scheme, method, network, asset, tokenName, amount: amount === null ? null : `${amount}`, payTo, payer, bound, transaction,
    confirmations: confirmations === null ? null : jsonNumber(confirmations), confirmationsWanted: jsonNumber(confirmationsWanted), moved: moved === null ? null : `${moved}`,
  };
}
