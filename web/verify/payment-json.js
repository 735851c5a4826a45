// Strict reading of the JSON that payments and chain facts come in (spec/payment.md): null for what isn't there or has another form.
import { attempt, decodeUtf8 } from './bytes.js';
import { address, amount, word } from './evm.js';
import { JsonReader } from './json.js';

// Documents here nest less than a request's body may.
const DEPTH_LEFT_OUT = 16;

/** The object on top of a document of at most so many bytes, as a Map; else null. */
export function parseObject(bytes, maxLength) {
  const text = bytes.length > maxLength ? null : decodeUtf8(bytes);
  if (text === null) return null;
  const { value } = attempt(() => {
    const reader = new JsonReader(text, 0, DEPTH_LEFT_OUT);
    const root = reader.value();
    reader.end();
    return root;
  });
  return value instanceof Map ? value : null;
}

const member = (parent, name) => (parent instanceof Map ? parent.get(name) : undefined);

export const isAbsent = (parent, name) => member(parent, name) === undefined || member(parent, name) === null;
export const objectOf = (parent, name) => (member(parent, name) instanceof Map ? member(parent, name) : null);
export const listOf = (parent, name) => (Array.isArray(member(parent, name)) ? member(parent, name) : null);
export const textOf = (parent, name) => (typeof member(parent, name) === 'string' ? member(parent, name) : null);
export const addressOf = (parent, name) => address(textOf(parent, name));
export const amountOf = (parent, name) => amount(textOf(parent, name));
export const wordOf = (parent, name) => word(textOf(parent, name));

/** Whether two values are the same, numbers by what they are and not by how they are written. */
export function same(a, b) {
  if (a instanceof Map) return b instanceof Map && a.size === b.size && [...a].every(([name, value]) => b.has(name) && same(value, b.get(name)));
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((value, i) => same(value, b[i]));
  if (a !== null && typeof a === 'object') return b !== null && typeof b === 'object' && 'number' in b && decimal(a.number) === decimal(b.number);
  return a === b;
}

/** One spelling for all of a number's. */
function decimal(written) {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written);
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`;
}
