import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Malformed, attempt, bigEndian, concat, fromBase64, fromHex, toBase64, toHex } from '../../web/verify/bytes.js';
import { CborReader } from '../../web/verify/cbor.js';
import { isEd25519Key, verifyEd25519 } from '../../web/verify/ed25519.js';
import { parseLevel, POLICIES } from '../../web/verify/levels.js';
import { leafHash, nodeHash, root, verifyInclusion } from '../../web/verify/merkle.js';
import { formatNoteKey, parseCheckpoint, parseNote, parseNoteKey, verifyNote } from '../../web/verify/note.js';
import { readOip } from '../../web/verify/oip.js';
import { isPoint, thumbprint } from '../../web/verify/p256.js';
import { sha256 } from '../../web/verify/sha256.js';
import { mutate, randomInts, runs } from './support/random.js';

const utf8 = text => new TextEncoder().encode(text);
const hex = text => fromHex(text.replaceAll(' ', ''));
const cborError = (bytes, read = reader => reader.raw()) => attempt(() => {
  const reader = new CborReader(hex(bytes));
  read(reader);
  reader.end();
}).error;

test('SHA-256 is the platform\'s, at every length and split', () => {
  for (let length = 0; length < 300; length++) {
    const data = randomBytes(length);
    const split = length >> 1;
    const expected = createHash('sha256').update(data).digest('hex');
    assert.equal(toHex(sha256(data)), expected);
    assert.equal(toHex(sha256(data.subarray(0, split), new Uint8Array(0), data.subarray(split))), expected);
  }
});

test('base64 and hex have one form', () => {
  for (let length = 0; length < 50; length++) {
    const data = new Uint8Array(randomBytes(length));
    assert.deepEqual(fromBase64(toBase64(data)), data);
    assert.deepEqual(fromHex(toHex(data)), data);
  }
  for (const text of ['A', 'AA', 'AAA', 'AB==', 'AAB=', 'AA=A', 'A===', ' AAA', 'AAA\n', 'AA-_', '====']) assert.equal(fromBase64(text), null, text);
  for (const text of ['0', 'AB', '0g', ' 0']) assert.equal(fromHex(text), null, text);
});

test('CBOR: deterministic encodings only', () => {
  for (const good of ['00', '17', '1818', '18ff', '190100', '1a00010000', '1b0000000100000000', '1bffffffffffffffff', '20', '3863',
    '40', '4101', '60', '63e282ac', '80', '820102', 'a0', 'a201000200', 'a1616100', 'a2010020f5', 'f4', 'f5', 'f6']) {
    assert.equal(cborError(good), null, good);
  }
  const refused = {
    'cbor/truncated': ['', '18', '1901', '41', '62c3', '81', 'a1', 'a101', '9b7fffffffffffffff', '5bffffffffffffffff', 'bb4000000000000000'],
    'cbor/non-shortest': ['1817', '190018', '1900ff', '1a0000ffff', '1b00000000ffffffff', '580100', '7800', '9800', 'b800'],
    'cbor/unsupported': ['1c', '1f', '5f4100ff', '7f6161ff', '9f00ff', 'bf0000ff', 'c000', 'd81800', 'e0', 'f7', 'f800', 'f90000', 'fa00000000', 'ff'],
    'cbor/utf8': ['61ff', '62c080', '63eda080', '64f4908080'],
    'cbor/duplicate-or-unsorted-key': ['a200000000', 'a201000000', 'a2616200616100', 'a26161006000', 'a220000000'],
    'cbor/trailing-data': ['0000', 'a000', 'f6f6'],
    'cbor/depth': [`${'81'.repeat(33)}00`, `${'a100'.repeat(33)}00`],
  };
  for (const [code, all] of Object.entries(refused)) for (const bytes of all) assert.equal(cborError(bytes), code, bytes);
  assert.equal(cborError(`${'81'.repeat(32)}00`), null);
});

test('CBOR: typed reads are exact and strict', () => {
  const read = (bytes, how) => how(new CborReader(hex(bytes)));
  assert.equal(read('1bffffffffffffffff', r => r.uint()), 2n ** 64n - 1n);
  assert.equal(read('1b0020000000000001', r => r.uint()), 2n ** 53n + 1n);
  assert.equal(read('3b7fffffffffffffff', r => r.int()), -(2n ** 63n));
  assert.equal(cborError('3b8000000000000000', r => r.int()), 'cbor/range');
  assert.equal(cborError('1b8000000000000000', r => r.int()), 'cbor/range');
  assert.equal(cborError('20', r => r.uint()), 'cbor/type');
  assert.equal(cborError('c1', r => r.uint()), 'cbor/unsupported');
  assert.equal(cborError('4100', r => r.bytes(2)), 'cbor/length');
  assert.equal(cborError('820000', r => r.array(3)), 'cbor/length');
  assert.equal(cborError('01', r => r.key(2)), 'cbor/key');
  assert.equal(cborError('f6', r => r.bool()), 'cbor/type');
});

test('trees: every proof of every small tree, and none of its neighbours', () => {
  const leaves = Array.from({ length: 33 }, (_, i) => leafHash(Uint8Array.of(i)));
  const path = (hashes, index) => {
    if (hashes.length <= 1) return [];
    let split = 1;
    while (2 * split < hashes.length) split *= 2;
    return index < split
      ? [...path(hashes.slice(0, split), index), root(hashes.slice(split))]
      : [...path(hashes.slice(split), index - split), root(hashes.slice(0, split))];
  };
  for (let size = 1; size <= leaves.length; size++) {
    const tree = leaves.slice(0, size);
    const head = root(tree);
    for (let index = 0; index < size; index++) {
      const proof = path(tree, index);
      const check = (i, n, p) => verifyInclusion(tree[index], BigInt(i), BigInt(n), p, head);
      assert.ok(check(index, size, proof));
      assert.ok(!check(index + 1, size, proof));
      assert.ok(!check(index, size, [...proof, head]));
      if (proof.length > 0) assert.ok(!check(index, size, proof.slice(1)) && !check(index, size, proof.slice(0, -1)));
    }
  }
  assert.ok(!verifyInclusion(leaves[0], 2n ** 64n - 2n, 2n ** 64n - 1n, [], leaves[0]));
  assert.deepEqual(root(leaves.slice(0, 3)), nodeHash(nodeHash(leaves[0], leaves[1]), leaves[2]));
  assert.equal(toHex(root([])), createHash('sha256').digest('hex'));
});

test('P-256 points and thumbprints', () => {
  // RFC 9679, section 6: the example key and its SHA-256 thumbprint.
  const key = hex('65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d'
    + '1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c');
  assert.ok(isPoint(key));
  assert.equal(toHex(thumbprint(key)), '496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec');
  for (let byte = 0; byte < 64; byte++) {
    const other = key.slice();
    other[byte] ^= 1;
    assert.ok(!isPoint(other));
  }
  assert.ok(!isPoint(new Uint8Array(64)));
  // The same point with x + p, which would also fit 32 bytes if x were small, is no encoding: coordinates are reduced.
  assert.ok(!isPoint(concat(new Uint8Array(32).fill(255), key.subarray(32))));
});

test('Ed25519 keys: reduced points of the curve, of large order', () => {
  const usable = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
  const refused = [
    '00'.repeat(32), `${'00'.repeat(31)}80`, `01${'00'.repeat(31)}`, `01${'00'.repeat(30)}80`,
    `ec${'ff'.repeat(30)}7f`, `ec${'ff'.repeat(31)}`, `ed${'ff'.repeat(30)}7f`, `ee${'ff'.repeat(30)}7f`, 'ff'.repeat(32),
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    `02${'00'.repeat(31)}`, // no point
  ];
  for (const key of refused) {
    assert.ok(isEd25519Key(hex(usable)));
    assert.ok(!isEd25519Key(hex(key)), key);
  }
});

test('Ed25519 signatures: S below the order, R reduced', async () => {
  const { subtle } = globalThis.crypto;
  const pair = await subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const key = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  const data = utf8('text');
  const signature = new Uint8Array(await subtle.sign('Ed25519', pair.privateKey, data));
  assert.equal(await verifyEd25519(key, data, signature), true);
  assert.equal(await verifyEd25519(key, utf8('test'), signature), false);
  assert.equal(await verifyEd25519(key, data, signature.subarray(0, 63)), false);
  for (let byte = 0; byte < 64; byte++) {
    const other = signature.slice();
    other[byte] ^= 1;
    assert.equal(await verifyEd25519(key, data, other), false);
  }
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  let malleated = bigEndian(signature.slice(32).reverse()) + order;
  const other = signature.slice();
  for (let i = 32; i < 64; i++, malleated >>= 8n) other[i] = Number(malleated & 255n);
  assert.equal(await verifyEd25519(key, data, other), false);
});

const NOTE_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const NOTE = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n\n'
  + '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

test('signed notes: the example of Go\'s note package', async () => {
  const { value: key } = parseNoteKey(NOTE_KEY);
  assert.equal(formatNoteKey(key), NOTE_KEY);
  assert.equal(await verifyNote(parseNote(utf8(NOTE)).value, key), null);
  assert.equal(await verifyNote(parseNote(utf8(NOTE.replace('answer', 'anwser'))).value, key), 'note/bad-signature');
  assert.equal(await verifyNote(parseNote(utf8(NOTE.replace(' PeterNeumann ', ' Peter '))).value, key), 'note/no-known-signature');
  const refused = {
    'note/text': ['\0' + NOTE, `a\r\n\n${NOTE}`, `\t${NOTE}`],
    'note/structure': ['', 'a\n', NOTE.trimEnd(), `${NOTE}\n`, NOTE.replace('\n\n', '\n')],
    'note/signature-line': [NOTE.replace('\u2014', '-'), NOTE.replace('x08go', ' x08go'), NOTE.replace('x08go', ''), `${NOTE}\u2014 a+b AAAAAAA=\n`, `${NOTE}\u2014 a AAAAAA==\n`],
    'note/too-many-signatures': [NOTE + '\u2014 a AAAAAAA=\n'.repeat(100)],
    'note/size': [`${'a'.repeat(1_000_000)}\n${NOTE}`],
  };
  for (const [code, notes] of Object.entries(refused)) for (const note of notes) assert.equal(parseNote(utf8(note)).error, code, note.slice(-200));
  assert.equal(parseNote(concat(utf8(NOTE), Uint8Array.of(0xff))).error, 'note/text');
});

test('verifier keys', () => {
  const refused = {
    'vkey/format': ['', 'a', 'a+b', 'PeterNeumann+c74f20a+AQ==', NOTE_KEY.slice(0, -1), `${NOTE_KEY}=`, 'a+00000000+', 'a+00000000+AQ=='],
    'vkey/algorithm': [NOTE_KEY.replace('+ARpc', '+Ahpc')],
    'vkey/hash': [NOTE_KEY.replace('c74f', 'c74e'), NOTE_KEY.replace('Peter', 'Petra')],
    'vkey/name': [NOTE_KEY.replace('PeterNeumann', ''), NOTE_KEY.replace('rN', 'r N'), NOTE_KEY.replace('rN', 'r\u0085N'), NOTE_KEY.replace('rN', 'r\u3000N')],
    'vkey/point': [`a+00000000+AQ${'A'.repeat(42)}`],
  };
  for (const [code, keys] of Object.entries(refused)) for (const key of keys) assert.equal(parseNoteKey(key).error, code, key);
});

test('checkpoints', () => {
  const hash = toBase64(new Uint8Array(32).fill(7));
  const good = parseCheckpoint(`log.example\n9223372036854775807\n${hash}\n`).value;
  assert.equal(good.size, 2n ** 63n - 1n);
  const refused = {
    'checkpoint/lines': ['', '\n', `log.example\n1\n${hash}`],
    'checkpoint/extension': [`log.example\n1\n${hash}\nmore\n`, `log.example\n1\n${hash}\n\n`],
    'checkpoint/origin': [`\n1\n${hash}\n`, `a\u0080\n1\n${hash}\n`],
    'checkpoint/size': ['', '01', '00', '-1', '+1', '1 ', '0x1', '9223372036854775808', '9'.repeat(1000)].map(size => `a\n${size}\n${hash}\n`),
    'checkpoint/root': [hash.slice(4), `${hash} `, ''].map(text => `a\n1\n${text}\n`),
  };
  for (const [code, texts] of Object.entries(refused)) for (const text of texts) assert.equal(parseCheckpoint(text).error, code, text);
});

test('levels and policy documents', () => {
  assert.equal(POLICIES.length, 8);
  const level = text => parseLevel(text).value?.level ?? parseLevel(text).error;
  assert.equal(level('zk+replay+signed'), 'replay+zk');
  assert.equal(level('signed'), 'signed');
  const refused = { '': 'level/empty', 'zk+': 'level/unknown', ZK: 'level/unknown', ' zk': 'level/unknown', 'zk+zk': 'level/repeated', 'signed+signed': 'level/repeated' };
  for (const [text, code] of Object.entries(refused)) assert.equal(level(text), code);
});

const body = (...tensors) => utf8(`{"inputs":[${tensors.join(',')}]}`);
const tensor = ({ name = '"x"', datatype = '"FP32"', shape = '[2]', data = '[1,2]' }) =>
  `{"name":${name},"datatype":${datatype},"shape":${shape},"data":${data}}`;
const floats = tensors => tensors.map(({ data }) => [...new Float32Array(data.slice().buffer)]);

test('Open Inference bodies: numbers are rounded to binary64, then to binary32', () => {
  const data = ['1.00000005960464478', '-0.0', '1e-46', '16777217', '3.4028235677973362e38', '0.1', '1E+2', '4.9e-324'];
  const { value } = readOip(body(tensor({ shape: `[${data.length}]`, data: `[${data}]` })), 'inputs');
  assert.deepEqual(floats(value), [[1, -0, 0, 16777216, 3.4028234663852886e38, Math.fround(0.1), 100, 0]]);
});

test('Open Inference bodies: shapes, flat and nested', () => {
  const read = parts => readOip(body(tensor(parts)), 'inputs');
  assert.deepEqual(floats(read({ shape: '[2,2]', data: '[[1,2],[3,4]]' }).value), [[1, 2, 3, 4]]);
  assert.deepEqual(floats(read({ shape: '[2,2]', data: '[1,2,3,4]' }).value), [[1, 2, 3, 4]]);
  assert.deepEqual(floats(read({ shape: '[]', data: '[5]' }).value), [[5]]);
  assert.equal(read({ name: '"\\u0078\\ud83d\\ude00"' }).value[0].name, 'x\u{1f600}');
});

test('Open Inference bodies: what is refused', () => {
  const refused = {
    'oip/json': [utf8(''), utf8('{'), utf8('{"inputs":[1,]}'), concat(body(tensor({})), utf8('{}')), utf8("{'inputs':[]}"), utf8('\ufeff{}'),
      utf8('{"a":1,"a":2}'), utf8('{"a":1,"\\u0061":2}'), utf8('{"a":"\\x"}'), utf8('{"a":"\n"}'), utf8('{"a":01}'), utf8('{"a":+1}'), utf8('{"a":.5}'), utf8('{"a":1.}'),
      utf8('{"a":NaN}'), utf8('{"a":nul}'), utf8('{"\\ud800":1}'), utf8('{"a":1//\n}'), utf8('['.repeat(33) + ']'.repeat(33)), utf8('"'), utf8('"\\'),
      body(tensor({ name: '"\\ud800"' })), concat(body(tensor({ datatype: '"FP64"' })), utf8('x'))],
    'oip/utf8': [Uint8Array.of(0xff), utf8('{}').fill(0xc3)],
    'oip/tensors': [utf8('[]'), utf8('null'), utf8('{}'), utf8('{"inputs":{}}'), utf8('{"inputs":[]}'), body(...Array(1025).fill(tensor({})))],
    'oip/tensor': [body('1'), body('{}'), body(tensor({ name: '1' })), body(tensor({ name: '""' })), body(tensor({ name: `"${'x'.repeat(257)}"` })), body(tensor({ shape: '2' })), body(tensor({ data: '"AA"' }))],
    'oip/datatype': [body(tensor({ datatype: '"FP64"' })), body(tensor({ datatype: '"fp32"', data: '["a"]' }))],
    'oip/shape': [body(tensor({ shape: '[0]' })), body(tensor({ shape: '[-1]' })), body(tensor({ shape: '[2.0]' })), body(tensor({ shape: '[2e0]' })), body(tensor({ shape: '["2"]' })), body(tensor({ shape: '[2147483648]' })), body(tensor({ shape: '[1,1,1,1,1,1,1,1,2]' }))],
    'oip/data': [body(tensor({ data: '[1]' })), body(tensor({ data: '[1,2,3]' })), body(tensor({ data: '[[1,2]]' })), body(tensor({ shape: '[2,1]', data: '[[1],[2],[3]]' })), body(tensor({ shape: '[1,2]', data: '[[1,2],3]' })), body(tensor({ shape: '[2147483647,2147483647,2147483647]' }))],
    'oip/number': [body(tensor({ data: '[1,null]' })), body(tensor({ data: '[1,"2"]' })), body(tensor({ data: '[1,1e39]' })), body(tensor({ data: '[1,1e400]' }))],
  };
  for (const [code, bodies] of Object.entries(refused)) {
    for (const bytes of bodies) assert.equal(readOip(bytes, 'inputs').error, code, new TextDecoder().decode(bytes).slice(0, 120));
  }
});

test('a long text costs its length, not the stack', () => {
  const long = 4 << 20;
  assert.equal(readOip(utf8(`{"a":"${'x'.repeat(long)}","b":${'1'.repeat(long)}${' '.repeat(long)}}`), 'inputs').error, 'oip/tensors');
  assert.equal(readOip(utf8(`"${'\\n'.repeat(long)}`), 'inputs').error, 'oip/json');
});

test('readers of hostile texts end with a value or a code', () => {
  const seeds = [
    [utf8(NOTE), bytes => parseNote(bytes)],
    [body(tensor({}), tensor({ name: '"y"', shape: '[1,2]', data: '[[1,2]]' })), bytes => readOip(bytes, 'inputs')],
    [hex('a301820102024568656c6c6f036474c3a974'), bytes => attempt(() => new CborReader(bytes).raw())],
  ];
  const random = randomInts(7);
  for (const [seed, read] of seeds) {
    for (let left = runs(50_000); left > 0; left--) {
      const { value, error } = read(mutate(seed, random, [seed]));
      assert.ok((value === null) !== (error === null));
      if (error !== null) assert.match(error, /^[a-z0-9]+\/[a-z0-9-]+$/);
    }
  }
});

test('a programming error isn\'t mistaken for a malformed input', () => {
  assert.throws(() => attempt(() => undefined.x), TypeError);
  assert.equal(attempt(() => { throw new Malformed('a/b'); }).error, 'a/b');
});
