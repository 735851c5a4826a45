// Everything about a proof that follows from key and batch alone: all sizes, and so all that a verifier spends
// (spec/proof-system.md, sections 6 and 7).
import { queries, securityBits } from './budget.js';
import { buildCircuit } from './build.js';
import { featuresOf } from './contractions.js';
import { MAX, POOLS, indexBits } from './circuit.js';
import { codewordBits, layOut, witnessRows } from './layout.js';
import { clog, demand } from './problem.js';
import { tilesOf } from './tiles.js';

/** Positions along one dimension, and rows of a table: more is a matter for a faster verifier. */
const LONGEST = 2 ** 21;

export function shapeOf(key, batch) {
  demand(Number.isInteger(batch) && batch >= 1 && batch <= MAX.cells, 'zk/limit', 'a proof is of one run or many, not of that many');
  const circuit = buildCircuit(key, batch);
  const leaves = layOut([...circuit.items.map(item => item.dims), ...circuit.tables.map(table => [table.rows])]);
  const witness = layOut(circuit.columns.map(column => column.dims));
  demand(leaves.bits <= MAX.layoutBits && witness.bits <= MAX.layoutBits, 'zk/limit', 'the circuit is too large');
  leaves.bits = Math.max(leaves.bits, 1);
  checkLengths(circuit);

  const rows = witnessRows(witness);
  const codeBits = codewordBits(rows.rowBits);
  const shape = {
    circuit, leaves, witness, ...rows, codewordBits: codeBits, witnessQueries: queries(2 ** codeBits).count,
    weights: weightsOf(circuit, key),
    productBits: circuit.instances.length === 0 ? 0 : circuit.instances.map(indexBits).reduce((a, b) => Math.max(a, b), key.a),
    pools: poolBits(circuit, key), claims: countClaims(circuit),
  };
  shape.securityBits = securityBits(shape);
  return shape;
}

function weightsOf(circuit, key) {
  const { matrices } = circuit;
  if (matrices.length === 0) {
    const empty = key.a === 0 && key.b === 0 && key.root.every(byte => byte === 0);
    demand(empty, 'zk/key', 'there is no weight matrix, but the key commits to weights');
    return null;
  }
  const tiles = tilesOf(matrices, key);
  const bits = codewordBits(key.a + key.b);
  return { a: key.a, b: key.b, root: key.root, tiles, codewordBits: bits, queries: queries(2 ** bits).count, matrixBits: clog(matrices.length) };
}

/** Vectors of elements are as long as dimensions are; of columns that are read flat, as all but the last together. */
function checkLengths({ columns, tables, instances, identities }) {
  const flat = [...instances.filter(instance => instance.flat), ...identities.flatMap(identity => identity.flats)];
  const fits = columns.every(({ dims }) => dims.every(length => length <= LONGEST))
    && tables.every(table => table.rows <= LONGEST) && flat.every(({ column }) => featuresOf(columns[column]) <= LONGEST);
  demand(fits, 'zk/too-large', 'the proof is too large for this verifier');
}

/** Elements of each pool: as many bits as its longest use (section 7, step 3). */
function poolBits(circuit, key) {
  const bits = Object.fromEntries(POOLS.map(pool => [pool, 0]));
  const use = (pool, length) => {
    bits[pool] = Math.max(bits[pool], clog(length));
  };
  for (const { box } of [...circuit.identities, ...circuit.instances]) {
    for (const { length, pool, groups } of box) {
      use(pool, length / groups);
      use('G', groups);
    }
  }
  for (const column of [...circuit.inputs, ...circuit.outputs]) circuit.columns[column].dims.slice(0, -1).forEach((length, d) => use(`P${d}`, length));
  if (circuit.matrices.length > 0) bits.J = Math.max(bits.J, key.b);
  bits.B = clog(circuit.batch);
  return bits;
}

/** Multiplicities, items, inputs and outputs, identities; with instances, the sum and one or two values of each. */
function countClaims({ identities, instances }) {
  const values = instances.reduce((count, { kind }) => count + (kind === 'product' ? 2 : 1), 0);
  return 3 + identities.length + (instances.length === 0 ? 0 : 1 + values);
}
