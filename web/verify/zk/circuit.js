// A circuit: columns, tables, lookup items, identities and instances (spec/proof-system.md, section 4). Here is what they are
// made of; the operations' files add to it.
//
// A view reads a column over a box. `axes` has one map for each dimension of the column: { axis, places, weights } with one
// place (null: position i reads place i) and one weight (null: 1) for each position of that axis of the box, or
// { axis: -1, places: [place] }. An axis of a box is { length, pool, groups }. A constant term is a scale times one factor for
// each axis, a vector or null for ones.
import { product, sameShape } from '../program-limits.js';
import { makeTable } from './tables.js';
import { P } from './field.js';
import { clog, demand } from './problem.js';

/** The pools of random points, in the order in which they are drawn. */
export const POOLS = ['J', 'G', 'B', 'P0', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'];

export const fixed = place => ({ axis: -1, places: [place], weights: null });
export const along = (axis, places = null, weights = null) => ({ axis, places, weights });

/** A constant everywhere, on a box with that many axes. */
export const everywhere = (axes, scale) => ({ scale, factors: new Array(axes).fill(null) });

/** A vector along one axis. */
export const vectorAlong = (axes, axis, vector) => ({ scale: 1, factors: everywhere(axes, 1).factors.with(axis, vector) });

export const negated = view => ({ ...view, coefficient: -view.coefficient });

export const lengthsOf = box => box.map(axis => axis.length);

const total = lengths => lengths.reduce((sum, length) => sum + length, 0);

/** What a circuit may have at most (section 5.10). */
export const MAX = { leaves: 2 ** 26, cells: 2 ** 26, tables: 2 ** 16, views: 2 ** 17, places: 2 ** 25, indexBits: 28, layoutBits: 30 };

export class Circuit {
  columns = [];
  tables = [];
  items = [];
  identities = [];
  instances = [];
  matrices = [];
  #tableNumbers = new Map();
  #cells = 0;
  #leaves = 0;
  #views = 0;
  #places = 0;

  constructor(key, batch) {
    this.program = key.program;
    this.limbBits = key.limbBits;
    this.batch = batch;
    /** For each value of the program so far: { column, shape, lo, hi }. */
    this.values = this.program.inputs.map(({ type }) => this.#valueOf(type));
    this.inputs = this.values.map(value => value.column);
  }

  #valueOf({ shape, lo, hi }) {
    return { column: this.column([...shape, this.batch]), shape, lo, hi };
  }

  /** A new column; its number. */
  column(dims) {
    this.#cells += product(dims);
    demand(this.#cells <= MAX.cells, 'zk/limit', 'the circuit\'s columns are too large');
    this.columns.push({ dims });
    return this.columns.length - 1;
  }

  /** The table of that kind, made when it is first needed; its number, from 0. */
  table(kind, ...parameters) {
    const name = `${kind} ${parameters}`;
    if (!this.#tableNumbers.has(name)) {
      this.#tableNumbers.set(name, this.tables.length);
      demand(this.tables.length < MAX.tables, 'zk/limit', 'the circuit has too many tables');
      this.tables.push(makeTable(kind, parameters, kind === 'Map' ? this.program.tables[parameters[0]] : null));
      this.#look(this.tables.at(-1).rows);
    }
    return this.#tableNumbers.get(name);
  }

  /** A lookup; `tables` has one number, or one for each position of the table axis. */
  item(dims, tables, expressions, tableAxis = -1) {
    this.#look(product(dims));
    for (const { views } of expressions) this.#count(views, dims);
    this.items.push({ dims, tables, tableAxis, expressions });
  }

  /** The lookup of a column alone over all its positions. */
  rangeItem(column, size) {
    this.item(this.columns[column].dims, [this.table('Range', size)], [{ views: [this.same(column)], constant: 0 }]);
  }

  /** Refuses so many views, of so many places each, before they are made: a few bytes of a program can ask for millions. */
  reserve(views, places) {
    demand(views <= MAX.views && views * places <= MAX.places, 'zk/limit', 'the circuit reads its columns too often');
  }

  #look(count) {
    this.#leaves += count;
    demand(this.#leaves <= MAX.leaves, 'zk/limit', 'the circuit has too many lookups');
  }

  /** Views and constants add up to 0. A flat view reads a column in row-major order. */
  identity(box, views, constants = [], flats = []) {
    this.#count(views, lengthsOf(box));
    this.identities.push({ box, views, constants, flats });
  }

  /** An inner product equals views and constants. */
  instance(instance) {
    const { box, views } = instance;
    demand(indexBits(instance) <= MAX.indexBits, 'zk/limit', 'a product sums over too many places');
    const dimsOf = ({ column }) => total(this.columns[column].dims);
    if (instance.kind === 'product') {
      this.#places += total([...instance.A, ...instance.B].map(dimsOf));
    } else {
      const windows = [instance.y, instance.x].map(({ dim, taps }) => (dim < 0 ? 0 : taps * box[dim].length));
      this.#places += instance.groups * instance.ci + dimsOf(instance) + total(windows);
    }
    this.#count(views, lengthsOf(box));
    this.instances.push(instance);
  }

  /**
   * A hostile key is stopped while its circuit is made, not when it has filled the memory. What a view is evaluated with is as
   * long as its map, or as the dimension.
   */
  #count(views, lengths) {
    this.#views += views.length;
    for (const { column, axes } of views) {
      this.#places += total(this.columns[column].dims.map((length, d) => Math.max(length, axes[d].axis < 0 ? 1 : lengths[axes[d].axis])));
    }
    this.reserve(this.#views, 0);
    this.reserve(1, this.#places);
  }

  /** The box of a shape: axis d with pool P_d, then the batch. */
  box(shape) {
    return [...shape.map((length, d) => ({ length, pool: `P${d}`, groups: 1 })), this.batchAxis];
  }

  get batchAxis() {
    return { length: this.batch, pool: 'B', groups: 1 };
  }

  /** Each dimension along the axis of its number. */
  same(column, coefficient = 1) {
    return { column, coefficient, axes: this.columns[column].dims.map((_, d) => along(d)) };
  }

  /** The same, where a dimension of length 1 meets a longer axis of the box. */
  broadcast(column, box, coefficient = 1) {
    const axes = this.columns[column].dims.map((length, d) => (length === 1 && box[d].length !== 1 ? fixed(0) : along(d)));
    return { column, coefficient, axes };
  }

  /** A value whose column has its own shape and the batch: realigned first, where it is another's under a new shape. */
  aligned(number) {
    const value = this.values[number];
    const dims = [...value.shape, this.batch];
    if (sameShape(this.columns[value.column].dims, dims)) return value;
    const column = this.column(dims);
    this.identity(this.box(value.shape), [this.same(column)], [], [{ column: value.column, coefficient: -1 }]);
    this.values[number] = { ...value, column };
    return this.values[number];
  }

  /** An operation's result. */
  addValue(column, { shape, lo, hi }) {
    this.values.push({ column, shape, lo, hi });
  }
}

/** Bits of the index that an instance sums over. */
export const indexBits = instance =>
  (instance.kind === 'contraction' ? instance.bits : instance.axes.reduce((bits, axis) => bits + clog(axis.length), 0));

/** The interval rule (section 5.2): what is on one side less what is on the other lies strictly between -p and p. */
export function checkInterval(left, right, where) {
  demand(left[0] - right[1] > -P && left[1] - right[0] < P, 'zk/bounds', `${where}: two sides of an equation can differ by p`);
}

export const plusIntervals = (a, b) => [a[0] + b[0], a[1] + b[1]];

export function timesIntervals(a, b) {
  const corners = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
  return [Math.min(...corners), Math.max(...corners)];
}

export const timesInterval = (factor, [lo, hi]) => (factor < 0 ? [factor * hi, factor * lo] : [factor * lo, factor * hi]);
