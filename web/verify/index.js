// The browser's and Node's verifier of receipts. Dependency-free; signatures by WebCrypto.
export { InputError, verify } from './verify.js';
