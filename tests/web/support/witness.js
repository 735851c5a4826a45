// Finds the columns of a circuit from its inputs alone, relation by relation: what a lookup or an equation leaves open is filled
// in. That is how circuits are tested: if they hold what the program says, the outputs found are the program's.

const positionsOf = dims => dims.reduce((list, length) => list.flatMap(index => Array.from({ length }, (_, i) => [...index, i])), [[]]);
const rowMajor = (dims, index) => index.reduce((at, i, d) => at * dims[d] + i, 0);
const constantAt = (constants, index) => constants.reduce((total, { scale, factors }) =>
  total + factors.reduce((product, factor, axis) => product * (factor === null ? 1 : factor[index[axis]]), scale), 0);

/** Weight matrices as functions of row (over all groups) and k = (dy | dx | ci | group), by position. */
function weightAt(matrix, model) {
  const op = model.program.operations[matrix.operation];
  const [w, bias] = [model.weights[op.weights], model.weights[op.bias]];
  const { rows, ci, y, x, gb, cb, xb, slots, limb } = matrix;
  return (j, k) => {
    const group = k % 2 ** gb;
    const combination = Math.floor(k / 2 ** gb);
    const channel = group * rows + j;
    const slot = slots.indexOf(combination);
    if (group >= matrix.groups) return 0;
    if (slot >= 0) {
      if (limb === 'high') return 0;
      const low = (bias[channel] << 16) >> 16;
      return slot === 0 ? low : (bias[channel] - low) / 65536;
    }
    const c = combination % 2 ** cb;
    const dx = Math.floor(combination / 2 ** cb) % 2 ** xb;
    const dy = Math.floor(combination / 2 ** (cb + xb));
    if (c >= ci || dx >= x.taps || dy >= y.taps) return 0;
    const weight = w[((channel * ci + c) * y.taps + dy) * x.taps + dx];
    const low = (weight << 24) >> 24;
    return limb === 'whole' ? weight : limb === 'low' ? low : (weight - low) / 256;
  };
}

export const matricesOf = (circuit, model) => circuit.matrices.map(matrix => weightAt(matrix, model));

/** Everything about a circuit's content, NaN where it isn't known yet. */
export class Witness {
  constructor(circuit, model, runs) {
    Object.assign(this, { circuit, model, matrices: matricesOf(circuit, model) });
    this.content = circuit.columns.map(({ dims }) => new Float64Array(dims.reduce((a, b) => a * b)).fill(NaN));
    circuit.inputs.forEach((column, i) => runs.forEach((inputs, run) => {
      inputs[i].forEach((value, at) => {
        this.content[column][at * runs.length + run] = value;
      });
    }));
    this.relations = [
      ...circuit.items.map(item => ({ item, box: item.dims })),
      ...circuit.identities.map(identity => ({ identity, box: identity.box.map(axis => axis.length) })),
      ...circuit.instances.map(instance => ({ instance, box: instance.box.map(axis => axis.length) })),
    ].map(relation => ({ ...relation, left: positionsOf(relation.box) }));
    this.#indexTables();
    this.#solve();
    this.#count();
  }

  #indexTables() {
    // A row by all of its entries that may be the key: the first; the first and the third.
    this.rows = this.circuit.tables.map(table => {
      const rows = Array.from({ length: table.rows }, (_, i) => table.row(i));
      return {
        rows, byFirst: new Map(rows.map((row, i) => [row[0], i])), byBoth: new Map(rows.map((row, i) => [`${row[0]},${row[2]}`, i])),
        byAll: new Map(rows.map((row, i) => [`${row}`, i])),
      };
    });
  }

  /** Where a view reads at a position: [column, place, factor], or null. */
  #cell({ column, coefficient, axes }, index) {
    let factor = coefficient;
    const place = axes.map(map => {
      if (map.axis < 0) return map.places[0];
      if (map.weights !== null) factor *= map.weights[index[map.axis]];
      return map.places === null ? index[map.axis] : map.places[index[map.axis]];
    });
    return place.includes(-1) ? null : [column, rowMajor(this.circuit.columns[column].dims, place), factor];
  }

  /** Known part of a sum of views, and the unknown terms. */
  #split(views, index, cells = []) {
    let known = 0;
    const unknown = [];
    for (const cell of [...views.map(view => this.#cell(view, index)).filter(found => found !== null), ...cells]) {
      const value = this.content[cell[0]][cell[1]];
      if (Number.isNaN(value)) unknown.push(cell);
      else known += cell[2] * value;
    }
    return { known, unknown };
  }

  #set([column, place], value) {
    if (!Number.isInteger(value)) throw new Error(`column ${column} would hold ${value}`);
    this.content[column][place] = value;
  }

  #tableOf({ tables, tableAxis }, index) {
    return tableAxis < 0 ? tables[0] : tables[index[tableAxis]];
  }

  /** Fills in what a lookup leaves open at a position. @returns {boolean} whether nothing is open any more */
  #lookUp(item, index) {
    const parts = item.expressions.map(({ views, constant }) => ({ constant, ...this.#split(views, index) }));
    const value = part => part.known + part.constant;
    const { byFirst, byBoth, rows } = this.rows[this.#tableOf(item, index)];
    if (parts.every(part => part.unknown.length === 0)) return true;
    if (parts[0].unknown.length > 0) return false;
    let row = byFirst.get(value(parts[0]));
    if (rows[0].length === 3 && item.expressions.length === 3 && parts[2].unknown.length === 0) row = byBoth.get(`${value(parts[0])},${value(parts[2])}`);
    if (row === undefined) throw new Error(`no row for ${value(parts[0])} at ${index} in ${this.circuit.tables[this.#tableOf(item, index)].kind} ${this.circuit.tables[this.#tableOf(item, index)].parameters}`);
    if (this.circuit.tables[this.#tableOf(item, index)].kind === 'Slices' && parts[2].unknown.length > 0) return false;
    parts.forEach((part, j) => {
      if (part.unknown.length === 1) this.#set(part.unknown[0], (rows[row][j] - value(part)) / part.unknown[0][2]);
    });
    return parts.every(part => part.unknown.length <= 1);
  }

  /** One equation: views + constants = wanted. Several unknowns are digits, the largest first. */
  #equation(views, constants, index, wanted, many, cells) {
    const { known, unknown } = this.#split(views, index, cells);
    let rest = wanted - known - constantAt(constants, index);
    if (unknown.length === 0) {
      if (rest !== 0) throw new Error(`an equation is off by ${rest}`);
      return true;
    }
    if (unknown.length > 1 && !many) return false;
    if (unknown.every(cell => cell[2] < 0)) {
      rest = -rest;
      for (const cell of unknown) cell[2] = -cell[2];
    }
    unknown.sort((m, n) => n[2] - m[2]);
    for (const cell of unknown) {
      const [quotient, limit] = [Math.floor(rest / cell[2]), this.#limit(cell[0], index)];
      const digit = limit === Infinity ? quotient : Math.max(0, Math.min(quotient, limit));
      this.#set(cell, digit);
      rest -= digit * cell[2];
    }
    if (rest !== 0) throw new Error(`an equation is off by ${rest}`);
    return true;
  }

  /** The largest number that a column's own lookup allows at a position: a limb beyond a channel's shift is 0. */
  #limit(column, index) {
    const item = this.circuit.items.find(({ expressions: [{ views, constant }, other] }) =>
      other === undefined && constant === 0 && views.length === 1 && views[0].column === column);
    const table = item && this.circuit.tables[this.#tableOf(item, index)];
    return table?.kind === 'Range' ? table.rows - 1 : Infinity;
  }

  #flatCells({ box, flats }, index) {
    return flats.map(({ column, coefficient }) => {
      const batch = box.at(-1).length;
      return [column, rowMajor(box.slice(0, -1).map(axis => axis.length), index.slice(0, -1)) * batch + index.at(-1), coefficient];
    });
  }

  /** The inner product of an instance at a position; NaN if it isn't known. */
  product(instance, index) {
    return this.innerProduct(instance, index).reduce((total, [a, m]) => total + a * m, 0);
  }

  /** Its factors. */
  innerProduct(instance, index) {
    return instance.kind === 'contraction' ? this.#contraction(instance, index) : this.#columnProduct(instance, index);
  }

  #contraction(instance, index) {
    const { rows, ci, y, x, gb, cb, xb, slots, channelDim, flat } = instance;
    const { dims } = this.circuit.columns[instance.column];
    const axis = instance.box.findIndex(({ pool }) => pool === 'J');
    const group = Math.floor(index[axis] / rows);
    const weight = this.matrices[instance.matrix];
    const k = (dy, dx, c) => ((dy * 2 ** xb + dx) * 2 ** cb + c) * 2 ** gb + group;
    const factors = slots.map((slot, i) => [65536 ** i, weight(index[axis] % rows, slot * 2 ** gb + group)]);
    for (let dy = 0; dy < y.taps; dy++) {
      for (let dx = 0; dx < x.taps; dx++) {
        for (let c = 0; c < ci; c++) {
          let place;
          if (flat) place = c * dims.at(-1) + index.at(-1);
          else {
            const at = index.with(channelDim, group * ci + c);
            if (y.dim >= 0) {
              at[1] = index[1] * y.stride + dy * y.dilation - y.pad;
              at[2] = index[2] * x.stride + dx * x.dilation - x.pad;
            }
            if (at.some((i, d) => i < 0 || i >= dims[d])) continue;
            place = rowMajor(dims, at);
          }
          factors.push([this.content[instance.column][place], weight(index[axis] % rows, k(dy, dx, c))]);
        }
      }
    }
    return factors;
  }

  #columnProduct(instance, index) {
    const summed = instance.axes.filter(axis => axis.boxAxis < 0);
    return positionsOf(summed.map(axis => axis.length)).map(extra => {
      const value = (side, dimName, only) => instance[side].reduce((total, { column, coefficient }) => {
        const { dims } = this.circuit.columns[column];
        const at = dims.map(() => 0);
        instance.axes.forEach(axis => {
          at[axis[dimName]] = axis.boxAxis < 0 ? extra[summed.indexOf(axis)] : index[axis.boxAxis];
        });
        only.forEach(({ dim, boxAxis }) => {
          at[dim] = index[boxAxis];
        });
        return total + coefficient * this.content[column][rowMajor(dims, at)];
      }, 0);
      return [value('A', 'dimA', instance.onlyA), value('B', 'dimB', instance.onlyB)];
    });
  }

  #step({ item, identity, instance }, index, many) {
    if (item) return this.#lookUp(item, index);
    if (identity) return this.#equation(identity.views, identity.constants, index, 0, many, this.#flatCells(identity, index));
    const wanted = this.product(instance, index);
    return Number.isNaN(wanted) ? false : this.#equation(instance.views, instance.constants, index, wanted, many, []);
  }

  /** The lowest column that a relation knows nothing of yet. */
  #lowestUnknown({ item, identity, instance }) {
    const views = item ? item.expressions.flatMap(expression => expression.views) : [...(identity ?? instance).views, ...(identity?.flats ?? [])];
    const unknown = views.map(view => view.column).filter(column => this.content[column].some(Number.isNaN));
    return Math.min(...unknown);
  }

  #solve() {
    for (;;) {
      let progress = false;
      const advance = (relation, many) => {
        const before = relation.left.length;
        relation.left = relation.left.filter(index => !this.#step(relation, index, many));
        if (relation.left.length < before) progress = true;
      };
      const open = this.relations.filter(relation => relation.left.length > 0);
      if (open.length === 0) return;
      for (const relation of open) advance(relation, false);
      if (progress) continue;
      this.hint?.();
      const equations = open.filter(relation => !relation.item && !(relation.instance && Number.isNaN(this.product(relation.instance, relation.left[0]))));
      equations.sort((m, n) => this.#lowestUnknown(m) - this.#lowestUnknown(n));
      if (equations.length > 0) advance(equations[0], true);
      if (!progress) throw new Error('the circuit leaves something open');
    }
  }

  #count() {
    const { circuit } = this;
    circuit.multiplicities.forEach(column => this.content[column].fill(0));
    for (const item of circuit.items) {
      for (const index of positionsOf(item.dims)) {
        const tuple = [0, 1, 2].map(j => (item.expressions[j] === undefined ? 0
          : this.#split(item.expressions[j].views, index).known + item.expressions[j].constant));
        const table = this.#tableOf(item, index);
        const row = this.rows[table].byAll.get(`${tuple}`);
        if (row === undefined) throw new Error(`no row ${tuple} in ${circuit.tables[table].kind}`);
        this.content[circuit.multiplicities[table]][row]++;
      }
    }
  }

  /** The program's outputs of one run, as the circuit has them. */
  outputs(run) {
    const { batch, outputs } = this.circuit;
    return outputs.map(column => Int16Array.from({ length: this.content[column].length / batch }, (_, i) => this.content[column][i * batch + run]));
  }

  tuple(item, index) {
    return item.expressions.map(({ views, constant }) => this.#split(views, index).known + constant);
  }

  table(item, index) {
    return this.#tableOf(item, index);
  }
}

export { positionsOf, rowMajor };
