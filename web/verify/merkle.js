// RFC 9162 trees over SHA-256: leaf H(00|data), node H(01|left|right).
import { equal } from './bytes.js';
import { sha256 } from './sha256.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = data => sha256(LEAF, data);
export const nodeHash = (left, right) => sha256(NODE, left, right);

/** Head of the tree over these leaf hashes (2.1.1). Level by level: the odd node at the end moves up unchanged. */
export function root(leafHashes) {
  if (leafHashes.length === 0) return sha256();
  let level = leafHashes;
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(level[i], level[i + 1]));
    if (level.length % 2 === 1) above.push(level[level.length - 1]);
    level = above;
  }
  return level[0];
}

/**
 * Inclusion proof (2.1.3.2). Index and size are BigInt: logs count in 64 bits.
 * @param {Uint8Array} leaf leaf hash @param {bigint} index @param {bigint} size
 * @param {Uint8Array[]} path @param {Uint8Array} expectedRoot
 */
export function verifyInclusion(leaf, index, size, path, expectedRoot) {
  if (index >= size) return false;
  let node = index;
  let last = size - 1n;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0n) return false;
    if (node & 1n || node === last) {
      hash = nodeHash(sibling, hash);
      while (!(node & 1n) && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(hash, expectedRoot);
}
