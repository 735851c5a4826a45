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

const uint64 = number => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};
const map = (...values) => new Map(values.map((value, i) => [i + 1, value]));

/**
 * A bundle of one answer of one model, everything disclosed, with its trust file.
 * Tensors are `{ name, shape, data }`.
 */
export function forge({ modelId, inputs, outputs, saturated, level, now }) {
  const origin = 'forge.example';
  const receiptPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const logPair = generateKeyPairSync('ed25519');
  const jwk = receiptPair.publicKey.export({ format: 'jwk' });
  const [x, y] = [jwk.x, jwk.y].map(text => Buffer.from(text, 'base64url'));
  const logKey = Buffer.from(logPair.publicKey.export({ format: 'jwk' }).x, 'base64url');

  const keySet = cbor(map('assay/keyset/v1', origin, Buffer.concat([x, y]), logKey, uint64(now - 1000), uint64(now + 1000)));
  const policy = POLICIES.find(p => p.level === level);
  let salts = 0;
  const salt = () => sha(['s'.charCodeAt(0), salts++]).subarray(0, 16);
  const tensor = ({ name, shape, data }) => [name, 'FP32', shape, data];
  const group = fields => Object.entries(fields).map(([label, value]) => cbor([salt(), label, value]));
  const claims = [
    group({ protocol: null, wire_digest: null, inputs: inputs.map(tensor), system_prompt: null, messages: null, attachments: null, tools: null,
      response_format: null, sampling: null, seed: null, client_nonce: null, policy: policy.text, level_source: 'request', mutations: [] }),
    group({ name: 'model', model_id: modelId, tokenizer: null, template: null, statement: null }),
    group({ backend: null, semantics: 'fixed-point/v1', instruction_set: null, cache: null, saturated }),
    group({ wire_digest: null, parts: outputs.length, tool_calls: null, logprobs: null, finish_reason: null, usage: null }),
    group({ received: null, started: null, finished: null }),
    group({ node: origin, api_key: null, gateway: null }),
    group({ offer: null, payload: null, price: null }),
    group({ relation: null, receipts: null }),
  ];
  const parts = outputs.map(output => cbor([salt(), ...tensor(output)]));
  const claimsRoot = head(claims.map(leaves => leaf(head(leaves.map(leaf)))));
  const statement = cbor(map('assay/receipt/v1', sha(keySet), salt(), uint64(now), uint64(1), Buffer.from(policy.digest), Buffer.of(0),
    claimsRoot, head(parts.map(leaf)), Buffer.of(1)));

  const kid = sha(cbor(new Map([[1, 2], [-1, 1], [-2, x], [-3, y]])));
  const header = cbor(new Map([[1, -7], [4, kid]]));
  const payload = cbor(map('assay/batch/v1', sha(keySet), uint64(1), leaf(statement)));
  const signed = cbor(['Signature1', header, Buffer.alloc(0), payload]);
  let signature;
  do signature = sign('sha256', signed, { key: receiptPair.privateKey, dsaEncoding: 'ieee-p1363' });
  while (signature[32] >= 0x7f); // a low s, found by trying
  const envelope = cbor([statement, 0, 1, [], cbor([header, new Map(), payload, signature])]);

  const entries = [cbor(['assay/log/v1', 'keyset', keySet]), cbor(['assay/log/v1', 'receipt', leaf(statement), level, 'undisclosed'])];
  const text = `${origin}\n2\n${head(entries.map(leaf)).toString('base64')}\n`;
  const keyId = sha(Buffer.from(`${origin}\n`), [1], logKey).subarray(0, 4);
  const noteSignature = Buffer.concat([keyId, sign(null, Buffer.from(text), logPair.privateKey)]).toString('base64');
  const checkpoint = Buffer.from(`${text}\n\u2014 ${origin} ${noteSignature}\n`);

  const sections = [claims, [parts]].map(groups => groups.map(leaves => leaves.map(raw => ({ raw }))));
  const bundle = cbor(map('assay/bundle/v1', envelope, keySet, sections[0], sections[1][0], [], [entries[1], 1, [leaf(entries[0])], checkpoint]));
  const vkey = `${origin}+${keyId.toString('hex')}+${Buffer.concat([Buffer.of(1), logKey]).toString('base64')}`;
  return { bundle, trust: `node ${sha(keySet).toString('hex')}\nlog ${vkey}\n` };
}
