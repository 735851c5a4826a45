// What a program uses of the proof verifier.
export { readKey } from './key.js';
export { verifyProof } from './proof.js';
export { batchDigest, checkOpening, runDigest } from './runs.js';
