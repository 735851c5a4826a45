// Which name of an upstream's model is that of the one asked for: the cases are those of the C# test, read from its file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fits } from '../../web/verify/chat.js';

const source = readFileSync(new URL('../Assay.Chat.Tests/UpstreamModelTests.cs', import.meta.url), 'utf8');
const cases = [...source.matchAll(/\[InlineData\((".*?"), (".*?"), (true|false)\)\]/g)].map(([, asked, answered, expected]) => [JSON.parse(asked), JSON.parse(answered), expected === 'true']);

test('a name fits itself and its dates only', () => {
  assert.ok(cases.length >= 40, `${cases.length}`);
  for (const [asked, answered, expected] of cases) assert.equal(fits(asked, answered), expected, `${asked} ${answered}`);
});
