// An honest prover, as plain as can be: it answers the verifier's steps 0 to 6 one message at a time, then makes the openings.
// Far too slow for anything but tests of small programs.
import { concat } from '../../../web/verify/bytes.js';
import {
  ONE, ZERO, add, element, eqTable, inner, inverse, minus, mul, plus, pow, residue, rootOfUnity, scale, sum, times,
} from '../../../web/verify/zk/field.js';
import { axisWeights, cellOf } from '../../../web/verify/zk/layout.js';
import { powersOf } from '../../../web/verify/zk/instances.js';
import { leafHash, nodeHash } from '../../../web/verify/zk/openings.js';
import { collectClaims } from '../../../web/verify/zk/proof.js';
import { runValue } from '../../../web/verify/zk/statement.js';
import { indexBits } from '../../../web/verify/zk/circuit.js';
import { Transcript, uint32 } from '../../../web/verify/zk/transcript.js';
import { Witness, matricesOf, positionsOf, rowMajor } from './witness.js';

/** Codewords of rows, and the tree over their columns. */
export function commit(rows, rowBits) {
  const bits = rowBits + 2;
  const root = rootOfUnity(bits);
  const encode = row => Array.from({ length: 2 ** bits }, (_, q) => {
    const x = pow(root, q);
    return row.reduceRight((value, coefficient) => add(mul(value, x), coefficient), 0);
  });
  const codewords = rows.map(encode);
  const levels = [Array.from({ length: 2 ** bits }, (_, q) => leafHash(concat(...codewords.map(word => uint32(word[q])))))];
  while (levels.at(-1).length > 1) {
    const below = levels.at(-1);
    levels.push(Array.from({ length: below.length / 2 }, (_, i) => nodeHash(below[2 * i], below[2 * i + 1])));
  }
  const open = positions => {
    const parts = positions.flatMap(q => codewords.map(word => uint32(word[q])));
    let known = positions;
    for (const level of levels.slice(0, -1)) {
      for (const q of known) if (!known.includes(q ^ 1)) parts.push(level[q ^ 1]);
      known = [...new Set(known.map(q => q >> 1))];
    }
    return concat(...parts);
  };
  return { root: levels.at(-1)[0], open };
}

/** The rows of the weights' tiles. */
export function tileRows(circuit, model, tiles, { a, b }) {
  const matrices = matricesOf(circuit, model);
  return tiles.map(({ matrix, jh, kh }) => Array.from({ length: 2 ** (a + b) }, (_, i) => {
    const [j, k] = [jh * 2 ** b + Math.floor(i / 2 ** a), kh * 2 ** a + (i % 2 ** a)];
    const { rows, bits } = circuit.matrices[matrix];
    return j < rows && k < 2 ** bits ? residue(matrices[matrix](j, k)) : 0;
  }));
}

/** A table of 2^n elements with its highest bit bound to r. */
const bind = (table, r) => table.slice(0, table.length / 2).map((low, i) => plus(low, times(r, minus(table[i + table.length / 2], low))));

/** The channel that collectClaims reads from: it makes each message when it is asked for. */
class Answers {
  constructor(answer) {
    this.parts = [];
    this.answer = answer;
    this.drawn = {};
    const transcript = new Transcript();
    this.transcript = {
      absorb: (label, data) => transcript.absorb(label, data),
      positions: (...all) => transcript.positions(...all),
      draw: (label, count) => (this.drawn[label] = transcript.draw(label, count)),
      isGround: (...all) => transcript.isGround(...all),
    };
  }

  bytes(label, count, bytes = this.answer(label, count)) {
    this.parts.push(bytes);
    this.transcript.absorb(label, bytes);
    return bytes;
  }

  elements(label, count) {
    const elements = this.answer(label, count);
    this.bytes(label, 16 * count, concat(...elements.flat().map(uint32)));
    return elements;
  }

  ground(label, bits) {
    const nonce = new Uint8Array(8);
    const view = new DataView(nonce.buffer);
    for (let i = 0; !this.transcript.isGround(label, nonce, bits); i++) view.setUint32(0, i, true);
    this.bytes(label, 8, nonce);
  }
}

/** Numerators and denominators of all layers, the root's first. */
function fractions(shape, witness, [alpha, beta]) {
  const { circuit, leaves } = shape;
  const powers = powersOf(beta, 4);
  const size = 2 ** leaves.bits;
  const [p, q] = [new Array(size).fill(ZERO), new Array(size).fill(ONE)];
  const put = (cell, numerator, tuple, table) => {
    p[cell] = element(numerator);
    q[cell] = minus(alpha, plus(inner(tuple.map(element), powers), scale(powers[3], table + 1)));
  };
  circuit.items.forEach((item, number) => {
    for (const index of positionsOf(item.dims)) put(cellOf(leaves.boxes[number], index), 1, witness.tuple(item, index), witness.table(item, index));
  });
  circuit.tables.forEach((table, number) => {
    for (let i = 0; i < table.rows; i++) {
      put(cellOf(leaves.boxes[circuit.items.length + number], [i]), -witness.content[circuit.multiplicities[number]][i], table.row(i), number);
    }
  });
  const layers = [{ p, q }];
  while (layers[0].p.length > 2) {
    const below = layers[0];
    const half = below.p.length / 2;
    const next = { p: [], q: [] };
    for (let x = 0; x < half; x++) {
      next.p.push(plus(times(below.p[x], below.q[x + half]), times(below.p[x + half], below.q[x])));
      next.q.push(times(below.q[x], below.q[x + half]));
    }
    layers.unshift(next);
  }
  return layers;
}

/** One layer's sumcheck: called for each message. */
function layerAnswers({ p, q }, z, lambda, drawn) {
  const half = p.length / 2;
  let tables = [p.slice(0, half), p.slice(half), q.slice(0, half), q.slice(half)];
  let t = Math.log2(half);
  const bindLast = () => {
    tables = tables.map(table => bind(table, drawn['gkr.r'][0]));
  };
  return label => {
    if (t < Math.log2(half)) bindLast();
    t--;
    if (label === 'gkr.values') return tables.map(table => table[0]);
    const eq = eqTable(z.slice(0, t));
    const [lows, highs] = [tables.map(table => table.slice(0, table.length / 2)), tables.map(table => table.slice(table.length / 2))];
    const form = (p0, p1, q0, q1) => plus(plus(times(p0, q1), times(p1, q0)), times(lambda, times(q0, q1)));
    const at0 = sum(eq.map((weight, x) => times(weight, form(...lows.map(table => table[x])))));
    const highest = sum(eq.map((weight, x) => times(weight, form(...lows.map((table, j) => minus(highs[j][x], table[x]))))));
    return [at0, highest];
  };
}

/** Tables A_l and M_l on all K bits. */
function productTables(shape, witness, points) {
  const { circuit, productBits } = shape;
  return circuit.instances.map(instance => {
    const bits = indexBits(instance);
    const [A, M] = [0, 1].map(() => new Array(2 ** bits).fill(ZERO));
    const weights = instance.box.map(axis => axisWeights(axis, points));
    (instance.kind === 'contraction' ? fillContraction : fillProduct)(instance, circuit, witness, points, weights, A, M);
    const repeat = table => Array.from({ length: 2 ** productBits }, (_, k) => table[k % table.length]);
    return [repeat(A), repeat(M)];
  });
}

function fillContraction(instance, circuit, witness, points, weights, A, M) {
  const { rows, gb, cb, xb, ci, slots, y, x, channelDim, flat, box, limb } = instance;
  const axis = box.findIndex(({ pool }) => pool === 'J');
  const { dims } = circuit.columns[instance.column];
  const eqJ = eqTable(points.J.slice(0, Math.ceil(Math.log2(rows))), rows);
  const eqG = eqTable(points.G.slice(0, gb), instance.groups);
  const matrix = witness.matrices[instance.matrix];
  M.forEach((_, k) => {
    M[k] = sum(eqJ.map((weight, j) => scale(weight, residue(matrix(j, k)))));
  });
  for (const index of positionsOf(box.map(({ length }, d) => (d === axis ? 1 : length)))) {
    const rest = index.reduce((product, i, d) => (d === axis ? product : times(product, weights[d][i])), ONE);
    for (let group = 0; group < instance.groups; group++) {
      const weight = times(eqG[group], rest);
      const put = (k, value) => {
        A[k] = plus(A[k], scale(weight, residue(value)));
      };
      if (limb !== 'high') slots.forEach((slot, i) => put(slot * 2 ** gb + group, 65536 ** i));
      for (let dy = 0; dy < y.taps; dy++) {
        for (let dx = 0; dx < x.taps; dx++) {
          for (let c = 0; c < ci; c++) {
            let place = c * dims.at(-1) + index.at(-1);
            if (!flat) {
              const at = index.with(channelDim, group * ci + c);
              if (y.dim >= 0) {
                at[1] = index[1] * y.stride + dy * y.dilation - y.pad;
                at[2] = index[2] * x.stride + dx * x.dilation - x.pad;
              }
              if (at.some((i, d) => i < 0 || i >= dims[d])) continue;
              place = rowMajor(dims, at);
            }
            put(((dy * 2 ** xb + dx) * 2 ** cb + c) * 2 ** gb + group, witness.content[instance.column][place]);
          }
        }
      }
    }
  }
}

function fillProduct(instance, circuit, witness, points, weights, A, M) {
  const bitsOf = length => Math.ceil(Math.log2(length));
  const read = (side, at) => instance[side].reduce((total, { column, coefficient }) =>
    total + coefficient * witness.content[column][rowMajor(circuit.columns[column].dims, at)], 0);
  const sides = [['A', 'dimA', instance.onlyA, A], ['B', 'dimB', instance.onlyB, M]];
  for (const parts of positionsOf(instance.axes.map(axis => axis.length))) {
    const k = instance.axes.reduce((index, axis, i) => index * 2 ** bitsOf(axis.length) + parts[i], 0);
    const kept = instance.axes.reduce((product, axis, i) => (axis.boxAxis < 0 ? product : times(product, weights[axis.boxAxis][parts[i]])), ONE);
    for (const [side, dimName, only, table] of sides) {
      const dims = circuit.columns[instance[side][0].column].dims;
      let total = ZERO;
      for (const own of positionsOf(only.map(({ boxAxis }) => instance.box[boxAxis].length))) {
        const at = dims.map(() => 0);
        instance.axes.forEach((axis, i) => {
          at[axis[dimName]] = parts[i];
        });
        only.forEach(({ dim }, i) => {
          at[dim] = own[i];
        });
        const weight = only.reduce((product, { boxAxis }, i) => times(product, weights[boxAxis][own[i]]), ONE);
        total = plus(total, scale(weight, residue(read(side, at))));
      }
      table[k] = side === 'A' ? times(kept, total) : total;
    }
  }
}

/** Rounds of a sumcheck over Σ factor * A * M. */
function roundAnswers(pairs, factors, drawn, label) {
  let tables = pairs;
  let first = true;
  return {
    round() {
      this.bindLast();
      first = false;
      const total = f => sum(tables.map(([A, M], l) => times(factors[l], f(A, M, A.length / 2))));
      const at0 = total((A, M, half) => inner(A.slice(0, half), M.slice(0, half)));
      const highest = total((A, M, half) => inner(
        A.slice(half).map((x, i) => minus(x, A[i])), M.slice(half).map((x, i) => minus(x, M[i]))));
      return [at0, highest];
    },
    bindLast() {
      if (!first) tables = tables.map(pair => pair.map(table => bind(table, drawn[label][0])));
    },
    values() {
      this.bindLast();
      return tables.flatMap(([A, M]) => [A[0], M[0]]);
    },
  };
}

/** Adds a claim's term to the coefficients of W's cells. */
function spread(E, { column, coefficient, view, weights, vectors, flat, last }, factor, shape) {
  const box = shape.witness.boxes[column];
  const { dims } = shape.circuit.columns[column];
  const put = (index, weight) => {
    const cell = cellOf(box, index);
    E[cell] = plus(E[cell], times(times(factor, coefficient), weight));
  };
  if (view) {
    for (const index of positionsOf(weights.map(vector => vector.length))) {
      let weight = index.reduce((product, i, axis) => times(product, weights[axis][i]), ONE);
      const place = view.axes.map(map => {
        if (map.axis < 0) return map.places[0];
        if (map.weights !== null) weight = scale(weight, residue(map.weights[index[map.axis]]));
        return map.places === null ? index[map.axis] : map.places[index[map.axis]];
      });
      if (!place.includes(-1)) put(place, weight);
    }
    return;
  }
  for (const index of positionsOf(dims)) {
    if (flat) put(index, times(flat[rowMajor(dims.slice(0, -1), index.slice(0, -1))], last[index.at(-1)]));
    else put(index, index.reduce((product, i, d) => times(product, vectors[d] === null ? ONE : vectors[d][i]), ONE));
  }
}

const combine = (rows, factors, length) => Array.from({ length }, (_, i) => sum(rows.map((row, r) => scale(factors[r], row[i]))));

/**
 * Proves what a program makes of some runs' inputs.
 * @param {object} key as readKey gives it @param {object} shape as shapeOf gives it, for as many runs
 * @param {number[][][]} runs for each run its inputs
 * @param {(outputs: Int16Array[][]) => object} statement from the runs' outputs, verifyProof's question without key and proof
 */
export function prove(key, shape, model, runs, statement, { lie = () => {} } = {}) {
  const { circuit } = shape;
  const witness = new Witness(circuit, model, runs);
  lie(witness);
  const question = statement(runs.map((_, run) => witness.outputs(run)));
  const W = new Array(shape.rows * 2 ** shape.rowBits).fill(0);
  circuit.columns.forEach(({ dims }, column) => {
    for (const index of positionsOf(dims)) W[cellOf(shape.witness.boxes[column], index)] = residue(witness.content[column][rowMajor(dims, index)]);
  });
  const rows = Array.from({ length: shape.rows }, (_, r) => W.slice(r * 2 ** shape.rowBits, (r + 1) * 2 ** shape.rowBits));
  const committed = commit(rows, shape.rowBits);

  let layers;
  let layer;
  let z;
  let products;
  const channel = new Answers(label => {
    const { drawn } = channel;
    switch (label) {
      case 'witness': return committed.root;
      case 'gkr.root': {
        layers = fractions(shape, witness, drawn.lookup);
        z = [];
        layer = layers.shift();
        return [...layer.p, ...layer.q];
      }
      case 'gkr.round': {
        // A new layer begins where the last one's values were sent.
        if (layer === null || layer.p) startLayer();
        return layer(label);
      }
      case 'gkr.values': {
        const values = layer(label);
        layer = null;
        return values;
      }
      case 'values': return runs.map((inputs, run) => runValue(shape, pointsOf(drawn), drawn.theta[0], [...inputs, ...witness.outputs(run)]));
      case 'sum': {
        products = roundAnswers(productTables(shape, witness, pointsOf(drawn)), factorsOf(shape, drawn.gamma[0]), drawn, 'product.r');
        return [claimedSum(shape, witness, pointsOf(drawn), drawn.gamma[0])];
      }
      case 'product.round': return products.round();
      case 'product.values': return products.values();
      default: throw new Error(label);
    }
  });
  const pointsOf = drawn => Object.fromEntries(Object.keys(shape.pools).map(pool => [pool, drawn[`point.${pool}`]]));
  // The point of each layer: challenges r in the order of rounds, from the highest bit; then μ.
  const rs = [];
  const draw = channel.transcript.draw;
  channel.transcript.draw = (label, count) => {
    const result = draw(label, count);
    if (label === 'gkr.r') rs.unshift(result[0]);
    if (label === 'gkr.mu') z = [...rs.splice(0), result[0]];
    return result;
  };
  const startLayer = () => {
    layer = layerAnswers(layers.shift(), z, channel.drawn['gkr.lambda'][0], channel.drawn);
  };

  const collected = collectClaims(channel, key, shape, question);
  finish(channel, shape, model, rows, committed, collected, W);
  return { ...question, proof: concat(...channel.parts) };
}

const factorsOf = (shape, gamma) => powersOf(gamma, shape.circuit.instances.length).map((power, l) =>
  times(power, inverse(element(2 ** (shape.productBits - indexBits(shape.circuit.instances[l]))))));

/** Σ_l γ^l <views of instance l, e>. */
function claimedSum(shape, witness, points, gamma) {
  const gammas = powersOf(gamma, shape.circuit.instances.length);
  return sum(shape.circuit.instances.map((instance, l) => {
    const weights = instance.box.map(axis => axisWeights(axis, points));
    return times(gammas[l], sum(positionsOf(weights.map(vector => vector.length)).map(index => {
      const weight = index.reduce((product, i, axis) => times(product, weights[axis][i]), ONE);
      return times(weight, element(residue(witness.tuple({ expressions: [{ views: instance.views, constant: 0 }] }, index)[0])));
    })));
  }));
}

/** Steps 7 to 10. */
function finish(channel, shape, model, rows, committed, { claims, points, products }, W) {
  const { circuit, weights } = shape;
  const [lambda] = channel.transcript.draw('lambda', 1);
  const eta = weights === null ? [] : channel.transcript.draw('eta', weights.matrixBits);
  const lambdas = powersOf(lambda, claims.length);
  const size = 2 ** shape.witness.bits;
  const E = new Array(size).fill(ZERO);
  claims.forEach(({ terms }, i) => terms.forEach(term => spread(E, term, lambdas[i], shape)));
  const padded = Array.from({ length: size }, (_, cell) => element(W[cell] ?? 0));
  const rounds = roundAnswers([[E, padded]], [ONE], channel.drawn, 'reduce.r');
  const point = [];
  for (let t = 0; t < shape.witness.bits; t++) {
    channel.answer = () => rounds.round();
    channel.elements('reduce.round', 2);
    point.unshift(channel.transcript.draw('reduce.r', 1)[0]);
  }
  channel.answer = () => combine(rows, eqTable(point.slice(shape.rowBits), shape.rows), 2 ** shape.rowBits);
  channel.elements('fold.witness', 2 ** shape.rowBits);

  let tiles = null;
  if (weights !== null) {
    tiles = tileRows(circuit, model, weights.tiles, weights);
    const etas = eqTable(eta, circuit.matrices.length);
    const factors = weights.tiles.map(({ matrix, jh, kh }) => {
      const { rows: J, bits } = circuit.matrices[matrix];
      const [high, highK] = [points.J.slice(weights.b, Math.ceil(Math.log2(J))), products.point.slice(weights.a, bits)];
      return times(etas[matrix], times(eqTable(high)[jh], eqTable(highK)[kh]));
    });
    channel.answer = () => combine(tiles, factors, 2 ** (weights.a + weights.b));
    channel.elements('fold.weights', 2 ** (weights.a + weights.b));
  }
  channel.ground('nonce', 12);
  const positions = channel.transcript.positions('open.witness', 2 ** shape.codewordBits, shape.witnessQueries);
  const weightPositions = weights === null ? [] : channel.transcript.positions('open.weights', 2 ** weights.codewordBits, weights.queries);
  channel.parts.push(committed.open(positions));
  if (weights !== null) channel.parts.push(commit(tiles, weights.a + weights.b).open(weightPositions));
}
