// The weights' tiles: what of each matrix is committed (spec/proof-system.md, section 6.2).
import { demand } from './problem.js';

const MAX_TILES = 2 ** 20;
// Cells of all tiles that are never too many; else so many for each weight and bias slot.
const [LEAST_CELLS, CELLS_PER_WEIGHT] = [2 ** 24, 64];

/** The tiles of all matrices in order: { matrix, jh, kh }. Tile (jh, kh) is there if it holds a real position. */
export function tilesOf(matrices, { a, b }) {
  const tiles = [];
  matrices.forEach((matrix, number) => {
    const columns = realColumns(matrix, a);
    const heights = Math.ceil(matrix.rows / 2 ** b);
    checkCount(tiles.length + heights * columns.length);
    for (let jh = 0; jh < heights; jh++) for (const kh of columns) tiles.push({ matrix: number, jh, kh });
  });
  const real = matrices.reduce((count, { rows, groups, ci, x, y, slots }) => count + groups * rows * (ci * x.taps * y.taps + slots.length), 0);
  const cells = tiles.length * 2 ** (a + b);
  demand(cells <= LEAST_CELLS || Math.floor(cells / CELLS_PER_WEIGHT) <= real, 'zk/limit', 'the tiles are nearly all padding');
  return tiles;
}

const checkCount = count => demand(count <= MAX_TILES, 'zk/limit', `the weights have more than ${MAX_TILES} tiles`);

/** Which kh hold a weight's position, or a bias slot's. k = (dy | dx | ci | group). */
function realColumns({ y, x, ci, groups, xb, cb, gb, slots }, a) {
  const found = new Set();
  const markPositions = (first, last) => {
    for (let kh = Math.floor(first / 2 ** a); kh <= Math.floor(last / 2 ** a); kh++) found.add(kh);
    checkCount(found.size);
  };
  /** Combinations (dy | dx | ci) side by side, each with its groups. */
  const mark = (first, count) => {
    if (gb <= a) {
      // No tile is so narrow that it could hold nothing but the gap after the last group.
      markPositions(first * 2 ** gb, (first + count - 1) * 2 ** gb + groups - 1);
    } else {
      for (let c = first; c < first + count; c++) markPositions(c * 2 ** gb, c * 2 ** gb + groups - 1);
    }
  };
  for (let dy = 0; dy < y.taps; dy++) {
    for (let dx = 0; dx < x.taps; dx++) mark((dy * 2 ** xb + dx) * 2 ** cb, ci);
  }
  for (const slot of slots) mark(slot, 1);
  return [...found].sort((m, n) => m - n);
}
