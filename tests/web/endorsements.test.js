// What others say about a receipt later (spec/endorsements.md): bundles and peers made here, by code that shares nothing with the verifier's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBundle } from '../../web/verify/bundle.js';
import { attempt } from '../../web/verify/bytes.js';
import { readEndorsement, readReplayEvidence } from '../../web/verify/endorsement.js';
import { verify } from '../../web/verify/index.js';
import { policyByLevel, readPolicy } from '../../web/verify/levels.js';
import { renderText } from '../../web/verify/text.js';
import { cbor, cborMap, endorse, forge, newKey } from './support/forge.js';
import { mutate, randomInts, runs } from './support/random.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const utf8 = text => new TextEncoder().encode(text);
const tensor = (name, ...values) => ({ name, shape: [values.length], data: Buffer.from(new Float32Array(values).buffer) });
const ANSWER = { modelId: Buffer.alloc(32, 7), inputs: [tensor('x', 1, 2, 3)], outputs: [tensor('y', 4), tensor('z', 5, 6)], level: 'replay', now: NOW };
const [alice, bob, carol] = [newKey(), newKey(), newKey()];
const replayers = (...peers) => peers.map((peer, i) => `replayer peer${i} ${peer.xy.toString('hex')}\n`).join('');
const canonical = text => readPolicy(utf8(text)).value.text;

const judge = (receipt, items, trusted = [alice], more = {}) => verify({
  bundle: items.length > 0 ? receipt.endorsed(...items) : receipt.bundle, trust: receipt.trust + replayers(...trusted), now: NOW, ...more,
});
const check = (verdict, name) => verdict.checks.find(c => c.check === name);
const status = (verdict, name) => verdict.questions.find(q => q.question === name).status;
const codes = list => list.map(({ code }) => code);
const statuses = verdict => verdict.receipt.endorsements.map(e => e.status);

test('a named peer that ran it again establishes it', async () => {
  const receipt = forge(ANSWER);
  const verdict = await judge(receipt, [endorse(receipt, alice)]);
  assert.deepEqual([verdict.outcome, check(verdict, 'replay/peers').result], ['met', 'pass']);
  assert.deepEqual([status(verdict, 'model'), status(verdict, 'computed-right')], ['established', 'established']);
  const model = verdict.questions.find(q => q.question === 'model');
  assert.deepEqual([model.by, codes(model.assumptions)], ['replay', ['replay/peers-honest']]);
  assert.ok(!codes(verdict.notCovered).some(code => code === 'replay/not-done' || code.startsWith('endorsement/')));
  assert.deepEqual(verdict.receipt.endorsements, [{
    peer: alice.thumbprint, name: 'peer0', questions: ['model', 'computed-right'], by: 'replay', finding: 'established', status: 'counts',
    at: '2026-11-21T12:00:00.000Z', logIndex: 1,
  }]);
  assert.deepEqual(Object.keys(verdict.receipt).slice(-4), ['endorsements', 'proof', 'attestation', 'payment']);
  assert.match(renderText(verdict), /Endorsed 2026-11-21 12:00:00 UTC by peer0: established by replay; counts/);
});

test('a named peer that got something else refutes it, whatever others say', async () => {
  const receipt = forge(ANSWER);
  const verdict = await judge(receipt, [endorse(receipt, alice), endorse(receipt, bob, { finding: 'refuted' })], [alice, bob]);
  assert.deepEqual([verdict.outcome, verdict.reason, check(verdict, 'replay/peers').detail], ['untrusted', 'replay/peers', 'replay/peer-refuted']);
  assert.deepEqual([status(verdict, 'model'), status(verdict, 'computed-right')], ['refuted', 'refuted']);
  const refusing = await judge(receipt, [endorse(receipt, bob, { finding: 'refuted', committed: { outputs: null } })], [bob]);
  assert.equal(refusing.reason, 'replay/peers', 'the peer says that the program refuses the inputs');
});

// The first that applies, each with what makes it so.
const receipt = forge(ANSWER);
const other = forge(ANSWER);
const CASES = {
  'endorsement/signature': [{ signer: bob }],
  'endorsement/other-receipt': [{ receipt: other.digest }, { receipt: other.digest, committed: { receipt: other.digest } }],
  'endorsement/log': [
    { log: other.logProof(Buffer.from(cbor(['assay/log/v1', 'endorsement', Buffer.alloc(32), 'replay', 'established']))) },
    { log: receipt.logProof(cbor(['assay/log/v1', 'receipt', receipt.digest, 'replay', 'undisclosed'])) },
    { change: item => { item[3][1] = 0; } },
    { change: item => { item[3][3] = other.logProof(item[3][0])[3]; } },
    { change: item => { item[3][2] = []; } },
  ],
  'gave-up': [{ signer: receipt.node, issuer: receipt.node.xy, finding: 'expired' }, { signer: receipt.node, issuer: receipt.node.xy, finding: 'expired', by: 'zk' }],
  'endorsement/issuer': [{ finding: 'expired' }, { signer: receipt.node, issuer: receipt.node.xy }],
  'endorsement/basis': [{ questions: ['model'] }, { questions: ['computed-right'] }, { by: 'zk' }],
  'endorsement/evidence': [
    { itsEvidence: null }, { itsEvidence: Buffer.from('a0', 'hex') }, { evidence: Buffer.alloc(32) }, { committed: { signer: bob } },
    { committed: { receipt: other.digest } }, { committed: { modelId: Buffer.alloc(32) } }, { committed: { inputs: Buffer.alloc(32) } },
    { committed: { outputs: null } }, { nodeOutputs: Buffer.alloc(32) }, { finding: 'refuted', nodeOutputs: Buffer.alloc(32) },
    { opening: Buffer.alloc(16) },
    { finding: 'established', committed: { outputs: Buffer.alloc(32) }, nodeOutputs: Buffer.alloc(32) },
    { commitment: Buffer.alloc(10) },
  ],
  'endorsement/not-named': [{ peer: carol }],
  counts: [{}, { opening: null }, { log: null }, { opening: null, committed: { inputs: Buffer.alloc(32) } }],
};

for (const [expected, all] of Object.entries(CASES)) {
  test(`status ${expected}`, async () => {
    for (const [i, { peer = alice, change, ...changes }] of all.entries()) {
      const item = endorse(receipt, peer, changes);
      change?.(item);
      const verdict = await judge(receipt, [item]);
      assert.deepEqual(statuses(verdict), [expected], `${i}`);
      // What doesn't hold takes nothing away from the receipt.
      assert.equal(verdict.outcome, expected === 'counts' ? 'met' : 'policy-not-met', `${i}`);
      const detail = { counts: null, 'endorsement/not-named': 'replay/peer-not-named' };
      assert.equal(check(verdict, 'replay/peers').detail, expected in detail ? detail[expected] : 'replay/peer-useless');
      const remark = codes(verdict.notCovered).filter(code => code.startsWith('endorsement/'));
      const log = item[3] === null ? ['endorsement/not-logged'] : [];
      assert.deepEqual(remark, expected === 'counts' ? log : expected === 'gave-up' ? [] : [expected === 'endorsement/not-named' ? expected : 'endorsement/left-out']);
      const beside = await judge(receipt, [item, endorse(receipt, bob)], [bob]);
      assert.equal(beside.outcome, 'met', `${i}: beside one that counts`);
    }
  });
}

test('an endorsement refuted by an unnamed peer, or in a named one\'s name, doesn\'t count', async () => {
  for (const changes of [{ peer: carol }, { signer: carol }]) {
    const verdict = await judge(receipt, [endorse(receipt, changes.peer ?? alice, { finding: 'refuted', ...changes })]);
    assert.equal(verdict.outcome, 'policy-not-met');
    assert.equal(check(verdict, 'replay/peers').result, 'not-evaluated');
  }
});

test('what is redacted isn\'t compared; without endorsements nothing is', async () => {
  for (const redact of [['request.inputs'], ['output'], ['model.model_id'], ['request.inputs', 'output', 'model.model_id']]) {
    const hidden = forge({ ...ANSWER, redact });
    const verdict = await judge(hidden, [endorse(hidden, alice)]);
    assert.deepEqual([statuses(verdict), status(verdict, 'computed-right'), status(verdict, 'model')], [['counts'], 'established', 'established']);
  }
  const verdict = await judge(receipt, []);
  assert.deepEqual([verdict.receipt.endorsements, check(verdict, 'replay/peers').detail], [[], 'replay/no-endorsement']);
});

const PEERS = (peers, more = '') => canonical(`{"require":[{"question":"computed-right","by":["replay"],"peers":${JSON.stringify(peers.map(p => p.thumbprint))}${more}}],"release":"provisional"}`);

test('peers are named by the caller\'s policies, not by the receipt\'s', async () => {
  const policy = PEERS([carol]);
  const asked = forge({ ...ANSWER, level: 'signed', policy });
  const item = endorse(asked, carol);
  const own = await judge(asked, [item], []);
  assert.deepEqual([statuses(own), own.outcome, own.unmet[0].why], [['endorsement/not-named'], 'policy-not-met', 'requirement/asserted-only']);
  for (const name of ['policy', 'askedPolicy']) {
    const verdict = await judge(asked, [item], [], { [name]: utf8(policy) });
    assert.deepEqual([statuses(verdict), verdict.outcome], [['counts'], 'met'], name);
    assert.equal(verdict.receipt.endorsements[0].name, null);
  }
});

test('k of n peers: only those named by the requirement, each once', async () => {
  const two = utf8(PEERS([alice, bob], ',"atLeast":2'));
  const items = { a: endorse(receipt, alice), a2: endorse(receipt, alice, { opening: null, at: Buffer.alloc(8) }), b: endorse(receipt, bob), c: endorse(receipt, carol) };
  const outcome = async (...names) => {
    const { outcome: found, unmet } = await judge(receipt, names.map(name => items[name]), [alice, bob, carol], { policy: two });
    return [found, unmet[0]?.why ?? null];
  };
  assert.deepEqual(await outcome('a', 'b'), ['met', null]);
  for (const names of [['a'], ['a', 'a2'], ['a', 'c'], ['c']]) assert.deepEqual(await outcome(...names), ['policy-not-met', 'requirement/parameter'], names.join());
  assert.deepEqual(await outcome(), ['policy-not-met', 'requirement/asserted-only']);
});

test('witnesses and within: by the acceptance time, plus a second', async () => {
  const seconds = NOW / 1000;
  const policy = (witnesses, within) => utf8(`{"require":[{"question":"logged","witnesses":${witnesses},"within":"${within}"}]}`);
  const outcome = async (times, ...args) => {
    const made = forge({ ...ANSWER, level: 'signed', witnesses: times });
    const { outcome: found, unmet } = await judge(made, [], [], { policy: policy(...args) });
    return found === 'met' ? found : unmet[0].why;
  };
  assert.equal(await outcome([seconds + 9, seconds + 3], 2, '10s'), 'met');
  assert.equal(await outcome([seconds + 10], 1, '10s'), 'requirement/parameter');
  assert.equal(await outcome([seconds + 1], 2, '10s'), 'requirement/parameter');
  assert.equal(await outcome([], 1, '30d'), 'requirement/parameter');
  assert.equal(await outcome([seconds - 1], 1, '1ms'), 'met', 'not below zero with the second added');
  assert.equal(await outcome([seconds - 2], 1, '30d'), 'requirement/parameter', 'a clock is wrong');
});

test('pending until the deadline, then expired; the node\'s word ends it before; evidence that comes later still establishes', async () => {
  const policy = canonical('{"require":[{"question":"computed-right","by":["replay"]},{"question":"model","accept":"asserted"}],"release":"provisional","deadline":"1m"}');
  const made = forge({ ...ANSWER, level: 'signed', policy });
  const at = async (now, ...items) => {
    const verdict = await judge(made, items, [alice], { now });
    return [status(verdict, 'model'), status(verdict, 'computed-right'), verdict.outcome, verdict.unmet[0]?.why];
  };
  assert.deepEqual(await at(NOW), ['asserted', 'pending', 'policy-not-met', 'requirement/pending']);
  assert.deepEqual(await at(NOW + 59_999), ['asserted', 'pending', 'policy-not-met', 'requirement/pending']);
  assert.deepEqual(await at(NOW + 60_000), ['asserted', 'expired', 'policy-not-met', 'requirement/expired']);
  const gaveUp = endorse(made, made.node, { finding: 'expired' });
  assert.deepEqual(await at(NOW, gaveUp), ['expired', 'expired', 'policy-not-met', 'requirement/expired']);
  assert.deepEqual(await at(NOW, endorse(made, alice, { finding: 'expired' })), ['asserted', 'pending', 'policy-not-met', 'requirement/pending']);
  assert.deepEqual(await at(NOW + 3_600_000, gaveUp, endorse(made, alice)), ['established', 'established', 'met', undefined]);

  const held = forge({ ...ANSWER, level: 'signed', policy: policy.replace('provisional', 'after-evidence') });
  assert.equal(status(await judge(held, []), 'computed-right'), 'asserted', 'nothing was promised');
});

test('a request may name a policy in any spelling', async () => {
  const checkLevelOf = async (signed, request) => {
    const verdict = await judge(forge({ ...ANSWER, level: 'signed', policy: signed, protocol: 'open-inference/v2' }), [], [], { request: utf8(request) });
    return [check(verdict, 'request/level').result, check(verdict, 'request/level').detail];
  };
  const policy = canonical('{"require":[{"question":"model","accept":"asserted"}]}');
  const spelled = '{ "require": [ {"question":"logged"}, {"accept":"asserted","question":"model"} ] }  ';
  assert.deepEqual(await checkLevelOf(policy, `{"verification":${spelled},"inputs":[]}`), ['pass', null]);
  assert.deepEqual(await checkLevelOf(policy, `{"parameters":{"verification":${spelled}}}`), ['pass', null]);
  assert.deepEqual(await checkLevelOf(policyByLevel('zk').text, '{"verification":{"level":"zk","require":[{"question":"model","by":["zk"]},{"question":"computed-right","by":["zk"]}]}}'), ['pass', null]);
  for (const named of [spelled.replace('logged', 'paid'), '{}', '{"require":[]}', '"replay"', `{"require":[],"x":"${'x'.repeat(20_000)}"}`]) {
    assert.deepEqual(await checkLevelOf(policy, `{"verification":${named}}`), ['fail', 'level/differs'], named.slice(0, 80));
  }
  assert.deepEqual(await checkLevelOf(policy, '{"verification":["signed"]}'), ['not-evaluated', 'level/not-a-name']);
  assert.deepEqual(await checkLevelOf(policy, `{"verification":${spelled},"parameters":{"verification":"signed"}}`), ['fail', 'level/differs']);
});

test('form: what isn\'t in it can\'t be read', () => {
  const good = endorse(receipt, alice);
  const error = items => decodeBundle(new Uint8Array(receipt.endorsed(...items))).error;
  assert.equal(error([good]), null);
  const of = changes => [endorse(receipt, alice, { log: null, ...changes })];
  const refused = {
    'bundle/endorsements': [[], [good, good], Array.from({ length: 33 }, () => endorse(receipt, newKey())), [[good[0], Buffer.alloc(2049), null, null]], [[good[0], null, Buffer.alloc(15), null]]],
    'cbor/length': [[good.slice(0, 3)], of({ receipt: Buffer.alloc(31) }), of({ at: Buffer.alloc(7) }), of({ issuer: alice.xy.subarray(1), signer: alice })],
    'cbor/type': [[[good[0], 'evidence', null, null]], of({ questions: 'model' }), of({ by: 1 })],
    'endorsement/layout': [
      of({ profile: 'assay/endorsement/v2' }), of({ questions: [] }), of({ questions: ['computed-right', 'model'] }), of({ questions: ['model', 'model'] }), of({ questions: ['money'] }),
      of({ questions: ['model', 'logged'] }), of({ by: 'operator' }), of({ by: 'signature' }), of({ by: 'constructor' }), of({ finding: 'maybe' }),
      of({ evidence: null }), of({ at: Buffer.from('0100000000000000', 'hex') }), of({ issuer: Buffer.alloc(64) }), [[Buffer.alloc(1025), null, null, null]],
    ],
    'entry/layout': [
      [[good[0], null, null, receipt.logProof(cbor(['assay/log/v1', 'endorsement', Buffer.alloc(32), 'operator', 'refuted']))]],
      [[good[0], null, null, receipt.logProof(cbor(['assay/log/v1', 'endorsement', Buffer.alloc(32), 'replay', 'maybe']))]],
    ],
    'bundle/log-proof': [[[good[0], null, null, good[3].slice(0, 3)]]],
  };
  for (const [code, all] of Object.entries(refused)) for (const [i, items] of all.entries()) assert.equal(error(items), code, `${code} ${i}`);
});

test('a bundle\'s last keys: 8 only with 7, 9, 10 and 11 also alone', async () => {
  const item = endorse(receipt, alice);
  const values = { 7: receipt.members[6][1], 8: [item[3].slice(0, 3)], 9: [item], 10: [Buffer.of(1), 1, null, [], Buffer.of(1), []], 11: Buffer.of(1), 12: 0 };
  const withKeys = keys => new Uint8Array(cborMap([...receipt.members.slice(0, 6), ...keys.map(key => [key, values[key]])]));
  for (const [keys, error] of [[[7], null], [[9], null], [[7, 9], null], [[7, 8], null], [[7, 8, 9], null], [[8], 'cbor/key'], [[8, 9], 'cbor/key'], [[9, 7], 'cbor/key'], [[9, 9], 'cbor/key'], [[10], null],
    [[7, 10], null], [[7, 9, 10], null], [[11], null], [[7, 9, 10, 11], null], [[9, 10, 11, 12], 'bundle/layout'], [[10, 9], 'cbor/key'], [[7, 12], 'cbor/key'], [[11, 11], 'bundle/layout']]) {
    assert.equal(decodeBundle(withKeys(keys)).error, error, keys.join());
  }
  const verdict = await verify({ bundle: withKeys([9]), trust: receipt.trust + replayers(alice), now: NOW });
  assert.deepEqual([status(verdict, 'computed-right'), status(verdict, 'logged')], ['established', 'pending']);
});

test('cut at every length and with every bit flipped: a value or a code, and never an endorsement that counts', async () => {
  const [endorsement, evidence] = endorse(receipt, alice);
  for (const [bytes, read] of [[endorsement, readEndorsement], [evidence, readReplayEvidence]]) {
    assert.equal(attempt(() => read(new Uint8Array(bytes))).error, null);
    for (let length = 0; length < bytes.length; length++) assert.match(attempt(() => read(new Uint8Array(bytes.subarray(0, length)))).error, /^[a-z]+\/[a-z0-9-]+$/);
  }
  const whole = endorse(receipt, alice);
  for (const part of [0, 1]) {
    await Promise.all(Array.from(whole[part], async (byte, at) => {
      const item = whole.with(part, Buffer.from(whole[part]));
      item[part][at] ^= 1 << (at & 7);
      const verdict = await judge(receipt, [item]);
      assert.ok(verdict.outcome === 'policy-not-met' || verdict.reason === 'bundle/decode', `part ${part}, byte ${at}`);
    }));
  }
});

test('the readers end with a value or a code, whatever the bytes', () => {
  const random = randomInts(10);
  const seeds = [alice, bob].map(peer => endorse(receipt, peer).slice(0, 2).map(bytes => new Uint8Array(bytes)));
  for (const [which, read] of [readEndorsement, readReplayEvidence].entries()) {
    let accepted = 0;
    for (let left = runs(25_000); left > 0; left--) {
      const { value, error } = attempt(() => read(mutate(seeds[left & 1][which], random, seeds.map(seed => seed[which]))));
      assert.ok((value === null) !== (error === null));
      if (error === null) accepted++;
      else assert.match(error, /^(?:cbor|cose|endorsement|evidence)\/[a-z0-9-]+$/);
    }
    assert.ok(accepted > 100);
  }
});

test('mutated: a verdict, and established only by what peers signed', async () => {
  const random = randomInts(9);
  const seeds = [
    receipt.endorsed(endorse(receipt, alice), endorse(receipt, bob, { finding: 'refuted' }), endorse(receipt, receipt.node, { finding: 'expired' })),
    receipt.endorsed(endorse(receipt, carol), endorse(receipt, bob, { log: null }), endorse(receipt, alice, { opening: null })),
  ].map(bundle => new Uint8Array(bundle));
  const start = seeds[0].findIndex((_, i) => i > 2000 && seeds[0][i] === 9 && seeds[0][i + 1] === 0x83 && seeds[0][i + 2] === 0x84);
  assert.ok(start > 0);
  const trust = receipt.trust + replayers(alice);
  const seen = {};
  for (let left = runs(3_000); left > 0; left -= 50) {
    await Promise.all(Array.from({ length: 50 }, async () => {
      const seed = seeds[random(2)];
      // Only what stands in key 9: the rest is fuzzed elsewhere.
      const tail = mutate(seed.slice(start), random, seeds.map(donor => donor.subarray(start)));
      const bundle = new Uint8Array([...seed.subarray(0, start), ...tail]);
      const verdict = await verify({ bundle, trust, now: NOW });
      for (const { status: found, finding, peer } of verdict.receipt?.endorsements ?? []) {
        seen[found] = (seen[found] ?? 0) + 1;
        if (found === 'counts') assert.deepEqual([finding, peer], ['established', alice.thumbprint]);
      }
      assert.ok(!verdict.checks.some(c => c.check === 'replay/peers' && c.result === 'fail'), 'only bob refutes, and nobody named bob');
    }));
  }
  for (const name of ['counts', 'endorsement/signature', 'endorsement/evidence', 'endorsement/log', 'endorsement/not-named', 'gave-up']) {
    assert.ok(seen[name] > 0, `${name}: ${JSON.stringify(seen)}`);
  }
});
