// Named FP32 tensors as receipts hold them: little-endian, row-major bytes (spec/receipt.md, "Tensors").
import { Malformed, decodeUtf8, encodeUtf8, equal } from './bytes.js';
import { head } from './cbor.js';

export const MAX_TENSORS = 1024;
export const MAX_RANK = 8;
export const MAX_DIM = 0x7fff_ffffn;
const MAX_NAME = 256;
const DATATYPE = encodeUtf8('FP32');

/** Whether a name has 1 to 256 bytes of UTF-8. */
export function isTensorName(name) {
  return name.length > 0 && name.length <= MAX_NAME && encodeUtf8(name).length <= MAX_NAME;
}

/** Whether data of that many bytes has four for each element of the shape. */
export function fitsShape(shape, dataLength) {
  let count = 1;
  for (const dim of shape) {
    // Every factor is at least 1, so once past the data's length there is no way back; no overflow either.
    count *= dim;
    if (4 * count > dataLength) return false;
  }
  return 4 * count === dataLength;
}

/** Reads name, datatype, dims and data; an output part may be text. Throws Malformed. */
export function readTensorFields(reader, mayBeText = false) {
  const name = reader.text();
  if (!isTensorName(name)) throw new Malformed('tensor/name');
  const datatype = reader.text();
  if (datatype !== 'FP32' && !(mayBeText && datatype === 'TEXT')) throw new Malformed('tensor/layout');
  const rank = reader.array();
  if (rank > MAX_RANK) throw new Malformed('tensor/shape');
  const shape = [];
  for (let i = 0; i < rank; i++) {
    const dim = reader.uint();
    if (dim < 1n || dim > MAX_DIM) throw new Malformed('tensor/shape');
    shape.push(Number(dim));
  }
  const data = reader.bytes();
  if (datatype === 'TEXT' ? rank !== 0 || decodeUtf8(data) === null : !fitsShape(shape, data.length)) throw new Malformed('tensor/length');
  return { name, datatype, shape, data };
}

/** CBOR of a list of tensors, in pieces: an array of `[name, datatype, [dims], data]`. */
export function encodeTensors(tensors) {
  const pieces = [head(4, tensors.length)];
  for (const { name, shape, data } of tensors) {
    const utf8 = encodeUtf8(name);
    pieces.push(
      head(4, 4), head(3, utf8.length), utf8, head(3, DATATYPE.length), DATATYPE,
      head(4, shape.length), ...shape.map(dim => head(0, dim)), head(2, data.length), data);
  }
  return pieces;
}

/** Whether name, datatype, shape and every byte are the same. */
export const sameTensor = (a, b) =>
  a.name === b.name && (a.datatype ?? 'FP32') === (b.datatype ?? 'FP32') && a.shape.length === b.shape.length && a.shape.every((dim, i) => dim === b.shape[i]) && equal(a.data, b.data);

/** Whether both lists hold the same tensors in the same order. */
export const sameTensors = (a, b) => a.length === b.length && a.every((tensor, i) => sameTensor(tensor, b[i]));
