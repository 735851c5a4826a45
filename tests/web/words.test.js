// The sentences are those of the C# verifier: whoever checks a receipt twice reads the same.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const folder = new URL('src/Assay.Verification/Words/', root);
const theirs = readdirSync(folder).map(name => readFileSync(new URL(name, folder), 'utf8')).join('\n').replaceAll('\\"', '"');
const ours = ['words.js', 'payment-words.js'].map(name => readFileSync(new URL(`web/verify/${name}`, root), 'utf8')).join('\n');

// What only browsers and this verifier lack, and what only the page says.
const OWN = /This browser |This JavaScript |^(?:Counts|Left out|Not known)|evidence that it asked for never came/;

test('fixed sentences of words.js stand in src/Assay.Verification/Words', () => {
  const sentences = [...ours.matchAll(/: (?:'([A-Z][^'\n]*\.)'|"([A-Z][^"\n]*\.)")/g)].map(([, single, double]) => single ?? double).filter(text => !OWN.test(text));
  assert.ok(sentences.length > 100, `${sentences.length}`);
  for (const sentence of sentences) assert.ok(theirs.includes(sentence), sentence);
});

test('so do the parts of those that are put together', () => {
  const parts = [...ours.matchAll(/`([^`\n]*)`/g)].flatMap(([, text]) => text.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/))
    .map(text => text.trim()).filter(text => /^[A-Za-z ,':.]{25,}$/.test(text) && !OWN.test(text));
  assert.ok(parts.length > 20, `${parts.length}`);
  for (const part of parts) assert.ok(theirs.includes(part), part);
});
