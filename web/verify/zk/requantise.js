// Rounding, shift and clamp: y = clamp(floor((acc + r) / 2^s)) (spec/proof-system.md, section 5.2).
import { roundingConstant } from '../program-limits.js';
import { checkInterval, everywhere, lengthsOf, plusIntervals, vectorAlong } from './circuit.js';
import { demand } from './problem.js';

/** Of a low part: a table of three times 2^c rows is the largest allowed. */
const MAX_LOW_BITS = 20;

/** One table for all positions, or one for each position of the channel axis, made in that order. */
function perChannel(circuit, channels, kind, ...lists) {
  if (lists.every(list => list.length === 1)) return [circuit.table(kind, ...lists.map(list => list[0]))];
  return Array.from({ length: channels }, (_, n) => circuit.table(kind, ...lists.map(list => at(list, n))));
}

const at = (list, n) => (list.length === 1 ? list[0] : list[n]);

/** What 2^s*U + remainder can be, where U is between `low` and `high`: the remainder is below 2^s. */
const intervalOf = (shift, low, high) => [2 ** shift * low, 2 ** shift * (high + 1) - 1];

/**
 * The columns and items of one requantisation.
 * @param {object} task { box, shifts, roundings, channelAxis, result, choice, sum, where }: `shifts` and `roundings` one each,
 * or one per position of the channel axis (-1 if none); `sum` is the interval of acc + r, or a function from r to it.
 * @returns {{ column: number, views: object[], constants: object[] }} the result's column, and the form that equals acc
 */
export function requantise(circuit, task) {
  const { box, shifts, channelAxis, result: { lo, hi }, choice, where } = task;
  const roundings = task.roundings ?? shifts.map(roundingConstant);
  const channels = channelAxis < 0 ? 1 : box[channelAxis].length;
  const dims = lengthsOf(box);
  const width = hi - lo;
  checkChoice(choice, channels, width, where);

  const names = { plain: ['y'], direct: ['v', 'y'], split: ['h', 'k', 'l', 'y'] }[choice.form];
  const column = Object.fromEntries(names.map(name => [name, circuit.column(dims)]));
  const limbs = Array.from({ length: Math.ceil(shifts.reduce((a, b) => Math.max(a, b)) / circuit.limbBits) }, () => circuit.column(dims));
  const one = (name, constant = 0) => ({ views: [circuit.same(column[name])], constant });

  const item = (tables, ...expressions) => circuit.item(dims, tables, expressions, tables.length === 1 ? -1 : channelAxis);
  limbs.forEach((limb, i) => {
    const sizes = shifts.map(shift => 2 ** Math.min(Math.max(shift - i * circuit.limbBits, 0), circuit.limbBits));
    item(perChannel(circuit, channels, 'Range', sizes), { views: [circuit.same(limb)], constant: 0 });
  });

  let high; // the column U and the interval of its part, per channel
  switch (choice.form) {
    case 'plain':
      item([circuit.table('Range', width + 1)], one('y', -lo));
      high = () => [lo, hi];
      break;
    case 'direct':
      item(perChannel(circuit, channels, 'Clamp', choice.before, [width], choice.after), one('v', -lo), one('y', -lo));
      high = n => [lo - at(choice.before, n), hi + at(choice.after, n)];
      break;
    default: {
      const slice = 2 ** choice.lowBits;
      item(perChannel(circuit, channels, 'Class', choice.lowest, choice.highest), one('h'), one('k'));
      item([circuit.table('Slices', choice.lowBits, width)], one('l'), one('y', -lo), one('k'));
      high = n => [lo + at(choice.lowest, n) * slice, lo + (at(choice.highest, n) + 1) * slice - 1];
    }
  }
  for (let n = 0; n < channels; n++) {
    const sum = task.sum ?? plusIntervals(task.acc, [at(roundings, n), at(roundings, n)]);
    checkInterval(sum, intervalOf(at(shifts, n), ...high(n)), where);
  }
  return { column: column.y, ...formOf(circuit, task, { column, limbs, roundings }) };
}

/** 2^s*U + Σ 2^(i*limb bits)*m_i + const. */
function formOf(circuit, { box, shifts, channelAxis, result: { lo }, choice }, { column, limbs, roundings }) {
  const powers = shifts.map(shift => 2 ** shift);
  const shifted = (number, factor) => {
    const view = circuit.same(number, powers.length === 1 ? factor * powers[0] : factor);
    return powers.length === 1 ? view : { ...view, axes: view.axes.with(channelAxis, { ...view.axes[channelAxis], weights: powers }) };
  };
  const upper = {
    plain: () => [shifted(column.y, 1)],
    direct: () => [shifted(column.v, 1)],
    split: () => [shifted(column.h, 2 ** choice.lowBits), shifted(column.l, 1)],
  }[choice.form]();
  const offsets = powers.map((power, n) => (choice.form === 'split' ? lo * power : 0) - roundings[n]);
  return {
    views: [...upper, ...limbs.map((limb, i) => circuit.same(limb, 2 ** (i * circuit.limbBits)))],
    constants: [offsets.length === 1 ? everywhere(box.length, offsets[0]) : vectorAlong(box.length, channelAxis, offsets)],
  };
}

function checkChoice(choice, channels, width, where) {
  demand(choice.form !== 'none', 'zk/choice', `${where}: it has a requantisation, and the key has no choice for it`);
  const fits = (...lists) => demand(
    lists.every(list => list.length === 1 || list.length === channels), 'zk/choice', `${where}: the choice has another number of channels`);
  if (choice.form === 'direct') fits(choice.before, choice.after);
  if (choice.form === 'split') {
    fits(choice.lowest, choice.highest);
    demand(choice.lowBits <= MAX_LOW_BITS, 'zk/limit', `${where}: a low part has more than ${MAX_LOW_BITS} bits`);
    demand(2 ** choice.lowBits > width, 'zk/choice', `${where}: the low part must hold more than the result's range`);
    for (let n = 0; n < channels; n++) {
      demand(at(choice.lowest, n) <= at(choice.highest, n), 'zk/choice', `${where}: the lowest high part is above the highest`);
    }
  }
}

/** An operation without a requantisation has no choice. */
export const checkNoChoice = ({ choice, where }) =>
  demand(choice.form === 'none', 'zk/choice', `${where}: it has no requantisation, but the key has a choice for it`);
