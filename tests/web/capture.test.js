// Saved streams: the cases of the .NET reader, read from its tests, and what the command line makes of a whole one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { looksSaved, readSaved } from '../../web/verify/index.js';
import { mutate, randomInts, runs } from './support/random.js';
import { chatVectors, inputOf } from './support/vectors.js';

const source = readFileSync(new URL('../Assay.Chat.Tests/SseCaptureTests.cs', import.meta.url), 'utf8');
const refused = [...source.matchAll(/\[InlineData\(("(?:[^"\\]|\\.)*"), "([^"]*)"\)\]/g)].map(([, text, why]) => [JSON.parse(text), why]);
const taken = [...source.slice(source.indexOf('WhatClientsWouldReadOtherwise')).matchAll(/\[InlineData\(("(?:[^"\\]|\\.)*")\)\]/g)].map(([, text]) => JSON.parse(text));
const utf8 = text => new TextEncoder().encode(text);
const words = bytes => new TextDecoder().decode(bytes);

test('what clients would read otherwise is refused', () => {
  assert.ok(refused.length >= 14, `${refused.length}`);
  for (const [text, why] of refused) {
    const { value, error } = readSaved(utf8(text));
    assert.equal(value, null, text);
    assert.ok(error.includes(why), `${text}: ${error}`);
  }
});

test('headers and fields that say nothing are no part of it', () => {
  assert.ok(taken.length >= 5, `${taken.length}`);
  for (const text of taken) assert.equal(words(readSaved(utf8(text)).value), '1\n', text);
  for (const end of ['\n', '\r\n', '\r']) {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8(': a\n\ndata: 1\n\n: ping\n\nid: 7\ndata:2\n\ndata: [DONE]'.replaceAll('\n', end)));
    assert.ok(looksSaved(bytes));
    assert.equal(words(readSaved(bytes).value), '1\n2\n[DONE]\n');
  }
  assert.equal(words(readSaved(utf8('data: 1\n\ndata: 2\n')).value), '1\n');
  assert.ok(!looksSaved(utf8('{"id":1}')) && !looksSaved(utf8('')));
});

test('nothing follows the end', () => {
  for (const text of ['data: [DONE]\n\ndata: 1\n\n', 'data: {"error":{}}\n\ndata: 1\n\n', 'data: 1\ndata: 2\n\n']) assert.notEqual(readSaved(utf8(text)).error, null, text);
  assert.equal(readSaved(utf8('data: {"error":1,"error":2}\n\ndata: 1\n\n')).error, null);
});

test('fuzz: a text or an error, never both', () => {
  const ints = randomInts(11);
  const seed = utf8('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: a\n\nevent: message\ndata: {"error":1}\n\ndata: [DONE]\n\n');
  for (let i = 0; i < runs(2000); i++) {
    const { value, error } = readSaved(mutate(seed, ints, [seed]));
    assert.ok((value === null) !== (error === null));
  }
});

test('the command line takes a saved stream for the answer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-capture-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name, content) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const vector = chatVectors.find(({ name }) => name === 'chat-streamed');
  const altered = words(inputOf(chatVectors.find(({ name }) => name === 'chat-stream-finish')).response);
  const saved = text => text.trimEnd().split('\n').map(item => `data: ${item}\n\n`).join(': ping\n\n');
  const run = text => spawnSync(process.execPath, [
    fileURLToPath(new URL('../../web/verify/cli.mjs', import.meta.url)), file('a.receipt', inputOf(vector).bundle),
    '--trust', file('trust.txt', vector.trust), '--at', vector.now, '--response', file('a.sse', text),
  ], { encoding: 'utf8' });
  assert.equal(run(saved(altered)).status, 1);
  const met = run(saved(altered.replace('"finish_reason":"length"', '"finish_reason":"tool_calls"')));
  assert.equal(met.status, 0, met.stdout);
  assert.match(run(`event: ping\n${saved(altered)}`).stderr, /isn't a saved stream: an event is of another type than 'message'/);
});
