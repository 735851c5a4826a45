// From a proof key and a number of runs to the circuit (spec/proof-system.md, section 5).
import { Circuit } from './circuit.js';
import { CONTRACTIONS } from './contractions.js';
import { MAXIMA } from './maxima.js';
import { MOVES } from './moves.js';
import { Problem, demand } from './problem.js';
import { PRODUCTS } from './products.js';
import { SOFTMAX } from './softmax.js';
import { SUMS } from './sums.js';

const OPERATIONS = { ...CONTRACTIONS, ...PRODUCTS, ...SUMS, ...MOVES, ...MAXIMA, ...SOFTMAX };

/** Throws Problem where a program or its choices have no proof. */
export function buildCircuit(key, batch) {
  const circuit = new Circuit(key, batch);
  key.program.operations.forEach((op, number) => {
    const where = `operation ${number} (${op.name})`;
    if (!Object.hasOwn(OPERATIONS, op.name)) throw new Problem('zk/operation', `${where}: it isn't provable`);
    OPERATIONS[op.name](circuit, op, { number, where, choice: key.choices[number] });
  });
  demand(circuit.items.length > 0, 'zk/nothing', 'the program has no lookup: there is nothing to prove');
  circuit.outputs = key.program.outputs.map(output => circuit.values[output.value].column);
  // How often each row of a table is looked up: one more column for each.
  circuit.multiplicities = circuit.tables.map(table => circuit.column([table.rows]));
  return circuit;
}
