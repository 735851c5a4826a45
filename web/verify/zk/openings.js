// Columns of a committed codeword and the Merkle paths that tie them to a root (spec/proof-system.md, sections 6.1 and 6.3).
import { concat, encodeUtf8, equal } from '../bytes.js';
import { blake3, keyed } from './blake3.js';
import { demand } from './problem.js';
import { uint32 } from './transcript.js';

export const leafHash = keyed(blake3(encodeUtf8('assay/proof/v1 leaf')));
export const nodeHash = keyed(blake3(encodeUtf8('assay/proof/v1 node')));

/**
 * Receives `rows` symbols at each position, then the siblings, and holds them to the root of a tree with 2^bits leaves.
 * @param {number[]} positions ascending
 * @returns {number[][]} the symbols at each position
 */
export function openColumns(channel, root, bits, positions, rows, what) {
  const columns = positions.map(() => channel.symbols(rows, what));
  let level = positions.map((position, i) => ({ position, hash: leafHash(concat(...columns[i].map(uint32))) }));
  for (let height = 0; height < bits; height++) {
    const above = [];
    for (let i = 0; i < level.length; i++) {
      const { position, hash } = level[i];
      // A left node and its right neighbour may both be known; what isn't is sent.
      if (position % 2 === 0 && i + 1 < level.length && level[i + 1].position === position + 1) {
        above.push({ position: position / 2, hash: nodeHash(hash, level[++i].hash) });
      } else {
        const sibling = channel.digest(what);
        const [left, right] = position % 2 === 0 ? [hash, sibling] : [sibling, hash];
        above.push({ position: Math.floor(position / 2), hash: nodeHash(left, right) });
      }
    }
    level = above;
  }
  demand(equal(level[0].hash, root), 'zk/proof', `${what}: the opened columns aren't those of the root`);
  return columns;
}
