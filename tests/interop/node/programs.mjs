// Computes the vectors of spec/vectors/program/models.json by the words of spec/program.md alone: reads models and
// items on standard input, decodes programs, hashes, evaluates with BigInt, and prints "ok" or what differs.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

function decodeCbor(bytes) {
  let at = 0;
  const item = () => {
    const head = bytes[at++];
    const size = (head & 31) < 24 ? 0 : 1 << ((head & 31) - 24);
    let n = head & 31;
    if (size) {
      n = BigInt('0x' + bytes.subarray(at, at + size).toString('hex'));
      if (n <= Number.MAX_SAFE_INTEGER) n = Number(n);
      at += size;
    }
    switch (head >> 5) {
      case 0: return n;
      case 1: return -1 - n;
      case 2: return bytes.subarray(at, at += n);
      case 3: return bytes.toString('utf8', at, at += n);
      case 4: return Array.from({ length: n }, item);
      default: return { 0xf4: false, 0xf5: true, 0xf6: null }[head];
    }
  };
  const value = item();
  if (at !== bytes.length) throw new Error('trailing data');
  return value;
}

const int16s = (bytes) => Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
const uint32s = (bytes) => Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
const count = (shape) => shape.reduce((a, b) => a * b, 1);

function weightsRoot(blob) {
  const leaves = [];
  for (let i = 0; i < blob.length; i += 65536) leaves.push(sha256(Buffer.of(0), blob.subarray(i, i + 65536)));
  const root = (nodes) => {
    if (nodes.length === 0) return sha256();
    if (nodes.length === 1) return nodes[0];
    let split = 1;
    while (split * 2 < nodes.length) split *= 2;
    return sha256(Buffer.of(1), root(nodes.slice(0, split)), root(nodes.slice(split)));
  };
  return root(leaves);
}

function readWeights(declared, blob) {
  let at = 0;
  return declared.map(([type, shape]) => {
    const values = [];
    for (let i = count(shape); i > 0; i--) {
      values.push(BigInt([blob.readInt8, blob.readInt16LE, blob.readInt32LE][type].call(blob, at)));
      at += 1 << type;
    }
    return { shape, values };
  });
}

const round = (value, shift) => (shift === 0 ? value : (value + (1n << BigInt(shift - 1))) >> BigInt(shift));

// Windows of an image: for each output position the list of [ky, kx, element or null for padding].
function* windows([, height, width], [, oh, ow], [kh, kw], [sy, sx], [dy, dx], [top, left]) {
  for (let oy = 0; oy < oh; oy++) for (let ox = 0; ox < ow; ox++) {
    const window = [];
    for (let ky = 0; ky < kh; ky++) for (let kx = 0; kx < kw; kx++) {
      const y = oy * sy - top + ky * dy;
      const x = ox * sx - left + kx * dx;
      window.push(y < 0 || x < 0 || y >= height || x >= width ? null : y * width + x);
    }
    yield window;
  }
}

const floorDiv = (a, b) => (a % b < 0n ? a / b - 1n : a / b);
const sum = (list) => list.reduce((a, b) => a + b, 0n);
const max = (a, b) => (a > b ? a : b);

// The largest integer r with r*r*factor <= value.
function root(value, factor = 1n) {
  let low = 0n;
  let high = value + 1n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle * factor <= value) low = middle;
    else high = middle;
  }
  return low;
}

// Coordinates of every element of a shape, and the element at coordinates.
const places = (shape) => shape.reduce((all, length) => all.flatMap((at) => Array.from({ length }, (_, i) => [...at, i])), [[]]);
const index = (shape, at) => at.reduce((position, place, axis) => position * shape[axis] + place, 0);

function evaluate(op, values, types, weights, tables) {
  const x = values[op[1]];
  const [shape, lo] = types[op[1]] ?? [];
  const [resultShape] = op.at(-1);
  const element = (value, at) => BigInt(values[value][index(types[value][0], at)]);
  const each = (f) => places(resultShape).map(f);
  const meeting = (operands, f) => each((at) => f(...operands.map((value) =>
    element(value, at.map((place, axis) => (types[value][0][axis] === 1 ? 0 : place))))));
  const row = (value, at, axis) => Array.from({ length: types[value][0][axis] }, (_, i) => element(value, at.with(axis, i)));
  const lastRow = (i) => x.slice(i - (i % shape.at(-1)), i - (i % shape.at(-1)) + shape.at(-1));
  switch (op[0]) {
    case 1: {
      const [, , w, b, shifts] = op;
      const [n, k] = weights[w].shape;
      return Array.from({ length: (x.length / k) * n }, (_, i) => {
        const row = Math.floor(i / n) * k;
        const channel = i % n;
        let sum = weights[b].values[channel];
        for (let j = 0; j < k; j++) sum += weights[w].values[channel * k + j] * BigInt(x[row + j]);
        return round(sum, shifts[channel]);
      });
    }
    case 2: {
      const [, , w, b, shifts, strides, dilations, pads, groups] = op;
      const [m, cg, kh, kw] = weights[w].shape;
      const area = shape[1] * shape[2];
      const y = [];
      for (let channel = 0; channel < m; channel++) {
        const first = Math.floor(channel / (m / groups)) * cg;
        for (const window of windows(shape, resultShape, [kh, kw], strides, dilations, pads)) {
          let sum = weights[b].values[channel];
          for (let c = 0; c < cg; c++) window.forEach((position, k) => {
            if (position !== null) sum += weights[w].values[(channel * cg + c) * kh * kw + k] * BigInt(x[(first + c) * area + position]);
          });
          y.push(round(sum, shifts[channel]));
        }
      }
      return y;
    }
    case 3: return x.map((q) => BigInt(tables[op[2]][q - lo]));
    case 4: return x.map((q) => round(BigInt(q) * BigInt(op[2]), op[3]));
    case 5: return meeting([op[1], op[2]], (a, b) => round(a * BigInt(op[3]) + b * BigInt(op[4]), op[5]));
    case 6: case 7: {
      const [, , kernel, strides, pads, countPadding, multiplierBytes, shift] = op;
      const all = [...windows(shape, resultShape, kernel, strides, [1, 1], pads)];
      const real = all.map((window) => window.filter((position) => position !== null));
      const counted = (i) => (countPadding === true ? all[i].length : real[i].length);
      const counts = [...new Set(real.map((_, i) => counted(i)))].sort((a, b) => a - b);
      const y = [];
      for (let c = 0; c < shape[0]; c++) real.forEach((positions, i) => {
        const elements = positions.map((position) => x[c * shape[1] * shape[2] + position]);
        if (op[0] === 6) y.push(BigInt(Math.max(...elements)));
        else {
          const sum = BigInt(elements.reduce((a, b) => a + b, 0));
          y.push(round(BigInt(int16s(multiplierBytes)[counts.indexOf(counted(i))]) * sum, shift));
        }
      });
      return y;
    }
    case 8: {
      const [, , table, k, u] = op;
      const length = shape.at(-1);
      return x.map((q, i) => {
        const row = x.slice(i - (i % length), i - (i % length) + length);
        const max = Math.max(...row);
        const sum = row.reduce((total, element) => total + BigInt(tables[table][max - element]), 0n);
        return round(BigInt(tables[table][max - q]) * ((1n << BigInt(k)) / sum), u);
      });
    }
    case 9: return x.map(BigInt);
    case 10: return meeting([op[1], op[2]], (a, b) => round(a * b, op[3]));
    case 11: return each((at) => {
      const [m, n] = at.slice(-2);
      const products = Array.from({ length: shape.at(-1) }, (_, k) =>
        element(op[1], [...at.slice(0, -2), m, k]) * element(op[2], [...at.slice(0, -2), k, n]));
      return round(sum(products), op[3]);
    });
    case 12: {
      const [, , axis, w, b, shifts] = op;
      return each((at) => {
        const c = at[axis];
        return round(element(op[1], at) * weights[w].values[c] + weights[b].values[c], shifts[c]);
      });
    }
    case 13: return each((at) => round(BigInt(op[3]) * sum(row(op[1], at, op[2])), op[4]));
    case 14: return each((at) => row(op[1], at, op[2]).reduce(max));
    case 15: return meeting([op[1], op[2]], max);
    case 16: return meeting([op[1], op[2]], (a, b) => (a < b ? a : b));
    case 17: return meeting([op[1], op[2]], (a, b) => floorDiv((a << BigInt(op[3] + 1)) + b, 2n * b));
    case 18: {
      const [, , centred, e, k, u] = op;
      return x.map((q, i) => {
        const elements = lastRow(i).map(BigInt);
        const n = BigInt(elements.length);
        const deviation = (element) => (centred ? n * element - sum(elements) : element);
        const v = BigInt(e) + sum(elements.map((element) => deviation(element) ** 2n));
        return round(deviation(BigInt(q)) * root(1n << BigInt(2 * k), v), u);
      });
    }
    case 19: return each((at) => round(root((4n ** BigInt(op[3])) * sum(row(op[1], at, op[2]).map((q) => q * q))), op[4]));
    case 20: return meeting([op[1], op[2], op[3]], (c, a, b) => (c !== 0n ? a : b));
    case 21: {
      const [, , k, largest, asPlaces] = op;
      const y = [];
      for (let start = 0; start < x.length; start += shape.at(-1)) {
        const elements = x.slice(start, start + shape.at(-1));
        const order = elements.map((_, i) => i)
          .sort((i, j) => (elements[i] === elements[j] ? i - j : largest ? elements[j] - elements[i] : elements[i] - elements[j]));
        y.push(...order.slice(0, k).map((i) => BigInt(asPlaces ? i : elements[i])));
      }
      return y;
    }
    case 22: return each((at) => element(op[1], at.map((_, axis) => at[op[2].indexOf(axis)])));
    case 23: return each((at) => element(op[1], at.map((place, axis) => op[2][axis] + place * op[3][axis])));
    case 24: return each((at) => element(op[1], at.with(op[2], uint32s(op[3])[at[op[2]]])));
    case 25: return each((at) => {
      let place = at[op[2]];
      const operand = op[1].find((value) => {
        if (place < types[value][0][op[2]]) return true;
        place -= types[value][0][op[2]];
        return false;
      });
      return element(operand, at.with(op[2], place));
    });
    case 26: return each((at) => {
      const inside = at.map((place, axis) => place - op[2][axis]);
      return inside.every((place, axis) => place >= 0 && place < shape[axis]) ? element(op[1], inside) : BigInt(op[4]);
    });
    case 27: return each((at) => {
      const { shape: [, width], values: table } = weights[op[2]];
      return table[Number(element(op[1], at.slice(0, -1))) * width + at.at(-1)];
    });
    case 28: return weights[op[1]].values;
    default: throw new Error(`operation ${op[0]}`);
  }
}

function run([, inputs, , tableBytes, operations, outputs], weights, item) {
  const types = inputs.map((input) => input[1]);
  const values = [...item];
  const tables = tableBytes.map(int16s);
  for (const op of operations) {
    const type = op.at(-1);
    const [, lo, hi] = type;
    values.push(evaluate(op, values, types, weights, tables).map((v) => Number(v < lo ? BigInt(lo) : v > hi ? BigInt(hi) : v)));
    types.push(type);
  }
  return outputs.map((output) => values[output[1]]);
}

const problems = [];
for (const vector of JSON.parse(readFileSync(0, 'utf8'))) {
  const bytes = Buffer.from(vector.program, 'hex');
  const blob = Buffer.from(vector.weights, 'hex');
  const program = decodeCbor(bytes);
  const root = weightsRoot(blob);
  if (root.toString('hex') !== vector.weightsRoot) problems.push(`${vector.name}: weights root`);
  if (sha256('assay/model-id/v1\0', bytes, root).toString('hex') !== vector.modelId) problems.push(`${vector.name}: model id`);
  const weights = readWeights(program[2], blob);
  vector.items.forEach((item, i) => {
    if (JSON.stringify(run(program, weights, item.inputs)) !== JSON.stringify(item.outputs)) problems.push(`${vector.name}: item ${i}`);
  });
}
process.stdout.write(problems.length === 0 ? 'ok' : problems.join('\n'));
