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
  assert.ok(refused.length >= 31, `${refused.length}`);
  for (const [text, why] of refused) {
    const { value, error } = readSaved(utf8(text));
    assert.equal(value, null, text);
    assert.ok(error.includes(why), `${text}: ${error}`);
  }
});

test('fields that say nothing are no part of it', () => {
  assert.ok(taken.length >= 6, `${taken.length}`);
  for (const text of taken) assert.equal(words(readSaved(utf8(text)).value), '1\n', text);
  for (const end of ['\n', '\r\n']) {
    const bytes = utf8(': a\n\ndata: 1\n\n: ping\n\nid: 7\ndata:2\n\ndata: [DONE]'.replaceAll('\n', end));
    assert.ok(looksSaved(bytes));
    assert.equal(words(readSaved(bytes).value), '1\n2\n[DONE]\n');
  }
  assert.equal(words(readSaved(utf8('data: 1\n\ndata: 2\n')).value), '1\n');
  assert.equal(words(readSaved(utf8('data: 1\r\n\r\ndata: 2\r\n\r')).value), '1\n2\n');
  assert.ok(!looksSaved(utf8('{"id":1}')) && !looksSaved(utf8('')));
});

test('what is no UTF-8 is refused', () => {
  for (const [before, after] of [[': ', '\n\ndata: 1\n\n'], ['data: ', '\n\n']]) assert.match(readSaved(Uint8Array.of(...utf8(before), 0xff, ...utf8(after))).error, /UTF-8/);
  assert.equal(words(readSaved(Uint8Array.of(...utf8('data: 1\n\ndata: '), 0xc3)).value), '1\n');
});

test('nothing follows the end', () => {
  for (const text of ['data: [DONE]\n\ndata: 1\n\n', 'data: {"error":{}}\n\ndata: 1\n\n', 'data: 1\ndata: 2\n\n']) assert.notEqual(readSaved(utf8(text)).error, null, text);
  assert.equal(readSaved(utf8('data: {"error":1,"error":2}\n\ndata: 1\n\n')).error, null);
});

/** The parser of the HTML standard for text/event-stream (9.2.6): type and data of each event that it dispatches. */
function events(bytes) {
  const text = new TextDecoder().decode(bytes);
  const lines = text.split(/\r\n|\n|\r/);
  lines.pop();
  const dispatched = [];
  let [data, type] = ['', ''];
  for (const line of lines) {
    if (line === '') {
      if (data !== '') dispatched.push([type === '' ? 'message' : type, data.slice(0, -1)]);
      [data, type] = ['', ''];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data += `${value}\n`;
    else if (field === 'event') type = value;
  }
  return dispatched;
}

function isAcceptedAsShown(bytes) {
  const { value, error } = readSaved(bytes);
  assert.ok((value === null) !== (error === null));
  if (value === null) return false;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(value);
  let shown = events(bytes);
  // The empty line after [DONE] may be missing, which shows nothing; nothing else may.
  if (text.endsWith('[DONE]\n') && shown.length < text.split('\n').length - 1) shown = events(Uint8Array.of(...bytes, 0x0a, 0x0a));
  assert.ok(shown.every(([type]) => type === 'message'));
  assert.equal(shown.map(([, data]) => `${data}\n`).join(''), text, JSON.stringify(words(bytes)));
  return true;
}

test('fuzz: what is accepted is what clients show', () => {
  const ints = randomInts(11);
  const seeds = [utf8(': a\n\nevent: message\nid: 7\ndata: {"error":1}\n\n: b\n\n'), utf8(': a\r\n\r\ndata: 1\r\n\r\ndata: [DONE]\r\n\r\n')];
  let accepted = 0;
  for (let i = 0; i < runs(4000); i++) accepted += isAcceptedAsShown(mutate(seeds[i % 2], ints, seeds));
  assert.ok(accepted > 50, `${accepted}`);
});

test('fuzz: what is accepted is what clients show, in any order', () => {
  const pieces = [
    '\n', '\n', '\n\n', '\r\n', '\r\n\r\n', '\r', 'data: 1\n\n', 'data: [DONE]\n\n', 'data: {"error":1}\n\n', 'data:', 'data: ', 'data', 'data: 2', '[DONE]', ': c', ':', ' ',
    'event: message\n', 'event:', 'event', 'event: x', 'id: 7\n', 'id', 'retry: 1\n', 'message', '\0', '\t', '\ufeff', '\u2028', '\u0085', 'HTTP/1.1 200 OK\n', 'x: y\n',
  ];
  const ints = randomInts(7);
  let accepted = 0;
  for (let i = 0; i < runs(50_000); i++) accepted += isAcceptedAsShown(utf8(Array.from({ length: 1 + ints(8) }, () => pieces[ints(pieces.length)]).join('')));
  assert.ok(accepted > 1000, `${accepted}`);
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
  // Every client shows what a header line of that name says.
  const head = run(`HTTP/1.1 200 OK\ndata: {"choices":[{"index":0,"delta":{"content":"EVIL"}}]}\n\n${saved(altered)}`);
  assert.equal(head.status, 3, head.stdout);
  assert.match(head.stderr, /isn't a saved stream: it begins with the head of an HTTP answer/);
  assert.match(run(`event: ping\n${saved(altered)}`).stderr, /isn't a saved stream: an event is of another type than 'message'/);
});
