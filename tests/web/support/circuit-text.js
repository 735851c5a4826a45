// A circuit as text, so that two builders can be compared (spec/vectors/proofs/README.md, "circuits.json"): how views and
// constants are written down doesn't matter, only what they add up to.
import { P, add, mul, residue } from '../../../web/verify/zk/field.js';

/** A number for each position along a dimension, the same everywhere. */
function mark(a, b, c) {
  const t = (a * 1000003 + b * 10007 + c * 31) % P;
  return mul(mul(t, t), t);
}

const content = (column, d, place) => mark(column + 1, d + 1, place + 1);
const weight = (axis, i) => mark(0, axis + 1, i + 1);
const total = (length, term) => Array.from({ length }, (_, i) => term(i)).reduce(add, 0);

/** Σ over the box of the weights times a view of marked columns. */
function viewSum({ column, coefficient, axes }, lengths) {
  const used = new Set(axes.map(map => map.axis));
  let sum = residue(coefficient);
  axes.forEach((map, d) => {
    sum = mul(sum, map.axis < 0 ? content(column, d, map.places[0]) : total(lengths[map.axis], i => {
      const place = map.places === null ? i : map.places[i];
      if (place < 0) return 0;
      const product = mul(weight(map.axis, i), content(column, d, place));
      return map.weights === null ? product : mul(product, residue(map.weights[i]));
    }));
  });
  lengths.forEach((length, axis) => {
    if (!used.has(axis)) sum = mul(sum, total(length, i => weight(axis, i)));
  });
  return sum;
}

const constantSum = ({ scale, factors }, lengths) => lengths.reduce((sum, length, axis) => mul(sum, total(length, i =>
  (factors[axis] === null ? weight(axis, i) : mul(weight(axis, i), residue(factors[axis][i]))))), residue(scale));

function flatSum({ column, coefficient }, lengths, dims) {
  let sum = 0;
  const features = dims.slice(0, -1).reduce((a, b) => a * b, 1);
  for (let f = 0; f < features; f++) {
    let [product, rest] = [1, f];
    for (let axis = lengths.length - 2; axis >= 0; axis--) {
      product = mul(product, weight(axis, rest % lengths[axis]));
      rest = Math.floor(rest / lengths[axis]);
    }
    rest = f;
    for (let d = dims.length - 2; d >= 0; d--) {
      product = mul(product, content(column, d, rest % dims[d]));
      rest = Math.floor(rest / dims[d]);
    }
    sum = add(sum, product);
  }
  const batch = total(lengths.at(-1), i => mul(weight(lengths.length - 1, i), content(column, dims.length - 1, i)));
  return mul(residue(coefficient), mul(sum, batch));
}

const boxText = box => box.map(({ length, pool, groups }) => `${length} ${pool} ${groups}`).join(', ');

function sumText(circuit, { views, constants, flats = [] }, lengths) {
  const parts = [
    ...views.map(view => viewSum(view, lengths)), ...constants.map(constant => constantSum(constant, lengths)),
    ...flats.map(flat => flatSum(flat, lengths, circuit.columns[flat.column].dims))];
  return parts.reduce(add, 0);
}

function instanceText(instance) {
  if (instance.kind === 'contraction') {
    const window = ({ dim, taps, stride, dilation, pad }) => `${dim} ${taps} ${stride} ${dilation} ${pad}`;
    return `contraction column ${instance.column} channels ${instance.flat ? 'flat' : instance.channelDim} `
      + `${instance.groups} ${instance.ci} ${instance.rows} y ${window(instance.y)} x ${window(instance.x)} `
      + `bits ${instance.yb} slots ${instance.slots} matrix ${instance.matrix}`;
  }
  const side = columns => columns.map(({ column, coefficient }) => `${coefficient}*${column}`).join('+');
  const axes = instance.axes.map(({ length, dimA, dimB, boxAxis }) => `${length} ${dimA} ${dimB} ${boxAxis}`).join(', ');
  const only = list => list.map(({ dim, boxAxis }) => `${dim} ${boxAxis}`).join(', ');
  return `product A ${side(instance.A)} B ${side(instance.B)} k ${axes}; A ${only(instance.onlyA)}; B ${only(instance.onlyB)}`;
}

/** Lines, each with its line feed. */
export function circuitText(circuit) {
  const lines = [];
  circuit.columns.forEach(({ dims }, i) => lines.push(`column ${i}: ${dims}`));
  circuit.tables.forEach(({ kind, parameters }, i) => lines.push(`table ${i}: ${kind} ${parameters}`));
  circuit.items.forEach(({ dims, tables, tableAxis, expressions }, i) => {
    const same = tables.every(table => table === tables[0]);
    const sums = expressions.map(({ views, constant }) =>
      sumText(circuit, { views, constants: [{ scale: constant, factors: dims.map(() => null) }] }, dims));
    lines.push(`item ${i}: ${dims}; tables ${same ? tables[0] : `${tables} by ${tableAxis}`}; ${sums}`);
  });
  const lengths = ({ box }) => box.map(axis => axis.length);
  circuit.identities.forEach((identity, i) => lines.push(`identity ${i}: ${boxText(identity.box)}; ${sumText(circuit, identity, lengths(identity))}`));
  circuit.instances.forEach((instance, i) =>
    lines.push(`instance ${i}: ${boxText(instance.box)}; ${sumText(circuit, instance, lengths(instance))}; ${instanceText(instance)}`));
  circuit.matrices.forEach(({ operation, limb, rows, bits }, i) => lines.push(`matrix ${i}: ${operation} ${limb} ${rows} ${bits}`));
  lines.push(`inputs ${circuit.inputs}`, `outputs ${circuit.outputs}`);
  return lines.map(line => `${line}\n`).join('');
}
