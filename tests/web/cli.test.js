import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { receiptVectors, vectorFile } from './support/vectors.js';

const cli = fileURLToPath(new URL('../../web/verify/cli.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
after(() => rmSync(folder, { recursive: true }));

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const vector = name => receiptVectors.find(v => v.name === name);
const sound = file('sound.receipt', vectorFile('batch-of-one.receipt'));
const { trust, now } = vector('batch-of-one');
const trusting = ['--trust', file('trust.txt', trust), '--at', now];

test('exit codes are the verdict\'s', () => {
  for (const [name, code] of [['batch-of-one', 0], ['altered-claim-model-name', 1], ['not-logged-yet', 2], ['truncated', 3]]) {
    const { status, stdout } = run(file(`${name}.receipt`, vectorFile(vector(name).bundle)), ...trusting);
    assert.equal(status, code, stdout);
  }
});

test('words: six questions, what failed, what isn\'t covered', () => {
  const { stdout } = run(sound, ...trusting);
  for (const words of ['Met. ', 'Which model?', 'Was anything altered?', 'Was it computed right?', 'Could the operator read it?',
    'Is it publicly logged?', 'Was it paid for?', 'Not covered']) assert.ok(stdout.includes(words), words);
  assert.ok(!stdout.includes('keyset/digest'));
  assert.ok(run(sound, ...trusting, '--checks').stdout.includes('keyset/digest'));
  assert.ok(stdout.split('\n').every(line => line.length <= 120));
});

test('first use prints what would be trusted', () => {
  const { status, stdout } = run(sound, '--first-use', '--at', now);
  assert.equal(status, 0);
  for (const line of trust.trim().split('\n')) assert.ok(stdout.includes(line));
  assert.equal(run(sound, '--at', now).status, 1);
});

test('JSON is the verdict', () => {
  const { status, stdout } = run(sound, ...trusting, '--json', '--require', 'replay');
  const verdict = JSON.parse(stdout);
  assert.deepEqual([status, verdict.exitCode, verdict.outcome, verdict.required], [2, 2, 'policy-not-met', 'replay']);
});

test('request and response bytes are compared', () => {
  const given = vector('request-and-response-given');
  const bundle = file('given.receipt', vectorFile(given.bundle));
  const request = file('request.json', vectorFile(given.request));
  const response = file('response.json', vectorFile(given.response));
  const { stdout } = run(bundle, ...trusting, '--request', request, '--response', response);
  assert.ok(stdout.replace(/\s+/g, ' ').includes('Request and answer are the ones it names.'));
  assert.equal(run(bundle, ...trusting, '--request', response).status, 1);
});

test('policies are read from files, and one that can\'t be read is said where', () => {
  const own = text => run(sound, ...trusting, '--policy', file('policy.json', text));
  assert.equal(own('{"require":[{"question":"model","accept":"asserted"}]}').status, 0);
  assert.equal(own('{"require":[{"question":"logged","witnesses":1}]}').status, 2);
  const { status, stderr } = own('{"require":[{"question":"logged","within":"soon"}]}');
  assert.equal(status, 4);
  assert.match(stderr, /can't be read at \/require\/0\/within\. \[policy\/range\]/);
  assert.equal(run(sound, ...trusting, '--asked-policy', join(folder, 'policy.json')).status, 4);
});

test('endorsements stand in the text', () => {
  const { bundle, trust: named } = vector('peer-among-others');
  const { stdout } = run(file('peer.receipt', vectorFile(bundle)), '--trust', file('peers.txt', named), '--at', now);
  assert.match(stdout, /^Endorsed 2026-11-21 11:59:55 UTC by p1: established by replay; counts$/m);
  assert.match(stdout, /^Endorsed .* by peer d40a2f905e4d126b: refuted by replay; DOESN'T COUNT \[endorsement\/not-named\]$/m);
});

test('wrong usage is exit code 4, unreadable files are 3', () => {
  for (const args of [[], [sound, sound], [sound, '--nope'], [sound, '--require', 'gold'], [sound, '--at', 'soon'], [sound, '--program', sound]]) {
    const { status, stderr } = run(...args);
    assert.equal(status, 4, args.join(' '));
    assert.match(stderr, /usage: /);
  }
  for (const args of [[join(folder, 'none')], [sound, '--trust', sound], [sound, '--trust', file('bad.txt', 'watch x')], [sound, '--program', sound, '--weights', sound]]) {
    assert.equal(run(...args).status, 3, args.join(' '));
  }
  assert.equal(JSON.parse(run(sound, '--trust', join(folder, 'bad.txt'), '--json').stdout).error, 'trust/unknown-kind');
  assert.equal(run('--help').status, 0);
});
