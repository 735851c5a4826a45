// The proof key: a model's public description (spec/proof-system.md, section 3).
import { Malformed, encodeUtf8 } from '../bytes.js';
import { CborReader } from '../cbor.js';
import { loadProgram } from '../program.js';
import { sha256 } from '../sha256.js';
import { Problem, demand } from './problem.js';

const DIGEST_TAG = encodeUtf8('assay/proof-key/v1\0');
const MODEL_ID_TAG = encodeUtf8('assay/model-id/v1\0');
const MAX_TILE_BITS = 20;

function within(reader, lo, hi) {
  const value = reader.int();
  if (value < lo || value > hi) throw new Malformed('cbor/range');
  return Number(value);
}

const count = reader => within(reader, 0, 2 ** 31 - 1);
const integer = reader => within(reader, -(2 ** 31), 2 ** 31 - 1);
const list = (reader, item) => Array.from({ length: reader.array() }, () => item(reader));

function readChoice(reader) {
  const length = reader.array();
  if (length === 0) return { form: 'none' };
  const form = count(reader);
  switch (`${form}/${length}`) {
    case '0/1': return { form: 'plain' };
    case '1/3': return { form: 'direct', before: list(reader, count), after: list(reader, count) };
    case '2/4': return { form: 'split', lowBits: count(reader), lowest: list(reader, integer), highest: list(reader, integer) };
    default: throw new Malformed(form > 2 ? 'zk/key' : 'cbor/length');
  }
}

function readFields(bytes) {
  const reader = new CborReader(bytes);
  reader.array(8);
  if (reader.text() !== 'assay/proof-key/v1') throw new Malformed('zk/key');
  const key = {
    programBytes: reader.bytes(), weightsRoot: reader.bytes(32), limbBits: count(reader), choices: list(reader, readChoice),
    a: count(reader), b: count(reader), root: reader.bytes(32),
  };
  reader.end();
  return key;
}

/** Reads a key: `{ key, code }`, one of which is null. @param {Uint8Array} bytes */
export function openKey(bytes) {
  try {
    return { key: readKey(bytes), code: null };
  } catch (failure) {
    if (!(failure instanceof Problem)) throw failure;
    return { key: null, code: failure.code };
  }
}

/** Lists of one choice are of one length. */
const hasEqualLists = ({ form, before, after, lowest, highest }) => {
  const [a, b] = form === 'direct' ? [before, after] : form === 'split' ? [lowest, highest] : [[0], [0]];
  return a.length === b.length && a.length > 0;
};

/** Reads a key. Throws Problem: a code of the CBOR reader, of programs, or zk/key. @param {Uint8Array} bytes */
export function readKey(bytes) {
  let fields;
  try {
    fields = readFields(bytes);
  } catch (failure) {
    if (!(failure instanceof Malformed)) throw failure;
    throw new Problem(failure.code, 'the key can\'t be read');
  }
  const { value: program, error } = loadProgram(fields.programBytes);
  demand(error === null, error, 'the key\'s program isn\'t one');
  demand(fields.limbBits >= 8 && fields.limbBits <= 16, 'zk/key', 'limbs have 8 to 16 bits');
  demand(fields.choices.length === program.operations.length, 'zk/key', 'there is one choice for each operation');
  demand(fields.choices.every(hasEqualLists), 'zk/key', 'a choice\'s two lists have different lengths, or none');
  demand(fields.a + fields.b <= MAX_TILE_BITS, 'zk/key', `a tile has at most 2^${MAX_TILE_BITS} positions`);
  return {
    ...fields, program, digest: sha256(DIGEST_TAG, bytes), modelId: sha256(MODEL_ID_TAG, fields.programBytes, fields.weightsRoot),
  };
}
