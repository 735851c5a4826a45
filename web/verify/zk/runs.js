// One of many runs in a proof (spec/proof-system.md, section 8).
import { encodeUtf8, equal } from '../bytes.js';
import { blake3 } from './blake3.js';
import { same } from './field.js';
import { nodeHash } from './openings.js';
import { Problem, clog, demand } from './problem.js';
import { checkRun, int16Bytes, runValue } from './statement.js';

const RUN_TAG = encodeUtf8('assay/proof/v1 run');

/** d_i: the digest of one run. @param {Uint8Array} salt 16 bytes */
export const runDigest = (salt, inputs, outputs) => blake3(RUN_TAG, salt, int16Bytes(inputs), int16Bytes(outputs));

/** D: the root over the runs' digests. */
export function batchDigest(digests) {
  let level = [...digests];
  while (level.length < 2 ** clog(digests.length)) level.push(new Uint8Array(32));
  while (level.length > 1) level = Array.from({ length: level.length / 2 }, (_, i) => nodeHash(level[2 * i], level[2 * i + 1]));
  return level[0];
}

/**
 * Whether a run is one of those that a proof, which passed with `runs`, is about. The circuit isn't built again: a bundle may
 * ask a thousand times.
 * @param {{ batch: number, digest: Uint8Array, runs: object }} proved
 * @param {{ index: number, salt: Uint8Array, path: Uint8Array[], inputs: ArrayLike<number>[], outputs: ArrayLike<number>[] }} run
 */
export function checkOpening({ batch, digest, runs }, { index, salt, path, inputs, outputs }) {
  try {
    const { shape } = runs;
    checkRun(shape.circuit, { inputs, outputs });
    demand(Number.isInteger(index) && index >= 0 && index < batch, 'zk/run-path', 'there is no run of that number');
    demand(path.length === clog(batch) && salt.length === 16, 'zk/run-path', 'the run\'s path or salt has another length');
    let hash = runDigest(salt, inputs, outputs);
    path.forEach((sibling, height) => {
      hash = Math.floor(index / 2 ** height) % 2 === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash);
    });
    demand(equal(hash, digest), 'zk/run-path', 'the run isn\'t one of those that the proof names');
    const value = runValue(shape, runs.points, runs.theta, [...inputs, ...outputs]);
    demand(same(value, runs.values[index]), 'zk/run-values', 'the proof is about other integers in this run');
    return { outcome: 'passed', code: 'zk/ok', message: `the proof holds for run ${index}` };
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    return { outcome: 'failed', code: failure.code, message: failure.message };
  }
}
