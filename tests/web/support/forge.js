// A node in a few lines: makes and signs bundles, written from spec/receipt.md and not from the verifier's code.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { POLICIES } from '../../../web/verify/levels.js';

const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(part => Buffer.from(part)))).digest();
const leaf = data => sha([0], data);
const head = hashes => {
  if (hashes.length === 1) return hashes[0];
  let split = 1;
  while (2 * split < hashes.length) split *= 2;
  return sha([1], head(hashes.slice(0, split)), head(hashes.slice(split)));
};

/** Deterministic CBOR: BigInt or number, string, bytes, null, array, Map, or `raw` for what is encoded already. */
export function cbor(value) {
  const start = (major, count) => {
    if (count < 24) return Buffer.of(32 * major + count);
    if (count < 256) return Buffer.of(32 * major + 24, count);
    return count < 65536 ? Buffer.of(32 * major + 25, count >> 8, count & 255) : Buffer.of(32 * major + 26, count >>> 24, (count >> 16) & 255, (count >> 8) & 255, count & 255);
  };
  if (value === null) return Buffer.of(0xf6);
  if (value.raw) return value.raw;
  if (typeof value === 'number') return value < 0 ? start(1, -1 - value) : start(0, value);
  if (typeof value === 'string') return Buffer.concat([start(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([start(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([start(4, value.length), ...value.map(cbor)]);
  return Buffer.concat([start(5, value.size), ...[...value].flat().map(cbor)]);
}

/** A map of these pairs, in the order given, repeated or not. */
export const cborMap = pairs => Buffer.concat([Buffer.of(0xa0 + pairs.length), ...pairs.flat().map(cbor)]);

const uint64 = number => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};
const map = (...values) => new Map(values.map((value, i) => [i + 1, value]));

const sign1 = (pair, payload) => {
  const header = cbor(new Map([[1, -7], [4, Buffer.from(pair.thumbprint, 'hex')]]));
  const signed = cbor(['Signature1', header, Buffer.alloc(0), payload]);
  let signature;
  do signature = sign('sha256', signed, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
  while (signature[32] >= 0x7f); // a low s, found by trying
  return cbor([header, new Map(), payload, signature]);
};

/** A P-256 key pair with its public key's 64 bytes and thumbprint (hex). */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [x, y] = ['x', 'y'].map(name => Buffer.from(publicKey.export({ format: 'jwk' })[name], 'base64url'));
  const thumbprint = sha(cbor(new Map([[1, 2], [-1, 1], [-2, x], [-3, y]]))).toString('hex');
  return { privateKey, xy: Buffer.concat([x, y]), thumbprint };
}

/** A log or a witness: Ed25519, with lines in notes (type 1 or 4). */
function newSigner(name, type) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url');
  const id = sha(Buffer.from(`${name}\n`), [type], key).subarray(0, 4);
  return {
    key, vkey: `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.of(type), key]).toString('base64')}`,
    line: (text, prefix = Buffer.alloc(0)) => `\u2014 ${name} ${Buffer.concat([id, prefix, sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`,
  };
}

const tensor = ({ name, shape, data }) => [name, 'FP32', shape, data];
const tensorDigest = (salt, tensors) => sha(cbor([salt, tensors.map(tensor)]));

/**
 * A bundle of one answer of one model, with its trust file; everything is disclosed but the leaves in `redact` (`request.inputs`; `output` for all parts).
 * Tensors are `{ name, shape, data }`, `policy` is a canonical text, `witnesses` are Unix seconds, one for each that cosigned.
 */
export function forge({ modelId, inputs, outputs, saturated = null, level, policy, now, protocol = null, redact = [], witnesses = [] }) {
  const origin = 'forge.example';
  const node = newKey();
  const log = newSigner(origin, 1);
  const keySet = cbor(map('assay/keyset/v1', origin, node.xy, log.key, uint64(now - 1000), uint64(now + 1000)));
  const text = policy ?? POLICIES.find(p => p.level === level).text;
  let salts = 0;
  const salt = () => sha(['s'.charCodeAt(0), salts++]).subarray(0, 16);
  const group = (name, fields) => Object.entries(fields).map(([label, value]) => ({ leaf: cbor([salt(), label, value]), redacted: redact.includes(`${name}.${label}`) }));
  const claims = [
    group('request', { protocol, wire_digest: null, inputs: inputs.map(tensor), system_prompt: null, messages: null, attachments: null, tools: null,
      response_format: null, sampling: null, seed: null, client_nonce: null, policy: text, level_source: 'request', mutations: [] }),
    group('model', { name: 'model', model_id: modelId, tokenizer: null, template: null, statement: null }),
    group('execution', { backend: null, semantics: 'fixed-point/v1', instruction_set: null, cache: null, saturated }),
    group('output', { wire_digest: null, parts: outputs.length, tool_calls: null, logprobs: null, finish_reason: null, usage: null }),
    group('time', { received: null, started: null, finished: null }),
    group('parties', { node: origin, api_key: null, gateway: null }),
    group('payment', { offer: null, payload: null, price: null }),
    group('lineage', { relation: null, receipts: null }),
  ];
  const parts = outputs.map(output => ({ leaf: cbor([salt(), ...tensor(output)]), redacted: redact.includes('output') }));
  const hashes = leaves => leaves.map(part => leaf(part.leaf));
  const shown = leaves => leaves.map(part => (part.redacted ? leaf(part.leaf) : { raw: part.leaf }));
  const claimsRoot = head(claims.map(leaves => leaf(head(hashes(leaves)))));
  const statement = cbor(map('assay/receipt/v1', sha(keySet), salt(), uint64(now), uint64(1), sha(Buffer.from(text)), Buffer.of(0),
    claimsRoot, head(hashes(parts)), Buffer.of(1)));
  const digest = leaf(statement);
  const envelope = cbor([statement, 0, 1, [], sign1(node, cbor(map('assay/batch/v1', sha(keySet), uint64(1), digest)))]);

  const trusted = witnesses.map((_, i) => newSigner(`witness${i}.example`, 4));
  const first = cbor(['assay/log/v1', 'keyset', keySet]);
  /** A log proof of one entry, in a log of two. */
  const logProof = entry => {
    const note = `${origin}\n2\n${head([leaf(first), leaf(entry)]).toString('base64')}\n`;
    const cosigned = witnesses.map((time, i) => trusted[i].line(`cosignature/v1\ntime ${time}\n${note}`, uint64(time)));
    return [entry, 1, [leaf(first)], Buffer.from(`${note}\n${log.line(note)}${cosigned.join('')}`)];
  };
  const implied = level ?? 'signed';
  const proof = logProof(cbor(['assay/log/v1', 'receipt', digest, implied, 'undisclosed']));
  const members = [[1, 'assay/bundle/v1'], [2, envelope], [3, keySet], [4, claims.map(shown)], [5, shown(parts)], [6, []], [7, proof]];
  const lines = trusted.map(({ vkey }, i) => `witness w${i} ${vkey}\n`).join('');
  const quorum = trusted.length === 0 ? '' : `group g all ${trusted.map((_, i) => `w${i}`).join(' ')}\nquorum g\n`;
  return {
    bundle: cborMap(members), members,
    /** With endorsements, by items: `[endorsement, evidence, opening, log proof]`, in any order. */
    endorsed: (...items) => cborMap([...members, [9, items.sort((a, b) => Buffer.compare(sha(a[0]), sha(b[0])))]]),
    trust: `node ${sha(keySet).toString('hex')}\nlog ${log.vkey}\n${lines}${quorum}`,
    node, digest, modelId, inputs, outputs, now, logProof,
  };
}

/**
 * A peer's item for a bundle. `receipt` is what forge returns; `changes` overwrite what is signed: of the endorsement (receipt, questions, by, finding,
 * evidence, at, issuer), of the evidence (commitment, nodeOutputs), of the commitment (under `committed`), and the item's `opening` and `log`.
 */
export function endorse(receipt, peer, changes = {}) {
  const salt = sha(Buffer.from(peer.thumbprint)).subarray(0, 16);
  const committed = {
    profile: 'assay/replay-commitment/v1', receipt: receipt.digest, modelId: sha(cbor([salt, receipt.modelId])), inputs: tensorDigest(salt, receipt.inputs),
    outputs: tensorDigest(salt, changes.finding === 'refuted' ? [] : receipt.outputs), at: uint64(receipt.now), signer: peer, ...changes.committed,
  };
  const { signer, ...commitment } = committed;
  const evidence = cbor(map('assay/replay/v1', changes.commitment ?? sign1(signer, cbor(map(...Object.values(commitment)))),
    changes.nodeOutputs ?? tensorDigest(salt, receipt.outputs)));
  const said = {
    profile: 'assay/endorsement/v1', receipt: receipt.digest, questions: ['model', 'computed-right'], by: 'replay', finding: 'established',
    evidence: sha(evidence), at: uint64(receipt.now), issuer: peer.xy,
  };
  for (const name of Object.keys(said)) if (changes[name] !== undefined) said[name] = changes[name];
  if (said.finding === 'expired') said.evidence = null;
  const endorsement = sign1(changes.signer ?? peer, cbor(map(...Object.values(said))));
  const proof = receipt.logProof(cbor(['assay/log/v1', 'endorsement', sha(endorsement), said.by, said.finding]));
  return [
    endorsement, said.evidence === null ? null : changes.itsEvidence === undefined ? evidence : changes.itsEvidence,
    changes.opening === undefined ? salt : changes.opening, changes.log === undefined ? proof : changes.log,
  ];
}
