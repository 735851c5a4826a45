// A proof as it goes with a bundle, and who registered its key (spec/proofs.md). Form only: key and proof aren't looked into here.
import { Malformed, bigEndian, compare } from './bytes.js';
import { CborReader } from './cbor.js';
import { decodeSign1 } from './cose.js';
import { isPoint } from './p256.js';
import { sha256 } from './sha256.js';
import { MAX_TIME } from './statement.js';
import { clog } from './zk/problem.js';

const MAX_PART = 2 ** 25;
const MAX_BATCH = 65536n;
const MAX_OPENINGS = 1024;
const MAX_REGISTRATIONS = 8;
const MAX_MESSAGE = 1024;

const demand = (condition, code = 'bundle/proof') => {
  if (!condition) throw new Malformed(code);
};

/** Throws Malformed. */
export function readAttachedProof(reader) {
  reader.array(6);
  const key = reader.bytes();
  const runs = reader.uint();
  const digest = reader.nextIsNull ? reader.null() : reader.bytes();
  demand(runs >= 1n && runs <= MAX_BATCH);
  const batch = Number(runs);
  const openings = readOpenings(reader, batch);
  const proof = reader.bytes();
  const registrations = readRegistrations(reader);
  demand(key.length >= 1 && key.length <= MAX_PART && proof.length >= 1 && proof.length <= MAX_PART);
  demand(batch === 1 ? digest === null && openings.length === 0 : digest?.length === 32 && openings.length >= 1);
  demand(openings.every(({ index, salt, path }, i) =>
    (i === 0 || openings[i - 1].index < index) && salt.length === 16 && path.every(node => node.length === 32)));
  return { key, batch, digest, openings, proof, registrations };
}

function readOpenings(reader, batch) {
  const count = reader.array();
  demand(count <= MAX_OPENINGS);
  return Array.from({ length: count }, () => {
    reader.array(3);
    const run = reader.uint();
    const salt = reader.bytes();
    const length = reader.array();
    demand(run < BigInt(batch) && length === clog(batch));
    return { index: Number(run), salt, path: Array.from({ length }, () => reader.bytes()) };
  });
}

function readRegistrations(reader) {
  const count = reader.array();
  demand(count <= MAX_REGISTRATIONS);
  const registrations = [];
  for (let i = 0; i < count; i++) {
    const registration = readRegistration(reader.bytes());
    demand(i === 0 || compare(registrations[i - 1].digest, registration.digest) < 0);
    registrations.push(registration);
  }
  return registrations;
}

/** Somebody's signed word that a proof key is a model's. Throws Malformed. Whether its issuer signed it isn't looked at. */
export function readRegistration(bytes) {
  demand(bytes.length <= MAX_MESSAGE, 'registration/layout');
  const { value: cose, error } = decodeSign1(bytes);
  if (error !== null) throw new Malformed(error);
  const reader = new CborReader(cose.payload);
  reader.map(5);
  reader.key(1);
  demand(reader.text() === 'assay/proof-registration/v1', 'registration/layout');
  reader.key(2);
  const model = reader.bytes(32);
  reader.key(3);
  const key = reader.bytes(32);
  reader.key(4);
  const at = bigEndian(reader.bytes(8));
  reader.key(5);
  const issuer = reader.bytes(64);
  reader.end();
  demand(at <= MAX_TIME && isPoint(issuer), 'registration/layout');
  return { cose, digest: sha256(bytes), model, key, at, issuer };
}
