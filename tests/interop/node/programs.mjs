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
      n = Number(BigInt('0x' + bytes.subarray(at, at + size).toString('hex')));
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

function evaluate(op, values, types, weights, tables) {
  const x = values[op[1]];
  const [shape, lo] = types[op[1]];
  const [resultShape] = op.at(-1);
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
    case 5: return x.map((q, i) => round(BigInt(q) * BigInt(op[3]) + BigInt(values[op[2]][i]) * BigInt(op[4]), op[5]));
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
