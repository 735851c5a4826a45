// The browser's and Node's verifier of receipts. Dependency-free; signatures by WebCrypto.
export { looksSaved, readSaved } from './capture.js';
export { loadModel } from './program.js';
export { programReplayer } from './replay.js';
export { InputError, verify } from './verify.js';
