// Proof keys for the tests' programs: choices that are good enough, and the bytes of a key.
import { concat, encodeUtf8 } from '../../../web/verify/bytes.js';
import { head } from '../../../web/verify/cbor.js';

const rounding = shift => (shift === 0 ? 0 : 2 ** (shift - 1));
const clog = n => Math.ceil(Math.log2(n));
const multiple = (m, [lo, hi]) => (m < 0 ? [m * hi, m * lo] : [m * lo, m * hi]);
const join = intervals => [Math.min(...intervals.map(i => i[0])), Math.max(...intervals.map(i => i[1]))];
const added = (a, b) => [a[0] + b[0], a[1] + b[1]];

/** What an operation's sums before the shift can be, for each channel; null without a requantisation. */
function sums(op, model, types) {
  const range = value => [types[value].lo, types[value].hi];
  const corners = (a, b) => join([a.map(x => x * b[0]), a.map(x => x * b[1])].map(([x, y]) => [Math.min(x, y), Math.max(x, y)]));
  switch (op.name) {
    case 'linear': case 'conv': case 'affine': {
      const [w, bias] = [model.weights[op.weights], model.weights[op.bias]];
      const padded = op.name === 'conv' ? join([range(op.x), [0, 0]]) : range(op.x);
      return Array.from(bias, (b, channel) => {
        const row = Array.from(w.subarray((channel * w.length) / bias.length, ((channel + 1) * w.length) / bias.length));
        return row.reduce((total, weight) => added(total, multiple(weight, padded)), [b, b]);
      });
    }
    case 'add': return [added(multiple(op.multiplier, range(op.x)), multiple(op.multiplierB, range(op.b)))];
    case 'rescale': return [multiple(op.multiplier, range(op.x))];
    case 'reducesum': return [multiple(op.multiplier * types[op.x].shape[op.axis], range(op.x))];
    case 'avgpool': return [join([...op.multipliers].flatMap(m => [[0, 0], multiple(m * op.kernel[0] * op.kernel[1], range(op.x))]))];
    case 'mul': return [corners(range(op.x), range(op.b))];
    case 'matmul': return [multiple(types[op.x].shape.at(-1), corners(range(op.x), range(op.b)))];
    case 'max': case 'min': {
      const reach = [0, 1].map(end => Math[op.name](range(op.x)[end], range(op.b)[end]));
      return reach[0] >= op.result.lo && reach[1] <= op.result.hi ? null : [reach];
    }
    case 'softmax': return [[0, 2 ** Math.max(op.reciprocalBits, 15)]];
    default: return null;
  }
}

/** A choice of one form for an operation, or of the one that fits. */
function choiceOf(op, model, types, preferred) {
  const intervals = sums(op, model, types);
  if (intervals === null) return { form: 'none' };
  const { lo, hi } = op.result;
  const shifts = op.shifts ?? [op.shift ?? 0];
  const ends = intervals.map((interval, n) => interval.map(x => Math.floor((x + rounding(shifts[n])) / 2 ** shifts[n])));
  if (preferred === 'plain' && ends.every(([low, high]) => low >= lo && high <= hi)) return { form: 'plain' };
  const before = ends.map(([low]) => Math.max(0, lo - low));
  const after = ends.map(([, high]) => Math.max(0, high - hi));
  if (preferred !== 'split' && [...before, ...after].every(n => n < 2000)) return { form: 'direct', before, after };
  const lowBits = clog(hi - lo + 1);
  return {
    form: 'split', lowBits, lowest: ends.map(([low]) => Math.floor((low - lo) / 2 ** lowBits)),
    highest: ends.map(([, high]) => Math.max(Math.floor((high - lo) / 2 ** lowBits), Math.floor((ends[0][0] - lo) / 2 ** lowBits))),
  };
}

export function choicesOf(model, preferred) {
  const types = model.program.inputs.map(input => input.type);
  return model.program.operations.map(op => {
    const choice = choiceOf(op, model, types, preferred);
    types.push(op.result);
    return choice;
  });
}

const integer = value => (value < 0 ? head(1, -1 - value) : head(0, value));
const array = items => concat(head(4, items.length), ...items);
const bytesItem = bytes => concat(head(2, bytes.length), bytes);
const list = numbers => array(numbers.map(integer));

function encodeChoice(choice) {
  switch (choice.form) {
    case 'none': return array([]);
    case 'plain': return array([integer(0)]);
    case 'direct': return array([integer(1), list(choice.before), list(choice.after)]);
    default: return array([integer(2), integer(choice.lowBits), list(choice.lowest), list(choice.highest)]);
  }
}

export function encodeKey({ programBytes, weightsRoot, limbBits, choices, a, b, root }) {
  const name = encodeUtf8('assay/proof-key/v1');
  return array([
    concat(head(3, name.length), name), bytesItem(programBytes), bytesItem(weightsRoot), integer(limbBits), array(choices.map(encodeChoice)),
    integer(a), integer(b), bytesItem(root)]);
}
