// Latency of ONNX Runtime (float, one thread) as its Node binding gives it, one JSON object a line.
// The binding costs many microseconds a call: Assay.Bench.OnnxRuntime measures the library itself.
//
//   node ort-bench.mjs MODEL.onnx INPUTS.npy [--batch 1,32] [--seconds 2]

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as ort from "onnxruntime-node";

const THREADS = 1;
const WARM_UP_PART = 0.25;

/** Reads a NumPy file of little-endian 32-bit floats in C order. */
function readNpy(path) {
  const bytes = readFileSync(path);
  if (bytes.toString("latin1", 0, 6) !== "\x93NUMPY") {
    throw new Error(`${path} is not a NumPy file.`);
  }
  const wide = bytes[6] >= 2;
  const start = wide ? 12 : 10;
  const end = start + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString("latin1", start, end);
  if (!/'descr': '<f4'/.test(header) || !/'fortran_order': False/.test(header)) {
    throw new Error(`${path} does not hold 32-bit floats in C order.`);
  }
  const shape = /'shape': \(([^)]*)\)/.exec(header)[1].split(",").filter((part) => part.trim()).map(Number);
  return { shape, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + end, bytes.byteOffset + bytes.length)) };
}

/** Tensors of `batch` rows each, cut one after the other from the inputs, which start again at their end. */
function batches({ shape, data }, batch, count) {
  const [rows, ...item] = shape;
  const size = item.reduce((product, extent) => product * extent, 1);
  return Array.from({ length: count }, (_, index) => {
    const values = new Float32Array(batch * size);
    for (let row = 0; row < batch; row++) {
      const from = ((index * batch + row) % rows) * size;
      values.set(data.subarray(from, from + size), row * size);
    }
    return new ort.Tensor("float32", values, [batch, ...item]);
  });
}

/** Runs for `seconds`; returns the nanoseconds of each run. */
async function time(session, tensors, seconds) {
  const name = session.inputNames[0];
  const samples = [];
  const until = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
  for (let now = process.hrtime.bigint(); now < until || samples.length === 0; ) {
    await session.run({ [name]: tensors[samples.length % tensors.length] });
    const then = now;
    now = process.hrtime.bigint();
    samples.push(Number(now - then));
  }
  return samples;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { batch: { type: "string", default: "1,32" }, seconds: { type: "string", default: "2" } },
});
const seconds = Number(options.seconds);
const sizes = options.batch.split(",").map(Number);
if (positionals.length !== 2 || !(seconds > 0) || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
  console.error("Usage: node ort-bench.mjs MODEL.onnx INPUTS.npy [--batch 1,32] [--seconds 2]");
  process.exit(4);
}

const [model, inputsPath] = positionals;
const inputs = readNpy(inputsPath);
const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json");
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: THREADS,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});
for (const batch of sizes) {
  const tensors = batches(inputs, batch, 16);
  await time(session, tensors, seconds * WARM_UP_PART);
  const samples = (await time(session, tensors, seconds)).sort((a, b) => a - b);
  const total = samples.reduce((sum, sample) => sum + sample, 0);
  const microseconds = (quantile) => samples[Math.ceil(quantile * samples.length) - 1] / 1e3;
  console.log(JSON.stringify({
    model,
    batch,
    threads: THREADS,
    runtime: "onnxruntime-node",
    runtime_version: version,
    runs: samples.length,
    median_us: microseconds(0.5),
    p99_us: microseconds(0.99),
    rows_per_s: Math.round((batch * samples.length * 1e9) / total),
  }));
}
await session.release();
