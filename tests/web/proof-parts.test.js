// The parts of the proof verifier one by one: field, hash, transcript, sizes, layouts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUtf8, toHex } from '../../web/verify/bytes.js';
import { blake3, keyed } from '../../web/verify/zk/blake3.js';
import { queries } from '../../web/verify/zk/budget.js';
import {
  ONE, P, ZERO, add, element, eqAt, eqTable, inverse, invert, minus, mul, plus, pow, residue, rootOfUnity, same, scale, sub, times,
} from '../../web/verify/zk/field.js';
import { axisWeights, cellOf, layOut, weightVectors } from '../../web/verify/zk/layout.js';
import { clog } from '../../web/verify/zk/problem.js';
import { batchDigest } from '../../web/verify/zk/runs.js';
import { makeTable } from '../../web/verify/zk/tables.js';
import { Channel, Transcript } from '../../web/verify/zk/transcript.js';
import { randomInts } from './support/random.js';
import { positionsOf } from './support/witness.js';

const random = randomInts(7);
const edges = [0, 1, 2, 3, 65535, 65536, P - 1, P - 2, (P - 1) / 2, (P + 1) / 2];
const base = () => (random(4) === 0 ? edges[random(edges.length)] : random(P));
const anything = () => [base(), base(), base(), base()];

test('base field: as BigInt has it', () => {
  const p = BigInt(P);
  for (let left = 3000; left > 0; left--) {
    const [a, b] = [base(), base()];
    assert.equal(BigInt(mul(a, b)), (BigInt(a) * BigInt(b)) % p);
    assert.equal(BigInt(add(a, b)), (BigInt(a) + BigInt(b)) % p);
    assert.equal(BigInt(sub(a, b)), (BigInt(a) - BigInt(b) + p) % p);
    if (a !== 0) assert.equal(mul(a, invert(a)), 1);
  }
  for (const value of [0, -1, P, -P, 2 ** 52, -(2 ** 52), P * 2097152, P * 2097152 - 1, -P * 2097152]) {
    assert.equal(BigInt(residue(value)), ((BigInt(value) % p) + p) % p, `${value}`);
  }
});

test('roots of unity have their order', () => {
  for (let bits = 1; bits <= 24; bits++) assert.equal(pow(rootOfUnity(bits), 2 ** (bits - 1)), P - 1);
});

test('extension: the laws of a field, and X^4 = 3', () => {
  const x = [0, 1, 0, 0];
  assert.deepEqual(times(times(x, x), times(x, x)), [3, 0, 0, 0]);
  for (let left = 1000; left > 0; left--) {
    const [a, b, c] = [anything(), anything(), anything()];
    assert.deepEqual(times(a, b), times(b, a));
    assert.deepEqual(times(times(a, b), c), times(a, times(b, c)));
    assert.deepEqual(times(plus(a, b), c), plus(times(a, c), times(b, c)));
    assert.deepEqual(plus(minus(a, b), b), a);
    assert.deepEqual(scale(a, c[0]), times(a, [c[0], 0, 0, 0]));
    if (!same(a, ZERO)) assert.deepEqual(times(a, inverse(a)), ONE);
  }
});

test('eq: 1 at its own index, tables as single values', () => {
  const z = [anything(), anything(), anything()];
  const table = eqTable(z);
  table.forEach((weight, i) => assert.deepEqual(weight, eqAt(z, i)));
  for (let count = 1; count <= 8; count++) assert.deepEqual(eqTable(z, count), table.slice(0, count));
  const corner = [1, 0, 1].map(bit => element(bit));
  assert.deepEqual(eqTable(corner), [0, 0, 0, 0, 0, 1, 0, 0].map(element));
});

// From test_vectors.json of the BLAKE3 team: the input of length n is the bytes i mod 251.
const published = [
  [0, 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262', '92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26'],
  [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213', null],
  [1023, '10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11', null],
  [1024, '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7', null],
  [1025, 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444', null],
  [2048, 'e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a', null],
  [2049, '5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030', null],
  [31744, '62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47', null],
];

test('BLAKE3: published vectors', () => {
  const key = encodeUtf8('whats the Elvish word for friend');
  for (const [length, hash, keyedHash] of published) {
    const input = Uint8Array.from({ length }, (_, i) => i % 251);
    assert.equal(toHex(blake3(input)), hash, `${length} bytes`);
    assert.equal(toHex(blake3(input.subarray(0, length >> 1), input.subarray(length >> 1))), hash);
    if (keyedHash !== null) assert.equal(toHex(keyed(key)(input)), keyedHash);
  }
});

test('transcript: everything absorbed and drawn changes what follows', () => {
  const drawn = (...steps) => {
    const transcript = new Transcript();
    for (const [name, ...args] of steps) transcript[name](...args);
    return JSON.stringify(transcript.draw('x', 2));
  };
  const data = Uint8Array.of(1, 2, 3);
  const all = [
    drawn(), drawn(['absorb', 'a', data]), drawn(['absorb', 'b', data]), drawn(['absorb', 'a', data.subarray(1)]), drawn(['draw', 'x', 1]),
    drawn(['draw', 'y', 1]), drawn(['positions', 'x', 16, 3]), drawn(['absorb', 'a', data], ['absorb', 'a', new Uint8Array(0)])];
  assert.equal(new Set(all).size, all.length - 1); // a draw of elements and one of positions leave the same state
  assert.equal(drawn(['draw', 'x', 0]), drawn());
  const positions = new Transcript().positions('p', 64, 64);
  assert.deepEqual(positions, Array.from({ length: 64 }, (_, i) => i));
});

test('channel: what isn\'t canonical, missing or left over', () => {
  const refused = (bytes, read) => assert.throws(() => {
    const channel = new Channel(Uint8Array.from(bytes));
    read(channel);
    channel.end();
  }, { code: 'zk/encoding' });
  const word = [0, 0, 0, 0];
  refused([...word, ...word, ...word], channel => channel.elements('a', 1));
  refused([...word, ...word, ...word, 1, 0, 0, 127], channel => channel.elements('a', 1));
  refused([1, 0, 0, 127], channel => channel.symbols(1, 'b'));
  refused([0], () => {});
  new Channel(Uint8Array.of(0, 0, 0, 127)).symbols(1, 'b'); // p - 1
});

test('queries', () => {
  for (const [n, count] of [[512, 112], [4096, 130], [2048, 127], [8192, 131], [32768, 132]]) assert.equal(queries(n).count, count);
  assert.ok(queries(2 ** 24).count < 140);
});

test('layouts: every box has its own cells, and its weight vectors give eq at each', () => {
  const boxes = [[1], [5, 3], [1, 7, 1, 2], [4], [13, 2, 2], [3, 1], [1, 1]];
  const layout = layOut(boxes);
  const z = Array.from({ length: layout.bits }, anything);
  const eq = eqTable(z);
  const taken = new Set();
  boxes.forEach((dims, number) => {
    const G = weightVectors(layout.boxes[number], z);
    for (const index of positionsOf(dims)) {
      const cell = cellOf(layout.boxes[number], index);
      assert.ok(cell < layout.cells && !taken.has(cell));
      taken.add(cell);
      assert.deepEqual(index.map((i, d) => G[d][i]).reduce(times, ONE), eq[cell]);
    }
  });
  // By hand: 32 cells (8 of 13), 16 (4 of 5), 16 (4 of 13), 8 (4 of 7), then four blocks of 4: boxes 1, 2, 3, 4.
  assert.deepEqual(layout.boxes[4].blocks.map(block => block.offset), [0, 48, 84]);
  assert.deepEqual(layout.boxes[1].blocks.map(block => block.offset), [32, 72]);
});

test('channels in groups: G for the group, J within', () => {
  const points = { J: [anything(), anything(), anything()], G: [anything(), anything()] };
  const weights = axisWeights({ length: 9, pool: 'J', groups: 3 }, points);
  for (let i = 0; i < 9; i++) {
    assert.deepEqual(weights[i], times(eqAt(points.G, Math.floor(i / 3)), eqAt(points.J.slice(0, 2), i % 3)));
  }
});

test('tables', () => {
  const rows = (kind, ...parameters) => {
    const table = makeTable(kind, parameters, null);
    return Array.from({ length: table.rows }, (_, i) => table.row(i).join(' ')).join('; ');
  };
  assert.equal(rows('Range', 3), '0 0 0; 1 0 0; 2 0 0');
  assert.equal(rows('Clamp', 1, 1, 2), '-1 0 0; 0 0 0; 1 1 0; 2 1 0; 3 1 0');
  assert.equal(rows('Class', -1, 1), '-1 0 0; 0 1 0; 1 2 0');
  assert.equal(rows('Slices', 1, 0), '0 0 0; 1 0 0; 0 0 1; 1 0 1; 0 0 2; 1 0 2');
  assert.equal(rows('Relu', 1), '-2 0 0; -1 0 0; 0 0 0; 1 1 0');
  assert.equal(rows('Step', 1), '-2 0 0; -1 0 0; 0 0 0; 1 1 1');
  assert.throws(() => makeTable('Slices', [21, 5], null), { code: 'zk/limit' });
});

test('the tree over runs is filled with zeros', () => {
  const digest = n => new Uint8Array(32).fill(n);
  assert.deepEqual(batchDigest([digest(1), digest(2), digest(3)]), batchDigest([digest(1), digest(2), digest(3), digest(0)]));
  assert.equal(clog(5), 3);
});
