// Programs of fixed-point/v1: reads the canonical bytes and holds them to every rule (spec/program.md).
// What isn't a program by these rules is never run.
import { Malformed, attempt, encodeUtf8 } from './bytes.js';
import { CborReader } from './cbor.js';
import { leafHash, root } from './merkle.js';
import { LIMITS, product } from './program-limits.js';
import { checkAccumulators, checkProgram } from './program-rules.js';
import { sha256 } from './sha256.js';

const CHUNK = 65536;
const MODEL_ID_TAG = encodeUtf8('assay/model-id/v1\0');
const WEIGHT_ARRAYS = [Int8Array, Int16Array, Int32Array];

/**
 * A program with its weights: `{ id, program, weights, work }`, `weights` holding one typed array for each declared tensor.
 * @param {Uint8Array} programBytes @param {Uint8Array} blob
 */
export function loadModel(programBytes, blob) {
  return attempt(() => {
    const program = readProgram(programBytes);
    const work = checkProgram(program);
    const weights = layOut(program, blob);
    checkAccumulators(program, weights);
    return { id: sha256(MODEL_ID_TAG, programBytes, weightsRoot(blob)), program, weights, work };
  });
}

/** A program by itself, held to every rule that doesn't need the weights. @param {Uint8Array} programBytes */
export function loadProgram(programBytes) {
  return attempt(() => {
    const program = readProgram(programBytes);
    checkProgram(program);
    return program;
  });
}

/** Head of the tree over the blob's chunks. */
export function weightsRoot(blob) {
  const leaves = [];
  for (let at = 0; at < blob.length; at += CHUNK) leaves.push(leafHash(blob.subarray(at, at + CHUNK)));
  return root(leaves);
}

/** Little-endian elements of each declared tensor. */
function layOut(program, blob) {
  const lengths = program.weights.map(({ type, shape }) => product(shape) * WEIGHT_ARRAYS[type].BYTES_PER_ELEMENT);
  if (lengths.reduce((sum, length) => sum + length, 0) !== blob.length) throw new Malformed('program/blob-length');
  let at = 0;
  return lengths.map((length, i) => {
    const bytes = blob.subarray(at, at += length);
    return littleEndianArray(WEIGHT_ARRAYS[program.weights[i].type], bytes);
  });
}

const BIG_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** Elements of a little-endian byte string, as a copy. */
function littleEndianArray(Type, bytes) {
  const width = Type.BYTES_PER_ELEMENT;
  if (bytes.length % width !== 0) throw new Malformed('cbor/length');
  const copy = new Uint8Array(bytes);
  if (BIG_ENDIAN) for (let at = 0; at < copy.length; at += width) copy.subarray(at, at + width).reverse();
  return new Type(copy.buffer);
}

function within(reader, lo, hi) {
  const value = reader.int();
  if (value < lo || value > hi) throw new Malformed('cbor/range');
  return Number(value);
}

const int32 = reader => within(reader, -(2n ** 31n), 2n ** 31n - 1n);
const int16 = reader => within(reader, -32768n, 32767n);
const byte = reader => within(reader, 0n, 255n);
const int16s = reader => littleEndianArray(Int16Array, reader.bytes());
const doubles = reader => littleEndianArray(Float64Array, reader.bytes());

function list(reader, limit, item, code = 'program/limit') {
  const count = reader.array();
  if (count > limit) throw new Malformed(code);
  return Array.from({ length: count }, () => item(reader));
}

const shape = reader => list(reader, LIMITS.rank, int32, 'program/shape');
const perAxis = reader => list(reader, LIMITS.rank, int32, 'program/parameter');

function tuple(reader, count) {
  reader.array(count);
  return Array.from({ length: count }, () => int32(reader));
}

function type(reader) {
  reader.array(3);
  return { shape: shape(reader), lo: int16(reader), hi: int16(reader) };
}

function pads(reader) {
  const [top, left, bottom, right] = tuple(reader, 4);
  return { top, left, bottom, right };
}

function readInput(reader) {
  reader.array(6);
  return {
    name: reader.text(), type: type(reader), axis: reader.nextIsNull ? reader.null() : int32(reader),
    offsets: doubles(reader), multipliers: doubles(reader), rule: int32(reader),
  };
}

function readWeight(reader) {
  reader.array(2);
  return { type: int32(reader), shape: shape(reader) };
}

function readOutput(reader) {
  reader.array(3);
  const output = { name: reader.text(), value: int32(reader) };
  const scale = reader.bytes(8);
  return { ...output, scale: new DataView(scale.buffer, scale.byteOffset, 8).getFloat64(0, true) };
}

// By code: name, number of elements, and the fields between the code and the result's type, in order.
const OPERATIONS = {
  1: ['linear', 7, r => ({ x: int32(r), weights: int32(r), bias: int32(r), shifts: r.bytes(), twoLimbs: r.bool() })],
  2: ['conv', 11, r => ({
    x: int32(r), weights: int32(r), bias: int32(r), shifts: r.bytes(), stride: tuple(r, 2), dilation: tuple(r, 2), pads: pads(r),
    groups: int32(r), twoLimbs: r.bool(),
  })],
  3: ['lookup', 4, r => ({ x: int32(r), table: int32(r) })],
  4: ['rescale', 5, r => ({ x: int32(r), multiplier: int16(r), shift: byte(r) })],
  5: ['add', 7, r => ({ x: int32(r), b: int32(r), multiplier: int16(r), multiplierB: int16(r), shift: byte(r) })],
  6: ['maxpool', 6, r => ({ x: int32(r), kernel: tuple(r, 2), stride: tuple(r, 2), pads: pads(r) })],
  7: ['avgpool', 9, r => ({
    x: int32(r), kernel: tuple(r, 2), stride: tuple(r, 2), pads: pads(r), countPadding: r.bool(), multipliers: int16s(r),
    shift: byte(r),
  })],
  8: ['softmax', 6, r => ({ x: int32(r), table: int32(r), reciprocalBits: byte(r), shift: byte(r) })],
  9: ['reshape', 3, r => ({ x: int32(r) })],
  10: ['mul', 5, r => ({ x: int32(r), b: int32(r), shift: byte(r) })],
  11: ['matmul', 5, r => ({ x: int32(r), b: int32(r), shift: byte(r) })],
  12: ['affine', 7, r => ({ x: int32(r), axis: int32(r), weights: int32(r), bias: int32(r), shifts: r.bytes() })],
  13: ['reducesum', 6, r => ({ x: int32(r), axis: int32(r), multiplier: int16(r), shift: byte(r) })],
  14: ['reducemax', 4, r => ({ x: int32(r), axis: int32(r) })],
  15: ['max', 4, r => ({ x: int32(r), b: int32(r) })],
  16: ['min', 4, r => ({ x: int32(r), b: int32(r) })],
  17: ['divide', 5, r => ({ x: int32(r), b: int32(r), bits: byte(r) })],
  18: ['normalize', 7, r => ({ x: int32(r), centred: r.bool(), epsilon: r.int(), rootBits: byte(r), shift: byte(r) })],
  19: ['rootsum', 6, r => ({ x: int32(r), axis: int32(r), bits: byte(r), shift: byte(r) })],
  20: ['select', 5, r => ({ x: int32(r), a: int32(r), b: int32(r) })],
  21: ['topk', 6, r => ({ x: int32(r), k: int32(r), largest: r.bool(), places: r.bool() })],
  22: ['transpose', 4, r => ({ x: int32(r), permutation: perAxis(r) })],
  23: ['slice', 5, r => ({ x: int32(r), starts: perAxis(r), steps: perAxis(r) })],
  24: ['gather', 5, r => ({ x: int32(r), axis: int32(r), places: littleEndianArray(Uint32Array, r.bytes()) })],
  25: ['concat', 4, r => ({ operands: list(r, LIMITS.concatOperands, int32, 'program/parameter'), axis: int32(r) })],
  26: ['pad', 6, r => ({ x: int32(r), before: perAxis(r), after: perAxis(r), value: int16(r) })],
  27: ['embedding', 4, r => ({ x: int32(r), weights: int32(r) })],
  28: ['constant', 3, r => ({ weights: int32(r) })],
};

function readOperation(reader) {
  const elements = reader.array();
  const code = int32(reader);
  if (!Object.hasOwn(OPERATIONS, code)) throw new Malformed('program/unknown');
  const [name, expected, fields] = OPERATIONS[code];
  if (elements !== expected) throw new Malformed('cbor/length');
  return { name, ...fields(reader), result: type(reader) };
}

function readProgram(bytes) {
  if (bytes.length > LIMITS.programBytes) throw new Malformed('program/limit');
  const reader = new CborReader(bytes);
  reader.array(6);
  if (reader.text() !== 'fixed-point/v1') throw new Malformed('program/profile');
  const program = {
    inputs: list(reader, LIMITS.inputs, readInput),
    weights: list(reader, LIMITS.weightTensors, readWeight),
    tables: list(reader, LIMITS.tables, int16s),
    operations: list(reader, LIMITS.operations, readOperation),
    outputs: list(reader, LIMITS.outputs, readOutput),
  };
  reader.end();
  return program;
}
