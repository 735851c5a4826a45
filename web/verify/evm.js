// Addresses, amounts and typed data (EIP-55, EIP-712), as payments have them. Addresses are 40 lower-case digits here.
import { concat, encodeUtf8, fromHex, toHex } from './bytes.js';
import { keccak256 } from './keccak.js';
import { HALF_ORDER, toWord } from './secp256k1.js';

const MAX = (1n << 256n) - 1n;

/** With `0x` and the capitals of EIP-55. */
export function shownAddress(digits) {
  const hash = toHex(keccak256(encodeUtf8(digits)));
  return `0x${[...digits].map((digit, i) => (hash[i] >= '8' ? digit.toUpperCase() : digit)).join('')}`;
}

/** `0x` and 40 digits: all lower case, all upper case, or with exactly EIP-55's capitals; else null. */
export function address(text) {
  if (text === null || !/^0x[0-9a-fA-F]{40}$/.test(text)) return null;
  const digits = text.slice(2).toLowerCase();
  const oneCase = text.slice(2) === digits || text.slice(2) === digits.toUpperCase();
  return oneCase || shownAddress(digits) === text ? digits : null;
}

/** Decimal digits without leading zero, below 2^256, as BigInt; else null. */
export function amount(text) {
  if (text === null || !/^(?:0|[1-9][0-9]{0,77})$/.test(text)) return null;
  const value = BigInt(text);
  return value <= MAX ? value : null;
}

/** The number of an EVM chain's CAIP-2 name; else null. */
export const chainOf = network => (network?.startsWith('eip155:') ? amount(network.slice(7)) : null);

/** `0x` and an even number of digits, as bytes; else null. */
export const bytesOf = text => (text !== null && /^0x(?:[0-9a-fA-F]{2})*$/.test(text) ? fromHex(text.slice(2).toLowerCase()) : null);

/** `0x` and 64 digits, as 32 bytes; else null. */
export const word = text => (text?.length === 66 ? bytesOf(text) : null);

export const numberWord = toWord;
export const addressWord = digits => concat(new Uint8Array(12), fromHex(digits));
export const textWord = text => keccak256(encodeUtf8(text));

/** hashStruct: a type's hash and its members' words. */
export const hashStruct = (type, ...words) => keccak256(concat(keccak256(encodeUtf8(type)), ...words));

/** What is signed. */
export const typedDigest = (domain, struct) => keccak256(concat(Uint8Array.of(0x19, 0x01), domain, struct));

/** The domain's separator; `version` null is left out of the type. */
export function domain(name, version, chain, contract) {
  return version === null
    ? hashStruct('EIP712Domain(string name,uint256 chainId,address verifyingContract)', textWord(name), numberWord(chain), addressWord(contract))
    : hashStruct('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)', textWord(name), textWord(version), numberWord(chain), addressWord(contract));
}

const numberOf = bytes => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** 65 bytes with v 27 or 28 and s in the lower half of the order: `{ r, s, v, bytes }`; else null. Nobody but the signer can make a second spelling. */
export function signature(text) {
  const bytes = text?.length === 132 ? bytesOf(text) : null;
  if (bytes === null || (bytes[64] !== 27 && bytes[64] !== 28)) return null;
  const s = numberOf(bytes.subarray(32, 64));
  return s > HALF_ORDER ? null : { r: numberOf(bytes.subarray(0, 32)), s, v: bytes[64], bytes };
}
