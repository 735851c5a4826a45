// Runs programs of fixed-point/v1 again, in exact integers (spec/program.md). Every intermediate value stays below
// 2^53, by the accumulator rule and the limits, so binary64 arithmetic is exact integer arithmetic here; where values get
// larger (see wider-runs.js), they are BigInts.
import { equal } from './bytes.js';
import { product, sameShape } from './program-limits.js';
import { possibleCounts } from './program-rules.js';
import { WIDER_RUNS, clamp, meet, round } from './wider-runs.js';

/** More multiply-adds than this take a browser longer than a person waits. An item costs some, whatever is done with it. */
const MAX_WORK = 2 ** 33;
const WORK_PER_ITEM = 1000;
const MAX_OUTPUT_BYTES = 2 ** 27;

function roundTiesToEven(value) {
  const magnitude = Math.abs(value);
  const floor = Math.floor(magnitude);
  const rest = magnitude - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return value < 0 ? -rounded : rounded;
}

/** One item of an input to integers, and how many elements were clamped; or the code and place of what is refused. */
export function quantize({ type, axis, offsets, multipliers, rule }, x) {
  const q = new Int16Array(x.length);
  const perChannel = product(axis === null ? type.shape : type.shape.slice(axis + 1));
  let clamped = 0;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i])) return { error: 'boundary/not-finite', position: i };
    const channel = Math.floor(i / perChannel) % offsets.length;
    const rounded = roundTiesToEven((x[i] - offsets[channel]) * multipliers[channel]);
    if (rounded < type.lo || rounded > type.hi) {
      if (rule === 0) return { error: 'boundary/out-of-range', position: i };
      clamped++;
    }
    q[i] = clamp(rounded, type);
  }
  return { error: null, q, clamped };
}

/** One item of an output to binary32. */
export const dequantize = ({ scale }, q) => Float32Array.from(q, value => value * scale);

/** The outputs of one item in integers. `inputs`: one Int16Array for each input. */
export function run({ program, weights }, inputs) {
  const values = [...inputs];
  const types = program.inputs.map(input => input.type);
  for (const op of program.operations) {
    values.push(RUN[op.name](op, { x: values[op.x], type: types[op.x], values, types, weights, program }));
    types.push(op.result);
  }
  return program.outputs.map(output => values[output.value]);
}

const RUN = {
  linear(op, { x, weights }) {
    const w = weights[op.weights];
    const bias = weights[op.bias];
    const n = bias.length;
    const k = w.length / n;
    const y = new Int16Array((x.length / k) * n);
    for (let at = 0; at < y.length; at++) {
      const channel = at % n;
      const start = ((at - channel) / n) * k;
      let sum = bias[channel];
      for (let i = 0; i < k; i++) sum += w[channel * k + i] * x[start + i];
      y[at] = clamp(round(sum, op.shifts[channel]), op.result);
    }
    return y;
  },

  conv(op, { x, type, weights, program }) {
    const [, height, width] = type.shape;
    const [outChannels, outHeight, outWidth] = op.result.shape;
    const [, channels, kernelY, kernelX] = program.weights[op.weights].shape;
    const w = weights[op.weights];
    const y = new Int16Array(product(op.result.shape));
    let at = 0;
    for (let m = 0; m < outChannels; m++) {
      const firstChannel = Math.floor(m / (outChannels / op.groups)) * channels;
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++) {
          let sum = weights[op.bias][m];
          for (let c = 0; c < channels; c++) {
            for (let ky = 0; ky < kernelY; ky++) {
              const iy = oy * op.stride[0] - op.pads.top + ky * op.dilation[0];
              if (iy < 0 || iy >= height) continue;
              const row = ((firstChannel + c) * height + iy) * width;
              const weightRow = ((m * channels + c) * kernelY + ky) * kernelX;
              for (let kx = 0; kx < kernelX; kx++) {
                const ix = ox * op.stride[1] - op.pads.left + kx * op.dilation[1];
                if (ix >= 0 && ix < width) sum += w[weightRow + kx] * x[row + ix];
              }
            }
          }
          y[at++] = clamp(round(sum, op.shifts[m]), op.result);
        }
      }
    }
    return y;
  },

  lookup: (op, { x, type, program }) => x.map(value => program.tables[op.table][value - type.lo]),

  rescale: (op, { x }) => x.map(value => clamp(round(value * op.multiplier, op.shift), op.result)),

  add: (op, context) => meet(op, context, [op.x, op.b], (a, b) => round(a * op.multiplier + b * op.multiplierB, op.shift)),

  maxpool: (op, { x, type }) => pool(op, x, type, window => window.max),

  avgpool(op, { x, type }) {
    const counts = possibleCounts(op, type.shape);
    const area = op.kernel[0] * op.kernel[1];
    return pool(op, x, type, ({ sum, count }) => {
      const multiplier = op.multipliers[counts.indexOf(op.countPadding ? area : count)];
      return clamp(round(multiplier * sum, op.shift), op.result);
    });
  },

  softmax(op, { x, program }) {
    const table = program.tables[op.table];
    const length = op.result.shape.at(-1);
    const y = new Int16Array(x.length);
    for (let start = 0; start < x.length; start += length) {
      const row = x.subarray(start, start + length);
      const max = row.reduce((a, b) => Math.max(a, b));
      const sum = row.reduce((total, value) => total + table[max - value], 0);
      // 2^k / sum is at least 1/sum away from any integer that it isn't, farther than binary64 errs: floor is exact.
      const reciprocal = Math.floor(2 ** op.reciprocalBits / sum);
      row.forEach((value, i) => {
        y[start + i] = clamp(round(table[max - value] * reciprocal, op.shift), op.result);
      });
    }
    return y;
  },

  reshape: (op, { x }) => x,

  ...WIDER_RUNS,
};

/** Goes over the windows of a pool; `result` turns maximum, sum and number of the real positions into an element. */
function pool(op, x, type, result) {
  const [channels, height, width] = type.shape;
  const [, outHeight, outWidth] = op.result.shape;
  const y = new Int16Array(product(op.result.shape));
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * op.stride[0] - op.pads.top;
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * op.stride[1] - op.pads.left;
        const window = { max: -32768, sum: 0, count: 0 };
        for (let iy = Math.max(top, 0); iy < Math.min(top + op.kernel[0], height); iy++) {
          for (let ix = Math.max(left, 0); ix < Math.min(left + op.kernel[1], width); ix++) {
            const value = x[(c * height + iy) * width + ix];
            window.max = Math.max(window.max, value);
            window.sum += value;
            window.count++;
          }
        }
        y[at++] = result(window);
      }
    }
  }
  return y;
}

/**
 * A replayer (see checks.js) over one model, which loadModel made: its id was computed from its bytes, nobody's word
 * was taken for it.
 */
export const programReplayer = model => ({ modelId, inputs: tensors }) => {
  if (!equal(model.id, modelId)) return { unavailable: 'replay/unavailable' };
  const batch = tensors[0]?.shape[0] ?? 0;
  const inputs = bind(model, tensors, batch);
  if (inputs === null) return { refused: true };
  const outputs = outputsOf(model, batch);
  const outputBytes = outputs.reduce((sum, output) => sum + 4 * output.count * batch, 0);
  if (batch * (model.work + WORK_PER_ITEM) > MAX_WORK || outputBytes > MAX_OUTPUT_BYTES) return { unavailable: 'replay/too-large' };
  return replay(model, batch, inputs, outputs);
};

/** The program's inputs among the tensors, by name, as a node binds them; null where they don't fit the program. */
function bind({ program }, tensors, batch) {
  if (tensors.length !== program.inputs.length || batch < 1) return null;
  const bound = program.inputs.map(({ name, type }) => {
    const shape = [batch, ...type.shape];
    const tensor = tensors.find(t => t.name === name);
    return tensor !== undefined && sameShape(tensor.shape, shape) ? tensor.data : null;
  });
  if (bound.includes(null)) return null;
  return bound.map(data => {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    return Float32Array.from({ length: data.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  });
}

/** Name, shape and elements per item of each output. */
function outputsOf({ program }, batch) {
  const types = [...program.inputs.map(input => input.type), ...program.operations.map(op => op.result)];
  return program.outputs.map(({ name, value }) => (
    { name, shape: [batch, ...types[value].shape], count: product(types[value].shape) }));
}

function replay(model, batch, inputs, outputs) {
  const { program } = model;
  const results = outputs.map(({ name, shape, count }) => ({ name, shape, data: new Uint8Array(4 * count * batch) }));
  let saturated = 0n;
  for (let item = 0; item < batch; item++) {
    const quantized = inputs.map((x, i) => quantize(program.inputs[i], x.subarray((item * x.length) / batch, ((item + 1) * x.length) / batch)));
    if (quantized.some(result => result.error !== null)) return { refused: true };
    for (const { clamped } of quantized) saturated += BigInt(clamped);
    run(model, quantized.map(input => input.q)).forEach((q, i) => {
      const view = new DataView(results[i].data.buffer, 4 * q.length * item);
      dequantize(program.outputs[i], q).forEach((y, at) => view.setFloat32(4 * at, y, true));
    });
  }
  return { ran: { outputs: results, saturated } };
}
