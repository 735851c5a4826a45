// How boxes lie in a vector of 2^n cells, and their weight vectors at a point (spec/proof-system.md, section 6.1).
import { eqAt, eqTable, times } from './field.js';
import { clog } from './problem.js';

/**
 * Lays boxes end to end.
 * @param {number[][]} boxes dimensions of each
 * @returns {{ boxes: object[], cells: number, bits: number }} of each box `dims`, `lead` (-1 if it is one cell), the `bits` and
 * `low`est bit of each other dimension, and `blocks` of the lead: `start`, `bits` of its slices, `offset`
 */
export function layOut(boxes) {
  const laid = boxes.map(dims => {
    const lead = dims.findIndex(length => length > 1);
    const bits = dims.map((length, d) => (d === lead ? 0 : clog(length)));
    const low = dims.map((_, d) => bits.slice(d + 1).reduce((sum, b) => sum + b, 0));
    return { dims, lead, bits, low, blocks: [] };
  });

  const blocks = [];
  laid.forEach((box, number) => {
    const pitch = box.lead < 0 ? 0 : box.low[box.lead];
    const slices = box.lead < 0 ? 1 : box.dims[box.lead];
    let start = 0;
    for (let e = Math.floor(Math.log2(slices)); e >= 0; e--) {
      if (Math.floor(slices / 2 ** e) % 2 === 0) continue;
      blocks.push({ number, start, bits: e, size: 2 ** (e + pitch) });
      start += 2 ** e;
    }
  });
  // Each block's place is a multiple of its size, because sizes are powers of two and fall.
  blocks.sort((a, b) => b.size - a.size || a.number - b.number || a.start - b.start);
  let cells = 0;
  for (const { number, start, bits, size } of blocks) {
    laid[number].blocks.push({ start, bits, offset: cells });
    cells += size;
  }
  return { boxes: laid, cells, bits: clog(cells) };
}

/** The vectors G_d of a box at a point z of as many elements as the layout has bits: eq(z, cell(idx)) = Π_d G_d[idx_d]. */
export function weightVectors(box, z) {
  const vectors = box.dims.map((length, d) => eqTable(z.slice(box.low[d], box.low[d] + box.bits[d]), length));
  const pitch = box.lead < 0 ? 0 : box.low[box.lead];
  const lead = [];
  for (const { start, bits, offset } of box.blocks) {
    const above = eqAt(z.slice(pitch + bits), offset / 2 ** (pitch + bits));
    eqTable(z.slice(pitch, pitch + bits)).forEach((weight, i) => {
      lead[start + i] = times(above, weight);
    });
  }
  vectors[Math.max(box.lead, 0)] = lead;
  return vectors;
}

/** The cell of a position. */
export function cellOf(box, index) {
  const rest = index.reduce((sum, i, d) => (d === box.lead ? sum : sum + i * 2 ** box.low[d]), 0);
  if (box.lead < 0) return box.blocks[0].offset;
  const place = index[box.lead];
  const block = box.blocks.findLast(({ start }) => start <= place);
  return block.offset + (place - block.start) * 2 ** box.low[box.lead] + rest;
}

/** The size of codewords for rows of 2^bits cells: rate 1/4. */
export const codewordBits = bits => bits + 2;

/** Rows of the witness: bits of a row's cells, and how many rows. */
export function witnessRows({ cells, bits }) {
  const rowBits = Math.min(bits, Math.floor(bits / 2) + 2);
  return { rowBits, rows: Math.ceil(cells / 2 ** rowBits) };
}

/** Weights of an axis of an identity's box at the pools' points (section 4). */
export function axisWeights({ length, pool, groups }, points) {
  if (pool !== 'J') return eqTable(points[pool].slice(0, clog(length)), length);
  const rows = length / groups;
  const within = eqTable(points.J.slice(0, clog(rows)), rows);
  const groupsOf = eqTable(points.G.slice(0, clog(groups)), groups);
  return groupsOf.flatMap(group => within.map(weight => times(group, weight)));
}
