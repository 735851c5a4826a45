// What others say about a receipt after it was signed: signed messages and their evidence, read (spec/endorsements.md).
// Form only: whether one counts is the affair of peers.js.
import { Malformed, bigEndian } from './bytes.js';
import { CborReader } from './cbor.js';
import { decodeSign1 } from './cose.js';
import { BASES } from './levels.js';
import { isPoint } from './p256.js';
import { sha256 } from './sha256.js';
import { MAX_TIME } from './statement.js';

export const FINDINGS = ['established', 'refuted', 'expired'];
export const EVIDENCE_BASES = ['replay', 'tee', 'zk', 'settlement'];
/** In the order of display. */
export const QUESTIONS = ['model', 'altered', 'computed-right', 'operator-read', 'logged', 'paid'];
const OPENING = 16;
const MAX_REPLAY_EVIDENCE = 2048;
const MAX_TEE_EVIDENCE = 65536;
const MAX_MESSAGE = 1024;

/** Throws Malformed. Whether its issuer signed it isn't looked at. */
export function readEndorsement(bytes) {
  const cose = readMessage(bytes, 'endorsement/layout');
  const reader = new CborReader(cose.payload);
  reader.map(8);
  reader.key(1);
  const profile = reader.text();
  reader.key(2);
  const receipt = reader.bytes(32);
  reader.key(3);
  const questions = readQuestions(reader);
  reader.key(4);
  const by = reader.text();
  reader.key(5);
  const finding = reader.text();
  reader.key(6);
  const evidence = nullableDigest(reader);
  reader.key(7);
  const at = bigEndian(reader.bytes(8));
  reader.key(8);
  const issuer = reader.bytes(64);
  reader.end();
  const sound = profile === 'assay/endorsement/v1' && FINDINGS.includes(finding) && EVIDENCE_BASES.includes(by)
    && questions.every(question => BASES[question].includes(by)) && (evidence === null) === (finding === 'expired')
    && at <= MAX_TIME && isPoint(issuer);
  if (!sound) throw new Malformed('endorsement/layout');
  return { cose, digest: sha256(bytes), receipt, questions, by, finding, evidence, at, issuer };
}

/** One set of questions has one spelling. */
function readQuestions(reader) {
  const count = reader.array();
  if (count === 0 || count > QUESTIONS.length) throw new Malformed('endorsement/layout');
  const questions = [];
  for (let i = 0; i < count; i++) {
    const question = reader.text();
    const place = QUESTIONS.indexOf(question);
    if (place < 0 || (i > 0 && QUESTIONS.indexOf(questions[i - 1]) >= place)) throw new Malformed('endorsement/layout');
    questions.push(question);
  }
  return questions;
}

/** Whether evidence and opening have lengths that go with the basis. Evidence by tee has no digests that could be opened. */
export const fits = ({ by }, evidence, opening) => (by === 'tee'
  ? (evidence === null || evidence.length <= MAX_TEE_EVIDENCE) && opening === null
  : (evidence === null || evidence.length <= MAX_REPLAY_EVIDENCE) && (opening === null || opening.length === OPENING));

/** Evidence of a replay: the peer's commitment, and the digest of what the node gave. Throws Malformed. */
export function readReplayEvidence(bytes) {
  if (bytes.length > MAX_REPLAY_EVIDENCE) throw new Malformed('evidence/layout');
  const reader = new CborReader(bytes);
  reader.map(3);
  reader.key(1);
  if (reader.text() !== 'assay/replay/v1') throw new Malformed('evidence/layout');
  reader.key(2);
  const commitment = reader.bytes();
  reader.key(3);
  const nodeOutputs = reader.bytes(32);
  reader.end();
  return { commitment: readCommitment(commitment), nodeOutputs };
}

/** What a peer's run gave, signed before it saw the node's outputs; `outputs` is null if the program refuses the inputs. Throws Malformed. */
function readCommitment(bytes) {
  const cose = readMessage(bytes, 'evidence/layout');
  const reader = new CborReader(cose.payload);
  reader.map(6);
  reader.key(1);
  const profile = reader.text();
  reader.key(2);
  const receipt = reader.bytes(32);
  reader.key(3);
  const model = reader.bytes(32);
  reader.key(4);
  const inputs = reader.bytes(32);
  reader.key(5);
  const outputs = nullableDigest(reader);
  reader.key(6);
  const at = bigEndian(reader.bytes(8));
  reader.end();
  if (profile !== 'assay/replay-commitment/v1' || at > MAX_TIME) throw new Malformed('evidence/layout');
  return { cose, receipt, model, inputs, outputs, at };
}

function readMessage(bytes, tooLong) {
  if (bytes.length > MAX_MESSAGE) throw new Malformed(tooLong);
  const { value, error } = decodeSign1(bytes);
  if (error !== null) throw new Malformed(error);
  return value;
}

const nullableDigest = reader => (reader.nextIsNull ? reader.null() : reader.bytes(32));
