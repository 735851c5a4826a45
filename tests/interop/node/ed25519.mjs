// Reads an array of {seed, message, key, signature} in hexadecimal; writes "same" if Node's Ed25519 makes the same
// keys and signatures.
import { readFileSync } from 'node:fs';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
for (const { seed, message, key, signature } of JSON.parse(readFileSync(0, 'utf8'))) {
  const der = Buffer.concat([pkcs8Prefix, Buffer.from(seed, 'hex')]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex');
  const bytes = Buffer.from(message, 'hex');
  const ours = Buffer.from(signature, 'hex');
  if (rawKey !== key || sign(null, bytes, privateKey).toString('hex') !== signature || !verify(null, bytes, publicKey, ours)) {
    process.stdout.write(`differs for seed ${seed}`);
    process.exit(0);
  }
}
process.stdout.write('same');
