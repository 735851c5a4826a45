// Columns of a committed codeword and the Merkle paths that tie them to a root (spec/proof-system.md, sections 6.1 and 6.3).
import { concat, encodeUtf8, equal } from '../bytes.js';
import { blake3, keyed } from './blake3.js';
import { ZERO, plus, pow, rootOfUnity, same, scale, sum } from './field.js';
import { demand } from './problem.js';
import { uint32 } from './transcript.js';

export const leafHash = keyed(blake3(encodeUtf8('assay/proof/v1 leaf')));
export const nodeHash = keyed(blake3(encodeUtf8('assay/proof/v1 node')));

/** The most siblings that so many positions can need in a tree with 2^bits leaves: one in each pair of nodes. */
export function mostSiblings(positions, bits) {
  let most = 0;
  for (let level = 0; level < bits; level++) most += Math.min(positions, 2 ** (bits - level) / 2);
  return most;
}

/**
 * Receives a column of symbols at each position, then the siblings, and checks both: the fold's codeword is the same combination
 * of the rows' symbols, and the columns are those of the root.
 * @param {'witness'|'weights'} what
 * @param {{ root: Uint8Array, bits: number, positions: number[], factors: number[][], fold: number[][] }} opening positions
 * ascending, below 2^bits; one factor for each row
 */
export function checkOpening(channel, what, { root, bits, positions, factors, fold }) {
  const columns = positions.map(() => channel.symbols(factors.length, `the columns of the ${what}`));
  const siblings = receiveSiblings(channel, positions, bits, what);

  const generator = rootOfUnity(bits);
  columns.forEach((symbols, i) => {
    const combined = sum(symbols.map((symbol, row) => scale(factors[row], symbol)));
    const x = pow(generator, positions[i]);
    const encoded = fold.reduceRight((value, coefficient) => plus(scale(value, x), coefficient), ZERO);
    demand(same(combined, encoded), `zk/${what}-column`, `an opened column of the ${what} isn't that of the fold`);
  });

  const known = new Map(positions.map((position, i) => [position, leafHash(concat(...columns[i].map(uint32)))]));
  demand(equal(rootOf(known, siblings, bits), root), `zk/${what}-root`, `the opened columns of the ${what} aren't those of its root`);
}

/** Siblings as they come: level by level from the leaves, ascending, each that isn't known. @returns {Map[]} one for each level */
function receiveSiblings(channel, positions, bits, what) {
  const levels = [];
  let known = new Set(positions);
  for (let level = 0; level < bits; level++) {
    const siblings = new Map();
    for (const position of known) {
      const sibling = position % 2 === 0 ? position + 1 : position - 1;
      if (!known.has(sibling)) siblings.set(sibling, channel.digest(`the siblings of the ${what}`));
    }
    levels.push(siblings);
    known = new Set([...known].map(position => Math.floor(position / 2)));
  }
  return levels;
}

function rootOf(leaves, siblings, bits) {
  let known = leaves;
  for (let level = 0; level < bits; level++) {
    const at = position => known.get(position) ?? siblings[level].get(position);
    const parents = new Set([...known.keys()].map(position => Math.floor(position / 2)));
    known = new Map([...parents].map(parent => [parent, nodeHash(at(2 * parent), at(2 * parent + 1))]));
  }
  return known.get(0);
}
