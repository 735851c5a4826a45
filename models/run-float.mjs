// Runs a model with ONNX Runtime on every item of .npy files; see run_float in gathering.py.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const ort = createRequire(new URL("../bench/peers/package.json", import.meta.url))("onnxruntime-node");
const work = process.argv[2];
const job = JSON.parse(readFileSync(path.join(work, "job.json"), "utf8"));

function readNpy(file) {
  const bytes = readFileSync(file);
  const end = 10 + bytes.readUInt16LE(8);
  const shape = /'shape': \(([^)]*)\)/.exec(bytes.toString("latin1", 10, end))[1].split(",").filter((p) => p.trim()).map(Number);
  return { shape, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + end, bytes.byteOffset + bytes.length)) };
}

function writeNpy(file, shape, chunks) {
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  header = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + "\n";
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  const data = chunks.map((c) => Buffer.from(c.buffer, c.byteOffset, c.byteLength));
  writeFileSync(file, Buffer.concat([start, Buffer.from(header, "latin1"), ...data]));
}

const session = await ort.InferenceSession.create(job.model, { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: "all" });
const inputs = Object.fromEntries(job.inputs.map((name) => [name, readNpy(path.join(work, `${name}.npy`))]));
const items = inputs[job.inputs[0]].shape[0];
const starts = new Set([0]);
for (let i = 0, at = 0; job.clips && i < job.clips.length; i++) {
  starts.add((at += job.clips[i]));
}

const results = {};
const shapes = {};
let last = null;
for (let item = 0; item < items; item++) {
  const feeds = {};
  for (const [name, { shape, data }] of Object.entries(inputs)) {
    const size = data.length / shape[0];
    feeds[name] = new ort.Tensor("float32", data.slice(item * size, (item + 1) * size), [1, ...shape.slice(1)]);
  }

  for (const [output, input] of job.carry) {
    // Zeros at the start of a clip: the first item of the given input says the shape.
    if (!starts.has(item)) {
      feeds[input] = last[output];
    }

    (results[input] ??= []).push(Float32Array.from(feeds[input].data));
    shapes[input] = feeds[input].dims.slice(1);
  }

  last = await session.run(feeds);
  for (const name of session.outputNames) {
    (results[name] ??= []).push(Float32Array.from(last[name].data));
    shapes[name] = last[name].dims.slice(1);
  }
}

for (const [name, chunks] of Object.entries(results)) {
  writeNpy(path.join(work, `out.${name}.npy`), [items, ...shapes[name]], chunks);
}
