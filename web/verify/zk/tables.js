// The public tables of lookups (spec/proof-system.md, section 5.1). A row is three numbers; what isn't given is 0.
import { demand } from './problem.js';

/** Rows of one table, at most. */
const MAX_ROWS = 2 ** 22;

const within = (value, lo, hi) => Math.min(Math.max(value, lo), hi);

const KINDS = {
  Range: n => [n, i => [i, 0, 0]],
  Clamp: (before, w, after) => [before + w + 1 + after, i => [i - before, within(i - before, 0, w), 0]],
  Class: (lowest, highest) => [highest - lowest + 1, i => [lowest + i, 1 + Math.sign(lowest + i), 0]],
  Slices: (c, w) => [3 * 2 ** c, i => {
    const [k, l] = [Math.floor(i / 2 ** c), i % 2 ** c];
    return [l, [0, Math.min(l, w), w][k], k];
  }],
  Relu: c => [2 * 2 ** c, i => [i - 2 ** c, Math.max(i - 2 ** c, 0), 0]],
  Step: c => [2 * 2 ** c, i => [i - 2 ** c, Math.max(i - 2 ** c, 0), i > 2 ** c ? 1 : 0]],
};

/** A table by kind and parameters; a Map is made of an array of the program too. */
export function makeTable(kind, parameters, entries) {
  const [rows, row] = kind === 'Map' ? [entries.length, i => [parameters[1] + i, entries[i], 0]] : KINDS[kind](...parameters);
  demand(rows <= MAX_ROWS, 'zk/limit', `a table ${kind}(${parameters}) has more than ${MAX_ROWS} rows`);
  return { kind, parameters, rows, row };
}
