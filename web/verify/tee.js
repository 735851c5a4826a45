// Endorsements by attested hardware (spec/attestation.md): read strictly, and not appraised here. What rests on them isn't evaluated.
import { attempt, Malformed } from './bytes.js';
import { CborReader } from './cbor.js';
import { NO_ATTESTATION } from './platform.js';

const TYPES = ['aws-nitro', 'amd-sev-snp', 'azure-sev-snp', 'intel-tdx', 'intel-sgx', 'simulator'];
const QUESTIONS = ['model computed-right', 'model computed-right operator-read'];
const MAX_WHOLE = 1 << 16;
const MAX_EVIDENCE = 1 << 15;
const MAX_BINDING = 4096;
// It is made before the answer leaves.
const CLOCK_SKEW = 300_000n;

/** Whether an endorsement is said to rest on attested hardware. */
export const isByTee = ({ by, finding }) => by === 'tee' && finding !== 'expired';

/** Whether it says what hardware can say: there is nothing that it refutes. */
export const isOfTee = ({ by, finding, questions }) => by === 'tee' && finding === 'established' && QUESTIONS.includes(questions.join(' '));

/** Whether bytes have the form of evidence; neither part is looked into. */
export const isTeeEvidence = bytes => attempt(() => read(bytes)).error === null;

function read(bytes) {
  const reader = new CborReader(bytes);
  reader.map(4);
  reader.key(1);
  const profile = reader.text();
  reader.key(2);
  const type = reader.text();
  reader.key(3);
  const evidence = reader.bytes().length;
  reader.key(4);
  const binding = reader.bytes().length;
  reader.end();
  const sound = bytes.length <= MAX_WHOLE && profile === 'assay/attestation-evidence/v1' && TYPES.includes(type)
    && evidence > 0 && evidence <= MAX_EVIDENCE && binding > 0 && binding <= MAX_BINDING;
  if (!sound) throw new Malformed('attestation/profile');
  return type;
}

/** Whether an endorsement's time is the receipt's. */
export const isTimely = (at, issuedAt) => (at > issuedAt ? at - issuedAt : issuedAt - at) <= CLOCK_SKEW;

/** The check `tee/appraised`: it passes or isn't evaluated, and passes nowhere here. */
export function checkTee(endorsements, checks) {
  const facts = endorsements.filter(isByTee);
  checks.skip('tee/appraised', facts.length === 0 ? 'tee/no-endorsement'
    : facts.some(({ status }) => status === NO_ATTESTATION) ? NO_ATTESTATION
      : facts.find(({ status }) => status.startsWith('platform/'))?.status ?? 'tee/useless');
}
