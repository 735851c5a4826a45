// Tensors of an Open Inference Protocol v2 JSON body (spec/receipt.md, "Reading Open Inference Protocol bodies").
import { Malformed, attempt, decodeUtf8, encodeUtf8 } from './bytes.js';
import { JsonReader } from './json.js';
import { parseLevel, readPolicy } from './levels.js';
import { MAX_RANK, MAX_TENSORS, isTensorName } from './tensors.js';

const MAX_BODY = 64 << 20;
const MAX_DIM = 0x7fff_ffff;

/** Tensors of `inputs` (a request) or `outputs` (a response). */
export function readOip(body, member) {
  return attempt(() => {
    if (body.length > MAX_BODY) throw new Malformed('oip/too-large');
    const text = decodeUtf8(body);
    if (text === null) throw new Malformed('oip/utf8');

    // First the whole text as JSON, then what it says: so a fault in the JSON is reported wherever it stands.
    const check = new JsonReader(text);
    check.skip();
    check.end();
    return readBody(new JsonReader(text), member);
  });
}

function readBody(reader, member) {
  let tensors = null;
  if (reader.next !== '{') throw new Malformed('oip/tensors');
  reader.object(name => {
    if (name === member) tensors = readTensors(reader);
    else reader.skip();
  });
  if (tensors === null) throw new Malformed('oip/tensors');
  return tensors;
}

/**
 * What a request names (`verification`, `parameters.verification`): `{ policy }`, null in it for a text that is no level and an object that is no
 * policy; null for another value.
 */
export function readOipLevels(body) {
  return attempt(() => {
    if (body.length > MAX_BODY) throw new Malformed('oip/too-large');
    const text = decodeUtf8(body);
    if (text === null) throw new Malformed('oip/utf8');
    const reader = new JsonReader(text);
    if (reader.next !== '{') throw new Malformed('oip/json');
    const named = [];
    const readValue = name => {
      if (name !== 'verification') {
        reader.skip();
      } else if (reader.next === '"') {
        named.push({ policy: parseLevel(reader.name()).value });
      } else if (reader.next === '{') {
        named.push({ policy: readPolicy(encodeUtf8(reader.raw())).value });
      } else {
        reader.skip();
        named.push(null);
      }
    };
    reader.object(name => {
      if (name === 'parameters' && reader.next === '{') reader.object(readValue);
      else readValue(name);
    });
    reader.end();
    return named;
  });
}

function readTensors(reader) {
  if (reader.next !== '[') throw new Malformed('oip/tensors');
  const tensors = [];
  reader.array(() => {
    if (tensors.length === MAX_TENSORS) throw new Malformed('oip/tensors');
    tensors.push(readTensor(reader));
  });
  if (tensors.length === 0) throw new Malformed('oip/tensors');
  return tensors;
}

function readTensor(reader) {
  if (reader.next !== '{') throw new Malformed('oip/tensor');
  const found = { name: null, datatype: null, shape: null, data: null };
  reader.object(member => {
    if (member === 'name' || member === 'datatype') {
      if (reader.next !== '"') throw new Malformed('oip/tensor');
      found[member] = reader.name();
    } else if (member === 'shape') {
      found.shape = readShape(reader);
    } else {
      // The shape may come later, so the data is read when the object has ended.
      if (member === 'data') found.data = reader.fork();
      reader.skip();
    }
  });
  const { name, datatype, shape, data } = found;
  if (name === null || datatype === null || shape === null || data?.next !== '[' || !isTensorName(name)) throw new Malformed('oip/tensor');
  if (datatype !== 'FP32') throw new Malformed('oip/datatype');
  return { name, shape, data: readData(data, shape) };
}

function readShape(reader) {
  if (reader.next !== '[') throw new Malformed('oip/tensor');
  const shape = [];
  reader.array(() => {
    const dim = reader.nextIsNumber ? reader.number() : '';
    if (!/^[1-9][0-9]{0,9}$/.test(dim) || Number(dim) > MAX_DIM || shape.length === MAX_RANK) throw new Malformed('oip/shape');
    shape.push(Number(dim));
  });
  return shape;
}

function readData(reader, shape) {
  const count = shape.reduce((product, dim) => product * dim, 1);
  // An element takes two characters at least, so the text bounds what is allocated.
  if (2 * count > reader.remaining) throw new Malformed('oip/data');
  const bytes = new Uint8Array(4 * count);
  const view = new DataView(bytes.buffer);
  let at = 0;

  const row = length => {
    const end = at + length;
    reader.array(() => {
      if (at === end || reader.next === '[') throw new Malformed('oip/data');
      // First to binary64, then to binary32: every reader in every language can do exactly this.
      const number = reader.nextIsNumber ? Math.fround(Number(reader.number())) : NaN;
      if (!Number.isFinite(number)) throw new Malformed('oip/number');
      view.setFloat32(4 * at++, number, true);
    });
    if (at !== end) throw new Malformed('oip/data');
  };

  const nested = axis => {
    if (reader.next !== '[') throw new Malformed('oip/data');
    if (axis === shape.length - 1) {
      row(shape[axis]);
      return;
    }
    let left = shape[axis];
    reader.array(() => {
      if (left-- === 0) throw new Malformed('oip/data');
      nested(axis + 1);
    });
    if (left !== 0) throw new Malformed('oip/data');
  };

  if (shape.length > 1 && reader.opensNestedArray) nested(0);
  else row(count);
  return bytes;
}
