// softmax (spec/proof-system.md, section 5.9): e and its sum S, the digits R of floor(2^k / S), then e*R rounded.
import { everywhere, fixed, negated } from './circuit.js';
import { runningMax } from './maxima.js';
import { meetingAxes, multiply } from './products.js';
import { clog, demand } from './problem.js';
import { requantise } from './requantise.js';

const HALF = 4096; // numbers up to 2^24 are q_0 + 4096*q_1

export const SOFTMAX = {
  softmax(circuit, op, context) {
    const x = circuit.aligned(op.x);
    const parameters = parametersOf(op, x.shape.at(-1), circuit.program.tables[op.table], context.where);
    const axis = x.shape.length - 1;
    const shapes = { full: x.shape, rows: x.shape.with(axis, 1) };
    const box = { full: circuit.box(shapes.full), rows: circuit.box(shapes.rows) };
    const column = kind => circuit.column([...shapes[kind], circuit.batch]);

    // Exponentials, and their sum.
    const largest = runningMax(circuit, x, axis);
    const e = column('full');
    const one = number => ({ views: [circuit.same(number)], constant: 0 });
    circuit.item(circuit.columns[e].dims, [circuit.table('Map', op.table, 0)], [
      { views: [largest, negated(circuit.same(x.column))], constant: 0 }, one(e)]);
    const S = column('rows');
    circuit.reserve(x.shape[axis], x.shape.length);
    const terms = Array.from({ length: x.shape[axis] }, (_, i) => (
      { ...circuit.same(e, -1), axes: circuit.same(e).axes.with(axis, fixed(i)) }));
    circuit.identity(box.rows, [circuit.same(S), ...terms]);

    const R = reciprocal(circuit, parameters, { column, box: box.rows, S });
    scaled(circuit, op, context, parameters, { column, box: box.full, e, R });
  },
};

function parametersOf(op, n, table, where) {
  const top = table.reduce((a, b) => Math.max(a, b));
  const sumBits = clog(n * top + 1);
  const digitBits = Math.min(30 - sumBits, 15);
  const refuse = condition => demand(condition, 'zk/softmax-length', `${where}: rows of ${n} can't be proved with this table, k and u`);
  refuse(sumBits <= 24 && digitBits >= 4 && op.shift > 0);
  const digits = Math.max(1, Math.ceil(clog(Math.floor(2 ** op.reciprocalBits / table[0]) + 1) / digitBits));
  const low = Math.min(Math.floor(op.shift / digitBits), digits - 1);
  refuse(digitBits * (digits - low) + clog(top + 1) <= 30);
  return { top, digitBits, digits, low, power: 2 ** op.reciprocalBits };
}

/** A number below 4096 * highSize in two columns; called with a factor, its views. */
function twoHalves(circuit, column, highSize) {
  const low = column('rows');
  const high = column('rows');
  circuit.rangeItem(low, HALF);
  circuit.rangeItem(high, highSize);
  return factor => [circuit.same(low, factor), circuit.same(high, HALF * factor)];
}

/** The digits R_i of floor(2^k / S). With the remainder q < S and carries c_i: R_i*S = base*c_i + (digit i of 2^k) - c_(i-1). */
function reciprocal(circuit, { digitBits, digits, power }, { column, box, S }) {
  const base = 2 ** digitBits;
  const R = Array.from({ length: digits }, () => column('rows'));
  R.forEach(digit => circuit.rangeItem(digit, base));
  const q = twoHalves(circuit, column, HALF);
  const z = twoHalves(circuit, column, HALF); // S - 1 - q: it isn't negative
  circuit.identity(box, [...q(1), ...z(1), circuit.same(S, -1)], [everywhere(box.length, 1)]);

  const carries = R.slice(1).map(() => twoHalves(circuit, column, 2 ** (18 - digitBits)));
  R.forEach((digit, i) => {
    const before = i === 0 ? q : carries[i - 1];
    const isLast = i === digits - 1;
    const above = Math.floor(power / base ** (i + 1));
    const constant = (Math.floor(power / base ** i) % base) + (isLast ? base * above : 0);
    const views = [...(isLast ? [] : carries[i](base)), ...before(-1)];
    multiply(circuit, box, [{ column: digit, coefficient: 1 }], [{ column: S, coefficient: 1 }], axesOf(circuit, box, digit, S), {
      views, constants: [everywhere(box.length, constant)],
    });
  });
  return R;
}

const axesOf = (circuit, box, a, b) => meetingAxes(box, circuit.columns[a].dims, circuit.columns[b].dims);

/** y = clamp(floor((e*R + 2^(u-1)) / 2^u)): the digits of R below 2^u are multiplied and dropped one by one, the others at once. */
function scaled(circuit, op, context, { top, digitBits, digits, low }, { column, box, e, R }) {
  const base = 2 ** digitBits;
  const half = 2 ** (op.shift - 1);
  /** The digit of the rounding constant 2^(u-1) at place i; the last place takes what is above, too. */
  const halfAt = i => (half < base ** i || (i < low && half >= base ** (i + 1)) ? 0 : half / base ** i);
  const parts = axesOf(circuit, box, e, R[0]);
  const [A, B] = [[{ column: e, coefficient: 1 }], digit => ({ column: digit, coefficient: 1 })];

  let before = []; // views of d_(i-1), the carry
  for (let i = 0; i < low; i++) {
    const d = column('full');
    const t = column('full');
    circuit.rangeItem(d, 2 ** 15);
    circuit.rangeItem(t, base);
    multiply(circuit, box, A, [B(R[i])], parts, {
      views: [circuit.same(d, base), circuit.same(t), ...before], constants: [everywhere(box.length, -halfAt(i))],
    });
    before = [circuit.same(d, -1)];
  }

  const sum = [halfAt(low), top * (base ** (digits - low) - 1) + (low > 0 ? 2 ** 15 - 1 : 0) + halfAt(low)];
  const form = requantise(circuit, {
    ...context, box, shifts: [op.shift - digitBits * low], roundings: [0], channelAxis: -1, result: op.result, sum,
  });
  const high = R.slice(low).map((digit, i) => ({ column: digit, coefficient: base ** i }));
  multiply(circuit, box, A, high, parts, {
    views: [...form.views, ...before], constants: [...form.constants, everywhere(box.length, -halfAt(low))],
  });
  circuit.addValue(form.column, op.result);
}
