// Node's scrypt (OpenSSL's): JSON on standard input, digits on standard output.
import { scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { password, salt, N, r, p, length } = JSON.parse(readFileSync(0, 'utf8'));
console.log(scryptSync(password, salt, length, { N, r, p }).toString('hex'));
